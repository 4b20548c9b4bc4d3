/* Simulated frames, and their pixels read without the code under test. */
#include "sim_frames.h"

#include <check.h>
#include <string.h>

struct fl_frame *sim_capture(const struct fl_sim_config *config)
{
    struct fl_frame *frame;
    fl_err err = fl_sim_capture(config, &frame);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return frame;
}

struct fl_frame *sim_truth(const struct fl_sim_config *config)
{
    struct fl_frame *frame;
    fl_err err = fl_sim_truth(config, &frame);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return frame;
}

unsigned dn_at(const struct fl_frame *f, int x, int y)
{
    const unsigned char *row = (const unsigned char *)f->plane[0] + (size_t)y * f->stride[0];
    int bits = f->format.bits, low = bits - 8, group = bits == 12 ? 2 : 4, i;
    unsigned dn; /* put together bit by bit */
    x += f->meta.active.x;
    if (f->format.packing == FL_PACK_U8)
        return row[x];
    if (f->format.packing == FL_PACK_U16) {
        uint16_t v;
        memcpy(&v, row + (size_t)x * 2, 2);
        return v;
    }
    i = x % group;
    row += x / group * (group * bits / 8);
    dn = (unsigned)row[i] << low;
    for (int k = 0; k < low; k++) {
        int bit = i * low + k;
        dn |= (unsigned)(row[group + bit / 8] >> (bit % 8) & 1) << k;
    }
    return dn;
}

double value_at(const struct fl_frame *f, int x, int y)
{
    int site = (y & 1) * 2 + (x & 1);
    double black = (double)f->meta.black_dn[site], white = (double)f->meta.white_dn[site];
    return (dn_at(f, x, y) - black) / (white - black);
}

double truth_at(const struct fl_frame *f, int c, int x, int y)
{
    const char *row = (const char *)f->plane[c] + (size_t)y * f->stride[c];
    return (double)((const float *)row)[x];
}

static uint64_t hash_bytes(uint64_t h, const void *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        h = (h ^ ((const unsigned char *)data)[i]) * 0x100000001b3ULL;
    return h;
}

uint64_t hash_frame(const struct fl_frame *f)
{
    uint64_t h = 0xcbf29ce484222325ULL;
    size_t size = fl_format_row_bytes(&f->format, f->width);
    size_t sample = f->format.packing == FL_PACK_U16 ? 2 : f->format.packing == FL_PACK_F32 ? 4 : 1;
    for (int p = 0; p < f->planes; p++)
        for (int y = 0; y < f->height; y++) {
            const unsigned char *row = (unsigned char *)f->plane[p] + (size_t)y * f->stride[p];
            for (size_t i = 0; i < size; i += sample) {
                uint32_t word = 0;
                uint16_t half = 0;
                unsigned char le[4];
                if (sample == 4)
                    memcpy(&word, row + i, 4);
                else if (sample == 2)
                    memcpy(&half, row + i, 2);
                word = sample == 4 ? word : sample == 2 ? half : row[i];
                for (size_t k = 0; k < sample; k++)
                    le[k] = (unsigned char)(word >> (8 * k));
                h = hash_bytes(h, le, sample);
            }
        }
    return h;
}

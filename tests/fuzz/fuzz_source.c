/* Mutates DNGs, vendor raws and dumps and reads them: every result must be an error with a message
 * or a frame that can be used. The mutations follow from a seed, so that a failure can be repeated.
 *
 *   fuzz_source [ITERATIONS [FIRST_SEED]]      per kind of file
 *
 * The file being read stays in the temporary folder when a sanitizer or signal ends the run; its
 * path is printed first. With FUZZ_VERBOSE set, every error message is printed. */
#include "read_back.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH  40
#define HEIGHT 30

static uint32_t state;

static uint32_t next_random(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* --- the files to start from -------------------------------------------------------------- */

static void add_opcodes(struct dngw *w)
{
    struct dngw_blob warp = {.size = 0}, bad = {.size = 0}, map = {.size = 0};
    static const uint32_t map_head[10] = {0, 0, HEIGHT, WIDTH, 0, 1, 1, 1, 2, 2};
    static const uint32_t bad_words[9] = {0, 1, 1, 3, 4, 5, 6, 7, 8};
    dngw_u32(&warp, 1);
    for (int i = 0; i < 8; i++)
        dngw_f64(&warp, i == 0 ? 1.0 : i < 6 ? 0.0 : 0.5);
    for (int i = 0; i < 9; i++)
        dngw_u32(&bad, bad_words[i]);
    for (int i = 0; i < 10; i++)
        dngw_u32(&map, map_head[i]);
    for (int i = 0; i < 4; i++)
        dngw_f64(&map, i < 2 ? 1.0 : 0.0);
    dngw_u32(&map, 1);
    for (int i = 0; i < 4; i++)
        dngw_f32(&map, 1.0 + 0.1 * i);
    dngw_opcode(w, 1, 5, 0, &bad);
    dngw_opcode(w, 2, 9, 0, &map);
    dngw_opcode(w, 3, 1, 1, &warp);
}

static void add_tags(struct dngw *w)
{
    double delta[WIDTH] = {0.0};
    DNGW_SET(w, DNGW_RAW, 50712, DNGW_SHORT, 0, 100, 1000, 4000);
    DNGW_SET(w, DNGW_RAW, 50713, DNGW_SHORT, 2, 2);
    DNGW_SET(w, DNGW_RAW, 50714, DNGW_RATIONAL, 10, 11, 12, 13);
    dngw_set(w, DNGW_RAW, 50715, DNGW_SRATIONAL, WIDTH, delta);
    DNGW_SET(w, DNGW_RAW, 50717, DNGW_LONG, 4000);
    DNGW_SET(w, DNGW_RAW, 50719, DNGW_RATIONAL, 2, 2);
    DNGW_SET(w, DNGW_RAW, 50720, DNGW_RATIONAL, 30, 20);
    DNGW_SET(w, DNGW_RAW, 50829, DNGW_LONG, 0, 0, HEIGHT, WIDTH);
    DNGW_SET(w, DNGW_RAW, 50830, DNGW_LONG, 0, 0, 2, WIDTH);
    DNGW_SET(w, DNGW_RAW, 51041, DNGW_DOUBLE, 1e-4, 1e-6);
    DNGW_SET(w, DNGW_IFD0, 50721, DNGW_SRATIONAL, .8, -.2, -.1, -.4, 1.2, .2, -.1, .2, .6);
    DNGW_SET(w, DNGW_IFD0, 50722, DNGW_SRATIONAL, .7, -.2, -.1, -.4, 1.2, .2, -.1, .2, .6);
    DNGW_SET(w, DNGW_IFD0, 50778, DNGW_SHORT, 17);
    DNGW_SET(w, DNGW_IFD0, 50779, DNGW_SHORT, 21);
    DNGW_SET(w, DNGW_IFD0, 50729, DNGW_RATIONAL, 0.33, 0.34);
    DNGW_SET(w, DNGW_IFD0, 50730, DNGW_SRATIONAL, 0.5);
    dngw_text(w, DNGW_IFD0, 271, "Maker");
    dngw_text(w, DNGW_EXIF, 36867, "2024:01:02 03:04:05");
    DNGW_SET(w, DNGW_EXIF, 33434, DNGW_RATIONAL, 0.01);
    DNGW_SET(w, DNGW_GPS, 2, DNGW_RATIONAL, 1, 2, 3);
}

enum { KINDS = 10 };

/* Kinds 7 and 8 are floating point of 16 and 24 bits, deflated with and without a predictor. */
static void make_float(int kind, struct dngw_image *m)
{
    static float floats[WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        floats[i] = (float)(m->pixels[i] + 1);
    m->floats = floats;
    m->bits = kind == 7 ? 16 : 24;
    m->packing = DNGW_DEFLATE;
    m->predictor = kind == 7 ? 34894 : 0;
}

static void add_kind_tags(struct dngw *w, int kind, const struct dngw_image *m)
{
    if (m->samples == 3) { /* one level per colour, no pattern */
        dngw_drop(w, DNGW_RAW, 50713);
        DNGW_SET(w, DNGW_RAW, 50714, DNGW_RATIONAL, 10, 11, 12);
        DNGW_SET(w, DNGW_RAW, 50717, DNGW_LONG, 4000, 4000, 4000);
    } else if (m->bits == 12) {
        add_opcodes(w);
    }
    if (m->floats)
        dngw_drop(w, DNGW_RAW, 50712);
    if (kind == KINDS - 1) {
        dngw_drop(w, DNGW_IFD0, 50706);
        dngw_text(w, DNGW_IFD0, 271, "PENTAX");
        dngw_text(w, DNGW_IFD0, 272, "PENTAX K-5");
    }
}

/* Files of every packing; the last kind is a vendor's, which LibRaw reads. */
static uint8_t *make_file(int kind, size_t *size)
{
    static uint16_t pixels[WIDTH * HEIGHT * 3];
    bool vendor = kind == KINDS - 1;
    struct dngw_image m = {.width = WIDTH,
                           .height = HEIGHT,
                           .bits = vendor      ? 16
                                   : kind == 4 ? 8
                                               : 12,
                           .samples = kind == 5 ? 3 : 1,
                           .pixels = pixels,
                           .packing = vendor ? DNGW_WORDS : (enum dngw_packing)(kind % 4),
                           .tile_width = kind >= 2 && kind < 5 ? 16 : 0,
                           .tile_height = 16,
                           .rows_per_strip = 9,
                           .restart_rows = kind == 3 ? 2 : 0,
                           .fold = kind == 3 ? 2 : 0};
    struct dngw *w = dngw_new(kind & 1);
    uint8_t *file;
    noise_pixels(pixels, sizeof pixels / sizeof *pixels, m.bits < 12 ? m.bits : 12, (uint32_t)kind);
    if (kind == 7 || kind == 8)
        make_float(kind, &m);
    if (kind & 2)
        dngw_use_sub_ifd(w);
    dngw_image(w, &m);
    add_tags(w);
    add_kind_tags(w, kind, &m);
    file = dngw_build(w, size);
    dngw_free(w);
    return file;
}

/* --- mutations ---------------------------------------------------------------------------- */

/* Most of what can go wrong is in the tags, which come first. */
static size_t random_place(size_t size)
{
    size_t limit = next_random() % 4 ? size / 3 + 1 : size;
    return next_random() % limit;
}

static size_t mutate(uint8_t *data, size_t size)
{
    static const uint32_t values[] = {0,          1,          2,          7,          0xff,
                                      0xffff,     0x8000,     0x7fffffff, 0x80000000, 0xffffffff,
                                      0xfffffffe, 0x01000000, 0x00010000, 65535,      34892};
    int count = 1 + (int)(next_random() % 6);
    for (int i = 0; i < count; i++) {
        size_t at = random_place(size);
        uint32_t v = values[next_random() % (sizeof values / sizeof *values)];
        size_t width = (size_t)1 << next_random() % 3;
        switch (next_random() % 4) {
        case 0:
            data[at] ^= (uint8_t)(1u << next_random() % 8);
            break;
        case 1:
            data[at] = (uint8_t)next_random();
            break;
        case 2:
            memcpy(data + at, &v, at + width <= size ? width : 1);
            break;
        default: /* one tag's bytes over another's */
            memmove(data + at, data + random_place(size - 12), at + 12 <= size ? 12 : size - at);
        }
    }
    return next_random() % 8 == 0 ? next_random() % size : size;
}

/* --- what a frame must be ----------------------------------------------------------------- */

static bool rect_inside(const struct fl_rect *r, int width, int height)
{
    return r->x >= 0 && r->y >= 0 && r->width >= 1 && r->height >= 1 && r->width <= width - r->x &&
           r->height <= height - r->y;
}

/* Reads everything that the attachments point to: the sanitizer is the judge. */
static double touch_corrections(const struct fl_corrections *c)
{
    double sum = 0.0;
    for (int i = 0; i < c->linear_count; i++)
        sum += c->linear[i];
    for (int i = 0; i < c->delta_h_count; i++)
        sum += (double)c->black_delta_h[i];
    for (int i = 0; i < c->delta_v_count; i++)
        sum += (double)c->black_delta_v[i];
    for (int i = 0; i < c->black_rows * c->black_cols; i++)
        sum += (double)c->black_pattern[i];
    for (int i = 0; i < c->opcode_count; i++) {
        const struct fl_opcode *op = &c->opcode[i];
        if (op->id == FL_OPCODE_GAIN_MAP)
            for (int k = 0;
                 k < op->u.gain_map.points_v * op->u.gain_map.points_h * op->u.gain_map.map_planes;
                 k++)
                sum += (double)op->u.gain_map.gain[k];
        if (op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST)
            for (int k = 0; k < 2 * op->u.bad_list.points; k++)
                sum += op->u.bad_list.point[k];
        if (op->id == FL_OPCODE_WARP_RECTILINEAR)
            sum += op->u.warp.plane[op->u.warp.planes - 1].radial[0];
    }
    return sum;
}

/* Reads every byte of the rows; samples in words must not exceed their bits. */
static bool pixels_fit(const struct fl_frame *f)
{
    size_t bytes = fl_format_row_bytes(&f->format, f->width);
    unsigned all = 0;
    for (int y = 0; y < f->height; y++) {
        const uint8_t *row = (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0];
        if (f->format.packing == FL_PACK_U16)
            for (size_t i = 0; i < bytes / 2; i++)
                all |= ((const uint16_t *)row)[i];
        else
            for (size_t i = 0; i < bytes; i++)
                all |= row[i];
    }
    return all >> (f->format.packing == FL_PACK_U16 ? f->format.bits : 8) == 0;
}

static const char *fault_of(const struct fl_frame *f)
{
    const struct fl_meta *m = &f->meta;
    double sum = m->corrections ? touch_corrections(m->corrections) : 0.0;
    if (fl_frame_check_size(f->width, f->height).code != FL_OK || f->planes != 1)
        return "size";
    if (!rect_inside(&m->active, f->width, f->height))
        return "active area";
    if (m->default_crop.width && !rect_inside(&m->default_crop, m->active.width, m->active.height))
        return "default crop";
    for (int i = 0; i < m->masked_count; i++)
        if (!rect_inside(&m->masked[i], f->width, f->height))
            return "masked area";
    for (int i = 0; i < (f->format.color == FL_COLOR_RGB ? 3 : 4); i++)
        if (!(m->white_dn[i] < 1e8f) || (!(m->corrections && m->corrections->black_pattern) &&
                                         !(m->black_dn[i] < m->white_dn[i])))
            return "levels";
    for (int c = 0; c < 2; c++)
        for (int i = 0; i < 9; i++)
            sum += m->calibration[c].color_matrix[i] + m->calibration[c].forward_matrix[i];
    for (int i = 0; i < 3; i++) {
        if (m->has_neutral && !(m->neutral[i] > 0.0))
            return "neutral";
        sum += m->noise[i].s + m->noise[i].o + m->analog_balance[i];
    }
    sum += m->exposure_s + m->iso + m->f_number + m->focal_mm + m->baseline_exposure_ev;
    if (!isfinite(sum))
        return "a value that is not finite";
    return pixels_fit(f) ? NULL : "pixels beyond their bits";
}

/* --- the run ------------------------------------------------------------------------------ */

/* Replaces the contents of the open file. (Making it anew each time would wait for the disk.) */
static void write_file(int fd, const uint8_t *data, size_t size)
{
    if (ftruncate(fd, (off_t)size) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
}

/* Reads one mutated file. False, with a message, where the result is neither error nor frame. */
static bool read_one(const char *path, const struct fl_raw_description *d, uint32_t seed,
                     int *frames)
{
    struct fl_frame *f = NULL;
    fl_err err = fl_source_read(path, d, NULL, &f);
    const char *fault = NULL;
    if (err.code != FL_OK)
        fault = err.message[0] == '\0' || f ? "an error without message, or with a frame" : NULL;
    else
        fault = fault_of(f);
    *frames += err.code == FL_OK;
    if (err.code != FL_OK && getenv("FUZZ_VERBOSE"))
        printf("seed %u: %s\n", (unsigned)seed, err.message);
    fl_frame_unref(f);
    if (fault)
        printf("seed %u: %s; the file is %s\n", (unsigned)seed, fault, path);
    return !fault;
}

/* A description of a dump with numbers that need not fit. */
static struct fl_raw_description random_description(void)
{
    static const char *const formats[] = {"SRGGB8", "SGRBG16", "R10_CSI2P", "SBGGR14_CSI2P"};
    struct fl_raw_description d = {.format = formats[next_random() % 4]};
    d.width = (int)(next_random() % 70) - 1;
    d.height = (int)(next_random() % 70) - 1;
    d.stride = next_random() % 2 ? next_random() % 200 : 0;
    d.offset = next_random() % 8 ? next_random() % 99 : SIZE_MAX - next_random() % 9;
    return d;
}

/* Reads one kind of file, whole and then mutated. */
static bool run_kind(int kind, unsigned long iterations, uint32_t seed, const char *path, int fd)
{
    size_t size;
    uint8_t *file = make_file(kind, &size), *copy = malloc(size);
    int frames = 0;
    bool good = copy != NULL;
    for (unsigned long i = 0; i < iterations && good; i++, seed++) {
        struct fl_raw_description d;
        state = seed * 2654435761u + 1;
        memcpy(copy, file, size);
        write_file(fd, copy, i > 0 ? mutate(copy, size) : size);
        d = random_description();
        good = read_one(path, i % 16 == 15 ? &d : NULL, seed, &frames);
        if (good && i == 0 && frames == 0) {
            printf("the file without mutations is refused\n");
            good = false;
        }
    }
    printf("kind %d: %lu files, %d frames\n", kind, iterations, frames);
    free(copy);
    free(file);
    return good;
}

int main(int argc, char **argv)
{
    unsigned long iterations = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
    uint32_t seed = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 1;
    char path[256];
    bool good = true;
    int fd;
    dngw_save((const uint8_t *)"", 0, path, sizeof path);
    fd = open(path, O_RDWR);
    if (fd < 0)
        abort();
    printf("the file being read is %s\n", path);
    fflush(stdout);
    for (int kind = 0; kind < KINDS && good; kind++)
        good = run_kind(kind, iterations, seed + (uint32_t)(kind * iterations), path, fd);
    close(fd);
    if (good)
        unlink(path);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

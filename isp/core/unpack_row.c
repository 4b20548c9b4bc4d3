/* Rows of integer raw formats as 16-bit samples. CSI-2 groups hold the high eight bits of each
 * sample first, then a byte or bytes with the low bits, first sample lowest (MIPI CSI-2 spec 11.4;
 * libcamera names them _CSI2P). */
#include "unpack_row.h"

#include <string.h>

static uint16_t csi10(const uint8_t *group, int i)
{
    return (uint16_t)(group[i] << 2 | (group[4] >> (2 * i) & 3));
}

static uint16_t csi12(const uint8_t *group, int i)
{
    return (uint16_t)(group[i] << 4 | (group[2] >> (4 * i) & 15));
}

static uint16_t csi14(const uint8_t *group, int i)
{
    unsigned low = (unsigned)group[4] | (unsigned)group[5] << 8 | (unsigned)group[6] << 16;
    return (uint16_t)((unsigned)group[i] << 6 | (low >> (6 * i) & 63));
}

/* Whole groups, without a decision for each sample. */
static void csi10_groups(const uint8_t *group, int groups, uint16_t *out)
{
    for (int g = 0; g < groups; g++, group += 5, out += 4)
        for (int i = 0; i < 4; i++)
            out[i] = csi10(group, i);
}

static void csi12_groups(const uint8_t *group, int groups, uint16_t *out)
{
    for (int g = 0; g < groups; g++, group += 3, out += 2)
        for (int i = 0; i < 2; i++)
            out[i] = csi12(group, i);
}

static void csi14_groups(const uint8_t *group, int groups, uint16_t *out)
{
    for (int g = 0; g < groups; g++, group += 7, out += 4)
        for (int i = 0; i < 4; i++)
            out[i] = csi14(group, i);
}

/* How the samples of so many bits are packed. */
struct packing {
    int samples, bytes; /* of a group */
    uint16_t (*one)(const uint8_t *group, int i);
    void (*groups)(const uint8_t *group, int groups, uint16_t *out);
};

static void unpack_csi(int bits, const uint8_t *row, int x, int n, uint16_t *out)
{
    static const struct packing packings[] = {
        {4, 5, csi10, csi10_groups}, {2, 3, csi12, csi12_groups}, {4, 7, csi14, csi14_groups}};
    const struct packing *p = &packings[bits == 10 ? 0 : bits == 12 ? 1 : 2];
    int i = 0, whole;
    for (; i < n && (x + i) % p->samples != 0; i++)
        out[i] = p->one(row + (x + i) / p->samples * p->bytes, (x + i) % p->samples);
    whole = (n - i) / p->samples;
    p->groups(row + (x + i) / p->samples * p->bytes, whole, out + i);
    i += whole * p->samples;
    for (; i < n; i++)
        out[i] = p->one(row + (x + i) / p->samples * p->bytes, (x + i) % p->samples);
}

void fl_unpack_row(const struct fl_format *format, const void *row, int x, int n, uint16_t *out)
{
    const uint8_t *bytes = row;
    int channels = fl_format_channels(format);
    size_t first = (size_t)x * (size_t)channels, count = (size_t)n * (size_t)channels;
    switch (format->packing) {
    case FL_PACK_U8:
        for (size_t i = 0; i < count; i++)
            out[i] = bytes[first + i];
        break;
    case FL_PACK_U16:
        memcpy(out, bytes + 2 * first, 2 * count);
        break;
    case FL_PACK_CSI2P:
        unpack_csi(format->bits, bytes, x, n, out);
        break;
    case FL_PACK_F32:
        break; /* not an integer format */
    }
}

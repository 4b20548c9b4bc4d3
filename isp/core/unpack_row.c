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

static void unpack_csi(int bits, const uint8_t *row, int x, int n, uint16_t *out)
{
    for (int i = 0; i < n; i++) {
        int at = x + i;
        if (bits == 10)
            out[i] = csi10(row + at / 4 * 5, at & 3);
        else if (bits == 12)
            out[i] = csi12(row + at / 2 * 3, at & 1);
        else
            out[i] = csi14(row + at / 4 * 7, at & 3);
    }
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

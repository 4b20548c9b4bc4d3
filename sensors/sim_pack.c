/* Stores codes as a sensor's interface delivers them: bytes, 16-bit words, or MIPI CSI-2 packed. */
#include "sim_sensor.h"

#include <string.h>

/* Groups of `count` samples: the high 8 bits of each, then all low bits, first sample lowest. */
static void pack_group(const uint16_t *dn, int count, int bits, unsigned char *out)
{
    uint64_t low = 0;
    int low_bits = bits - 8;
    for (int i = 0; i < count; i++) {
        out[i] = (unsigned char)(dn[i] >> low_bits);
        low |= (uint64_t)(dn[i] & ((1U << low_bits) - 1)) << (i * low_bits);
    }
    for (int i = 0; i < count * low_bits / 8; i++)
        out[count + i] = (unsigned char)(low >> (8 * i));
}

void fl_sim_pack_row(const struct fl_format *format, const uint16_t *dn, int width, void *out)
{
    unsigned char *bytes = out;
    int count = format->bits == 12 ? 2 : 4;
    if (format->packing == FL_PACK_U16) {
        memcpy(out, dn, (size_t)width * sizeof *dn);
    } else if (format->packing == FL_PACK_U8) {
        for (int x = 0; x < width; x++)
            bytes[x] = (unsigned char)dn[x];
    } else {
        for (int x = 0; x < width; x += count) {
            uint16_t group[4] = {0, 0, 0, 0};
            for (int i = 0; i < count && x + i < width; i++)
                group[i] = dn[x + i];
            pack_group(group, count, format->bits, bytes);
            bytes += count * format->bits / 8;
        }
    }
}

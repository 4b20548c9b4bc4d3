/* Floating-point samples of DNGs as 16-bit codes, which is what the pipeline begins with: the scale
 * from black to white gets 64,511 of them, finer than the noise of any single exposure. */
#include "dng_float.h"

#include "tiff_dir.h"

#include <string.h>

/* A float from its parts: exponent and fraction as stored, of a format with so many bits each. */
static float assemble(bool negative, unsigned exponent, unsigned fraction, int exponent_bits,
                      int fraction_bits)
{
    const unsigned top = (1u << exponent_bits) - 1;
    const int bias = exponent_bits == 7 ? 64 : (1 << (exponent_bits - 1)) - 1;
    uint32_t word = negative ? 0x80000000u : 0;
    float out;
    if (exponent == top) { /* infinity and NaN */
        word |= 0x7f800000u | fraction << (23 - fraction_bits);
    } else if (exponent > 0) {
        word |= (uint32_t)((int)exponent - bias + 127) << 23 | fraction << (23 - fraction_bits);
    } else { /* zero, and what is too small for an exponent: exact in a float */
        out = (float)(fraction * (exponent_bits == 7 ? 0x1p-79 : 0x1p-24));
        return negative ? -out : out;
    }
    memcpy(&out, &word, sizeof out);
    return out;
}

float fl_dng_float(const uint8_t *p, int bits, bool big)
{
    if (bits == 16) {
        unsigned v = fl_tiff_u16(p, big);
        return assemble(v >> 15, v >> 10 & 0x1f, v & 0x3ff, 5, 10);
    }
    if (bits == 24) {
        unsigned v = (unsigned)p[big ? 0 : 2] << 16 | (unsigned)p[1] << 8 | p[big ? 2 : 0];
        return assemble(v >> 23, v >> 16 & 0x7f, v & 0xffff, 7, 16);
    }
    return fl_tiff_f32(p, big);
}

void fl_dng_float_row(const uint8_t *in, int bits, bool big, double gain, int count, uint16_t *out)
{
    for (int i = 0; i < count; i++, in += bits / 8) {
        double code = FL_DNG_FLOAT_ZERO + gain * (double)fl_dng_float(in, bits, big) + 0.5;
        if (!(code > 0.0)) /* NaN as well */
            out[i] = 0;
        else
            out[i] = code < 65535.0 ? (uint16_t)code : 65535;
    }
}

void fl_dng_float_unpredict(uint8_t *row, int count, int bits, int distance, uint8_t *scratch)
{
    const int bytes = bits / 8;
    for (int i = distance; i < count * bytes; i++)
        row[i] = (uint8_t)(row[i] + row[i - distance]);
    memcpy(scratch, row, (size_t)count * (size_t)bytes);
    for (int i = 0; i < count; i++)
        for (int b = 0; b < bytes; b++)
            row[(size_t)i * (size_t)bytes + (size_t)b] =
                scratch[(size_t)b * (size_t)count + (size_t)i];
}

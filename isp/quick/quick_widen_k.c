/* Packed rows to 16-bit codes, vector source. Eight codes at a time in 16 bytes, which every
 * instruction set has a byte shuffle for. */
#include "quick_names.h"
#include "quick_simd.h"

FL_QUICK_DECLARE(FL_ISA);

typedef uint16_t vh __attribute__((vector_size(16)));

void QUICK(widen_u8)(const uint8_t *in, uint16_t *out, int n)
{
    typedef uint8_t half __attribute__((vector_size(8)));
    int i = 0;
    for (; i + 8 <= n; i += 8) {
        half v;
        vh wide;
        memcpy(&v, in + i, sizeof v);
        wide = __builtin_convertvector(v, vh);
        memcpy(out + i, &wide, sizeof wide);
    }
    for (; i < n; i++)
        out[i] = in[i];
}

/* The high byte of each code above the byte with the low bits of its group. */
#define GATHER(v, ...) (vh) __builtin_shufflevector(v, v, __VA_ARGS__)

void QUICK(widen_csi10)(const uint8_t *in, uint16_t *out, int n)
{
    const vh place = {64, 16, 4, 1, 64, 16, 4, 1};
    int i = 0;
    for (; i + 16 <= n; i += 8, in += 10) {
        vb16 v;
        vh pair, code;
        memcpy(&v, in, sizeof v);
        pair = GATHER(v, 4, 0, 4, 1, 4, 2, 4, 3, 9, 5, 9, 6, 9, 7, 9, 8);
        code = (pair >> 8 << 2) | ((((pair & 255) * place) >> 6) & 3);
        memcpy(out + i, &code, sizeof code);
    }
    for (; i < n; i += 4, in += 5)
        for (int k = 0; k < 4; k++)
            out[i + k] = (uint16_t)(in[k] << 2 | (in[4] >> (2 * k) & 3));
}

void QUICK(widen_csi12)(const uint8_t *in, uint16_t *out, int n)
{
    const vh place = {16, 1, 16, 1, 16, 1, 16, 1};
    int i = 0;
    for (; i + 16 <= n; i += 8, in += 12) {
        vb16 v;
        vh pair, code;
        memcpy(&v, in, sizeof v);
        pair = GATHER(v, 2, 0, 2, 1, 5, 3, 5, 4, 8, 6, 8, 7, 11, 9, 11, 10);
        code = (pair >> 8 << 4) | ((((pair & 255) * place) >> 4) & 15);
        memcpy(out + i, &code, sizeof code);
    }
    for (; i < n; i += 2, in += 3)
        for (int k = 0; k < 2; k++)
            out[i + k] = (uint16_t)(in[k] << 4 | (in[2] >> (4 * k) & 15));
}

/* PiSP compression, mode 1.
 *
 * Eight pixels in a row become two words of 32 bits, little-endian: one for the even, one for the
 * odd ones, so that each holds four samples of one colour. The two lowest bits are the quantiser:
 *     0: steps of 16, from 320 on of 32     1: steps of 64     2: steps of 128
 *     3: steps of 256, from 94 on of 512
 * With quantisers 0 to 2 one of the middle samples has 9 bits (the lesser of the two, as a rule),
 * the other 7 as a difference, and the outer ones 7 bits each above a floor that lies 64 steps
 * below their neighbour. With quantiser 3 there are four samples of about 7 1/2 bits, two by two:
 * their values below 176 make 15 bits together. All values come with 2048 taken off. */
#include "pisp_decode.h"

#define BLOCK      8
#define OFFSET     2048
#define CODE_MAX   65535
#define FLOOR_STEP 64
#define HIGH       384 /* quantiser 2: from here on both middle samples are stored apart */

static uint16_t level(int q, unsigned quantiser)
{
    int v;
    switch (quantiser) {
    case 0:
        v = q < 320 ? 16 * q : 32 * (q - 160);
        break;
    case 1:
        v = 64 * q;
        break;
    case 2:
        v = 128 * q;
        break;
    default:
        v = q < 94 ? 256 * q : 512 * (q - 47);
        break;
    }
    v += OFFSET;
    return (uint16_t)(v < CODE_MAX ? v : CODE_MAX);
}

/* What an outer sample counts from. */
static int floor_of(int neighbour, unsigned quantiser)
{
    int f = neighbour > FLOOR_STEP ? neighbour - FLOOR_STEP : 0;
    return quantiser == 2 && f > HIGH ? HIGH : f;
}

static void differences(uint32_t word, unsigned quantiser, int q[4])
{
    int base = (int)(word >> 2 & 511), step = (int)(word >> 11 & 127);
    if (quantiser == 2 && base >= HIGH) {
        q[1] = base;
        q[2] = step + HIGH;
    } else {
        q[1] = step < FLOOR_STEP ? base + FLOOR_STEP - step : base;
        q[2] = step < FLOOR_STEP ? base : base + step - FLOOR_STEP;
    }
    q[0] = floor_of(q[1], quantiser) + (int)(word >> 18 & 127);
    q[3] = floor_of(q[2], quantiser) + (int)(word >> 25 & 127);
}

/* Two values below 176 in 15 bits: low four bits of the first, the second and the rest of the first
 * as one number. */
static void pair(uint32_t bits, int q[2])
{
    int rest = (int)(bits >> 4);
    q[0] = (int)(bits & 15) + 16 * ((int)(bits >> 8) / 11);
    q[1] = rest % 176;
}

static void decode_word(const uint8_t *data, uint16_t *out)
{
    uint32_t word =
        data[0] | (uint32_t)data[1] << 8 | (uint32_t)data[2] << 16 | (uint32_t)data[3] << 24;
    unsigned quantiser = word & 3;
    int q[4];
    if (quantiser < 3) {
        differences(word, quantiser, q);
    } else {
        pair(word >> 2 & 32767, q);
        pair(word >> 17 & 32767, q + 2);
    }
    for (int i = 0; i < 4; i++)
        out[2 * i] = level(q[i], quantiser);
}

fl_err fl_pisp_decode(const uint8_t *data, size_t size, size_t stride, int width, int height,
                      uint16_t *out, size_t out_stride)
{
    size_t row_bytes = ((size_t)width + BLOCK - 1) / BLOCK * BLOCK;
    if (width < 1 || height < 1 || stride < row_bytes || size < row_bytes ||
        (size - row_bytes) / stride < (size_t)height - 1)
        return fl_error(FL_ERR_CORRUPT, "a compressed raw is shorter than %dx%d pixels", width,
                        height);
    for (int y = 0; y < height; y++) {
        const uint8_t *from = data + (size_t)y * stride;
        uint16_t *to = (uint16_t *)(void *)((char *)out + (size_t)y * out_stride);
        for (int x = 0; x < width; x += BLOCK, from += BLOCK) {
            uint16_t block[BLOCK];
            decode_word(from, block);
            decode_word(from + 4, block + 1);
            for (int i = 0; i < BLOCK && x + i < width; i++)
                to[x + i] = block[i];
        }
    }
    return fl_success();
}

/* Noise left where the truth is flat.
 *
 * Blocks of 16x16 pixels count as flat where every channel of the truth deviates by less than 1.5
 * codes rms from its mean and stays clear of both ends of the range. Noise: rms of the error
 * around its mean in the block, for luma and for chroma (Cb and Cr together). Blotch: rms
 * difference of the mean Cb and Cr errors of horizontally neighbouring flat blocks, over sqrt(2);
 * an error that both share, as of white balance, is none. */
#include "measures.h"

#include <math.h>

#define BLOCK 16
#define FLAT  1.5
#define CLEAR 6 /* codes from both ends */

struct block {
    bool flat;
    double mean[3], square[3]; /* of the errors of Y, Cb, Cr */
};

struct sums {
    double luma, chroma, blotch;
    int64_t blocks, pairs;
};

static bool is_flat(const struct picture *truth, int x0, int y0)
{
    const double n = BLOCK * BLOCK;
    double sum[3] = {0}, square[3] = {0};
    for (int y = y0; y < y0 + BLOCK; y++)
        for (int x = x0; x < x0 + BLOCK; x++)
            for (int c = 0; c < 3; c++) {
                int v = picture_at(truth, x, y)[c];
                if (v < CLEAR || v > 255 - CLEAR)
                    return false;
                sum[c] += v;
                square[c] += (double)v * v;
            }
    for (int c = 0; c < 3; c++)
        if (square[c] / n - sum[c] / n * (sum[c] / n) > FLAT * FLAT)
            return false;
    return true;
}

static void error_at(const uint8_t *t, const uint8_t *r, double out[3])
{
    double d[3] = {r[0] - t[0], r[1] - t[1], r[2] - t[2]};
    out[0] = 0.299 * d[0] + 0.587 * d[1] + 0.114 * d[2];
    out[1] = 0.564 * (d[2] - out[0]);
    out[2] = 0.713 * (d[0] - out[0]);
}

static struct block look(const struct picture *truth, const struct picture *result, int x0, int y0)
{
    struct block b = {is_flat(truth, x0, y0), {0}, {0}};
    for (int y = y0; b.flat && y < y0 + BLOCK; y++)
        for (int x = x0; x < x0 + BLOCK; x++) {
            double e[3];
            error_at(picture_at(truth, x, y), picture_at(result, x, y), e);
            for (int k = 0; k < 3; k++) {
                b.mean[k] += e[k] / (BLOCK * BLOCK);
                b.square[k] += e[k] * e[k] / (BLOCK * BLOCK);
            }
        }
    return b;
}

static void add(const struct block *b, const struct block *left, struct sums *s)
{
    double cb = b->mean[1] - left->mean[1], cr = b->mean[2] - left->mean[2];
    if (!b->flat)
        return;
    s->luma += b->square[0] - b->mean[0] * b->mean[0];
    for (int k = 1; k < 3; k++)
        s->chroma += b->square[k] - b->mean[k] * b->mean[k];
    s->blocks++;
    if (left->flat) {
        s->blotch += (cb * cb + cr * cr) / 2.0;
        s->pairs++;
    }
}

/* Of a variance, which rounding may leave a hair below 0; NAN without samples. */
static double root_mean(double sum, int64_t count)
{
    return count ? sqrt(sum > 0.0 ? sum / (double)count : 0.0) : (double)NAN;
}

void measure_flat(const struct picture *truth, const struct picture *result, double out[MEASURES])
{
    struct sums s = {0};
    for (int y = MEASURE_BORDER; y + BLOCK <= truth->height - MEASURE_BORDER; y += BLOCK) {
        struct block left = {false, {0}, {0}};
        for (int x = MEASURE_BORDER; x + BLOCK <= truth->width - MEASURE_BORDER; x += BLOCK) {
            struct block b = look(truth, result, x, y);
            add(&b, &left, &s);
            left = b;
        }
    }
    out[MEASURE_NOISE_LUMA] = root_mean(s.luma, s.blocks);
    out[MEASURE_NOISE_CHROMA] = root_mean(s.chroma, s.blocks);
    out[MEASURE_BLOTCH] = root_mean(s.blotch, s.pairs);
}

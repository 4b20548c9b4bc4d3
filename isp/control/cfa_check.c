/* Does the declared CFA fit the pixels? */
#include "cfa_check.h"

#include "flmath.h"
#include "unpack_row.h"

#include <math.h>
#include <stdlib.h>

#define BLOCK      16 /* pixels a side */
#define PER_SIDE   20 /* blocks along a side of the picture, at most */
#define MIN_BLOCKS 24

/* Real greens of one pixel pair differ by crosstalk, up to about 3 %; red and blue agree
 * everywhere only where there is no colour at all, and then the greens agree as well. */
#define GREENS_DIFFER 0.04
#define OTHERS_AGREE  0.01

/* A block's mean code at each site of the 2x2 pattern. */
struct block_means {
    double site[4];
};

static void read_block(const struct fl_frame *raw, int x0, int y0, struct block_means *out)
{
    uint32_t sum[4] = {0, 0, 0, 0};
    for (int y = 0; y < BLOCK; y++) {
        uint16_t codes[BLOCK];
        const uint8_t *row = (const uint8_t *)raw->plane[0] + (size_t)(y0 + y) * raw->stride[0];
        fl_unpack_row(&raw->format, row, x0, BLOCK, codes);
        for (int x = 0; x < BLOCK; x++)
            sum[(y & 1) * 2 + (x & 1)] += codes[x];
    }
    for (int i = 0; i < 4; i++)
        out->site[i] = sum[i] / (BLOCK * BLOCK / 4.0);
}

/* Neither clipped nor near black, so that differences mean colour. */
static bool usable(const struct block_means *b, const struct fl_frame *raw)
{
    const struct fl_meta *m = &raw->meta;
    for (int i = 0; i < 4; i++) {
        double white =
            m->white_dn[i] > 0.0f ? (double)m->white_dn[i] : (double)((1 << raw->format.bits) - 1);
        double black = (double)m->black_dn[i];
        if (!(b->site[i] < black + 0.9 * (white - black)) ||
            !(b->site[i] > black + 0.03 * (white - black)))
            return false;
    }
    return true;
}

static int collect(const struct fl_frame *raw, const struct fl_rect *active,
                   struct block_means *blocks)
{
    int cols = active->width / BLOCK, rows = active->height / BLOCK, count = 0;
    int step_x = cols / PER_SIDE + 1, step_y = rows / PER_SIDE + 1;
    for (int y = 0; y < rows; y += step_y)
        for (int x = 0; x < cols; x += step_x) {
            read_block(raw, active->x + x * BLOCK, active->y + y * BLOCK, &blocks[count]);
            count += usable(&blocks[count], raw);
        }
    return count;
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median over the blocks of how far two sites differ, relative to their sum. */
static double difference(const struct block_means *blocks, int count, const float black[4], int i,
                         int j)
{
    double d[PER_SIDE * PER_SIDE];
    for (int k = 0; k < count; k++) {
        double a = blocks[k].site[i] - (double)black[i], b = blocks[k].site[j] - (double)black[j];
        d[k] = fabs(a - b) / (a + b);
    }
    qsort(d, (size_t)count, sizeof d[0], compare_doubles);
    return d[count / 2];
}

static double log_distance(double red, double blue, const double grey[2])
{
    double r = fl_ln(red / grey[0]), b = fl_ln(blue / grey[1]);
    return r * r + b * b;
}

/* Distance, in logarithms, of a grey's red/green and blue/green from the file's own white or, where
 * it has none, from those of common sensors under lamps and skies (averages over small sensors'
 * calibrations). */
static double strangeness(const struct fl_meta *m, double red, double blue)
{
    static const double grey[][2] = {{0.80, 0.33}, {0.72, 0.40}, {0.60, 0.50},
                                     {0.50, 0.60}, {0.44, 0.67}, {0.36, 0.75}};
    double best = 1e9;
    if (m->has_neutral) {
        const double own[2] = {m->neutral[0] / m->neutral[1], m->neutral[2] / m->neutral[1]};
        return log_distance(red, blue, own);
    }
    for (size_t i = 0; i < sizeof grey / sizeof *grey; i++) {
        double d = log_distance(red, blue, grey[i]);
        best = d < best ? d : best;
    }
    return best;
}

/* Of the two orders with greens at the sites that agree, the one with the more usual light. */
static enum fl_cfa choose(const struct fl_meta *m, const struct block_means *blocks, int count,
                          bool greens_outside)
{
    double mean[4] = {0.0, 0.0, 0.0, 0.0};
    for (int k = 0; k < count; k++)
        for (int i = 0; i < 4; i++)
            mean[i] += blocks[k].site[i] - (double)m->black_dn[i];
    if (greens_outside) { /* G at 0 and 3 */
        double g = (mean[0] + mean[3]) / 2.0;
        return strangeness(m, mean[1] / g, mean[2] / g) <= strangeness(m, mean[2] / g, mean[1] / g)
                   ? FL_CFA_GRBG
                   : FL_CFA_GBRG;
    } else {
        double g = (mean[1] + mean[2]) / 2.0;
        return strangeness(m, mean[0] / g, mean[3] / g) <= strangeness(m, mean[3] / g, mean[0] / g)
                   ? FL_CFA_RGGB
                   : FL_CFA_BGGR;
    }
}

enum fl_cfa fl_cfa_check(const struct fl_frame *raw, const struct fl_rect *active)
{
    struct block_means blocks[PER_SIDE * PER_SIDE];
    const float *black = raw->meta.black_dn;
    enum fl_cfa declared = raw->format.cfa;
    bool greens_outside = declared == FL_CFA_GRBG || declared == FL_CFA_GBRG;
    int count = collect(raw, active, blocks);
    double outside, inside;
    if (count < MIN_BLOCKS)
        return declared;
    outside = difference(blocks, count, black, 0, 3);
    inside = difference(blocks, count, black, 1, 2);
    if (greens_outside ? outside < GREENS_DIFFER || inside > OTHERS_AGREE
                       : inside < GREENS_DIFFER || outside > OTHERS_AGREE)
        return declared;
    return choose(&raw->meta, blocks, count, !greens_outside);
}

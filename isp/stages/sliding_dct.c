/* Takes out of a plane what the DCT coefficients of overlapping 8x8 blocks say is noise, row by
 * row.
 *
 * Source: Yu and Sapiro, "DCT image denoising: a simple and effective image denoising algorithm",
 * IPOL 2011, with a shrinkage without a step, and blocks weighted by their remaining noise to the
 * power -3/4. The noise is worked out in 16 bits and taken from the plane itself: what is not noise
 * stays as it was, and rounding is small against the noise. */
#include "sliding_dct.h"

#include "mem.h"

#include <math.h>
#include <string.h>

#define RING  8 /* rows of codes and of sums: what a block covers */
#define REACH 7 /* a block covers this much beyond its first pixel */

/* Of a coefficient, in lambda standard deviations: what is smaller than NONE is removed, what is
 * larger than ALL is kept. */
#define NONE 0.77
#define ALL  1.28

#define MOST_CODES     700.0 /* in lambda standard deviations: finer ones would not help */
#define LEAST_NOISE    0.015 /* of a block's, that is taken to remain */
#define LARGEST_SUM    32000.0
#define BACK           64.0 /* what the DCT and back multiply by */
#define LARGEST_WEIGHT 32767.0

/* Of the DCT of dct8.h: factors on its coefficients, their largest values of inputs within 1, the
 * largest that comes back of a coefficient of 1, and that arises on the way. */
static const double gain[8] = {2.828427125, 3.923141122, 3.695518130, 3.325878449,
                               2.828427125, 2.222280933, 1.530733729, 0.780361288};
static const double largest[8] = {8.0, 10.06, 9.66, 8.53, 8.0, 5.70, 4.01, 2.01};
static const double back[8] = {1.0, 1.0, 1.0, 1.18, 1.0, 1.77, 2.42, 5.03};
static const double within[8] = {1.0, 1.85, 1.42, 2.62, 1.0, 2.62, 2.42, 5.03};

/* What is kept from call to call, before the rows. */
struct kept {
    int next;  /* 1 + the row that may follow; 0: none */
    int block; /* the next row of blocks: its first row */
};

static int16_t rounded(double v)
{
    return (int16_t)(v < 32767.0 ? v + 0.5 : 32767.0);
}

/* One coefficient's rule; returns its largest noise. */
static double make_coefficient(struct fl_dct_coefficient *c, double threshold)
{
    int reach = rounded(ALL * threshold < 32767.0 ? ALL * threshold : 32767.0), per = 0, ramp = 0;
    if (reach > 0) {
        double width = (ALL - NONE) / ALL * (double)reach;
        per = rounded(32767.0 / (width > 1.0 ? width : 1.0));
        per = per > 1 ? per : 1;
        ramp = 32767 / per;
    }
    for (int i = 0; i < 2; i++) {
        c->reach[i] = (int16_t)reach;
        c->ramp[i] = (int16_t)ramp;
        c->per_ramp[i] = (int16_t)per;
    }
    return (double)reach > 2.0 * ramp ? (double)(reach - ramp)
                                      : (double)reach * reach / (4.0 * (ramp > 0 ? ramp : 1));
}

/* Thresholds; noise: the largest of every coefficient. */
static void make_coefficients(struct fl_dct_shrink *s, const float variance[64], double lambda,
                              double noise[8][8])
{
    double sum = 0.0;
    for (int i = 0; i < 64; i++)
        sum += (double)variance[i];
    for (int k = 0; k < 8; k++)
        for (int j = 0; j < 8; j++) {
            struct fl_dct_coefficient *c = &s->coefficient[8 * k + j];
            double v = (double)variance[8 * j + k];
            double scale = (double)s->scale * gain[k] * (double)s->column[k] / 32768.0 * gain[j];
            noise[k][j] = make_coefficient(c, k + j > 0 ? lambda * sqrt(v) * scale : 0.0);
            c->share[0] = c->share[1] = (int16_t)((double)FL_DCT_ALL * v / sum);
        }
    s->least = s->coefficient[0].share[0];
    if (s->least < (float)(LEAST_NOISE * FL_DCT_ALL))
        s->least = (float)(LEAST_NOISE * FL_DCT_ALL);
}

/* The factor on sums that keeps them, and all on the way to them, within 16 bits. */
static double sums_scale(const struct fl_dct_shrink *s, double noise[8][8])
{
    const int overlap = fl_dct_overlap(s->step);
    double sum = 0.0, on_the_way = 0.0, scale = 0.999 / largest[1];
    for (int k = 0; k < 8; k++) {
        double column = 0.0;
        for (int j = 0; j < 8; j++)
            column += back[j] * noise[k][j];
        column *= overlap * largest[k];
        sum += overlap * back[k] * column;
        on_the_way += within[k] * column;
    }
    sum = sum > on_the_way ? sum : on_the_way;
    return scale * sum < LARGEST_SUM ? scale : LARGEST_SUM / sum;
}

static void make_weights(struct fl_dct_shrink *s, double noise[8][8])
{
    const int overlap = fl_dct_overlap(s->step);
    double scale = sums_scale(s, noise);
    for (int k = 0; k < 8; k++)
        s->undo[k] = rounded(32768.0 * scale * largest[k]);
    s->weight_shift = 0;
    while (overlap * overlap * LARGEST_WEIGHT / (1 << s->weight_shift) > 65535.0)
        s->weight_shift++;
    s->weight = (float)(LARGEST_WEIGHT * 0.9999 * sqrt((double)s->least * sqrt((double)s->least)));
    /* sum = 64 scale codes weight / 2^15, and weights are summed up less their lowest bits */
    s->unit = (float)(32768.0 / (BACK * scale * (double)s->scale * (double)(1 << s->weight_shift)));
}

void fl_sliding_dct_init(struct fl_sliding_dct *dct, const struct fl_kernels *kernels,
                         const struct fl_dct_plane *plane, const float variance[64], double lambda,
                         int step)
{
    struct fl_dct_shrink *s = &dct->shrink;
    double most = 0.0, scale = 2.0 * FL_DCT_CODES / ((double)plane->high - (double)plane->low);
    double noise[8][8];
    for (int i = 0; i < 64; i++)
        most = (double)variance[i] > most ? (double)variance[i] : most;
    most = MOST_CODES / (lambda * sqrt(most));
    dct->kernels = kernels;
    dct->width = plane->width;
    dct->blocks = (plane->width - 1 + REACH / step * step) / step + 1;
    s->step = step;
    s->phase = (dct->blocks + REACH) / FL_DCT_SHORTS * FL_DCT_SHORTS + 2 * FL_DCT_SHORTS;
    s->scale = (float)(scale < most ? scale : most);
    s->centre = 0.5F * (plane->low + plane->high);
    for (int k = 0; k < 8; k++)
        s->column[k] = (int16_t)(32767.0 / largest[k]);
    make_coefficients(s, variance, lambda, noise);
    make_weights(s, noise);
}

/* The first multiple of step that is not below y. */
static int first_block(int y, int step)
{
    int q = y / step;
    return (q * step < y ? q + 1 : q) * step;
}

/* Bytes of the parts of kept scratch. */
static size_t row_size(const struct fl_sliding_dct *dct)
{
    return (size_t)dct->shrink.step * (size_t)dct->shrink.phase * sizeof(int16_t);
}

static size_t weights_size(const struct fl_sliding_dct *dct)
{
    return 2 * (size_t)dct->shrink.phase * sizeof(uint16_t);
}

size_t fl_sliding_dct_scratch(const struct fl_sliding_dct *dct)
{
    return FL_ALIGN + 2 * RING * row_size(dct) + RING * weights_size(dct) +
           2 * 2 * weights_size(dct); /* floats */
}

/* The same, as pointers. Rows are numbered as in the plane and may be negative. */
struct room {
    const struct fl_sliding_dct *dct;
    struct kept *kept;
    char *codes, *sums, *weights, *per_weight;
};

static struct room room_of(const struct fl_sliding_dct *dct, void *kept)
{
    struct room r = {.dct = dct, .kept = kept};
    r.codes = (char *)kept + FL_ALIGN;
    r.sums = r.codes + RING * row_size(dct);
    r.weights = r.sums + RING * row_size(dct);
    r.per_weight = r.weights + RING * weights_size(dct);
    return r;
}

static int16_t *codes_row(const struct room *r, int y)
{
    return (int16_t *)(r->codes + (size_t)(y & (RING - 1)) * row_size(r->dct));
}

static int16_t *sums_row(const struct room *r, int y)
{
    return (int16_t *)(r->sums + (size_t)(y & (RING - 1)) * row_size(r->dct));
}

/* By row of blocks, a multiple of step. */
static uint16_t *weights_row(const struct room *r, int block)
{
    int at = block / r->dct->shrink.step & (RING - 1);
    return (uint16_t *)(r->weights + (size_t)at * weights_size(r->dct));
}

/* Of rows over which most blocks stand, and of the others. */
static float *per_weight_row(const struct room *r, bool most)
{
    return (float *)(r->per_weight + (most ? 0 : 2 * weights_size(r->dct)));
}

static int left_of(const struct fl_sliding_dct *dct)
{
    return REACH / dct->shrink.step * dct->shrink.step;
}

/* Codes of rows [from, end). in[0] is row y0. */
static void add_codes(const struct room *r, float *const *in, int y0, int from, int end)
{
    const struct fl_dct_shrink *s = &r->dct->shrink;
    int columns = left_of(r->dct) + r->dct->width + REACH;
    for (int y = from; y < end; y++)
        r->dct->kernels->dct_codes(in[y - y0] - left_of(r->dct), s, codes_row(r, y), columns);
}

/* The row of blocks at b; after it, rows [b, b + step) are ready. */
static void add_blocks(const struct room *r, int b)
{
    const struct fl_dct_shrink *s = &r->dct->shrink;
    const int16_t *codes[8];
    int16_t *sums[8];
    for (int i = 0; i < 8; i++) {
        codes[i] = codes_row(r, b + i);
        sums[i] = sums_row(r, b + i);
    }
    r->dct->kernels->dct_shrink(codes, s, r->dct->blocks, sums, weights_row(r, b));
}

static void weights_ready(const struct room *r, int b)
{
    const struct fl_dct_shrink *s = &r->dct->shrink;
    const int overlap = fl_dct_overlap(s->step);
    const bool alike = fl_dct_most(s->step) == s->step - 1;
    const uint16_t *weights[8];
    for (int i = 0; i < overlap; i++)
        weights[i] = weights_row(r, b - i * s->step);
    for (int most = alike; most < 2; most++)
        r->dct->kernels->dct_per_weight(weights, overlap - !most, s->unit, per_weight_row(r, most),
                                        (alike ? 0 : s->phase) + r->dct->blocks);
}

/* Begins anew with the first row of blocks that reaches row y0. */
static void start(const struct room *r, float *const *in, int y0)
{
    int b = first_block(y0 - REACH, r->dct->shrink.step);
    r->kept->block = b;
    add_codes(r, in, y0, b, b + 8 - r->dct->shrink.step);
    for (int i = 0; i < 8 - r->dct->shrink.step; i++)
        memset(sums_row(r, b + i), 0, row_size(r->dct));
}

void fl_sliding_dct_rows(const struct fl_sliding_dct *dct, float *const *in, int y0, int n,
                         float *const *out, void *kept)
{
    const struct room r = room_of(dct, kept);
    const struct fl_dct_shrink *s = &dct->shrink;
    const int left = left_of(dct), step = s->step;
    if (r.kept->next != y0 + 1)
        start(&r, in, y0);
    for (int y = y0; y < y0 + n; y++) {
        bool most;
        while (r.kept->block <= y) {
            int b = r.kept->block;
            add_codes(&r, in, y0, b + 8 - step, b + 8);
            add_blocks(&r, b);
            if (b + step > y0)
                weights_ready(&r, b);
            r.kept->block += step;
        }
        most = (y - (r.kept->block - step)) <= fl_dct_most(step);
        dct->kernels->dct_remove(sums_row(&r, y) + left / step,
                                 per_weight_row(&r, most) + left / step, s, in[y - y0], out[y - y0],
                                 dct->width);
    }
    r.kept->next = y0 + n + 1;
}

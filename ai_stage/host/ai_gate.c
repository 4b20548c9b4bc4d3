/* The checks on what a model has done, block by block: a block that fails gets the chain's own
 * pixels back.
 *
 * A residual that is noise is about as large as the noise was, has no colour of its own over a
 * block, and does not look like the picture. So for each block of 64x64 pixels:
 *   - its root mean square is at most MOST_CHANGE of the predicted noise,
 *   - the mean of each channel is at most MOST_DRIFT steps of 8 bits, and more where noise is
 * large,
 *   - it is not the picture's own detail taken away or added: its correlation with the detail,
 * where that is clearly more than noise, is at most MOST_LIKENESS. Everything is a sum over a block
 * in a fixed order, so tiles and threads do not matter. */
#include "ai_host.h"

#include <math.h>
#include <string.h>

#define STEP           (1.0 / 255)
#define MOST_CHANGE    1.2
#define MOST_DRIFT     1.5
#define DRIFT_OF_NOISE 0.15
#define MOST_LIKENESS  0.5
#define CLEAR_DETAIL   2.0 /* times the predicted noise */

struct block {
    int x, y, width, height;
};

struct sums {
    double n, change[3], squares, noise;
    double likeness, detail_squares, luma_squares;
};

static double luma(const float *const plane[3], int at)
{
    return 0.25 * (double)plane[0][at] + 0.5 * (double)plane[1][at] + 0.25 * (double)plane[2][at];
}

/* What a pixel differs from its four neighbours by. */
static double detail_at(const struct fl_ai_rows *r, const struct block *b, int x, int y)
{
    const int at = y * r->stride + x;
    double around = 0;
    if (x == b->x || y == b->y || x == b->x + b->width - 1 || y == b->y + b->height - 1)
        return 0;
    around = luma(r->before, at - 1) + luma(r->before, at + 1) + luma(r->before, at - r->stride) +
             luma(r->before, at + r->stride);
    return luma(r->before, at) - 0.25 * around;
}

static struct sums sum_up(const struct fl_ai_rows *r, const struct block *b)
{
    const float *const after[3] = {r->after[0], r->after[1], r->after[2]};
    struct sums s = {0};
    for (int y = b->y; y < b->y + b->height; y++)
        for (int x = b->x; x < b->x + b->width; x++) {
            const int at = y * r->stride + x;
            const double change = luma(after, at) - luma(r->before, at);
            const double detail = detail_at(r, b, x, y);
            for (int c = 0; c < 3; c++) {
                double d = (double)r->after[c][at] - (double)r->before[c][at];
                s.change[c] += d;
                s.squares += d * d / 3.0;
            }
            s.noise += (double)r->noise[at];
            s.likeness += change * detail;
            s.detail_squares += detail * detail;
            s.luma_squares += change * change;
        }
    s.n = (double)b->width * b->height;
    return s;
}

static bool passes(const struct sums *s)
{
    const double noise = s->noise / s->n, most = MOST_DRIFT * STEP + DRIFT_OF_NOISE * noise;
    const double detail = sqrt(s->detail_squares / s->n);
    const double both = sqrt(s->detail_squares * s->luma_squares);
    bool good = sqrt(s->squares / s->n) <= MOST_CHANGE * noise + STEP;
    for (int c = 0; c < 3; c++)
        good = good && fabs(s->change[c] / s->n) <= most;
    if (detail > CLEAR_DETAIL * noise + STEP)
        good = good && fabs(s->likeness) <= MOST_LIKENESS * both;
    return good;
}

static void put_back(const struct fl_ai_rows *r, const struct block *b)
{
    for (int c = 0; c < 3; c++)
        for (int y = b->y; y < b->y + b->height; y++)
            memcpy(r->after[c] + y * r->stride + b->x, r->before[c] + y * r->stride + b->x,
                   (size_t)b->width * sizeof(float));
}

void fl_ai_gate(const struct fl_ai_rows *rows, struct fl_ai_findings *found)
{
    for (int y = 0; y < rows->n; y += FL_AI_BLOCK)
        for (int x = 0; x < rows->width; x += FL_AI_BLOCK) {
            const struct block b = {x, y,
                                    rows->width - x < FL_AI_BLOCK ? rows->width - x : FL_AI_BLOCK,
                                    rows->n - y < FL_AI_BLOCK ? rows->n - y : FL_AI_BLOCK};
            const struct sums s = sum_up(rows, &b);
            found->blocks++;
            found->pixels += s.n;
            found->noise += s.noise;
            if (passes(&s)) {
                found->change += s.squares;
            } else {
                found->back++;
                put_back(rows, &b);
            }
        }
}

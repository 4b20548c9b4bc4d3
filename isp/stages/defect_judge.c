/* Is a pixel that stands out a defect or a detail? stages/defect.c explains the rule. */
#include "defect_judge.h"

#include "defect_weights.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

/* In square roots of light. */
#define LEAST_ABOVE_ALL 0.015f /* excess above every single neighbour, or sigma */
#define PAIR_MARGIN     0.1f   /* of both scores: sparkles side by side lie just above 0 */
#define CALM            4.0f /* excess against the activity around, where the rules do not decide */
#define CALM_NOISE      6.5f /* sigmas that the cues of activity have from noise */
#define MONO_MARGIN     0.03f
#define MONO_NOISE      3.575f

#define ALONE 1.333f /* times what others around stand out */

#define WIDE_LINE    (2 * FL_DEFECT_WIDE + 1 + 16) /* kernels write past the last */
#define ROWS         (2 * FL_DEFECT_REACH + 1)
#define STRIDE       32 /* kernels write past the ninth */
#define AT(DY, DX)   at[(DY)*STRIDE + (DX)]
#define PAIR(DY, DX) (0.5f * (AT(DY, DX) + AT(-(DY), -(DX))))

static float max2(float a, float b)
{
    return a > b ? a : b;
}

static float min2(float a, float b)
{
    return a < b ? a : b;
}

static float max4(float a, float b, float c, float d)
{
    return max2(max2(a, b), max2(c, d));
}

static float min4(float a, float b, float c, float d)
{
    return min2(min2(a, b), min2(c, d));
}

/* What the neighbours of the same colour say of a pixel: their range, and that of the means of
 * opposite ones. */
struct hull {
    float hi, lo, pair_hi, pair_lo, mean;
};

static struct hull hull_of(const float *at, int step, bool diagonals)
{
    float h = PAIR(0, step), v = PAIR(step, 0), d1 = PAIR(step, step), d2 = PAIR(step, -step);
    float p = PAIR(1, 1), q = PAIR(1, -1);
    struct hull k;
    k.hi = max2(max4(AT(0, -step), AT(0, step), AT(-step, 0), AT(step, 0)),
                max4(AT(-step, -step), AT(step, step), AT(-step, step), AT(step, -step)));
    k.lo = min2(min4(AT(0, -step), AT(0, step), AT(-step, 0), AT(step, 0)),
                min4(AT(-step, -step), AT(step, step), AT(-step, step), AT(step, -step)));
    k.pair_hi = max4(h, v, d1, d2);
    k.pair_lo = min4(h, v, d1, d2);
    k.mean = 0.25f * ((h + v) + (d1 + d2));
    if (!diagonals)
        return k;
    k.hi = max2(k.hi, max4(AT(-1, -1), AT(-1, 1), AT(1, -1), AT(1, 1)));
    k.lo = min2(k.lo, min4(AT(-1, -1), AT(-1, 1), AT(1, -1), AT(1, 1)));
    k.pair_hi = max2(k.pair_hi, max2(p, q));
    k.pair_lo = min2(k.pair_lo, min2(p, q));
    k.mean = 0.5f * (k.mean + 0.5f * (p + q));
    return k;
}

static float positive(float v)
{
    return v > 0.0f ? v : 0.0f;
}

/* By how much a pixel of another colour lies beyond its own surroundings, upwards or downwards. */
static float beyond(const float *at, bool green, bool both)
{
    struct hull k = hull_of(at, 2, green);
    float up = positive(*at - k.pair_hi);
    return both ? max2(up, positive(k.pair_lo - *at)) : up;
}

static const signed char beside[4][2] = {{0, -1}, {0, 1}, {-1, 0}, {1, 0}};
static const signed char knights[8][2] = {{-2, -1}, {-2, 1}, {-1, -2}, {-1, 2},
                                          {1, -2},  {1, 2},  {2, -1},  {2, 1}};

/* Above 0 for a defect: what all rules agree on, or what stands out from calm surroundings. */
static float score(const float weight[FL_DEFECT_RULES][FL_DEFECT_CUES], float least,
                   const float cue[FL_DEFECT_CUES])
{
    float activity = ((cue[CUE_RANGE] + cue[CUE_OTHER_RANGE]) + cue[CUE_BESIDE]) +
                     (cue[CUE_KNIGHTS] - CALM_NOISE * cue[CUE_SIGMA]);
    float calm = (cue[CUE_ABOVE_PAIRS] - least) - CALM * positive(activity), agreed = FLT_MAX;
    for (int r = 0; r < FL_DEFECT_RULES; r++) {
        float sum = 0.0f;
        for (int i = 0; i < FL_DEFECT_CUES; i++)
            sum += weight[r][i] * cue[i];
        agreed = min2(agreed, sum);
    }
    return max2(agreed, calm);
}

/* The cues of the pixels within two of a site of a mosaic. */
static void near_cues(const float *at, bool green, const struct hull *k, float sigma,
                      float cue[FL_DEFECT_CUES])
{
    const float gain = green ? 1.2f : 0.7f; /* of this colour against those beside */
    float h = PAIR(0, 1), h1 = PAIR(2, -1), h2 = PAIR(2, 1);
    float v = PAIR(1, 0), v1 = PAIR(1, 2), v2 = PAIR(1, -2);
    float diagonal = green ? 0.0f : fabsf(PAIR(1, 1) - PAIR(1, -1));
    float rise_h = h - 0.5f * (h1 + h2), rise_v = v - 0.5f * (v1 + v2);
    float by_v = PAIR(2, 0) + gain * rise_h, by_h = PAIR(0, 2) + gain * rise_v;
    cue[CUE_ABOVE_ALL] = *at - k->hi;
    cue[CUE_ABOVE_PAIRS] = *at - k->pair_hi;
    cue[CUE_SPREAD] = k->pair_hi - k->pair_lo;
    cue[CUE_SIGMA] = sigma;
    cue[CUE_ONE] = 1.0f;
    cue[CUE_RANGE] = k->hi - k->lo;
    cue[CUE_MEAN] = k->mean - k->pair_hi;
    cue[CUE_CROSS_MOST] = max2(by_v, by_h) - k->pair_hi;
    cue[CUE_CROSS_LEAST] = min2(by_v, by_h) - k->pair_hi;
    cue[CUE_RISE] = positive(rise_h) + positive(rise_v);
    cue[CUE_OTHER_RANGE] =
        green ? (max2(h, max2(h1, h2)) - min2(h, min2(h1, h2))) +
                    (max2(v, max2(v1, v2)) - min2(v, min2(v1, v2)))
              : (max2(max2(h, v), max4(h1, h2, v1, v2)) - min2(min2(h, v), min4(h1, h2, v1, v2))) +
                    diagonal;
    cue[CUE_BESIDE] = cue[CUE_KNIGHTS] = 0.0f;
    cue[CUE_DIAGONAL] = diagonal;
    cue[CUE_VALUE] = *at;
}

/* Square roots of light around a pixel; their sign turned where a dead one is looked for, so that
 * all that follows is about hot ones. */
struct window {
    float root[ROWS][STRIDE];
    bool dead, green;
    float sigma, least;
};

static bool is_likely(const struct window *w, const float *at, bool green, float margin,
                      float cue[FL_DEFECT_CUES])
{
    struct hull k = hull_of(at, 2, green);
    if (!(*at - k.hi > max2(LEAST_ABOVE_ALL, w->sigma)) || !(*at - k.pair_hi > w->least))
        return false;
    near_cues(at, green, &k, w->sigma, cue);
    return score(defect_weights[w->dead][green], w->least, cue) > margin;
}

/* The cues that are left only lower the score. */
static bool is_certain(const struct window *w, const float *at, float margin,
                       float cue[FL_DEFECT_CUES])
{
    for (int i = 0; i < 4; i++) {
        const float *p = &AT(beside[i][0], beside[i][1]);
        cue[CUE_BESIDE] = max2(cue[CUE_BESIDE], beyond(p, !w->green, false));
    }
    for (int i = 0; i < 8; i++) {
        const float *p = &AT(knights[i][0], knights[i][1]);
        cue[CUE_KNIGHTS] = max2(cue[CUE_KNIGHTS], beyond(p, !w->green, true));
    }
    return score(defect_weights[w->dead][w->green], w->least, cue) > margin;
}

/* The neighbour within two pixels that stands out most from its own surroundings, where it does by
 * more than `least`. */
static bool find_partner(const float *at, bool green, float least, struct fl_defect_partner *p)
{
    float most = least;
    for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++) {
            bool other = ((dx + dy) & 1) != 0;
            float out = dx || dy ? beyond(&AT(dy, dx), other != green, true) : 0.0f;
            if (out > most) {
                most = out;
                p->dx = dx;
                p->dy = dy;
            }
        }
    return most > least;
}

/* The second largest neighbour of the same colour. */
static float second_of(const float *at, bool green)
{
    float most = AT(0, -2), second = -FLT_MAX;
    for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++) {
            bool same = ((dx | dy) & 1) == 0 || (green && ((dx + dy) & 1) == 0);
            float v = AT(dy, dx);
            if (!same || (dx == 0 && dy == 0) || (dy == 0 && dx == -2))
                continue;
            second = max2(second, min2(v, most));
            most = max2(v, most);
        }
    return second;
}

static void turn(struct window *w, int first, int last)
{
    for (int y = first; y <= last; y++)
        for (int x = 0; x < ROWS; x++)
            w->root[FL_DEFECT_REACH + y][x] = -w->root[FL_DEFECT_REACH + y][x];
}

/* Is the pixel beside a defect, by what is near it? */
static bool is_partner(struct window *w, const float *at, bool green)
{
    bool opposite = *at < hull_of(at, 2, green).mean, found;
    float cue[FL_DEFECT_CUES];
    if (opposite) {
        turn(w, -FL_DEFECT_REACH, FL_DEFECT_REACH);
        w->dead = !w->dead;
    }
    found = is_likely(w, at, green, PAIR_MARGIN, cue);
    if (opposite) {
        turn(w, -FL_DEFECT_REACH, FL_DEFECT_REACH);
        w->dead = !w->dead;
    }
    return found;
}

/* Where a second defect hides the first: each must be one with the other put among its own
 * neighbours, and more clearly than usual. */
static bool is_one_of_two(struct window *w, float *at, struct fl_defect_partner *partner)
{
    const float centre = *at;
    float cue[FL_DEFECT_CUES], *other;
    bool same, other_green;
    struct hull k;
    if (!find_partner(at, w->green, 0.5f * FL_DEFECT_PAIR_LEAST + w->least, partner))
        return false;
    same = ((partner->dx + partner->dy) & 1) == 0;
    other_green = same == w->green;
    other = &AT(partner->dy, partner->dx);
    k = hull_of(at, 2, w->green);
    *at = same ? k.pair_lo : k.mean;
    if (!is_partner(w, other, other_green))
        return false;
    k = hull_of(other, 2, other_green);
    *other = same ? k.pair_lo : k.mean;
    *at = centre;
    return is_likely(w, at, w->green, PAIR_MARGIN, cue) && is_certain(w, at, PAIR_MARGIN, cue);
}

/* Rows first..last of the window. */
static void fill(const struct fl_defect_judge *j, float *const *row, int x, int first, int last,
                 struct window *w)
{
    for (int y = first; y <= last; y++)
        j->root(row[y] + x - FL_DEFECT_REACH, w->root[FL_DEFECT_REACH + y], j->root_c, ROWS);
    if (w->dead)
        turn(w, first, last);
}

static bool is_mono_defect(const float *at, float sigma, float least)
{
    struct hull k = hull_of(at, 1, false), f = hull_of(at, 2, false);
    float n1 = PAIR(2, 1), n2 = PAIR(2, -1), n3 = PAIR(1, 2), n4 = PAIR(1, -2);
    float far = 0.5f * (f.mean + 0.25f * ((n1 + n2) + (n3 + n4)));
    float range = max2(k.pair_hi, max2(f.pair_hi, max4(n1, n2, n3, n4))) -
                  min2(k.pair_lo, min2(f.pair_lo, min4(n1, n2, n3, n4)));
    float activity =
        (1.5f * (k.pair_hi - k.pair_lo) + 3.0f * positive(k.pair_hi - far)) + 0.5f * range;
    return *at > k.hi && *at - k.pair_hi > max2(least, activity - MONO_NOISE * sigma + MONO_MARGIN);
}

/* By how much a pixel stands out of the four nearest of its colour; root: lines of roots. */
static float over_cross(float (*root)[WIDE_LINE], int y, int x, float sign)
{
    float v = root[y][x];
    return min4(sign * (v - root[y][x - 2]), sign * (v - root[y][x + 2]),
                sign * (v - root[y - 2][x]), sign * (v - root[y + 2][x]));
}

/* Does the pixel stand out clearly more than others around do, as they do in spray, leaves and
 * gravel? The third most that one of them does is asked: one or two may be defects themselves. */
static bool is_alone(const struct fl_defect_judge *judge, float *const *row, int x, bool dead)
{
    const int middle = FL_DEFECT_REACH, centre = FL_DEFECT_WIDE;
    float root[ROWS][WIDE_LINE], most[3] = {0.0f, 0.0f, 0.0f}, sign = dead ? -1.0f : 1.0f;
    for (int y = 0; y < ROWS; y++)
        judge->root(row[y - middle] + x - centre, root[y], judge->root_c, 2 * FL_DEFECT_WIDE + 1);
    for (int y = middle - 2; y <= middle + 2; y++)
        for (int k = 2; k <= 2 * FL_DEFECT_WIDE - 2; k++) {
            bool beside_it = abs(y - middle) <= 1 && abs(k - centre) <= 1;
            float e = beside_it ? 0.0f : over_cross(root, y, k, sign);
            for (int i = 0; i < 3; i++) {
                float less = min2(e, most[i]);
                most[i] = max2(e, most[i]);
                e = less;
            }
        }
    return over_cross(root, middle, centre, sign) > ALONE * most[2];
}

bool fl_is_defect(const struct fl_defect_judge *judge, float *const *row, int x, enum fl_site site,
                  struct fl_defect_partner *partner)
{
    struct window w = {
        .green = site == FL_SITE_GREEN, .sigma = judge->sigma, .least = judge->least};
    float *at = &w.root[FL_DEFECT_REACH][FL_DEFECT_REACH], cue[FL_DEFECT_CUES];
    bool likely;
    partner->dx = partner->dy = 0;
    fill(judge, row, x, -2, 2, &w);
    w.dead = *at < hull_of(at, site == FL_SITE_MONO ? 1 : 2, w.green).mean;
    if (w.dead)
        turn(&w, -2, 2);
    if (site == FL_SITE_MONO)
        return is_mono_defect(at, w.sigma, w.least);
    likely = is_likely(&w, at, w.green, 0.0f, cue);
    if (!likely && !(*at - second_of(at, w.green) > FL_DEFECT_PAIR_LEAST + w.least))
        return false;
    fill(judge, row, x, -FL_DEFECT_REACH, -3, &w);
    fill(judge, row, x, 3, FL_DEFECT_REACH, &w);
    if (likely && is_certain(&w, at, 0.0f, cue))
        return is_alone(judge, row, x, w.dead);
    return is_one_of_two(&w, at, partner);
}

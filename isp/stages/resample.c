/* Filters that resample a line of pixels to another length. */
#include "resample.h"

#include "flmath.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>

#define LOBES 3.0

static double lanczos(double x)
{
    double a = FL_PI * x;
    if (fabs(x) < 1e-9)
        return 1.0;
    if (fabs(x) >= LOBES)
        return 0.0;
    return LOBES * fl_sin(a) * fl_sin(a / LOBES) / (a * a);
}

/* Weight of input sample j, whose centre is at j, for an output sample that is `width` wide. */
static double weight_of(enum fl_resample_filter filter, double centre, double width, int j)
{
    double left, right;
    if (filter == FL_RESAMPLE_LANCZOS3)
        return lanczos(((double)j - centre) / (width > 1.0 ? width : 1.0));
    left = centre - 0.5 * width > (double)j - 0.5 ? centre - 0.5 * width : (double)j - 0.5;
    right = centre + 0.5 * width < (double)j + 0.5 ? centre + 0.5 * width : (double)j + 0.5;
    return right > left ? right - left : 0.0;
}

/* Taps of one output sample; what would lie beyond the ends is added to the end samples. */
static void make_taps(struct fl_resample *r, enum fl_resample_filter filter, int i, float *weight)
{
    double width = (double)r->in / r->out, centre = ((double)i + 0.5) * width - 0.5;
    double scale = width > 1.0 ? width : 1.0, sum = 0.0;
    double reach = filter == FL_RESAMPLE_LANCZOS3 ? LOBES * scale : 0.5 * width + 0.5;
    double core = filter == FL_RESAMPLE_LANCZOS3 ? scale : reach;
    int from = (int)ceil(centre - reach), to = (int)floor(centre + reach);
    int first = from < 0 ? 0 : from, last = to > r->in - 1 ? r->in - 1 : to;
    int core_from = (int)ceil(centre - core), core_to = (int)floor(centre + core);
    struct fl_filter_taps *taps = &r->taps[i];
    first = first < r->in - 1 ? first : r->in - 1;
    last = last > first ? last : first;
    core_from = core_from < first ? first : core_from > last ? last : core_from;
    core_to = core_to > last ? last : core_to < core_from ? core_from : core_to;
    r->first[i] = first;
    taps->weight = weight;
    taps->count = last - first + 1;
    taps->core_first = core_from - first;
    taps->core_count = core_to - core_from + 1;
    for (int j = from; j <= to; j++)
        sum += weight_of(filter, centre, width, j);
    for (int j = from; j <= to; j++) {
        int at = j < first ? first : j > last ? last : j;
        weight[at - first] += (float)(weight_of(filter, centre, width, j) / sum);
    }
    for (int k = 0; k < taps->count; k++)
        r->noise += (double)weight[k] * (double)weight[k] / r->out;
}

fl_err fl_resample_make(int in, int out, enum fl_resample_filter filter, struct fl_resample *r)
{
    double width = (double)in / out;
    size_t most = (size_t)(2.0 * LOBES * (width > 1.0 ? width : 1.0)) + 3, count;
    r->in = in;
    r->out = out;
    r->noise = 0.0;
    r->first = calloc((size_t)out, sizeof *r->first);
    r->taps = calloc((size_t)out, sizeof *r->taps);
    if (fl_size_mul(most, (size_t)out, &count))
        r->weights = calloc(count, sizeof *r->weights);
    if (!r->first || !r->taps || !r->weights)
        return fl_error(FL_ERR_MEMORY, "out of memory for resizing %d to %d pixels", in, out);
    for (int i = 0; i < out; i++)
        make_taps(r, filter, i, r->weights + (size_t)i * most);
    return fl_success();
}

void fl_resample_free(struct fl_resample *r)
{
    free(r->first);
    free(r->taps);
    free(r->weights);
}

/* Percentiles of levels. */
#include "level_histogram.h"

#include "fastlog.h"
#include "flmath.h"

#include <stdbool.h>

#define BIN_STEP 16.0 /* per stop */
#define LOG2_MIN (-16.0)

void fl_level_add(struct fl_level_histogram *h, double level, double weight)
{
    const double top = FL_LEVEL_BINS / BIN_STEP - 1e-9;
    double l = fl_fast_log2((float)(level + 1e-9)) - LOG2_MIN;
    int k;
    l = l > 0.0 ? (l < top ? l : top) : 0.0;
    k = (int)(l * BIN_STEP);
    h->weight[k] += weight;
    h->log2_level[k] += weight * (l + LOG2_MIN);
    h->total += weight;
}

/* Between the means of two occupied bins, as if half of each bin's weight lay below its mean. */
double fl_level_percentile(const struct fl_level_histogram *h, double share)
{
    double below = 0.0, wanted = share * h->total, middle = 0.0, level = 0.0;
    bool first = true;
    for (int i = 0; i < FL_LEVEL_BINS; i++) {
        double here, mean;
        if (!(h->weight[i] > 0.0))
            continue;
        here = below + 0.5 * h->weight[i];
        mean = h->log2_level[i] / h->weight[i];
        if (here >= wanted)
            return fl_exp2(first ? mean
                                 : level + (mean - level) * (wanted - middle) / (here - middle));
        below += h->weight[i];
        middle = here;
        level = mean;
        first = false;
    }
    return fl_exp2(level);
}

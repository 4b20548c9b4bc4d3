/* A histogram of levels of light, 1/16 stop a bin. */
#ifndef FL_LEVEL_HISTOGRAM_H
#define FL_LEVEL_HISTOGRAM_H

#define FL_LEVEL_BINS 320

/* All-zero is an empty one. */
struct fl_level_histogram {
    double weight[FL_LEVEL_BINS];
    double log2_level[FL_LEVEL_BINS]; /* weighted sums: where in its bin the light is */
    double total;
};

void fl_level_add(struct fl_level_histogram *h, double level, double weight);

/* Level below which a share of the weight lies; 1 where there is none. */
double fl_level_percentile(const struct fl_level_histogram *h, double share);

#endif

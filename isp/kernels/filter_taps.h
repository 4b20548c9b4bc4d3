/* The input samples that one output sample of a resampling filter is made of. */
#ifndef FL_FILTER_TAPS_H
#define FL_FILTER_TAPS_H

struct fl_filter_taps {
    const float *weight;        /* their sum is 1 */
    int count;                  /* at least 1 */
    int core_first, core_count; /* the taps nearest to the output sample: it may not leave what they
                                   span; count at least 1 */
};

#endif

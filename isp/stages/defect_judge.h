/* Is a pixel that stands out a defect or a detail? */
#ifndef FL_DEFECT_JUDGE_H
#define FL_DEFECT_JUDGE_H

#include <stdbool.h>

#define FL_DEFECT_REACH 4 /* pixels that are looked at around the one in question */

#define FL_DEFECT_WIDE 12 /* columns that are looked at to each side of one that may be a defect */

/* Excess of one of two defects over all neighbours but one, beyond what a single one must have; in
 * square roots of light. */
#define FL_DEFECT_PAIR_LEAST 0.12f

enum fl_site { FL_SITE_RED_BLUE, FL_SITE_GREEN, FL_SITE_MONO };

struct fl_defect_judge {
    void (*root)(const float *in, float *out, float c, int n); /* of the kernel table */
    float root_c;                                              /* added under the root */
    float sigma;                                               /* size of the noise of the roots */
    float least; /* excess from which on a pixel may be a defect */
};

/* Another defect beside the one in question, to be left out of its repair. */
struct fl_defect_partner {
    int dx, dy; /* 0, 0: none */
};

/* row: rows of light around the pixel's own, as in struct fl_rows. */
bool fl_is_defect(const struct fl_defect_judge *judge, float *const *row, int x, enum fl_site site,
                  struct fl_defect_partner *partner);

#endif

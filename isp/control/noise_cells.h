/* The noise of cells against what a law expects, in the cells that are quiet. */
#ifndef FL_NOISE_CELLS_H
#define FL_NOISE_CELLS_H

#include "noise_estimate.h"

#define FL_NOISE_CLASSES 24 /* of brightness, even in its square root */

/* Which parts of the statistics measure which colour. */
struct fl_noise_source {
    const struct fl_statistics *stats;
    int parts; /* that measure: 4, of red, green and blue planes 3 */
    int color[FL_NOISE_PARTS];
    float floor; /* the least level a pixel can have */
};

/* Of one part in a class of brightness, or in all. */
struct fl_noise_sample {
    double cells;       /* in all */
    double quiet_cells; /* those that the other parts say are the quietest */
    double level;       /* their mean level */
    double quiet, wide; /* mean ratio of their variance, and of that of ten times as many cells, to
                           the law's */
    double ratio;       /* the best guess: nearer to wide the less the two differ */
};

struct fl_noise_samples {
    struct fl_noise_sample of[FL_NOISE_PARTS][FL_NOISE_CLASSES];
    struct fl_noise_sample all[FL_NOISE_PARTS];
};

void fl_noise_source_init(const struct fl_noise_input *input, struct fl_noise_source *out);

/* A law that few cells lie below, of the family of sensors o = FL_NOISE_READ s^2: gain scales s,
 * and o with its square. False with too few cells. */
#define FL_NOISE_READ 3.3
bool fl_noise_first_guess(const struct fl_noise_source *source, struct fl_noise *out);

/* law: by colour. */
void fl_noise_sample_cells(const struct fl_noise_source *source, const struct fl_noise law[3],
                           struct fl_noise_samples *out);

#endif

/* Sets of pictures whose captures have a known answer. */
#ifndef QUALITY_TRUTH_H
#define QUALITY_TRUTH_H

#include "picture.h"

#include <stdbool.h>

struct truth {
    char name[48];          /* without folder and extension */
    struct picture display; /* what a neutral development should return */
    float *linear;          /* the light: linear sRGB, interleaved; may exceed 1 */
};

struct truth_set {
    char name[128], picture[48]; /* as asked for */
    bool absent;                 /* its data is not on this machine */
    int count;
    struct truth *truth; /* in order of name */
};

/* Width and height of the project's own scenes. */
#define SCENE_WIDTH  480
#define SCENE_HEIGHT 360

/* Where the sets are. */
struct truth_places {
    const char *data;  /* the folder of test data, shared/data */
    const char *lists; /* the folder of saturated.txt and boosted.txt, tests/quality */
};

/* Loads one picture or, for "mean", all of the set "scenes" (the simulated sensor's), "kodak24",
 * "saturated", "boosted", or of a folder of PNGs by its path. A set whose data is absent has no
 * pictures. Errors: FL_ERR_RANGE (no such picture), FL_ERR_IO, FL_ERR_CORRUPT, FL_ERR_MEMORY. */
fl_err truth_load(const char *set, const char *picture, const struct truth_places *places,
                  struct truth_set *out) FL_MUST_USE;
void truth_free(struct truth_set *set);

#endif

/* Constants of the directional green that reference and vector source share;
 * stages/demosaic_green.c says why. */
#ifndef FL_GREEN_DIRECTIONS_H
#define FL_GREEN_DIRECTIONS_H

/* Weights of the distances 2 and 3, and 4, where those of 0 and 1 are 1: nearly exp(-j^2 / 18). */
#define FL_GREEN_FAR      0.75f
#define FL_GREEN_FARTHEST 0.4375f

/* One over twice their sum. */
#define FL_GREEN_SHARE (1.0f / 7.875f)

/* Added to the squared sums of changes of twice the differences. */
#define FL_GREEN_EPS 4e-6f

#endif

/* Constants of demosaic that reference and vector source share; stages/demosaic_mean.c says why. */
#ifndef FL_DEMOSAIC_RULE_H
#define FL_DEMOSAIC_RULE_H

/* Green leans wholly to the row or the column that changes by 1 / this less than the other. */
#define FL_GREEN_LEAN 4.0f

/* Doubt in a neighbour to which green does not change at all; stages/demosaic_color.c. */
#define FL_COLOR_EPS 0.01f

#endif

/* How far a developed picture is from the one that it was made from.
 *
 * All measures leave out a border of MEASURE_BORDER pixels. Values are in 8-bit sRGB codes unless
 * said otherwise; a value that a picture cannot tell (no flat part, no edge) is NAN. */
#ifndef QUALITY_MEASURES_H
#define QUALITY_MEASURES_H

#include "picture.h"

#define MEASURE_BORDER 12

enum measure {
    MEASURE_CPSNR,       /* dB, over all three channels; 99 where nothing differs */
    MEASURE_SSIM,        /* structural similarity of luma, 1 = equal */
    MEASURE_DE_MEAN,     /* CIEDE2000, mean */
    MEASURE_DE_95,       /* CIEDE2000, 95th percentile */
    MEASURE_ZIPPER,      /* % of pixels */
    MEASURE_FALSE_COLOR, /* % of pixels */
    MEASURE_NOISE_LUMA,  /* rms in flat parts */
    MEASURE_NOISE_CHROMA,
    MEASURE_BLOTCH,    /* rms of chroma means of neighbouring flat blocks */
    MEASURE_MTF50,     /* cycles per pixel, at an edge of 4:1 */
    MEASURE_MTF50_LOW, /* at an edge of 1.25:1 */
    MEASURE_OVERSHOOT, /* % of the step of 4:1, on the worse side */
    MEASURES
};

/* Column name, and digits after the point in tables. */
const char *measure_name(enum measure m);
int measure_digits(enum measure m);

/* Fills every measure but those of edges, which become NAN. The pictures must have the same size.
 * Errors: FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err measure_picture(const struct picture *truth, const struct picture *result,
                       double out[MEASURES]) FL_MUST_USE;

/* The single ones; pictures of the same size, larger than the borders. */
double measure_cpsnr(const struct picture *truth, const struct picture *result);
fl_err measure_ssim(const struct picture *truth, const struct picture *result,
                    double *out) FL_MUST_USE;
fl_err measure_color(const struct picture *truth, const struct picture *result,
                     double out[MEASURES]) FL_MUST_USE; /* CIEDE2000, zipper, false colour */
void measure_flat(const struct picture *truth, const struct picture *result,
                  double out[MEASURES]); /* noise and blotches */

#endif

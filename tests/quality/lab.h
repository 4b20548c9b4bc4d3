/* CIELAB and the CIEDE2000 colour difference. */
#ifndef QUALITY_LAB_H
#define QUALITY_LAB_H

#include <stdint.h>

struct lab {
    double l, a, b;
};

/* Of an 8-bit sRGB pixel, relative to the white of sRGB (D65). */
struct lab lab_of_pixel(const uint8_t rgb[3]);

/* Euclidean distance in CIELAB (CIE 1976). */
double lab_distance(struct lab p, struct lab q);

/* CIEDE2000 with kL = kC = kH = 1. */
double lab_ciede2000(struct lab p, struct lab q);

#endif

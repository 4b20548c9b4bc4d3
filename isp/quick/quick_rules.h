/* What the kernels of the 16-bit chain are given: constants of one frame, made in quick_make.c.
 *
 * Bit layouts (s16: int16_t, "15 bits" are 0..32767):
 *   light     15 bits, linear, before the stabilising curve: stored code, shifted to 15 bits, less
 *             the black level but for a margin that keeps noise below black
 *   stabilised 12 bits, 0..4095: 4095 cbrt((v + c) / (1 + c)), v white-balanced, 1 = white
 *   difference s16: twice (own colour - green), at red and blue pixels only
 *   linear    15 bits: the cube of stabilised, (v + c) / (1 + c)
 *   display   0..2040: code of 8 bits times 8
 * Rows are split by phase until they are colour: even columns in one plane, odd ones in another. */
#ifndef FL_QUICK_RULES_H
#define FL_QUICK_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define FL_QUICK_WHITE 4095 /* stabilised */
#define FL_QUICK_CODE  8    /* display units of an 8-bit code */
#define FL_QUICK_ZONES 4

/* Green leans wholly to rows or columns where the other changes by this more; in 15 bits. */
#define FL_QUICK_LEAN       1024
#define FL_QUICK_LEAN_SHIFT 5
#define FL_QUICK_ENTRIES    (16 * FL_QUICK_ZONES)

/* A function of 15 bits as straight pieces: 16 a zone, each zone coarser than the one below it.
 *     y = base[e] + ((slope[e] x' + 2^14) >> 15)   (wrapping)
 * Two kinds:
 *   steep  zones end at 2^9, 2^11, 2^13, 2^15; x' is 16 x in the two lowest, else x
 *   plain  three zones that end at 2^10, 2^13, 2^15; x' = x, or 4 x in the two lowest for curves
 * that would be too steep A zone's first entries, which belong to the zone below, are zero, so that
 * look-ups in all zones may be ored. byte[]: the same in bytes, low and high of base, low and high
 * of slope; the low byte of a slope is zero in the zones where FL_QUICK_COARSE says so. */
struct fl_quick_curve {
    uint16_t base[FL_QUICK_ENTRIES];
    uint16_t slope[FL_QUICK_ENTRIES];
    uint8_t byte[4][FL_QUICK_ENTRIES];
};

#define FL_QUICK_STEEP_SHIFT 5 /* 2^shift is the width of a piece in zone 0; 2 more a zone */
#define FL_QUICK_STEEP_LIMIT 2048
#define FL_QUICK_STEEP_EXTRA 4 /* x' = x << this below the limit */
#define FL_QUICK_PLAIN_LIMIT 8192
#define FL_QUICK_PLAIN_EXTRA 2

/* One row's codes to stabilised values; [phase]. */
struct fl_quick_encode {
    int shift;         /* code << shift has 15 bits */
    uint16_t most;     /* largest code */
    uint16_t black[2]; /* taken off, in light */
    int16_t margin[2]; /* light of black after that */
    struct fl_quick_curve *curve[2];
};

/* Isolated hot and dead pixels, in stabilised units: those that lie further beyond the four nearest
 * neighbours and the four nearest of their colour than these differ by, plus `least`. */
struct fl_quick_defect {
    int16_t least;
};

/* Stabilised colours to display values; of rows with red (0) or blue (1). Columns of the matrix are
 * the row's own colour, green, the third colour; rows are red, green, blue. */
struct fl_quick_color {
    int16_t matrix[2][9]; /* times 2^(14 - shift) */
    int16_t offset[3];    /* in units of 2^(shift - 14) */
    int shift;
    bool wide; /* tone has x' = 4 x below FL_QUICK_PLAIN_LIMIT */
    struct fl_quick_curve tone;
};

struct fl_quick_sharpen {
    int16_t amount;    /* times 2^11 */
    int16_t threshold; /* display units taken off the detail */
};

/* Rows that a colour row is made of. */
struct fl_quick_color_rows {
    const int16_t *z[2];     /* stabilised, even and odd columns */
    const int16_t *own[3];   /* differences of the own colour in rows y - 2, y, y + 2 */
    const int16_t *third[2]; /* of the third colour in rows y - 1, y + 1 */
    int phase;               /* column of the own colour: 0 even, 1 odd */
    int blue;                /* 1: the own colour is blue */
};

#endif

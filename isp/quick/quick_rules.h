/* What the kernels of the 16-bit chain are given: constants of one frame, made in quick_make.c.
 *
 * Bit layouts (s16: int16_t, "15 bits" are 0..32767):
 *   light     15 bits, linear and white-balanced: black is at `margin`, which keeps noise below it,
 *             and what is clipped at `white`, both the same for all sites
 *   stabilised 11 bits, 0..2040: 2040 sqrt((v + c) / (1 + c)), 1 = white
 *   difference s16: four times (own colour - green), at red and blue pixels only
 *   linear    15 bits: the square of 16 x stabilised, (v + c) / (1 + c)
 *   display   0..2040: code of 8 bits times 8; codes and luma are bytes
 * Rows are split by phase until they are colour: even columns in one plane, odd ones in another. */
#ifndef FL_QUICK_RULES_H
#define FL_QUICK_RULES_H

#include <stdbool.h>
#include <stdint.h>

#define FL_QUICK_WHITE 2040 /* stabilised */
#define FL_QUICK_CODE  8    /* display units of an 8-bit code */
#define FL_QUICK_ZONES 3

/* Green leans wholly to rows or columns where the other changes by this more, stabilised. */
#define FL_QUICK_LEAN 64

/* A function of 15 bits as straight pieces: 16 a zone, each four times as wide as in the zone
 * below. y = base[e] + ((slope[e] x' + 2^14) >> 15)   (wrapping) Zones end at 2^11, 2^13, 2^15; x'
 * = x, or 4 x in the two lower ones for curves that would be too steep. The first piece goes on
 * below 0, but for those, which end there. A zone's first entries, which belong to the zone below,
 * are zero, so that look-ups in all zones may be ored. byte[]: the same in bytes, low and high of
 * base, low and high of slope; the low byte of a slope is zero but in the highest zone. Entries
 * from FL_QUICK_ENTRIES on are for look-ups in whole registers. */
#define FL_QUICK_ENTRIES (16 * FL_QUICK_ZONES)

struct fl_quick_curve {
    uint16_t base[64];
    uint16_t slope[64];
    uint8_t byte[4][64];
};

#define FL_QUICK_PIECE 7    /* 2^this is the width of a piece in the lowest zone; 2 more a zone */
#define FL_QUICK_LIMIT 8192 /* x' = 4 x below, */
#define FL_QUICK_EXTRA 2    /* that is x << 2 */

/* One row's codes to stabilised values; [phase]. */
struct fl_quick_encode {
    uint16_t most[2];  /* the code that is white */
    uint16_t scale[2]; /* a power of two that makes it 15 bits when black is off, */
    uint16_t black[2]; /* which is this, but for the margin; */
    int16_t gain[2];   /* white balance, times 2^15 */
    int16_t margin;    /* light of black */
    int16_t white;     /* light of white */
    bool wide;         /* of the curve */
    const struct fl_quick_curve *curve;
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
    bool wide; /* of the tone curve */
    struct fl_quick_curve tone;
};

/* Detail is 64 (luma - its mean). */
struct fl_quick_sharpen {
    int16_t amount;    /* times 2^9 */
    int16_t low, high; /* the range of it that is noise and is taken off */
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

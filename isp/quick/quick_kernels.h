/* The row kernels of the 16-bit chain; quick_ref.c is their specification. All work on n pairs of
 * pixels (an even and an odd column) unless said otherwise, may write FL_QUICK_SLACK bytes behind
 * what they are asked for and read as much behind and FL_QUICK_PAD values before it. */
#ifndef FL_QUICK_KERNELS_H
#define FL_QUICK_KERNELS_H

#include "quick_rules.h"

#include "firstlight/pipeline.h"

#define FL_QUICK_SLACK 192
#define FL_QUICK_PAD   32

struct fl_quick_kernels {
    enum fl_cpu cpu;
    /* Packed rows to 16-bit codes, n of them in whole groups (4 of 10 bits, 2 of 12). Reads no byte
     * behind these groups. */
    void (*widen_u8)(const uint8_t *in, uint16_t *out, int n);
    void (*widen_csi10)(const uint8_t *in, uint16_t *out, int n);
    void (*widen_csi12)(const uint8_t *in, uint16_t *out, int n);
    /* Gains between those of two rows, a share of `part` / 2^15 of the way from a to b; n of them.
     */
    void (*between)(const int16_t *a, const int16_t *b, int part, int16_t *out, int n);
    /* Codes to stabilised values. gain: NULL, or lens shading less 1 in units of 2^-13, by phase.
     * Reads whole vectors of up to 64 codes. */
    void (*encode)(const uint16_t *code, const int16_t *const gain[2],
                   const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n);
    /* row[k][phase] is row y - 2 + k. */
    void (*repair)(const int16_t *row[5][2], const struct fl_quick_defect *rule, int16_t *even,
                   int16_t *odd, int n);
    /* Differences at the red or blue pixels of a row, those of columns 2 i + phase; own[k] is that
     * phase of row y - 3 + k, green the other phase of row y. */
    void (*difference)(const int16_t *const own[7], const int16_t *green, int phase, int16_t *out,
                       int n);
    /* rgb, and luma: rows of 2 n pixels. */
    void (*color)(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                  uint8_t *const rgb[3], uint8_t *luma, int n);
    /* n pixels to interleaved codes; writes no byte behind them. luma[k] is row y - 1 + k. */
    void (*sharpen)(const uint8_t *const rgb[3], const uint8_t *const luma[3],
                    const struct fl_quick_sharpen *rule, uint8_t *out, int n);
    void (*store)(const uint8_t *const rgb[3], uint8_t *out, int n);
};

/* NULL where this build or machine has none; FL_CPU_AUTO is the best. */
const struct fl_quick_kernels *fl_quick_kernels_for(enum fl_cpu cpu);

#endif

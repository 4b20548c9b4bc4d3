/* Names of the 16-bit kernels: QUICK(color) is fl_quick_color_avx2 when FL_ISA is avx2, and
 * fl_quick_color_ref for the reference. */
#ifndef FL_QUICK_NAMES_H
#define FL_QUICK_NAMES_H

#include "quick_kernels.h"

#define FL_QUICK_PASTE_(name, isa) fl_quick_##name##_##isa
#define FL_QUICK_PASTE(name, isa)  FL_QUICK_PASTE_(name, isa)
#define QUICK(name)                FL_QUICK_PASTE(name, FL_ISA)

#define FL_QUICK_DECLARE(isa)                                                                      \
    void FL_QUICK_PASTE(widen_u8, isa)(const uint8_t *in, uint16_t *out, int n);                   \
    void FL_QUICK_PASTE(widen_csi10, isa)(const uint8_t *in, uint16_t *out, int n);                \
    void FL_QUICK_PASTE(widen_csi12, isa)(const uint8_t *in, uint16_t *out, int n);                \
    void FL_QUICK_PASTE(between, isa)(const int16_t *a, const int16_t *b, int part, int16_t *out,  \
                                      int n);                                                      \
    void FL_QUICK_PASTE(encode, isa)(const uint16_t *code, const int16_t *const gain[2],           \
                                     const struct fl_quick_encode *rule, int16_t *even,            \
                                     int16_t *odd, int n);                                         \
    void FL_QUICK_PASTE(repair, isa)(const int16_t *row[5][2], const struct fl_quick_defect *rule, \
                                     int16_t *even, int16_t *odd, int n);                          \
    void FL_QUICK_PASTE(difference, isa)(const int16_t *const own[7], const int16_t *green,        \
                                         int phase, int16_t *out, int n);                          \
    void FL_QUICK_PASTE(color, isa)(const struct fl_quick_color_rows *in,                          \
                                    const struct fl_quick_color *rule, uint8_t *const rgb[3],      \
                                    uint8_t *luma, int n);                                         \
    void FL_QUICK_PASTE(sharpen, isa)(const uint8_t *const rgb[3], const uint8_t *const luma[3],   \
                                      const struct fl_quick_sharpen *rule, uint8_t *out, int n);   \
    void FL_QUICK_PASTE(store, isa)(const uint8_t *const rgb[3], uint8_t *out, int n)

/* The table of one set of names. */
#define FL_QUICK_TABLE(level, isa)                                                                 \
    {                                                                                              \
        .cpu = (level), .widen_u8 = FL_QUICK_PASTE(widen_u8, isa),                                 \
        .widen_csi10 = FL_QUICK_PASTE(widen_csi10, isa),                                           \
        .widen_csi12 = FL_QUICK_PASTE(widen_csi12, isa), .between = FL_QUICK_PASTE(between, isa),  \
        .encode = FL_QUICK_PASTE(encode, isa), .repair = FL_QUICK_PASTE(repair, isa),              \
        .difference = FL_QUICK_PASTE(difference, isa), .color = FL_QUICK_PASTE(color, isa),        \
        .sharpen = FL_QUICK_PASTE(sharpen, isa), .store = FL_QUICK_PASTE(store, isa),              \
    }

FL_QUICK_DECLARE(ref);

#endif

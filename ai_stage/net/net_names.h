/* Names of the network's kernels: NET(conv) is fl_net_conv_avx2 when FL_ISA is avx2, and
 * fl_net_conv_ref for the reference. */
#ifndef FL_NET_NAMES_H
#define FL_NET_NAMES_H

#include "net_kernels.h"

#define FL_NET_PASTE_(name, isa) fl_net_##name##_##isa
#define FL_NET_PASTE(name, isa)  FL_NET_PASTE_(name, isa)
#define NET(name)                FL_NET_PASTE(name, FL_ISA)

#define FL_NET_DECLARE(isa)                                                                        \
    void FL_NET_PASTE(conv, isa)(const struct fl_net_conv *c, int n);                              \
    void FL_NET_PASTE(split, isa)(const int16_t *in, int16_t *even, int16_t *odd, int n);          \
    void FL_NET_PASTE(join, isa)(const int16_t *even, const int16_t *odd, int16_t *out, int n);    \
    void FL_NET_PASTE(quantise, isa)(const float *in, float scale, int16_t *out, int n);           \
    void FL_NET_PASTE(expand, isa)(const int16_t *in, float scale, float *out, int n)

/* The table of one set of names. */
#define FL_NET_TABLE(level, isa)                                                                   \
    {                                                                                              \
        .cpu = (level), .conv = FL_NET_PASTE(conv, isa), .split = FL_NET_PASTE(split, isa),        \
        .join = FL_NET_PASTE(join, isa), .quantise = FL_NET_PASTE(quantise, isa),                  \
        .expand = FL_NET_PASTE(expand, isa),                                                       \
    }

FL_NET_DECLARE(ref);

#endif

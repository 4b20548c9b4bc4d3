/* A stage: one image operation, as a constant descriptor, prepare() and rows(). */
#ifndef FL_STAGE_H
#define FL_STAGE_H

#include "control.h"
#include "kernels.h"
#include "layout.h"

/* What the values between two stages mean. */
enum fl_domain {
    FL_DOMAIN_STORED,     /* codes of the file, DN */
    FL_DOMAIN_LINEAR,     /* 0 black, 1 the sensor's clip (times gains after white balance) */
    FL_DOMAIN_STABILISED, /* after the stabilising curve: noise of about the same size everywhere */
    FL_DOMAIN_OPPONENT,   /* y = sqrt(x + c): planes .2 R + .6 G + .2 B, R - G, B - G of it */
    FL_DOMAIN_DISPLAY     /* encoded with the output's transfer curve, 0..1 */
};

/* The stabilising curve f, shared by the stage that applies it, those that work in its domain and
 * the one that takes it back. Applied to white-balanced linear values x:
 *     f(x) = cbrt(x + c) for x >= 0, its tangent below, so that negatives survive.
 * Denoising works on f^1.5 = sqrt(x + c), where Poisson-Gaussian noise has constant variance. */
struct fl_stabiliser {
    float c;
    float root;  /* cbrt(c) */
    float slope; /* f'(0) = 1 / (3 root^2) */
};

/* How demosaic has coloured the noise: denoise has tables for each. */
enum fl_spectrum {
    FL_SPECTRUM_WHITE, /* every sample for itself */
    FL_SPECTRUM_LINEAR,
    FL_SPECTRUM_DIRECTIONAL,
    FL_SPECTRUM_REFINED
};

#define FL_LIGHT_LEVELS 65

/* What is known about the picture between two stages; prepare() rewrites it for what follows. */
struct fl_flow {
    int width, height;
    struct fl_rect crop;  /* part of the picture to show, in its current pixels */
    float x0, y0;         /* centre of pixel (0, 0), in pixels of the active area */
    float step_x, step_y; /* pixels of the active area from one pixel to the next */
    struct fl_layout layout;
    enum fl_cfa cfa; /* of a mosaic; FL_CFA_NONE when there is none */
    bool mono;       /* one channel; after demosaic all three planes are alike */
    enum fl_domain domain;
    float white;   /* value of the sensor's clip or display white: what --until maps to 65535 */
    float clip[3]; /* level at which each channel saturates, in the current linear units */
    struct fl_noise noise[3]; /* variance = s x + o in the current linear units */
    struct fl_stabiliser stabiliser;
    enum fl_spectrum spectrum; /* of the noise */
    bool raw_filtered;         /* raw_denoise has taken a part of it, of the fine more */
    float averaged;            /* share of its variance that was averaged away on the square root */
    float light[FL_LIGHT_LEVELS]; /* display: linear light of its levels, evenly from 0 to 1 */
};

/* Input of prepare(). */
struct fl_prepare {
    const void *params;
    const struct fl_frame *frame;     /* the raw: pixels and metadata */
    struct fl_rect active;            /* part of the frame that the chain works on; even-sized for
                                         mosaics */
    enum fl_cfa cfa;                  /* of the active area, the file's or as corrected */
    struct fl_rect crop;              /* part of the active area that the picture shows */
    int orientation;                  /* EXIF 1..8, applied after the last stage */
    const struct fl_control *control; /* neutral values while pass 1 is prepared */
    const struct fl_settings *settings;
    const struct fl_kernels *kernels;
    const struct fl_log *log;
    struct fl_flow *flow; /* in: what arrives; out: what leaves */
};

/* Output of prepare(). */
struct fl_prepared {
    int halo_x, halo_y;  /* pixels around its rows that the stage reads; even for mosaics */
    size_t scratch_size; /* bytes of working memory a call needs, 64-byte aligned */
    /* The stage's scratch is its own and holds what its last call on this thread left, zeros at
     * first. It may only save work: the result must be the same without. */
    bool keeps_scratch;
    bool bypass; /* nothing to do: the stage is left out; the flow must be unchanged */
    /* Output planes that are input planes as they were: kept[to] = 1 + from, 0 for others. An
     * executor may give both the same memory, which fl_keep_plane() notices; rows() must not write
     * to such a plane in any other way. */
    uint8_t kept[FL_MAX_PLANES];
};

enum fl_stage_flags {
    FL_STAGE_IN_PLACE = 1, /* pointwise: halo 0, the output rows may be the input rows */
    FL_STAGE_DETAIL = 2,   /* changes single pixels only: pass 1 does without it */
    FL_STAGE_COLUMNS = 4   /* in place on planes of full size, and rows() may get a part of the
                              columns at a time: from a multiple of FL_KERNEL_SLACK, as many as
                              that or up to the right edge */
};

struct fl_stage {
    const char *name;    /* key in --set, --until, help and logs; the passes of one operation share
                            the part before the dot, "demosaic.green" */
    const char *summary; /* one line */
    unsigned flags;
    size_t params_size, state_size;
    const struct fl_param *params; /* NULL: none */

    /* Validates, builds tables, picks kernels, rewrites the flow. state is zeroed. */
    fl_err (*prepare)(void *state, const struct fl_prepare *p, struct fl_prepared *out);

    /* Row stage: pure; no allocation, lock, log or failure. in->row and out->row are valid as
     * layout.h says; scratch belongs to the call and holds nothing, unless keeps_scratch. */
    void (*rows)(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch);

    /* Gather stage (instead of rows): makes output rows from whole input planes, or from what the
     * state holds where in is NULL. It begins a new segment. Same rules. */
    void (*gather)(const void *state, const struct fl_planes *in, const struct fl_rows *out,
                   void *scratch);

    /* Frees what prepare() allocated; also called after a failed prepare. NULL: nothing. */
    void (*release)(void *state);
};

#endif

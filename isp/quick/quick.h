/* The 16-bit chain of preset fast: one pass over the frame in integers, three loops a row, for
 * Bayer sensors of up to 12 bits. What it does is what the float chain would do with the same
 * parameters, with a simpler interpolation; to within two 8-bit codes where there is no detail:
 *
 *   encode      code -> light -> stabilised      clipping, black level, white balance, lens shading
 *   repair      isolated hot and dead pixels      (the float chain's `defect` looks closer)
 *   difference  green - colour at red and blue    demosaic, leaning to rows or columns
 *   color       three colours -> linear -> matrix, exposure -> tone curve -> codes, luma
 *   sharpen     unsharp mask over 3x3, interleaved RGB
 *
 * Rows stay in rings that fit the cache; strips share nothing, and computing the rows around a
 * strip again gives the same bits, so results do not depend on strips and threads. Bit layouts are
 * in quick_rules.h, equations in quick_ref.c, the choice in docs/decisions/0007. */
#ifndef FL_QUICK_H
#define FL_QUICK_H

#include "plan.h"
#include "quick_kernels.h"

#define FL_QUICK_LEAST_SIZE 16 /* pixels a side; smaller pictures take the float chain */

struct fl_quick {
    const struct fl_quick_kernels *kernels;
    const struct fl_frame *frame;
    struct fl_rect active, crop;
    enum fl_cfa cfa;
    struct fl_quick_curve curve;      /* light to stabilised */
    struct fl_quick_encode encode[2]; /* by parity of the row */
    const void *shading;              /* state of lens_shading; NULL: none */
    bool smooth_shading;
    bool repair;
    struct fl_quick_defect defect;
    struct fl_quick_color color;
    int report; /* line of the report that gets the time */
    bool sharpened;
    struct fl_quick_sharpen sharpen;
};

/* Where finished rows go: y counts from the crop's top. Called from several threads. */
struct fl_quick_sink {
    /* Room for a row of the crop's width, 3 bytes a pixel; NULL: use one of its own, */
    uint8_t *(*room)(void *user, int y);
    /* which is handed over here. */
    void (*pixels)(void *user, int y, const uint8_t *pixels);
    /* Either way, the row is there. */
    void (*done)(void *user, int y);
    void *user;
};

/* Takes over what a prepared float chain would do. The steps must live as long as *q, and `steps`
 * be complete. false: this chain cannot, *why says what for. */
bool fl_quick_make(struct fl_quick *q, const struct fl_prepare *p, const struct fl_step *steps,
                   int count, const char **why);

/* Errors: FL_ERR_MEMORY, FL_ERR_CANCELLED. */
fl_err fl_quick_run(const struct fl_quick *q, const struct fl_exec *exec,
                    const struct fl_quick_sink *sink);

#endif

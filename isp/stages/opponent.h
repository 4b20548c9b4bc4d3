/* Passes that denoise and chroma_denoise begin and end with: from stabilised red, green and blue to
 * luminance and colour differences on the square root, and back. */
#ifndef FL_OPPONENT_H
#define FL_OPPONENT_H

#include "opponent_back.h"
#include "stage.h"

struct fl_opponent_state {
    const struct fl_kernels *kernels;
    float root; /* of the stabilising curve */
    struct fl_opponent_back back;
};

void fl_opponent_init(struct fl_opponent_state *state, const struct fl_prepare *p);
void fl_opponent_back_init(struct fl_opponent_state *state, const struct fl_prepare *p);

/* Rows in place: planes 0, 1, 2 from stabilised R, G, B to Y, R - G, B - G; and from these to
 * linear R, G, B. */
void fl_opponent_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch);
void fl_opponent_back_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                           void *scratch);

#endif

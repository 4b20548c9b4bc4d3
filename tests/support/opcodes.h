/* Frames that carry DNG opcodes, for the tests of the stages that apply them. */
#ifndef FL_TEST_OPCODES_H
#define FL_TEST_OPCODES_H

#include "firstlight/frame.h"

/* A zeroed frame without opcodes whose active area is all of it; never NULL. */
struct fl_frame *opcodes_frame(int width, int height, enum fl_cfa cfa);

/* Appends an opcode and returns it, to be filled; valid until the next one is appended. */
struct fl_opcode *opcodes_add(struct fl_frame *frame, int list, enum fl_opcode_id id);

/* Appends a GainMap over the whole frame with one plane: pitch 1, points from edge to edge. `gain`
 * has points_v x points_h values and is copied. */
struct fl_opcode *opcodes_add_gain_map(struct fl_frame *frame, int list, int points_h, int points_v,
                                       const float *gain);

/* Appends an identity warp of `planes` planes about the centre. */
struct fl_opcode *opcodes_add_warp(struct fl_frame *frame, int planes);

/* Appends a list of `points` bad pixels, x and y in turns, copied. */
struct fl_opcode *opcodes_add_bad_points(struct fl_frame *frame, int points, const int32_t *xy);

#endif

/* Simulated frames, and their pixels read without the code under test. */
#ifndef SIM_FRAMES_H
#define SIM_FRAMES_H

#include "firstlight/source.h"

/* Take a picture, or its truth; fail the test when that fails. */
struct fl_frame *sim_capture(const struct fl_sim_config *config);
struct fl_frame *sim_truth(const struct fl_sim_config *config);

/* Code of a pixel of the active area, in any packing; normalised to 0 black, 1 white; truth. */
unsigned dn_at(const struct fl_frame *f, int x, int y);
double value_at(const struct fl_frame *f, int x, int y);
double truth_at(const struct fl_frame *f, int c, int x, int y);

/* FNV-1a of all rows without padding, samples in little-endian order. */
uint64_t hash_frame(const struct fl_frame *f);

#endif

/* Does the declared CFA fit the pixels? Flipped sensors are often written with the order of the
 * unflipped ones, which puts red and blue where green belongs: a purple picture full of mazes. */
#ifndef FL_CFA_CHECK_H
#define FL_CFA_CHECK_H

#include "control.h"

/* The CFA that the pixels of the active area speak for: the declared one unless its two greens
 * differ everywhere while the other two sites agree. Which of these is red and which blue is not in
 * the pixels: the order that makes the scene's light the more usual one is chosen. Reads a few
 * hundred blocks; mosaics only. */
enum fl_cfa fl_cfa_check(const struct fl_frame *raw, const struct fl_rect *active);

#endif

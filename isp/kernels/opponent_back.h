/* What the way from opponent colours on the square root back to linear light needs to know. */
#ifndef FL_OPPONENT_BACK_H
#define FL_OPPONENT_BACK_H

/* x = y^2 - c above y = at_zero, its tangent below, whose slope is per_slope; then, for every
 * channel, what averaging has taken from it: x rise + offset, within 0..bias. */
struct fl_opponent_back {
    float c, at_zero, per_slope;
    float rise[3], offset[3], bias[3];
};

#endif

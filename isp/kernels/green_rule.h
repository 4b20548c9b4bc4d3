/* How the greens of one row of a mosaic are made alike; stages/green_balance.c says why. */
#ifndef FL_GREEN_RULE_H
#define FL_GREEN_RULE_H

struct fl_green_rule {
    float beside, above; /* shares of the mean of two neighbours to take away */
    float own[3];        /* share of the green itself: own[0] + own[1] x + own[2] x^2 */
    float clip;          /* greens at or above this level stay */
};

#endif

/* When a pixel is a defect and not a detail; stages/defect.c says why. Values are square roots of
 * linear light. */
#ifndef FL_DEFECT_RULE_H
#define FL_DEFECT_RULE_H

/* A pixel is a defect when it lies beyond all its neighbours and further beyond the means of
 * opposite ones than
 *     max(least, k0 spread + k1 bump + k2 range - slack)
 * spread: what those means differ by; bump: by how much the nearest pixels of other colours rise
 * (dead: fall) above those around them; range: what these differ by. */
struct fl_defect_rule {
    float least;
    float hot[3], dead[3];       /* k0, k1, k2 */
    float hot_slack, dead_slack; /* what is taken off the sum: what noise makes of it */
};

#endif

/* Which pixels are worth a careful look for a defect; stages/defect.c says why. */
#ifndef FL_DEFECT_RULE_H
#define FL_DEFECT_RULE_H

/* Is a pixel v by more than t above or below n, in square roots of light? Without a root:
 *     sqrt(v + c) > sqrt(n + c) + t   is   (v - n - t^2)^2 > 4 t^2 (n + c),  v > n + t^2
 *     sqrt(v + c) < sqrt(n + c) - t   is   (n - v + t^2)^2 > 4 t^2 (n + c),  v < n + t^2, n + c >
 * t^2
 */
struct fl_defect_step {
    float t2;            /* t^2 */
    float slope, offset; /* 4 t^2, 4 t^2 c */
    float least;         /* t^2 - c */
};

/* Candidates lie `single` beyond the second largest, or second least, of the four neighbours of
 * their colour in a cross, and either beyond all eight and by `single` beyond the means of opposite
 * ones, or by `pair` beyond the second of both the cross and the diagonals. */
struct fl_defect_rule {
    struct fl_defect_step single, pair;
};

#endif

/* Which pixels are worth a careful look for a defect; stages/defect.c says why. */
#ifndef FL_DEFECT_RULE_H
#define FL_DEFECT_RULE_H

/* A pixel v is a candidate when, in square roots of light, it lies by more than t above the second
 * largest, or below the second least, of its four neighbours in a cross and of those on the
 * diagonals. Without a root:
 *     sqrt(v + c) > sqrt(n + c) + t   is   (v - n - t^2)^2 > 4 t^2 (n + c),  v > n + t^2
 *     sqrt(v + c) < sqrt(n + c) - t   is   (n - v + t^2)^2 > 4 t^2 (n + c),  v < n + t^2, n + c >
 * t^2
 */
struct fl_defect_rule {
    float t2;            /* t^2 */
    float slope, offset; /* 4 t^2, 4 t^2 c */
    float least;         /* t^2 - c */
};

#endif

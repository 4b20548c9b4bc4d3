/* Decimal numbers as fractions. */
#include "rational.h"

#include <math.h>

void fl_rational(double value, uint32_t fraction[2])
{
    uint32_t denominator;

    fraction[0] = 0;
    fraction[1] = 1;
    if (!(value > 0))
        return;
    if (value >= 4294967295.0) {
        fraction[0] = UINT32_MAX;
        return;
    }
    /* exposure times are said, and mostly set, as one part of a second */
    if (value < 0.5 && 1 / value < 4e9) {
        double n = floor(1 / value + 0.5);
        if (fabs(value * n - 1) < 1e-4) {
            fraction[0] = 1;
            fraction[1] = (uint32_t)n;
            return;
        }
    }
    for (denominator = 1; denominator <= 1000000000; denominator *= 10) {
        double numerator = floor(value * denominator + 0.5);
        if (numerator > 4294967295.0)
            return;
        fraction[0] = (uint32_t)numerator;
        fraction[1] = denominator;
        if (fabs(numerator / denominator - value) <= 1e-9 * value || denominator == 1000000000)
            return;
    }
}

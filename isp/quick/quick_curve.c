/* Fits the piecewise curves of the 16-bit chain: each piece is the chord of its ends, moved by 0.6
 * of what it misses in the middle: half would make the largest error least, two thirds the mean
 * error none. Constants are rounded so that the middle of the piece is right. */
#include "quick_curve.h"

#include <math.h>
#include <string.h>

/* Where a zone's pieces lie. */
struct zone {
    int first, shift; /* entry that the zone begins with, of its sixteen; width of a piece */
    int extra;        /* x' = x << extra */
    bool fine;        /* the slope has a low byte */
};

static double limited(double v, double most)
{
    return v > 0.0 ? (v < most ? v : most) : 0.0; /* NaN becomes 0 */
}

static bool make_piece(struct fl_quick_curve *curve, const struct zone *zone, int entry, int k,
                       double y0, double ym, double y1)
{
    double width = (double)(1 << zone->shift), scale = (double)(1 << zone->extra);
    double slope = (y1 - y0) / (width * scale) * 32768.0;
    double step = zone->fine ? 1.0 : 256.0;
    double middle = (k + 0.5) * width, base;
    bool fits;
    slope = floor(slope / step + 0.5) * step;
    fits = slope >= -32768.0 + step && slope <= 32768.0 - step;
    slope = fits ? slope : 0.0;
    base = floor(0.6 * ym + 0.2 * (y0 + y1) - slope / 32768.0 * scale * middle + 0.5);
    curve->base[entry] = (uint16_t)(int64_t)base;
    curve->slope[entry] = (uint16_t)(int64_t)slope;
    return fits;
}

bool fl_quick_curve_make(struct fl_quick_curve *curve, double (*f)(double x, const void *user),
                         const void *user, double most, bool wide)
{
    const int extra = wide ? FL_QUICK_EXTRA : 0;
    const struct zone zones[] = {{0, FL_QUICK_PIECE, extra, false},
                                 {4, FL_QUICK_PIECE + 2, extra, false},
                                 {4, FL_QUICK_PIECE + 4, 0, true}};
    bool fits = true;
    memset(curve, 0, sizeof *curve);
    for (int z = 0; z < FL_QUICK_ZONES; z++)
        for (int k = zones[z].first; k < 16; k++) {
            double width = (double)(1 << zones[z].shift), x = k * width;
            double y0 = limited(f(x, user), most), y1 = limited(f(x + width, user), most);
            double ym = limited(f(x + 0.5 * width, user), most);
            fits = make_piece(curve, &zones[z], 16 * z + k, k, y0, ym, y1) && fits;
        }
    for (int i = 0; i < FL_QUICK_ENTRIES; i++) {
        curve->byte[0][i] = (uint8_t)(curve->base[i] & 255);
        curve->byte[1][i] = (uint8_t)(curve->base[i] >> 8);
        curve->byte[2][i] = (uint8_t)(curve->slope[i] & 255);
        curve->byte[3][i] = (uint8_t)(curve->slope[i] >> 8);
    }
    return fits;
}

/* Structural similarity of luma.
 *
 * Source: Wang, Bovik, Sheikh, Simoncelli, Image quality assessment: from error visibility to
 * structural similarity, IEEE Transactions on Image Processing 13 (2004): Gaussian window of 11x11
 * pixels with sigma 1.5, K1 = 0.01, K2 = 0.03, L = 255; mean of the map. */
#include "measures.h"

#include "flmath.h"

#include <stdlib.h>

#define WINDOW 11
#define HALF   (WINDOW / 2)
#define SUMS   5 /* means of a, b, aa, bb, ab */

static double luma(const uint8_t *p)
{
    return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

static void make_window(double out[WINDOW])
{
    double sum = 0.0;
    for (int i = 0; i < WINDOW; i++) {
        double d = i - HALF;
        out[i] = fl_exp(-d * d / (2.0 * 1.5 * 1.5));
        sum += out[i];
    }
    for (int i = 0; i < WINDOW; i++)
        out[i] /= sum;
}

/* Weighted column sums around row y: SUMS values a pixel. */
static void column_sums(const struct picture *a, const struct picture *b, int y,
                        const double window[WINDOW], double *out)
{
    for (int x = 0; x < a->width; x++) {
        double *s = out + (size_t)x * SUMS;
        for (int k = 0; k < SUMS; k++)
            s[k] = 0.0;
        for (int j = 0; j < WINDOW; j++) {
            double p = luma(picture_at(a, x, y + j - HALF));
            double q = luma(picture_at(b, x, y + j - HALF));
            s[0] += window[j] * p;
            s[1] += window[j] * q;
            s[2] += window[j] * p * p;
            s[3] += window[j] * q * q;
            s[4] += window[j] * p * q;
        }
    }
}

static double similarity(const double *columns, const double window[WINDOW])
{
    const double c1 = 0.01 * 255 * 0.01 * 255, c2 = 0.03 * 255 * 0.03 * 255;
    double m[SUMS] = {0};
    for (int i = 0; i < WINDOW; i++)
        for (int k = 0; k < SUMS; k++)
            m[k] += window[i] * columns[i * SUMS + k];
    double var_a = m[2] - m[0] * m[0], var_b = m[3] - m[1] * m[1], cov = m[4] - m[0] * m[1];
    return (2.0 * m[0] * m[1] + c1) * (2.0 * cov + c2) /
           ((m[0] * m[0] + m[1] * m[1] + c1) * (var_a + var_b + c2));
}

fl_err measure_ssim(const struct picture *truth, const struct picture *result, double *out)
{
    double window[WINDOW], sum = 0.0;
    double *columns = malloc((size_t)truth->width * SUMS * sizeof *columns);
    int64_t count = 0;
    if (!columns)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    make_window(window);
    for (int y = MEASURE_BORDER; y < truth->height - MEASURE_BORDER; y++) {
        column_sums(truth, result, y, window, columns);
        for (int x = MEASURE_BORDER; x < truth->width - MEASURE_BORDER; x++) {
            sum += similarity(columns + (size_t)(x - HALF) * SUMS, window);
            count++;
        }
    }
    free(columns);
    *out = sum / (double)count;
    return fl_success();
}

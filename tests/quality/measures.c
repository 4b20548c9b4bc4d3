/* The list of measures, and the plainest of them. */
#include "measures.h"

#include "flmath.h"

#include <math.h>

static const struct {
    const char *name;
    int digits;
} columns[MEASURES] = {
    [MEASURE_CPSNR] = {"cpsnr", 2},         [MEASURE_SSIM] = {"ssim", 4},
    [MEASURE_DE_MEAN] = {"de_mean", 2},     [MEASURE_DE_95] = {"de_95", 2},
    [MEASURE_ZIPPER] = {"zipper", 2},       [MEASURE_FALSE_COLOR] = {"false_color", 2},
    [MEASURE_NOISE_LUMA] = {"noise_y", 2},  [MEASURE_NOISE_CHROMA] = {"noise_c", 2},
    [MEASURE_BLOTCH] = {"blotch", 2},       [MEASURE_MTF50] = {"mtf50", 3},
    [MEASURE_MTF50_LOW] = {"mtf50_low", 3}, [MEASURE_OVERSHOOT] = {"overshoot", 1},
};

const char *measure_name(enum measure m)
{
    return columns[m].name;
}

int measure_digits(enum measure m)
{
    return columns[m].digits;
}

double measure_cpsnr(const struct picture *truth, const struct picture *result)
{
    int64_t sum = 0, count = 0;
    for (int y = MEASURE_BORDER; y < truth->height - MEASURE_BORDER; y++)
        for (int x = MEASURE_BORDER; x < truth->width - MEASURE_BORDER; x++) {
            const uint8_t *a = picture_at(truth, x, y), *b = picture_at(result, x, y);
            for (int c = 0; c < 3; c++)
                sum += (a[c] - b[c]) * (a[c] - b[c]);
            count += 3;
        }
    if (sum == 0)
        return 99.0;
    return 10.0 / fl_log2(10.0) * fl_log2(255.0 * 255.0 * (double)count / (double)sum);
}

fl_err measure_picture(const struct picture *truth, const struct picture *result,
                       double out[MEASURES])
{
    for (int m = 0; m < MEASURES; m++)
        out[m] = (double)NAN;
    if (truth->width != result->width || truth->height != result->height)
        return fl_error(FL_ERR_ARGUMENT, "the result has %dx%d pixels, the truth %dx%d",
                        result->width, result->height, truth->width, truth->height);
    if (truth->width < 4 * MEASURE_BORDER || truth->height < 4 * MEASURE_BORDER)
        return fl_error(FL_ERR_ARGUMENT, "%dx%d is too small to measure", truth->width,
                        truth->height);
    out[MEASURE_CPSNR] = measure_cpsnr(truth, result);
    FL_TRY(measure_ssim(truth, result, &out[MEASURE_SSIM]));
    measure_flat(truth, result, out);
    return measure_color(truth, result, out);
}

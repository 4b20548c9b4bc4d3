/* Exposure from the log-average of the picture, as photographic tone reproduction does it (Reinhard
 * et al. 2002), with restraint: the camera's meter or the photographer has chosen already. */
#include "exposure.h"

#include "fastlog.h"
#include "flmath.h"

#include <math.h>

/* Log-average of finished photographs: 0.12 over Kodak-24 and twelve more, linear. */
#define USUAL_BRIGHTNESS 0.135
#define FLOOR            0.001 /* added to luminance before the logarithm: deep shadows are alike */
#define HIGHLIGHT_LIMIT  3.0   /* the brightest hundredth may reach this multiple of white */
#define MAX_WHITE        8.0

#define BINS     320 /* of the histogram of log2 luminance, 1/16 stop each */
#define BIN_STEP 16.0
#define BIN_MIN  (-16.0)

double fl_cell_luminance(const struct fl_statistics *stats, const struct fl_control *control,
                         size_t cell)
{
    static const double weight[3] = {FL_TONE_RED, FL_TONE_GREEN, FL_TONE_BLUE};
    double y = 0.0;
    for (int c = 0; c < 3; c++) {
        double in = stats->mean[c][cell] * control->wb_gain[c];
        for (int row = 0; row < 3; row++)
            y += weight[row] * control->matrix[3 * row + c] * in;
    }
    return y > 0.0 ? y : 0.0;
}

/* The middle counts more than the corners, gently: 1 down to 1/2. */
static double place_weight(const struct fl_statistics *stats, size_t cell)
{
    size_t row = cell / (size_t)stats->cols, col = cell % (size_t)stats->cols;
    double x = ((double)col + 0.5) / stats->cols - 0.5;
    double y = ((double)row + 0.5) / stats->rows - 0.5;
    return 1.0 / (1.0 + 2.0 * (x * x + y * y));
}

struct brightness {
    double log_average;
    double p99, p995; /* percentiles of luminance */
};

/* Level below which a share of the weight lies; linear inside a bin. */
static double percentile(const double histogram[BINS], double total, double share)
{
    double below = 0.0, wanted = share * total;
    for (int i = 0; i < BINS; i++) {
        if (below + histogram[i] >= wanted && histogram[i] > 0.0)
            return fl_exp2(BIN_MIN + (i + (wanted - below) / histogram[i]) / BIN_STEP);
        below += histogram[i];
    }
    return 1.0;
}

static struct brightness measure(const struct fl_statistics *stats,
                                 const struct fl_control *control)
{
    struct brightness b;
    double histogram[BINS] = {0}, sum = 0.0, total = 0.0;
    size_t n = (size_t)stats->cols * (size_t)stats->rows;
    for (size_t i = 0; i < n; i++) {
        double w = place_weight(stats, i), y = fl_cell_luminance(stats, control, i);
        double l = fl_fast_log2((float)(y + FLOOR));
        double u = (fl_fast_log2((float)(y + 1e-9)) - BIN_MIN) * BIN_STEP - 0.5;
        int k;
        u = u < 0.0 ? 0.0 : u > BINS - 1.001 ? BINS - 1.001 : u;
        k = (int)u;
        histogram[k] += w * (1.0 - (u - k)); /* shared between two bins, so that it is smooth */
        histogram[k + 1] += w * (u - k);
        sum += w * l;
        total += w;
    }
    b.log_average = fl_exp2(sum / total);
    b.p99 = percentile(histogram, total, 0.99);
    b.p995 = percentile(histogram, total, 0.995);
    return b;
}

/* The lesser of two, rounded off over about a third of a stop. */
static double soft_min(double a, double b)
{
    const double width = 0.3;
    return -width * fl_log2(fl_exp2(-a / width) + fl_exp2(-b / width));
}

/* Stops from the camera's exposure. Half of a small deviation is made good or more, little of a
 * large one: a night stays night, snow stays bright. */
static double correction(const struct brightness *b, double camera_gain)
{
    double wanted = fl_log2(USUAL_BRIGHTNESS / (b->log_average * camera_gain));
    double room = fl_log2(HIGHLIGHT_LIMIT / (b->p99 * camera_gain));
    double stops = wanted > 0.0 ? wanted / (1.0 + wanted / 3.0) : wanted / (1.0 - wanted / 0.8);
    if (stops > 0.0) {
        double limited = soft_min(stops, room > 0.0 ? room : 0.0);
        stops = limited > 0.0 ? limited : 0.0;
    }
    return stops;
}

static double within(double v, double low, double high)
{
    return v > low ? (v < high ? v : high) : low; /* NaN becomes low */
}

void fl_exposure_decide(const struct fl_statistics *stats, const struct fl_meta *meta,
                        const struct fl_settings *settings, struct fl_control *control)
{
    double baseline = fabs(meta->baseline_exposure_ev) <= 10.0 ? meta->baseline_exposure_ev : 0.0;
    double camera_gain = fl_exp2(baseline), stops = within(settings->ev, -16.0, 16.0);
    control->white = 1.0;
    if (settings->look != FL_LOOK_NEUTRAL) {
        struct brightness b = measure(stats, control);
        stops += correction(&b, camera_gain);
        control->white = within(1.15 * b.p995 * camera_gain * fl_exp2(stops), 1.0, MAX_WHITE);
    }
    control->exposure_gain = fl_exp2(baseline + stops);
}

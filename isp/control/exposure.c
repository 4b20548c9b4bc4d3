/* Exposure from the log-average of the picture, as photographic tone reproduction does it (Reinhard
 * et al. 2002), with restraint: the camera's meter or the photographer has chosen already. */
#include "exposure.h"

#include "cell_walk.h"

#include "fastlog.h"
#include "flmath.h"
#include "level_histogram.h"

#include <math.h>

/* Log-average of finished photographs: 0.12 over Kodak-24 and twelve more, linear. */
#define USUAL_BRIGHTNESS 0.135
#define FLOOR            0.001 /* added to luminance before the logarithm: deep shadows are alike */
#define HIGHLIGHT_LIMIT  3.0   /* the brightest hundredth may reach this multiple of white */
#define PAPER            0.8   /* and where it is below this, nothing is too bright */
#define NOISE_LIMIT      4.0   /* variances of the noise that half a lift is worth */

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
static double place_weight(const struct fl_statistics *stats, int col, int row)
{
    double x = (col + 0.5) / stats->cols - 0.5;
    double y = (row + 0.5) / stats->rows - 0.5;
    return 1.0 / (1.0 + 2.0 * (x * x + y * y));
}

struct brightness {
    double log_average;
    double p99; /* percentile of luminance */
};

static struct brightness measure(const struct fl_statistics *stats,
                                 const struct fl_control *control)
{
    struct brightness b;
    struct fl_level_histogram histogram = {.total = 0.0};
    double sum = 0.0;
    struct fl_cell_walk walk = fl_cell_walk_start(stats->cols, stats->rows, FL_WALK_CELLS);
    while (fl_cell_walk_next(&walk)) {
        size_t i = (size_t)walk.row * (size_t)stats->cols + (size_t)walk.col;
        double w = place_weight(stats, walk.col, walk.row);
        double y = fl_cell_luminance(stats, control, i);
        fl_level_add(&histogram, y, w);
        sum += w * fl_fast_log2((float)(y + FLOOR));
    }
    b.log_average = fl_exp2(sum / histogram.total);
    b.p99 = fl_level_percentile(&histogram, 0.99);
    return b;
}

/* The lesser of two, rounded off over about a third of a stop. */
static double soft_min(double a, double b)
{
    const double width = 0.3;
    return -width * fl_log2(fl_exp2(-a / width) + fl_exp2(-b / width));
}

/* Share of a lift that is worth having: little where most of the frame is noise. */
static double worth(double level, const struct fl_noise *noise)
{
    double variance = noise->s * level + noise->o;
    return variance > 0.0 ? level * level / (level * level + NOISE_LIMIT * variance) : 1.0;
}

/* Stops from the camera's exposure. Half of a small deviation is made good or more, little of a
 * large one: a night stays night. What has no highlights to save is not darkened: snow and paper
 * stay bright. */
static double correction(const struct brightness *b, double camera_gain,
                         const struct fl_noise *noise)
{
    double wanted = fl_log2(USUAL_BRIGHTNESS / (b->log_average * camera_gain));
    double room = fl_log2(HIGHLIGHT_LIMIT / (b->p99 * camera_gain));
    double excess = fl_log2(b->p99 * camera_gain / PAPER), stops;
    if (wanted > 0.0)
        stops = soft_min(wanted / (1.0 + wanted / 3.0), room > 0.0 ? room : 0.0) *
                worth(b->log_average - FLOOR, noise);
    else
        stops = soft_min(-wanted / (1.0 - wanted / 0.8), excess > 0.0 ? excess : 0.0);
    stops = stops > 0.0 ? stops : 0.0;
    return wanted > 0.0 ? stops : -stops;
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
    if (settings->look == FL_LOOK_STANDARD) {
        struct brightness b = measure(stats, control);
        stops += correction(&b, camera_gain, &control->noise[1]);
    }
    control->exposure_gain = fl_exp2(baseline + stops);
}

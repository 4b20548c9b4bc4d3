/* Errors of colour: CIEDE2000, zipper, false colour.
 *
 * Zipper: a pixel counts where the CIELAB distance to the neighbour that is most like it in the
 * truth has changed by more than 2.3, a just noticeable difference. Source: Lu & Tan, Color filter
 * array demosaicking: new method and performance measures, IEEE Transactions on Image Processing
 * 12 (2003).
 *
 * False colour: a pixel counts where a*b* is off by more than 5 although the truth's a*b* stays
 * within 5 in the 5x5 pixels around: colour that has come from luminance, not from a neighbour.
 * This is our own rule; published ones need a threshold on edges as well. */
#include "lab.h"
#include "measures.h"

#include <math.h>
#include <stdlib.h>

#define DE_STEP  0.01
#define DE_BINS  10000 /* the last holds everything from 100 on */
#define ZIPPER   2.3
#define FALSE_AB 5.0
#define WINDOW   2

struct planes {
    int width;
    struct lab *truth, *result;
};

static void convert(const struct picture *p, struct lab *out)
{
    for (int64_t i = 0; i < (int64_t)p->width * p->height; i++)
        out[i] = lab_of_pixel(p->rgb + i * 3);
}

static bool is_zipper(const struct planes *p, int64_t i)
{
    static const int dx[8] = {-1, 0, 1, -1, 1, -1, 0, 1}, dy[8] = {-1, -1, -1, 0, 0, 1, 1, 1};
    double least = 1e9;
    int64_t nearest = i;
    for (int k = 0; k < 8; k++) {
        int64_t n = i + (int64_t)dy[k] * p->width + dx[k];
        double d = lab_distance(p->truth[i], p->truth[n]);
        if (d < least) {
            least = d;
            nearest = n;
        }
    }
    return fabs(lab_distance(p->result[i], p->result[nearest]) - least) > ZIPPER;
}

static bool is_false_color(const struct planes *p, int64_t i)
{
    double da = p->result[i].a - p->truth[i].a, db = p->result[i].b - p->truth[i].b;
    if (da * da + db * db <= FALSE_AB * FALSE_AB)
        return false;
    for (int y = -WINDOW; y <= WINDOW; y++)
        for (int x = -WINDOW; x <= WINDOW; x++) {
            const struct lab *n = &p->truth[i + (int64_t)y * p->width + x];
            double a = n->a - p->truth[i].a, b = n->b - p->truth[i].b;
            if (a * a + b * b > FALSE_AB * FALSE_AB)
                return false;
        }
    return true;
}

/* Upper end of the bin that completes the share. */
static double percentile(const int64_t *bins, int64_t count, double share)
{
    int64_t seen = 0;
    int i = 0;
    for (; i < DE_BINS - 1; i++) {
        seen += bins[i];
        if ((double)seen >= share * (double)count)
            break;
    }
    return (i + 1) * DE_STEP;
}

static void count_pixels(const struct planes *p, int height, int64_t *bins, double out[MEASURES])
{
    int64_t count = 0, zippers = 0, false_colors = 0;
    double sum = 0.0;
    for (int y = MEASURE_BORDER; y < height - MEASURE_BORDER; y++)
        for (int x = MEASURE_BORDER; x < p->width - MEASURE_BORDER; x++) {
            int64_t i = (int64_t)y * p->width + x;
            double de = lab_ciede2000(p->truth[i], p->result[i]);
            sum += de;
            bins[de < (DE_BINS - 1) * DE_STEP ? (int)(de / DE_STEP) : DE_BINS - 1]++;
            zippers += is_zipper(p, i);
            false_colors += is_false_color(p, i);
            count++;
        }
    out[MEASURE_DE_MEAN] = sum / (double)count;
    out[MEASURE_DE_95] = percentile(bins, count, 0.95);
    out[MEASURE_ZIPPER] = 100.0 * (double)zippers / (double)count;
    out[MEASURE_FALSE_COLOR] = 100.0 * (double)false_colors / (double)count;
}

fl_err measure_color(const struct picture *truth, const struct picture *result,
                     double out[MEASURES])
{
    size_t pixels = (size_t)truth->width * (size_t)truth->height;
    struct lab *lab = malloc(2 * pixels * sizeof *lab);
    int64_t *bins = calloc(DE_BINS, sizeof *bins);
    struct planes p = {truth->width, lab, lab + pixels};
    fl_err err = fl_success();
    if (lab && bins) {
        convert(truth, p.truth);
        convert(result, p.result);
        count_pixels(&p, truth->height, bins, out);
    } else {
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    }
    free(lab);
    free(bins);
    return err;
}

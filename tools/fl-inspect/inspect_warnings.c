/* The comparisons of fl-inspect. */
#include "inspect_warnings.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

/* Above this share of isolated pixels a sensor, or the black level, deserves a look. */
#define MANY_DEFECTS_PPM 200
/* Closer than this share of the range, declared and found levels agree. */
#define LEVEL_TOLERANCE  0.0005
#define BLACK_TOLERANCE  0.002
#define GREEN_TOLERANCE  0.01
#define NOISE_FACTOR     2.0
#define CLIPPED_SHARE    0.05

struct warnings {
    const struct fl_frame *raw;
    const struct fl_inspection *found;
    struct fl_text_list *out;
    bool failed;
};

static void FL_PRINTF(2, 3) warn(struct warnings *w, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    w->failed = !fl_text_list_add(w->out, text) || w->failed;
}

double fl_inspect_white_dn(const struct fl_frame *raw, int site)
{
    double white = raw->meta.white_dn[site];
    int bits = raw->format.bits;
    if (white > 0)
        return white;
    return bits >= 1 && bits <= 16 ? ldexp(1.0, bits) - 1 : 1;
}

int fl_inspect_sites(const struct fl_frame *raw)
{
    return raw->format.color == FL_COLOR_MOSAIC ? 4 : 1;
}

static struct fl_rect active_area(const struct fl_frame *raw)
{
    const struct fl_rect whole = {0, 0, raw->width, raw->height};
    return raw->meta.active.width > 0 ? raw->meta.active : whole;
}

int64_t fl_inspect_pixels(const struct fl_frame *raw)
{
    const struct fl_rect area = active_area(raw);
    return (int64_t)area.width * area.height;
}

/* One sentence about the first site that disagrees: the sites of a sensor clip alike. Where values
 * reach the declared level, a pile below it is the scene's or the sensor's, not the file's fault.
 */
static void check_white(struct warnings *w)
{
    for (int i = 0; i < fl_inspect_sites(w->raw); i++) {
        double declared = fl_inspect_white_dn(w->raw, i), tolerance = declared * LEVEL_TOLERANCE;
        double clip = w->found->clip_dn[i], most = w->found->max_dn[i];
        if (clip > declared + tolerance)
            warn(w,
                 "the file declares white at %.6g, but the data clips at %.6g: highlights are lost",
                 declared, clip);
        else if (most > declared)
            warn(w, "there are values up to %.6g, above the declared white level %.6g", most,
                 declared);
        else if (clip > 0 && clip < declared - tolerance && most < declared - tolerance)
            warn(w,
                 "the file declares white at %.6g, but the data clips at %.6g: bright areas turn "
                 "pink",
                 declared, clip);
        else
            continue;
        return;
    }
}

static void check_masked(struct warnings *w)
{
    for (int i = 0; i < fl_inspect_sites(w->raw); i++) {
        double declared = w->raw->meta.black_dn[i], masked = w->found->masked_black_dn[i];
        double range = fl_inspect_white_dn(w->raw, i) - declared;
        if (masked < 0 || fabs(masked - declared) <= fmax(1, range * BLACK_TOLERANCE))
            continue;
        warn(w, "the file declares black at %.6g, but its masked pixels are at %.6g (site %d)",
             declared, masked, i);
        return;
    }
}

static void check_black(struct warnings *w)
{
    for (int i = 0; i < fl_inspect_sites(w->raw); i++) {
        double black = w->raw->meta.black_dn[i], white = fl_inspect_white_dn(w->raw, i);
        if (black >= white) {
            warn(w, "the black level %.6g is not below the white level %.6g", black, white);
            return;
        }
        if (w->found && w->found->median_dn[i] < black) {
            warn(w, "most pixels lie below the declared black level %.6g (median %.6g)", black,
                 w->found->median_dn[i]);
            return;
        }
        if (w->found && black == 0 && w->found->min_dn[i] > white * 0.01) {
            warn(w,
                 "the file declares black at 0, but no pixel is below %.6g: a black level is "
                 "probably missing",
                 w->found->min_dn[i]);
            return;
        }
    }
}

static void check_pixels(struct warnings *w)
{
    double all = (double)fl_inspect_pixels(w->raw);
    double green = w->found->green_imbalance;
    if (all < 1)
        return;
    if (w->raw->format.color == FL_COLOR_MOSAIC && green > 0 && fabs(green - 1) > GREEN_TOLERANCE)
        warn(w, "the two greens differ by %.1f %%: maze patterns are likely",
             100 * fabs(green - 1));
    if ((double)w->found->hot_count * 1e6 / all > MANY_DEFECTS_PPM)
        warn(w, "%lld hot pixels (%.0f per million)", (long long)w->found->hot_count,
             (double)w->found->hot_count * 1e6 / all);
    if ((double)w->found->dead_count * 1e6 / all > MANY_DEFECTS_PPM)
        warn(w, "%lld dead pixels (%.0f per million)", (long long)w->found->dead_count,
             (double)w->found->dead_count * 1e6 / all);
    if ((double)w->found->clipped_count > all * CLIPPED_SHARE)
        warn(w, "%.0f %% of the pixels are clipped", 100 * (double)w->found->clipped_count / all);
}

static void check_noise(struct warnings *w)
{
    const struct fl_noise *declared = &w->raw->meta.noise[1];
    const struct fl_noise *found = w->found ? &w->found->noise : NULL;
    double mid = 0.18, ratio;
    if (declared->s == 0 && declared->o == 0) {
        warn(w, "no noise profile: noise reduction will estimate it from the picture");
        return;
    }
    if (!found || (found->s == 0 && found->o == 0))
        return;
    /* Compared at mid grey, where both terms count and neither is extrapolated. */
    ratio = (found->s * mid + found->o) / (declared->s * mid + declared->o);
    if (ratio > NOISE_FACTOR)
        warn(w, "the data is noisier than the noise profile says: variance x%.1f at mid grey",
             ratio);
    else if (ratio > 0 && ratio < 1 / NOISE_FACTOR)
        warn(w,
             "the data is cleaner than the noise profile says: variance x%.2f at mid grey; was "
             "it denoised?",
             ratio);
}

static void check_color(struct warnings *w)
{
    const struct fl_meta *meta = &w->raw->meta;
    if (w->raw->format.color == FL_COLOR_MONO)
        return;
    if (!meta->calibration[0].has_color_matrix && !meta->calibration[1].has_color_matrix &&
        !meta->calibration[0].has_forward_matrix && !meta->calibration[1].has_forward_matrix)
        warn(w, "no colour matrix: colours will be approximate");
    if (!meta->has_neutral)
        warn(w, "no white balance in the file: it will be estimated from the picture");
    else if (meta->neutral[0] == meta->neutral[1] && meta->neutral[1] == meta->neutral[2])
        warn(w, "the file's white balance is neutral, as if none had been set");
}

static bool inside(const struct fl_rect *r, int width, int height)
{
    return r->x >= 0 && r->y >= 0 && r->width > 0 && r->height > 0 && r->width <= width - r->x &&
           r->height <= height - r->y;
}

static void check_geometry(struct warnings *w)
{
    const struct fl_meta *meta = &w->raw->meta;
    const struct fl_rect area = active_area(w->raw);
    if (!inside(&area, w->raw->width, w->raw->height))
        warn(w, "the active area %dx%d+%d+%d leaves the frame of %dx%d", area.width, area.height,
             area.x, area.y, w->raw->width, w->raw->height);
    if (meta->default_crop.width > 0 && !inside(&meta->default_crop, area.width, area.height))
        warn(w, "the default crop %dx%d+%d+%d leaves the active area of %dx%d",
             meta->default_crop.width, meta->default_crop.height, meta->default_crop.x,
             meta->default_crop.y, area.width, area.height);
    if (w->raw->format.color == FL_COLOR_MOSAIC && (area.width % 2 || area.height % 2))
        warn(w, "the mosaic of %dx%d has an odd side: its last row or column is left out",
             area.width, area.height);
    if (w->raw->format.color == FL_COLOR_MOSAIC && w->raw->format.cfa == FL_CFA_NONE)
        warn(w, "a mosaic without the order of its colours");
    if (meta->orientation < 0 || meta->orientation > 8)
        warn(w, "orientation %d is none of 1..8", meta->orientation);
}

bool fl_inspect_warn(const struct fl_frame *raw, const struct fl_inspection *found,
                     struct fl_text_list *out)
{
    struct warnings w = {raw, found, out, false};
    check_geometry(&w);
    check_black(&w);
    if (found) {
        check_white(&w);
        check_masked(&w);
        check_pixels(&w);
    }
    check_color(&w);
    check_noise(&w);
    return !w.failed;
}

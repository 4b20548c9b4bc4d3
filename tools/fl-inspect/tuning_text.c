/* A tuning file as text. */
#include "tuning_print.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define SCALE 65535.0

bool fl_tuning_is_name(const char *path)
{
    static const char *const endings[] = {".json", ".yaml", ".yml"};
    const char *dot = strrchr(path, '.');
    for (int i = 0; dot && i < 3; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

static void label(struct fl_text *out, const char *name)
{
    fl_text_printf(out, "  %-14s", name);
}

static void not_said(struct fl_text *out, const char *name)
{
    label(out, name);
    fl_text_add(out, "not said\n");
}

/* "1/50 s" or "2.5 s" */
static void add_time(struct fl_text *out, double seconds)
{
    if (seconds < 0.4)
        fl_text_printf(out, "1/%.0f s", 1.0 / seconds);
    else
        fl_text_printf(out, "%.3g s", seconds);
}

static void levels(const struct fl_tuning *t, struct fl_text *out)
{
    struct fl_noise n;
    label(out, "sensor");
    fl_text_printf(out, "%s%s%s\n", t->sensor[0] ? t->sensor : "not said",
                   t->target[0] ? ", for " : "", t->target);
    if (t->has_black) {
        label(out, "black");
        fl_text_printf(out, "%.6g %.6g %.6g of 65535\n", t->black[0] * SCALE, t->black[1] * SCALE,
                       t->black[2] * SCALE);
    } else {
        not_said(out, "black");
    }
    if (fl_tuning_noise(t, 1.0, &n)) {
        label(out, "noise");
        fl_text_printf(out, "sigma %g + %g sqrt(v) of 65535; S %.3g, O %.3g at gain 1\n",
                       t->noise_constant, t->noise_slope, n.s, n.o);
    } else {
        not_said(out, "noise");
    }
    if (t->lux.lux > 0.0) {
        label(out, "brightness");
        fl_text_printf(out, "%g lux give a mean of %.3g at ", t->lux.lux, t->lux.y);
        add_time(out, t->lux.exposure_s);
        fl_text_printf(out, ", gain %g\n", t->lux.gain);
    }
}

static void white_balance(const struct fl_tuning *t, struct fl_text *out)
{
    if (t->grey_count < 2) {
        not_said(out, "white balance");
        return;
    }
    label(out, "white balance");
    fl_text_printf(out, "transverse %g, %d priors\n", t->transverse, t->prior_count);
    for (int i = 0; i < t->grey_count; i++) {
        label(out, "");
        fl_text_printf(out, "%6.0f K  r/g %.4f  b/g %.4f  gains %.3f %.3f\n", t->grey[i].cct_k,
                       t->grey[i].rg, t->grey[i].bg, 1.0 / t->grey[i].rg, 1.0 / t->grey[i].bg);
    }
    label(out, "modes");
    for (int i = 0; i < t->mode_count; i++)
        fl_text_printf(out, "%s%s %.0f..%.0f K", i ? ", " : "", t->mode[i].name, t->mode[i].low_k,
                       t->mode[i].high_k);
    fl_text_add(out, t->mode_count > 0 ? "\n" : "none\n");
}

static void matrices(const struct fl_tuning *t, struct fl_text *out)
{
    if (t->ccm_count < 1) {
        not_said(out, "matrices");
        return;
    }
    for (int i = 0; i < t->ccm_count; i++) {
        const double *m = t->ccm[i].matrix;
        label(out, i == 0 ? "matrices" : "");
        fl_text_printf(out, "%6.0f K  %7.4f %7.4f %7.4f | %7.4f %7.4f %7.4f | %7.4f %7.4f %7.4f\n",
                       t->ccm[i].cct_k, m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]);
    }
}

/* Gains in the four corners, relative to the middle. */
static void corners(const struct fl_tuning *t, double cct_k, struct fl_text *out)
{
    static const char *const names[3] = {"red", "green", "blue"};
    float gain[27];
    (void)fl_shading_gains(&t->shading, cct_k, NULL, 3, 3, gain);
    label(out, "");
    fl_text_printf(out, "%6.0f K  corners", cct_k);
    for (int c = 0; c < 3; c++) {
        const float *g = gain + 9 * (size_t)c;
        fl_text_printf(out, "%s %s %.3f %.3f %.3f %.3f", c ? "," : "", names[c],
                       (double)(g[0] / g[4]), (double)(g[2] / g[4]), (double)(g[6] / g[4]),
                       (double)(g[8] / g[4]));
    }
    fl_text_add(out, "\n");
}

static void shading(const struct fl_tuning *t, struct fl_text *out)
{
    const struct fl_shading *s = &t->shading;
    float gain[12];
    if (!fl_shading_gains(s, 4000.0, NULL, 2, 2, gain)) {
        not_said(out, "shading");
        return;
    }
    label(out, "shading");
    fl_text_printf(out, "%dx%d, %s, strength %g, %d tables of red, %d of blue\n", s->cols, s->rows,
                   s->luminance ? "luminance" : "no luminance", s->luminance_strength, s->red_count,
                   s->blue_count);
    if (s->red_count < 1)
        corners(t, 4500.0, out);
    for (int i = 0; i < s->red_count; i++)
        corners(t, s->red[i].cct_k, out);
}

static double longest_shift(const struct fl_lateral_color *l, double *blue)
{
    double most[2] = {0.0, 0.0};
    for (int i = 0; i < FL_CAC_SIDE * FL_CAC_SIDE; i++) {
        double r = sqrt((double)(l->red_x[i] * l->red_x[i] + l->red_y[i] * l->red_y[i]));
        double b = sqrt((double)(l->blue_x[i] * l->blue_x[i] + l->blue_y[i] * l->blue_y[i]));
        most[0] = r > most[0] ? r : most[0];
        most[1] = b > most[1] ? b : most[1];
    }
    *blue = most[1];
    return most[0];
}

static void filters(const struct fl_tuning *t, struct fl_text *out)
{
    static const char *const strengths[] = {"not said", "off", "normal", "strong"};
    label(out, "filters");
    fl_text_printf(out, "defects %s", strengths[t->defect_strength & 3]);
    if (t->green.known)
        fl_text_printf(out, ", greens alike below %.4f + %.4f G", t->green.offset, t->green.slope);
    if (t->sharpen.known)
        fl_text_printf(out, ", sharpen threshold %g limit %g strength %g", t->sharpen.threshold,
                       t->sharpen.limit, t->sharpen.strength);
    fl_text_add(out, "\n");
    for (int i = 0; i < t->denoise_count; i++) {
        const struct fl_tuning_denoise *d = &t->denoise[i];
        label(out, i == 0 ? "denoise" : "");
        fl_text_printf(out, "%s: luminance %g sigma, strength %g; colour %g sigma, strength %g\n",
                       d->name, d->deviation, d->strength, d->color_deviation, d->color_strength);
    }
    if (t->lateral.known) {
        double blue, red = longest_shift(&t->lateral, &blue);
        label(out, "lateral");
        fl_text_printf(out, "up to %.2f pixels of red, %.2f of blue\n", red, blue);
    }
    label(out, "tone curve");
    if (t->gamma.count < 1)
        fl_text_add(out, "not said\n");
    else
        fl_text_printf(out, "%d points; 0.02, 0.18, 0.5 become %.3f, %.3f, %.3f\n", t->gamma.count,
                       fl_polyline_at(&t->gamma, 0.02), fl_polyline_at(&t->gamma, 0.18),
                       fl_polyline_at(&t->gamma, 0.5));
}

static void exposure_mode(const struct fl_exposure_mode *m, struct fl_text *out)
{
    label(out, "");
    fl_text_printf(out, "%s: ", m->name);
    for (int i = 0; i < m->count; i++) {
        fl_text_add(out, i ? ", " : "");
        add_time(out, m->exposure_s[i]);
        fl_text_printf(out, " x%g", m->gain[i]);
    }
    fl_text_add(out, "\n");
}

static void exposure(const struct fl_tuning *t, struct fl_text *out)
{
    const struct fl_exposure_channel *c = t->exposure.channel;
    if (t->exposure.channel_count < 1) {
        not_said(out, "exposure");
        return;
    }
    label(out, "exposure");
    fl_text_printf(out, "%d channels; of the first: mean %.3f at 1000 lux, metering",
                   t->exposure.channel_count, fl_polyline_at(&c->y_target, 1000.0));
    for (int i = 0; i < c->metering_count; i++)
        fl_text_printf(out, "%s %s", i ? "," : "", c->metering[i].name);
    fl_text_add(out, "; constraints");
    for (int i = 0; i < c->constraint_count; i++)
        fl_text_printf(out, "%s %s", i ? "," : "", c->constraint[i].name);
    fl_text_add(out, "\n");
    for (int i = 0; i < c->mode_count; i++)
        exposure_mode(&c->mode[i], out);
}

void fl_tuning_text(const char *input, const struct fl_tuning *t, const struct fl_text_list *notes,
                    struct fl_text *out)
{
    fl_text_add_printable(out, input);
    fl_text_add(out, "\n");
    levels(t, out);
    white_balance(t, out);
    matrices(t, out);
    shading(t, out);
    filters(t, out);
    exposure(t, out);
    for (int i = 0; i < notes->count; i++) {
        fl_text_add(out, "  note: ");
        fl_text_add_printable(out, notes->item[i]);
        fl_text_add(out, "\n");
    }
}

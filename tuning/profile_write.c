/* Tuning data as one of our own profiles. */
#include "firstlight/tuning.h"

#include "c_locale.h"

#include <stdio.h>
#include <stdlib.h>

#define SCALE 65535.0 /* of levels and tone curves */

static void print_numbers(FILE *f, const char *key, const double *v, int count, double factor)
{
    fprintf(f, "%s: [", key);
    for (int i = 0; i < count; i++)
        fprintf(f, i ? ", %.10g" : "%.10g", v[i] * factor);
    fprintf(f, "]");
}

static void print_table(FILE *f, const char *key, const float *v, int cols, int rows,
                        const char *indent)
{
    fprintf(f, "%s: [", key);
    for (int i = 0; i < cols * rows; i++)
        fprintf(f, "%s%s%.7g", i ? "," : "", i % cols ? " " : indent, (double)v[i]);
    fprintf(f, "]\n");
}

static void print_line(FILE *f, const char *key, const struct fl_polyline *line, double factor_x,
                       double factor_y)
{
    fprintf(f, "%s: [", key);
    for (int i = 0; i < line->count; i++)
        fprintf(f, "%s%.10g, %.10g", i ? ", " : "", line->point[i].x * factor_x,
                line->point[i].y * factor_y);
    fprintf(f, "]");
}

static void write_levels(FILE *f, const struct fl_tuning *t)
{
    const struct fl_lux_reference *l = &t->lux;
    if (t->has_black)
        fprintf(f,
                "black_level: {black_level_r: %.10g, black_level_g: %.10g, black_level_b: %.10g}\n",
                t->black[0] * SCALE, t->black[1] * SCALE, t->black[2] * SCALE);
    if (l->lux > 0.0)
        fprintf(f,
                "lux:\n  reference_shutter_speed: %.10g\n  reference_gain: %.10g\n"
                "  reference_aperture: %.10g\n  reference_Y: %.10g\n  reference_lux: %.10g\n",
                l->exposure_s * 1e6, l->gain, l->aperture, l->y * SCALE, l->lux);
    if (t->noise_slope > 0.0)
        fprintf(f, "noise: {reference_constant: %.10g, reference_slope: %.10g}\n",
                t->noise_constant, t->noise_slope);
}

static void write_awb(FILE *f, const struct fl_tuning *t)
{
    if (t->grey_count + t->prior_count + t->mode_count == 0)
        return;
    fprintf(f, "awb:\n  transverse_pos: %.10g\n  transverse_neg: %.10g\n", t->transverse,
            t->transverse);
    if (t->grey_count > 0)
        fprintf(f, "  ct_curve: [");
    for (int i = 0; i < t->grey_count; i++)
        fprintf(f, "%s%.10g, %.10g, %.10g%s", i ? ",\n             " : "", t->grey[i].cct_k,
                t->grey[i].rg, t->grey[i].bg, i == t->grey_count - 1 ? "]\n" : "");
    if (t->prior_count > 0)
        fprintf(f, "  priors:\n");
    for (int i = 0; i < t->prior_count; i++) {
        fprintf(f, "    - {lux: %.10g, ", t->prior[i].lux);
        print_line(f, "prior", &t->prior[i].log_likelihood, 1.0, 1.0);
        fprintf(f, "}\n");
    }
    if (t->mode_count > 0)
        fprintf(f, "  modes:\n");
    for (int i = 0; i < t->mode_count; i++)
        fprintf(f, "    \"%s\": {lo: %.10g, hi: %.10g}\n", t->mode[i].name, t->mode[i].low_k,
                t->mode[i].high_k);
}

static void write_ccm(FILE *f, const struct fl_tuning *t)
{
    if (t->ccm_count < 1)
        return;
    fprintf(f, "ccm:\n");
    if (t->saturation.count > 0) {
        print_line(f, "  saturation", &t->saturation, 1.0, 1.0);
        fprintf(f, "\n");
    }
    fprintf(f, "  ccms:\n");
    for (int i = 0; i < t->ccm_count; i++) {
        fprintf(f, "    - ct: %.10g\n      ", t->ccm[i].cct_k);
        print_numbers(f, "ccm", t->ccm[i].matrix, 9, 1.0);
        fprintf(f, "\n");
    }
}

static void write_tables(FILE *f, const char *key, const struct fl_shading_table *list, int count,
                         const struct fl_shading *s)
{
    if (count > 0)
        fprintf(f, "  %s:\n", key);
    for (int i = 0; i < count; i++) {
        fprintf(f, "    - ct: %.10g\n", list[i].cct_k);
        print_table(f, "      table", list[i].gain, s->cols, s->rows, "\n        ");
    }
}

static void write_alsc(FILE *f, const struct fl_tuning *t)
{
    const struct fl_shading *s = &t->shading;
    if (s->cols < 1)
        return;
    fprintf(f, "alsc:\n  cols: %d\n  rows: %d\n  luminance_strength: %.10g\n", s->cols, s->rows,
            s->luminance_strength);
    if (s->luminance)
        print_table(f, "  luminance_lut", s->luminance, s->cols, s->rows, "\n    ");
    write_tables(f, "calibrations_Cr", s->red, s->red_count, s);
    write_tables(f, "calibrations_Cb", s->blue, s->blue_count, s);
}

static void write_cac(FILE *f, const struct fl_tuning *t)
{
    const struct fl_lateral_color *l = &t->lateral;
    if (!l->known)
        return;
    fprintf(f, "cac:\n");
    print_table(f, "  lut_rx", l->red_x, FL_CAC_SIDE, FL_CAC_SIDE, "\n    ");
    print_table(f, "  lut_ry", l->red_y, FL_CAC_SIDE, FL_CAC_SIDE, "\n    ");
    print_table(f, "  lut_bx", l->blue_x, FL_CAC_SIDE, FL_CAC_SIDE, "\n    ");
    print_table(f, "  lut_by", l->blue_y, FL_CAC_SIDE, FL_CAC_SIDE, "\n    ");
}

static void write_denoise(FILE *f, const struct fl_tuning *t)
{
    if (t->denoise_count > 0)
        fprintf(f, "denoise:\n");
    for (int i = 0; i < t->denoise_count; i++) {
        const struct fl_tuning_denoise *d = &t->denoise[i];
        fprintf(f, "  \"%s\":\n    sdn: {deviation: %.10g, strength: %.10g}\n", d->name,
                d->deviation, d->strength);
        if (d->color_deviation > 0.0)
            fprintf(f, "    cdn: {deviation: %.10g, strength: %.10g}\n", d->color_deviation,
                    d->color_strength);
        if (d->temporal_deviation > 0.0)
            fprintf(f, "    tdn: {deviation: %.10g, threshold: %.10g}\n", d->temporal_deviation,
                    d->temporal_threshold);
    }
}

static void write_filters(FILE *f, const struct fl_tuning *t)
{
    if (t->green.known) {
        fprintf(f, "geq: {offset: %.10g, slope: %.10g", t->green.offset * SCALE, t->green.slope);
        if (t->green.strength.count > 0)
            print_line(f, ", strength", &t->green.strength, 1.0, 1.0);
        fprintf(f, "}\n");
    }
    if (t->defect_strength > 0)
        fprintf(f, "dpc: {strength: %d}\n", t->defect_strength - 1);
    write_denoise(f, t);
    if (t->sharpen.known)
        fprintf(f, "sharpen: {threshold: %.10g, limit: %.10g, strength: %.10g}\n",
                t->sharpen.threshold, t->sharpen.limit, t->sharpen.strength);
    if (t->gamma.count > 0) {
        print_line(f, "contrast: {gamma_curve", &t->gamma, SCALE, SCALE);
        fprintf(f, "}\n");
    }
}

static void write_modes(FILE *f, const struct fl_exposure_channel *c)
{
    fprintf(f, "      metering_modes: {");
    for (int i = 0; i < c->metering_count; i++) {
        const struct fl_metering_mode *m = &c->metering[i];
        fprintf(f, "%s\n        \"%s\": {", i ? "," : "", m->name);
        if (m->cols > 0)
            fprintf(f, "cols: %d, rows: %d, ", m->cols, m->rows);
        print_numbers(f, "weights", m->weight, m->count, 1.0);
        fprintf(f, "}");
    }
    fprintf(f, "}\n      exposure_modes: {");
    for (int i = 0; i < c->mode_count; i++) {
        fprintf(f, "%s\n        \"%s\": {", i ? "," : "", c->mode[i].name);
        print_numbers(f, "shutter", c->mode[i].exposure_s, c->mode[i].count, 1e6);
        print_numbers(f, ", gain", c->mode[i].gain, c->mode[i].count, 1.0);
        fprintf(f, "}");
    }
    fprintf(f, "}\n");
}

static const char *bound_name(enum fl_exposure_bound bound)
{
    return bound == FL_BOUND_UPPER ? "UPPER" : "LOWER";
}

static void write_constraints(FILE *f, const struct fl_exposure_channel *c)
{
    fprintf(f, "      constraint_modes: {");
    for (int i = 0; i < c->constraint_count; i++) {
        const struct fl_constraint_mode *m = &c->constraint[i];
        fprintf(f, "%s\n        \"%s\": [", i ? "," : "", m->name);
        for (int k = 0; k < m->count; k++) {
            const struct fl_exposure_constraint *q = &m->constraint[k];
            fprintf(f, "%s\n          {bound: %s, q_lo: %.10g, q_hi: %.10g, ", k ? "," : "",
                    bound_name(q->bound), q->q_low, q->q_high);
            print_line(f, "y_target", &q->y_target, 1.0, 1.0);
            fprintf(f, "}");
        }
        fprintf(f, "]");
    }
    fprintf(f, "}\n");
    if (c->bound_count > 0)
        fprintf(f, "      channel_constraints:\n");
    for (int i = 0; i < c->bound_count; i++)
        fprintf(f, "        - {bound: %s, channel: %d, factor: %.10g}\n",
                bound_name(c->bound[i].bound), c->bound[i].channel, c->bound[i].factor);
}

static void write_agc(FILE *f, const struct fl_tuning *t)
{
    if (t->exposure.channel_count > 0)
        fprintf(f, "agc:\n  channels:\n");
    for (int i = 0; i < t->exposure.channel_count; i++) {
        const struct fl_exposure_channel *c = &t->exposure.channel[i];
        print_line(f, "    - y_target", &c->y_target, 1.0, 1.0);
        fprintf(f,
                "\n      base_ev: %.10g\n      speed: %.10g\n      startup_frames: %d\n"
                "      convergence_frames: %d\n      fast_reduce_threshold: %.10g\n"
                "      default_exposure_time: %.10g\n      default_analogue_gain: %.10g\n"
                "      stable_region: %.10g\n      max_digital_gain: %.10g\n"
                "      desaturate: %s\n",
                c->base_ev, c->speed, c->startup_frames, c->convergence_frames,
                c->fast_reduce_threshold, c->default_exposure_s * 1e6, c->default_gain,
                c->stable_region, c->max_digital_gain, c->desaturate ? "true" : "false");
        write_modes(f, c);
        write_constraints(f, c);
    }
}

static void write_profile(FILE *f, const struct fl_tuning *t)
{
    fprintf(f, "# A sensor's profile for firstlight: docs/tuning.md\nfirstlight: 1\n");
    if (t->sensor[0])
        fprintf(f, "sensor: \"%s\"\n", t->sensor);
    if (t->target[0])
        fprintf(f, "target: \"%s\"\n", t->target);
    write_levels(f, t);
    write_awb(f, t);
    write_ccm(f, t);
    write_filters(f, t);
    write_cac(f, t);
    write_alsc(f, t);
    write_agc(f, t);
}

fl_err fl_tuning_profile(const struct fl_tuning *tuning, char **text)
{
    struct fl_c_locale locale;
    size_t size;
    FILE *f;
    *text = NULL;
    if (!fl_c_locale_enter(&locale))
        return fl_error(FL_ERR_MEMORY, "out of memory");
    f = open_memstream(text, &size);
    if (f)
        write_profile(f, tuning);
    fl_c_locale_leave(&locale);
    if (!f || fclose(f) != 0) {
        free(*text);
        *text = NULL;
        return fl_error(FL_ERR_MEMORY, "out of memory for a profile");
    }
    return fl_success();
}

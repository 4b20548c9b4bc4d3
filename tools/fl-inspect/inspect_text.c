/* fl-inspect's text: what the file says, what the data says, where they disagree. */
#include "inspect_print.h"
#include "inspect_warnings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *fl_opcode_name(enum fl_opcode_id id)
{
    switch (id) {
    case FL_OPCODE_WARP_RECTILINEAR:
        return "WarpRectilinear";
    case FL_OPCODE_FIX_VIGNETTE_RADIAL:
        return "FixVignetteRadial";
    case FL_OPCODE_FIX_BAD_PIXELS_CONSTANT:
        return "FixBadPixelsConstant";
    case FL_OPCODE_FIX_BAD_PIXELS_LIST:
        return "FixBadPixelsList";
    case FL_OPCODE_GAIN_MAP:
        return "GainMap";
    }
    return "unknown";
}

static void label(struct fl_text *out, const char *name)
{
    fl_text_printf(out, "  %-14s", name);
}

static void add_part(struct fl_text *out, size_t start, const char *before, const char *part)
{
    if (!part[0])
        return;
    if (out->length > start)
        fl_text_add(out, before);
    fl_text_add_printable(out, part);
}

static void camera(const struct fl_meta *meta, struct fl_text *out)
{
    size_t start;
    label(out, "camera");
    start = out->length;
    if (strncmp(meta->model, meta->make, strlen(meta->make)) != 0) /* "Canon Canon EOS" */
        add_part(out, start, "", meta->make);
    add_part(out, start, " ", meta->model);
    add_part(out, start, ", lens ", meta->lens);
    add_part(out, start, ", serial ", meta->serial);
    add_part(out, start, ", software ", meta->software);
    fl_text_add(out, out->length > start ? "\n" : "not said\n");
}

static void shot(const struct fl_meta *meta, struct fl_text *out)
{
    label(out, "shot");
    fl_text_add_printable(out, meta->date_time[0] ? meta->date_time : "no date");
    if (meta->exposure_s > 0 && meta->exposure_s < 0.4)
        fl_text_printf(out, ", 1/%.0f s", 1 / meta->exposure_s);
    else if (meta->exposure_s > 0)
        fl_text_printf(out, ", %.3g s", meta->exposure_s);
    if (meta->iso > 0)
        fl_text_printf(out, ", ISO %.0f", meta->iso);
    if (meta->f_number > 0)
        fl_text_printf(out, ", f/%.2g", meta->f_number);
    if (meta->focal_mm > 0)
        fl_text_printf(out, ", %.3g mm", meta->focal_mm);
    fl_text_add(out, "\n");
}

static void rect(struct fl_text *out, const char *name, const struct fl_rect *r)
{
    if (r->width > 0)
        fl_text_printf(out, ", %s %dx%d+%d+%d", name, r->width, r->height, r->x, r->y);
}

static void geometry(const struct fl_frame *raw, struct fl_text *out)
{
    const struct fl_meta *meta = &raw->meta;
    char format[32];
    label(out, "geometry");
    fl_text_printf(out, "%dx%d", raw->width, raw->height);
    rect(out, "active", &meta->active);
    rect(out, "crop", &meta->default_crop);
    for (int i = 0; i < meta->masked_count && i < FL_MASKED_MAX; i++)
        rect(out, "masked", &meta->masked[i]);
    fl_text_printf(out, ", orientation %d\n", meta->orientation ? meta->orientation : 1);
    fl_format_name(&raw->format, format, sizeof format);
    label(out, "pixels");
    fl_text_printf(out, "%s, CFA %s, %d bit%s\n", format, fl_cfa_name(raw->format.cfa),
                   raw->format.bits, meta->is_linear_rgb ? ", already demosaiced" : "");
}

static void sites(struct fl_text *out, const char *name, const double *value, int count)
{
    fl_text_printf(out, "%s", name);
    for (int i = 0; i < count; i++)
        fl_text_printf(out, " %.6g", value[i]);
}

static void levels(const struct fl_inspected *in, struct fl_text *out)
{
    const struct fl_inspection *f = &in->found;
    int count = fl_inspect_sites(in->raw);
    double black[4], white[4];
    for (int i = 0; i < 4; i++) {
        black[i] = in->raw->meta.black_dn[i];
        white[i] = fl_inspect_white_dn(in->raw, i);
    }
    label(out, "black");
    sites(out, "declared", black, count);
    if (in->measured && f->masked_black_dn[0] >= 0)
        sites(out, "; masked pixels", f->masked_black_dn, count);
    fl_text_add(out, "\n");
    label(out, "white");
    sites(out, "declared", white, count);
    if (in->measured && f->clipped_count > 0) {
        fl_text_add(out, "; clips at");
        for (int i = 0; i < count; i++)
            if (f->clip_dn[i] > 0)
                fl_text_printf(out, " %.6g", f->clip_dn[i]);
            else
                fl_text_add(out, " -");
        fl_text_printf(out, " (%lld pixels, %.3g %%)", (long long)f->clipped_count,
                       100.0 * (double)f->clipped_count / (double)fl_inspect_pixels(in->raw));
    } else if (in->measured) {
        fl_text_add(out, "; nothing is clipped");
    }
    fl_text_add(out, "\n");
    if (!in->measured)
        return;
    label(out, "data");
    sites(out, "min", f->min_dn, count);
    sites(out, "; median", f->median_dn, count);
    sites(out, "; mean", f->mean_dn, count);
    sites(out, "; max", f->max_dn, count);
    fl_text_add(out, "\n");
}

static void color(const struct fl_meta *meta, struct fl_text *out)
{
    bool any = false;
    label(out, "white balance");
    if (meta->has_neutral)
        fl_text_printf(out, "neutral %.4g %.4g %.4g, gains of red %.4g and blue %.4g\n",
                       meta->neutral[0], meta->neutral[1], meta->neutral[2],
                       meta->neutral[1] / meta->neutral[0], meta->neutral[1] / meta->neutral[2]);
    else
        fl_text_add(out, "not said\n");
    label(out, "matrices");
    for (int i = 0; i < 2; i++) {
        const struct fl_calibration *c = &meta->calibration[i];
        if (!c->has_color_matrix && !c->has_forward_matrix)
            continue;
        fl_text_printf(out, "%s%s%s%s under illuminant %d", any ? "; " : "",
                       c->has_color_matrix ? "colour" : "",
                       c->has_color_matrix && c->has_forward_matrix ? " and " : "",
                       c->has_forward_matrix ? "forward" : "", c->illuminant);
        if (c->cct_k > 0)
            fl_text_printf(out, " (%.0f K)", c->cct_k);
        any = true;
    }
    fl_text_add(out, any ? "\n" : "none\n");
}

static void noise(const struct fl_inspected *in, struct fl_text *out)
{
    const struct fl_noise *n = in->raw->meta.noise;
    label(out, "noise");
    if (n[1].s == 0 && n[1].o == 0)
        fl_text_add(out, "not declared");
    else
        fl_text_printf(out, "declared S %.3g O %.3g (green)", n[1].s, n[1].o);
    if (in->measured && (in->found.noise.s > 0 || in->found.noise.o > 0))
        fl_text_printf(out, "; estimated S %.3g O %.3g", in->found.noise.s, in->found.noise.o);
    else if (in->measured)
        fl_text_add(out, "; no flat area to estimate it from");
    fl_text_add(out, "\n");
    if (!in->measured)
        return;
    label(out, "defects");
    fl_text_printf(out, "%lld hot, %lld dead", (long long)in->found.hot_count,
                   (long long)in->found.dead_count);
    if (in->raw->format.color == FL_COLOR_MOSAIC && in->found.green_imbalance > 0)
        fl_text_printf(out, "; greens differ by %.2f %%",
                       100 * fabs(in->found.green_imbalance - 1));
    fl_text_add(out, "\n");
}

static void corrections(const struct fl_corrections *c, struct fl_text *out)
{
    if (!c)
        return;
    label(out, "corrections");
    fl_text_printf(out, "%d opcodes", c->opcode_count);
    for (int i = 0; i < c->opcode_count && i < 12; i++)
        fl_text_printf(out, "%s%s (list %d)", i ? ", " : ": ", fl_opcode_name(c->opcode[i].id),
                       c->opcode[i].list);
    if (c->linear_count > 0)
        fl_text_printf(out, ", linearisation of %d entries", c->linear_count);
    if (c->black_pattern)
        fl_text_printf(out, ", black pattern %dx%d", c->black_cols, c->black_rows);
    fl_text_add(out, "\n");
}

/* One character a bin, by the logarithm of its count: a shape, not a measurement. */
static void histogram(const struct fl_inspected *in, struct fl_text *out)
{
    static const char shades[] = " .:-=+*#%@";
    static const char *const names[] = {"red", "green", "blue"};
    for (int i = 0; in->measured && i < fl_inspect_sites(in->raw); i++) {
        int64_t most = 1;
        char line[FL_HISTOGRAM_BINS + 1];
        int c = fl_cfa_color(in->raw->format.cfa, i & 1, i >> 1);
        for (int b = 0; b < FL_HISTOGRAM_BINS; b++)
            most = in->found.histogram[i][b] > most ? in->found.histogram[i][b] : most;
        for (int b = 0; b < FL_HISTOGRAM_BINS; b++) {
            double n = (double)in->found.histogram[i][b];
            line[b] = shades[n > 0 ? 1 + (int)(8 * log1p(n) / log1p((double)most)) : 0];
        }
        line[FL_HISTOGRAM_BINS] = '\0';
        label(out, in->raw->format.color == FL_COLOR_MOSAIC ? names[c] : "grey");
        fl_text_printf(out, "|%s|\n", line);
    }
}

void fl_inspect_text(const struct fl_inspected *in, struct fl_text *out)
{
    fl_text_add_printable(out, in->input);
    fl_text_add(out, "\n");
    camera(&in->raw->meta, out);
    shot(&in->raw->meta, out);
    geometry(in->raw, out);
    levels(in, out);
    color(&in->raw->meta, out);
    noise(in, out);
    corrections(in->raw->meta.corrections, out);
    histogram(in, out);
    for (int i = 0; i < in->warnings.count; i++)
        fl_text_printf(out, "  warning: %s\n", in->warnings.item[i]);
    for (int i = 0; i < in->notes.count; i++)
        fl_text_printf(out, "  note: %s\n", in->notes.item[i]);
}

/* fl-inspect's JSON. */
#include "inspect_print.h"
#include "inspect_warnings.h"

static void text_or_null(struct fl_json *json, const char *key, const char *value)
{
    fl_json_string(json, key, value[0] ? value : NULL);
}

static void number_or_null(struct fl_json *json, const char *key, double value)
{
    if (value > 0)
        fl_json_number(json, key, value);
    else
        fl_json_null(json, key);
}

static void rect(struct fl_json *json, const char *key, const struct fl_rect *r)
{
    const double v[4] = {r->x, r->y, r->width, r->height};
    if (key && r->width <= 0)
        fl_json_null(json, key);
    else
        fl_json_numbers(json, key, v, 4);
}

static void camera(struct fl_json *json, const struct fl_meta *meta)
{
    text_or_null(json, "make", meta->make);
    text_or_null(json, "model", meta->model);
    text_or_null(json, "unique_model", meta->unique_model);
    text_or_null(json, "serial", meta->serial);
    text_or_null(json, "lens", meta->lens);
    text_or_null(json, "software", meta->software);
    text_or_null(json, "date_time", meta->date_time);
    number_or_null(json, "exposure_s", meta->exposure_s);
    number_or_null(json, "iso", meta->iso);
    number_or_null(json, "f_number", meta->f_number);
    number_or_null(json, "focal_mm", meta->focal_mm);
}

static void geometry(struct fl_json *json, const struct fl_frame *raw)
{
    const struct fl_meta *meta = &raw->meta;
    char format[32];
    fl_format_name(&raw->format, format, sizeof format);
    fl_json_int(json, "width", raw->width);
    fl_json_int(json, "height", raw->height);
    fl_json_string(json, "format", format);
    fl_json_string(json, "cfa", fl_cfa_name(raw->format.cfa));
    fl_json_int(json, "bits", raw->format.bits);
    fl_json_bool(json, "linear_rgb", meta->is_linear_rgb);
    fl_json_int(json, "orientation", meta->orientation ? meta->orientation : 1);
    rect(json, "active", &meta->active);
    rect(json, "default_crop", &meta->default_crop);
    fl_json_begin_array(json, "masked");
    for (int i = 0; i < meta->masked_count && i < FL_MASKED_MAX; i++)
        rect(json, NULL, &meta->masked[i]);
    fl_json_end_array(json);
}

static void noise(struct fl_json *json, const char *key, const struct fl_noise *n)
{
    if (n->s == 0 && n->o == 0) {
        fl_json_null(json, key);
        return;
    }
    fl_json_begin_object(json, key);
    fl_json_number(json, "s", n->s);
    fl_json_number(json, "o", n->o);
    fl_json_end_object(json);
}

static void calibrations(struct fl_json *json, const struct fl_meta *meta)
{
    fl_json_begin_array(json, "calibrations");
    for (int i = 0; i < 2; i++) {
        const struct fl_calibration *c = &meta->calibration[i];
        if (!c->has_color_matrix && !c->has_forward_matrix)
            continue;
        fl_json_begin_object(json, NULL);
        fl_json_int(json, "illuminant", c->illuminant);
        number_or_null(json, "cct_k", c->cct_k);
        if (c->has_color_matrix)
            fl_json_numbers(json, "color_matrix", c->color_matrix, 9);
        if (c->has_forward_matrix)
            fl_json_numbers(json, "forward_matrix", c->forward_matrix, 9);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
}

static void corrections(struct fl_json *json, const struct fl_corrections *c)
{
    fl_json_begin_array(json, "opcodes");
    for (int i = 0; c && i < c->opcode_count; i++) {
        fl_json_begin_object(json, NULL);
        fl_json_string(json, "name", fl_opcode_name(c->opcode[i].id));
        fl_json_int(json, "list", c->opcode[i].list);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
    fl_json_int(json, "linearization_entries", c ? c->linear_count : 0);
}

static void declared(struct fl_json *json, const struct fl_frame *raw)
{
    const struct fl_meta *meta = &raw->meta;
    int sites = fl_inspect_sites(raw);
    double black[4], white[4];
    for (int i = 0; i < 4; i++) {
        black[i] = meta->black_dn[i];
        white[i] = fl_inspect_white_dn(raw, i);
    }
    fl_json_begin_object(json, "declared");
    camera(json, meta);
    geometry(json, raw);
    fl_json_numbers(json, "black_dn", black, sites);
    fl_json_numbers(json, "white_dn", white, sites);
    if (meta->has_neutral)
        fl_json_numbers(json, "neutral", meta->neutral, 3);
    else
        fl_json_null(json, "neutral");
    fl_json_number(json, "baseline_exposure_ev", meta->baseline_exposure_ev);
    calibrations(json, meta);
    fl_json_begin_array(json, "noise");
    for (int i = 0; i < 3; i++)
        noise(json, NULL, &meta->noise[i]);
    fl_json_end_array(json);
    corrections(json, meta->corrections);
    fl_json_end_object(json);
}

static void measured(struct fl_json *json, const struct fl_inspected *in)
{
    const struct fl_inspection *f = &in->found;
    int sites = fl_inspect_sites(in->raw);
    fl_json_begin_object(json, "measured");
    fl_json_numbers(json, "min_dn", f->min_dn, sites);
    fl_json_numbers(json, "median_dn", f->median_dn, sites);
    fl_json_numbers(json, "mean_dn", f->mean_dn, sites);
    fl_json_numbers(json, "max_dn", f->max_dn, sites);
    fl_json_numbers(json, "clip_dn", f->clip_dn, sites);
    fl_json_int(json, "clipped_count", f->clipped_count);
    if (f->masked_black_dn[0] >= 0)
        fl_json_numbers(json, "masked_black_dn", f->masked_black_dn, sites);
    else
        fl_json_null(json, "masked_black_dn");
    noise(json, "noise", &f->noise);
    fl_json_number(json, "green_imbalance", f->green_imbalance);
    fl_json_int(json, "hot_count", f->hot_count);
    fl_json_int(json, "dead_count", f->dead_count);
    fl_json_begin_array(json, "histogram");
    for (int i = 0; i < sites; i++) {
        fl_json_begin_array(json, NULL);
        for (int b = 0; b < FL_HISTOGRAM_BINS; b++)
            fl_json_int(json, NULL, f->histogram[i][b]);
        fl_json_end_array(json);
    }
    fl_json_end_array(json);
    fl_json_end_object(json);
}

void fl_inspect_json(const struct fl_inspected *in, struct fl_json *json)
{
    fl_json_begin_object(json, NULL);
    fl_json_string(json, "input", in->input);
    fl_json_bool(json, "ok", true);
    fl_json_null(json, "error");
    declared(json, in->raw);
    if (in->measured)
        measured(json, in);
    else
        fl_json_null(json, "measured");
    fl_json_strings(json, "warnings", &in->warnings);
    fl_json_strings(json, "notes", &in->notes);
    fl_json_end_object(json);
}

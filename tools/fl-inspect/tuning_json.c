/* A tuning file as JSON. */
#include "tuning_print.h"

static void levels(const struct fl_tuning *t, struct fl_json *json)
{
    struct fl_noise n;
    if (t->has_black)
        fl_json_numbers(json, "black", t->black, 3);
    else
        fl_json_null(json, "black");
    if (fl_tuning_noise(t, 1.0, &n)) {
        fl_json_begin_object(json, "noise");
        fl_json_number(json, "s", n.s);
        fl_json_number(json, "o", n.o);
        fl_json_end_object(json);
    } else {
        fl_json_null(json, "noise");
    }
    fl_json_number(json, "reference_lux", t->lux.lux);
}

static void white_balance(const struct fl_tuning *t, struct fl_json *json)
{
    fl_json_begin_array(json, "grey");
    for (int i = 0; i < t->grey_count; i++) {
        fl_json_begin_object(json, NULL);
        fl_json_number(json, "cct_k", t->grey[i].cct_k);
        fl_json_number(json, "rg", t->grey[i].rg);
        fl_json_number(json, "bg", t->grey[i].bg);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
    fl_json_begin_array(json, "modes");
    for (int i = 0; i < t->mode_count; i++) {
        fl_json_begin_object(json, NULL);
        fl_json_string(json, "name", t->mode[i].name);
        fl_json_number(json, "low_k", t->mode[i].low_k);
        fl_json_number(json, "high_k", t->mode[i].high_k);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
    fl_json_begin_array(json, "matrices");
    for (int i = 0; i < t->ccm_count; i++) {
        fl_json_begin_object(json, NULL);
        fl_json_number(json, "cct_k", t->ccm[i].cct_k);
        fl_json_numbers(json, "matrix", t->ccm[i].matrix, 9);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
}

/* Gains over the picture in 5 x 5 points. */
static void shading(const struct fl_tuning *t, struct fl_json *json)
{
    static const char *const names[3] = {"red", "green", "blue"};
    const struct fl_shading *s = &t->shading;
    float gain[75];
    fl_json_begin_array(json, "shading");
    for (int i = 0; i < (s->red_count > 0 ? s->red_count : 1); i++) {
        double cct_k = s->red_count > 0 ? s->red[i].cct_k : 4500.0, value[25];
        if (!fl_shading_gains(s, cct_k, NULL, 5, 5, gain))
            break;
        fl_json_begin_object(json, NULL);
        fl_json_number(json, "cct_k", cct_k);
        for (int c = 0; c < 3; c++) {
            for (int k = 0; k < 25; k++)
                value[k] = (double)gain[25 * c + k];
            fl_json_numbers(json, names[c], value, 25);
        }
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
}

static void tone(const struct fl_tuning *t, struct fl_json *json)
{
    fl_json_begin_array(json, "tone_curve");
    for (int i = 0; i < t->gamma.count; i++) {
        const double point[2] = {t->gamma.point[i].x, t->gamma.point[i].y};
        fl_json_numbers(json, NULL, point, 2);
    }
    fl_json_end_array(json);
}

void fl_tuning_json(const char *input, const struct fl_tuning *t, const struct fl_text_list *notes,
                    struct fl_json *json)
{
    fl_json_begin_object(json, NULL);
    fl_json_string(json, "input", input);
    fl_json_bool(json, "ok", true);
    fl_json_null(json, "error");
    fl_json_begin_object(json, "tuning");
    fl_json_string(json, "sensor", t->sensor);
    fl_json_string(json, "target", t->target);
    levels(t, json);
    white_balance(t, json);
    shading(t, json);
    tone(t, json);
    fl_json_bool(json, "lateral_color", t->lateral.known);
    fl_json_int(json, "exposure_channels", t->exposure.channel_count);
    fl_json_end_object(json);
    fl_json_strings(json, "notes", notes);
    fl_json_end_object(json);
}

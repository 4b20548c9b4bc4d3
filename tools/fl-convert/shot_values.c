/* Parsers of white balance, denoising and other values with a grammar of their own. */
#include "shot_values.h"
#include "shot.h"
#include "values.h"

#include <stdbool.h>
#include <string.h>

#define STAGES_MAX 64

#define KELVIN_MIN 1667
#define KELVIN_MAX 25000
#define TINT_MAX   150
#define GAIN_MIN   0.1
#define GAIN_MAX   16

fl_err fl_parse_file_type(void *shot, const char *value)
{
    struct fl_shot *s = shot;
    if (fl_file_type_parse(value, &s->type).code != FL_OK)
        return fl_error(FL_ERR_RANGE, "must be one of jpg, png, tiff, dng");
    s->has_type = true;
    return fl_success();
}

fl_err fl_parse_bits(void *bits, const char *value)
{
    long long n;
    if (fl_value_int(value, 8, 32, &n).code != FL_OK || (n != 8 && n != 16 && n != 32))
        return fl_error(FL_ERR_RANGE, "must be 8, 16 or 32");
    *(int *)bits = (int)n;
    return fl_success();
}

fl_err fl_parse_any_size(void *width_height, const char *value)
{
    int *size = width_height;
    return fl_value_size(value, 1, &size[0], &size[1]);
}

static fl_err must_be_wb(void)
{
    return fl_error(FL_ERR_RANGE,
                    "must be as-shot, auto, a temperature %d..%dK[,TINT -%d..%d], or gains "
                    "RED,BLUE %g..%g",
                    KELVIN_MIN, KELVIN_MAX, TINT_MAX, TINT_MAX, GAIN_MIN, (double)GAIN_MAX);
}

static fl_err set_kelvin(struct fl_settings *s, double kelvin, double tint)
{
    if (kelvin < KELVIN_MIN || kelvin > KELVIN_MAX || tint < -TINT_MAX || tint > TINT_MAX)
        return must_be_wb();
    s->wb = FL_WB_KELVIN;
    s->temperature_k = kelvin;
    s->tint = tint;
    return fl_success();
}

static fl_err set_gains(struct fl_settings *s, const double *gains)
{
    if (gains[0] < GAIN_MIN || gains[0] > GAIN_MAX || gains[1] < GAIN_MIN || gains[1] > GAIN_MAX)
        return must_be_wb();
    s->wb = FL_WB_GAINS;
    s->wb_gains[0] = gains[0];
    s->wb_gains[1] = gains[1];
    return fl_success();
}

/* "5500K", "5500K,10", "5500,10", "5500", "2.1,1.5", "gains 2.1,1.5". A temperature is never
 * below 1000, a gain never above 16, so that the unit may be left out. */
fl_err fl_parse_wb(void *settings, const char *value)
{
    struct fl_settings *s = settings;
    char text[64];
    double v[2] = {0, 0};
    int count;
    char *k;
    bool kelvin, gains = strncmp(value, "gains", 5) == 0;
    if (strcmp(value, "as-shot") == 0 || strcmp(value, "auto") == 0) {
        s->wb = strcmp(value, "auto") == 0 ? FL_WB_AUTO : FL_WB_AS_SHOT;
        return fl_success();
    }
    value += gains ? 5 + strspn(value + 5, " :=") : 0;
    if (strlen(value) >= sizeof text)
        return must_be_wb();
    memcpy(text, value, strlen(value) + 1);
    k = strpbrk(text, "Kk,");
    kelvin = k && *k != ',';
    if (kelvin)
        memmove(k, k + 1, strlen(k));
    if (fl_value_numbers(text, -1e6, 1e6, 1, 2, v, &count).code != FL_OK)
        return must_be_wb();
    if (!gains && (kelvin || v[0] >= 1000))
        return set_kelvin(s, v[0], v[1]);
    return count == 2 && !kelvin ? set_gains(s, v) : must_be_wb();
}

fl_err fl_parse_wb_box(void *settings, const char *value)
{
    struct fl_settings *s = settings;
    double v[4];
    FL_TRY(fl_value_numbers(value, 0, FL_MAX_DIMENSION, 4, 4, v, NULL));
    for (int i = 0; i < 4; i++)
        if ((double)(int)v[i] != v[i] || (i >= 2 && v[i] < 1))
            return fl_error(FL_ERR_RANGE,
                            "must be X,Y,WIDTH,HEIGHT in whole pixels, the sides at least 1");
    s->wb = FL_WB_BOX;
    s->wb_box = (struct fl_rect){(int)v[0], (int)v[1], (int)v[2], (int)v[3]};
    return fl_success();
}

/* As in rpicam, where 0,0 stands for "not given". */
fl_err fl_parse_awbgains(void *settings, const char *value)
{
    double v[2];
    FL_TRY(fl_value_numbers(value, 0, GAIN_MAX, 2, 2, v, NULL));
    if (v[0] == 0 && v[1] == 0)
        return fl_success();
    if (set_gains(settings, v).code != FL_OK)
        return fl_error(FL_ERR_RANGE, "must be RED,BLUE, each %g..%g, or 0,0 for none", GAIN_MIN,
                        (double)GAIN_MAX);
    return fl_success();
}

fl_err fl_parse_denoise(void *shot, const char *value)
{
    struct fl_shot *s = shot;
    double strength = 1;
    int as_cdn = FL_CDN_NONE;
    for (int i = FL_CDN_OFF; i <= FL_CDN_HQ; i++)
        if (strcmp(value, fl_cdn_names[i]) == 0)
            as_cdn = i;
    if (strcmp(value, "off") != 0 && strcmp(value, "auto") != 0 && !as_cdn &&
        fl_value_number(value, 0, 4, &strength).code != FL_OK)
        return fl_error(
            FL_ERR_RANGE,
            "must be off, auto, a strength 0..4, or rpicam's cdn_off, cdn_fast, cdn_hq");
    s->settings.denoise = strcmp(value, "off") == 0 ? FL_DENOISE_OFF : FL_DENOISE_AUTO;
    s->settings.denoise_strength = strength;
    s->cdn = (enum fl_cdn)as_cdn;
    return fl_success();
}

fl_err fl_parse_ccm(void *settings, const char *value)
{
    struct fl_settings *s = settings;
    FL_TRY(fl_value_numbers(value, -16, 16, 9, 9, s->ccm, NULL));
    s->has_ccm = true;
    return fl_success();
}

/* A stage's full name, or the part before the dot that the passes of one operation share. */
static bool stage_is(const char *stage, const char *name)
{
    size_t operation = strcspn(stage, ".");
    return strcmp(stage, name) == 0 ||
           (strlen(name) == operation && strncmp(stage, name, operation) == 0);
}

fl_err fl_parse_until(void *name, const char *value)
{
    const char *names[STAGES_MAX], *stage, *summary, *nearest;
    const struct fl_param *params;
    int count = 0;
    while (count < STAGES_MAX && fl_stage_info(count, &stage, &summary, &params)) {
        if (stage_is(stage, value)) {
            *(const char **)name = value;
            return fl_success();
        }
        names[count++] = stage;
    }
    nearest = fl_value_nearest(value, names, count);
    return fl_error(FL_ERR_RANGE, "no stage has this name%s%s%s; --list-params lists them",
                    nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

fl_err fl_parse_override(void *list, const char *value)
{
    const char *equals = strchr(value, '=');
    if (!equals || equals == value || !memchr(value, '.', (size_t)(equals - value)))
        return fl_error(FL_ERR_RANGE, "must be STAGE.PARAM=VALUE; --list-params lists them");
    if (!fl_text_list_add(list, value))
        return fl_error(FL_ERR_MEMORY, "out of memory");
    return fl_success();
}

fl_err fl_parse_cpu(void *cpu, const char *value)
{
    enum fl_cpu level;
    FL_TRY(fl_cpu_parse(value, &level));
    if (!fl_cpu_available(level))
        return fl_error(FL_ERR_RANGE, "this machine or build does not have it");
    *(enum fl_cpu *)cpu = level;
    return fl_success();
}

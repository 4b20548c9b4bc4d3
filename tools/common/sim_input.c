/* Reading the description of a simulated capture. */
#include "sim_input.h"
#include "options.h"
#include "values.h"

#include "firstlight/tuning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PREFIX         "sim:"
#define SCENES_MAX     32
#define SUMMARY_COLUMN 16

static fl_err parse_format(void *field, const char *value)
{
    struct fl_sim_input *sim = field;
    struct fl_format format;
    FL_TRY(fl_format_parse(value, &format));
    if (strlen(value) >= sizeof sim->format)
        return fl_error(FL_ERR_RANGE, "must be a format name");
    memcpy(sim->format, value, strlen(value) + 1);
    return fl_success();
}

static fl_err parse_size(void *field, const char *value)
{
    struct fl_sim_input *sim = field;
    return fl_value_size(value, 0, &sim->config.width, &sim->config.height);
}

static fl_err parse_seed(void *field, const char *value)
{
    struct fl_sim_input *sim = field;
    long long seed;
    FL_TRY(fl_value_int(value, 0, 4294967295.0, &seed));
    sim->config.seed = (uint32_t)seed;
    return fl_success();
}

static fl_err parse_tuning(void *field, const char *value)
{
    struct fl_sim_input *sim = field;
    if (strlen(value) >= sizeof sim->tuning)
        return fl_error(FL_ERR_RANGE, "longer than %zu characters", sizeof sim->tuning - 1);
    memcpy(sim->tuning, value, strlen(value) + 1);
    return fl_success();
}

/* NOLINTBEGIN(bugprone-macro-parentheses): they are designators and values */
#define WHOLE(key, parser, text)                                                                   \
    {                                                                                              \
        .name = key, .type = FL_OPT_CUSTOM, .parse = parser, .doc = text                           \
    }
#define SWITCH(key, field, text)                                                                   \
    {                                                                                              \
        FL_OPT_ENTRY(fl_sim_input, field, FL_OPT_FLAG, key, 0, 0), .doc = text                     \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct fl_opt keys[] = {
    WHOLE("size", parse_size, "WxH"),
    WHOLE("format", parse_format, "libcamera name"),
    WHOLE("seed", parse_seed, "whole number"),
    FL_NUMBER(fl_sim_input, config.iso, "iso", 0, 100, 25600, NULL, NULL, "100..25600"),
    FL_NUMBER(fl_sim_input, config.exposure_ev, "ev", 0, -10, 10, NULL, NULL, "-10..10"),
    FL_NUMBER(fl_sim_input, config.cct_k, "cct", 0, 2500, 10000, NULL, NULL, "2500..10000"),
    FL_NUMBER(fl_sim_input, config.cct_k, "ct", 0, 2500, 10000, NULL, NULL, "the same"),
    WHOLE("tuning", parse_tuning, "tuning file or sensor to be like"),
    FL_NUMBER(fl_sim_input, config.defects_ppm, "defects", 0, 0, 10000, NULL, NULL, "0..10000"),
    SWITCH("noise", noise, "on|off"),
    SWITCH("shading", shading, "on|off"),
    {0}};

bool fl_sim_input_is(const char *input)
{
    return strncmp(input, PREFIX, strlen(PREFIX)) == 0;
}

static fl_err find_scene(const char *name, const char **out)
{
    const char *names[SCENES_MAX], *nearest;
    int count = 0;
    for (; count < SCENES_MAX && (names[count] = fl_sim_scene_name(count)) != NULL; count++) {
        if (strcmp(names[count], name) == 0) {
            *out = names[count];
            return fl_success();
        }
    }
    nearest = fl_value_nearest(name, names, count);
    return fl_error(FL_ERR_RANGE, "no scene is named '%.60s'%s%s%s", name,
                    nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static fl_err parse_pair(struct fl_sim_input *sim, char *pair)
{
    const struct fl_opt_set sets[] = {{keys, sim}, {NULL, NULL}};
    char *equals = strchr(pair, '=');
    if (!equals)
        return fl_error(FL_ERR_RANGE, "'%.60s': must be key=value", pair);
    *equals = '\0';
    return fl_opt_set_value(sets, 0, pair, equals + 1);
}

fl_err fl_sim_input_parse(const char *input, struct fl_sim_input *out)
{
    char text[512];
    char *rest, *next;
    if (strlen(input) >= sizeof text)
        return fl_error(FL_ERR_RANGE, "longer than %zu characters", sizeof text - 1);
    memcpy(text, input, strlen(input) + 1);
    memset(out, 0, sizeof *out);
    out->noise = out->shading = true;
    rest = strchr(text, ',');
    if (rest)
        *rest++ = '\0';
    FL_TRY(find_scene(text + strlen(PREFIX), &out->config.scene));
    for (; rest; rest = next) {
        next = strchr(rest, ',');
        if (next)
            *next++ = '\0';
        FL_TRY(parse_pair(out, rest));
    }
    out->config.no_noise = !out->noise;
    out->config.no_shading = !out->shading;
    return fl_success();
}

fl_err fl_sim_input_capture(const struct fl_sim_input *input, const struct fl_log *log,
                            struct fl_frame **out)
{
    struct fl_sim_config config = input->config;
    struct fl_tuning *tuning = NULL;
    fl_err err;
    *out = NULL;
    if (input->tuning[0])
        FL_TRY(fl_tuning_open(input->tuning, log, &tuning));
    config.format = input->format[0] ? input->format : NULL;
    config.tuning = tuning;
    err = fl_sim_capture(&config, out);
    fl_tuning_free(tuning);
    return err;
}

void fl_sim_input_help(void)
{
    printf("\nSimulated captures, sim:SCENE[,key=value...]:\n  keys:\n");
    for (const struct fl_opt *key = keys; key->name; key++)
        printf("    %s=%s\n", key->name, key->doc);
    printf("  scenes:\n");
    for (int i = 0; fl_sim_scene_name(i); i++)
        fl_opt_wrap(stdout, printf("    %s", fl_sim_scene_name(i)), SUMMARY_COLUMN,
                    fl_sim_scene_summary(i));
}

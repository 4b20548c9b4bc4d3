/* Lines of quality tables, from and to CSV. */
#include "quality_case.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS 7

static const char *const presets[] = {"balanced", "fast", "best"};

fl_err preset_parse(const char *name, enum fl_preset *out)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(name, presets[i]) == 0) {
            *out = (enum fl_preset)i;
            return fl_success();
        }
    return fl_error(FL_ERR_RANGE, "unknown preset '%s'; known: balanced, fast, best", name);
}

fl_err tag_parse(const char *name, enum noise_tag *out)
{
    for (int i = 0; i < NOISE_TAGS; i++)
        if (strcmp(name, noise_tag_name((enum noise_tag)i)) == 0) {
            *out = (enum noise_tag)i;
            return fl_success();
        }
    return fl_error(FL_ERR_RANGE, "unknown tag '%s'; known: right, none, x4, x0.25, iso100", name);
}

fl_err iso_parse(const char *text, int *out)
{
    char *end;
    long value = strtol(text, &end, 10);
    if (strcmp(text, "none") == 0)
        value = 0;
    else if (*end != '\0' || value < 50 || value > 25600)
        return fl_error(FL_ERR_RANGE, "ISO '%s': must be none or 50..25600", text);
    *out = (int)value;
    return fl_success();
}

/* Cuts one column off the line. */
static bool next_column(const char **line, char *out, size_t size)
{
    size_t length = strcspn(*line, ",\n");
    if (length == 0 || length >= size)
        return false;
    memcpy(out, *line, length);
    out[length] = '\0';
    *line += length;
    if (**line == ',')
        ++*line;
    return true;
}

fl_err case_parse(const char *line, struct quality_case *out, const char **rest)
{
    char column[KEYS][128];
    memset(out, 0, sizeof *out);
    *rest = line;
    for (int i = 0; i < KEYS; i++)
        if (!next_column(rest, column[i], sizeof column[i]))
            return fl_error(FL_ERR_CORRUPT, "needs the columns " CASE_KEYS ": '%s'", line);
    snprintf(out->set, sizeof out->set, "%s", column[0]);
    snprintf(out->picture, sizeof out->picture, "%.47s", column[1]);
    snprintf(out->shot.camera, sizeof out->shot.camera, "%.15s", column[2]);
    snprintf(out->shot.light, sizeof out->shot.light, "%.7s", column[3]);
    FL_TRY(iso_parse(column[4], &out->shot.iso));
    FL_TRY(tag_parse(column[5], &out->shot.tag));
    FL_TRY(preset_parse(column[6], &out->preset));
    return shot_check(&out->shot);
}

void case_format_key(const struct quality_case *c, char *out, size_t size)
{
    char iso[16] = "none";
    if (c->shot.iso)
        snprintf(iso, sizeof iso, "%d", c->shot.iso);
    snprintf(out, size, "%s,%s,%s,%s,%s,%s,%s", c->set, c->picture, c->shot.camera, c->shot.light,
             iso, noise_tag_name(c->shot.tag), presets[c->preset]);
}

void measure_format(enum measure m, double value, char *out, size_t size)
{
    if (isnan(value))
        snprintf(out, size, "%s", "");
    else
        snprintf(out, size, "%.*f", measure_digits(m), value);
}

void case_format(const struct quality_case *c, char *out, size_t size)
{
    size_t used;
    case_format_key(c, out, size);
    for (int m = 0; m < MEASURES; m++) {
        char text[32];
        measure_format((enum measure)m, c->value[m], text, sizeof text);
        used = strlen(out);
        snprintf(out + used, size - used, ",%s", text);
    }
}

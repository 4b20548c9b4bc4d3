/* Parsers of values in rpicam's grammar. */
#include "capture_values.h"
#include "values.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DURATION_MAX_S (1000.0 * 3600.0)

static fl_err parse_duration(const char *value, double bare_unit_s, const char *bare, double *out)
{
    static const struct {
        const char *name;
        double s;
    } units[] = {{"min", 60},  {"sec", 1},   {"s", 1},   {"ms", 1e-3},
                 {"us", 1e-6}, {"ns", 1e-9}, {"h", 3600}};
    char number[32];
    size_t length = strspn(value, "0123456789.+-");
    const char *unit = value + length;
    double v, unit_s = *unit ? 0.0 : bare_unit_s;
    unit += strspn(unit, " ");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(unit, units[i].name) == 0)
            unit_s = units[i].s;
    if (length == 0 || length >= sizeof number || !(unit_s > 0.0))
        return fl_error(FL_ERR_RANGE, "must be a time such as 5s, 100ms or 2min; alone it is in %s",
                        bare);
    memcpy(number, value, length);
    number[length] = '\0';
    FL_TRY(fl_value_number(number, 0, DURATION_MAX_S / unit_s, &v));
    *out = v * unit_s;
    return fl_success();
}

fl_err fl_parse_duration_ms(void *seconds, const char *value)
{
    return parse_duration(value, 1e-3, "ms", seconds);
}

fl_err fl_parse_duration_us(void *seconds, const char *value)
{
    return parse_duration(value, 1e-6, "us", seconds);
}

fl_err fl_parse_share_box(void *box, const char *value)
{
    double *v = box;
    FL_TRY(fl_value_numbers(value, 0, 1, 4, 4, v, NULL));
    if (v[0] + v[2] > 1.0 + 1e-9 || v[1] + v[3] > 1.0 + 1e-9 || (v[2] > 0.0) != (v[3] > 0.0))
        return fl_error(FL_ERR_RANGE, "must be X,Y,WIDTH,HEIGHT within 0..1");
    return fl_success();
}

fl_err fl_parse_mode(void *mode, const char *value)
{
    struct fl_capture_mode *m = mode;
    int v[3] = {0, 0, 0}, count = 0;
    const char *s = value;
    char *end;
    memset(m, 0, sizeof *m);
    m->packed = true;
    while (count < 3 && isdigit((unsigned char)*s)) {
        long n = strtol(s, &end, 10);
        if (n > 65534)
            break;
        v[count++] = (int)n;
        s = *end == ':' && end[1] ? end + 1 : end;
    }
    if (count == 3 && (*s == 'U' || *s == 'u' || *s == 'P' || *s == 'p'))
        m->packed = toupper((unsigned char)*s++) == 'P';
    if (count < 2 || *s || v[0] < 1 || v[1] < 1 || (count == 3 && (v[2] < 8 || v[2] > 16)))
        return fl_error(FL_ERR_RANGE,
                        "must be WIDTH:HEIGHT[:BITS[:P|U]], for example 4056:3040:12:U");
    m->width = v[0];
    m->height = v[1];
    m->bits = v[2];
    m->given = true;
    return fl_success();
}

fl_err fl_parse_rotation(void *degrees, const char *value)
{
    long long v;
    if (fl_value_int(value, 0, 270, &v).code != FL_OK || v % 90)
        return fl_error(FL_ERR_RANGE, "must be 0, 90, 180 or 270");
    *(int *)degrees = (int)v;
    return fl_success();
}

fl_err fl_parse_gains(void *gains, const char *value)
{
    double *v = gains;
    FL_TRY(fl_value_numbers(value, 0, 16, 2, 2, v, NULL));
    if ((v[0] > 0.0 || v[1] > 0.0) && (v[0] < 0.1 || v[1] < 0.1))
        return fl_error(FL_ERR_RANGE, "must be RED,BLUE, each 0.1..16, or 0,0 for automatic");
    return fl_success();
}

fl_err fl_parse_lens_position(void *position, const char *value)
{
    struct fl_lens_position *p = position;
    p->standard = strcmp(value, "default") == 0;
    p->given = *value != '\0';
    if (p->standard || !p->given)
        return fl_success();
    if (fl_value_number(value, 0, 100, &p->dioptres).code != FL_OK)
        return fl_error(FL_ERR_RANGE, "must be dioptres 0..100 (0 = infinity), or default");
    return fl_success();
}

fl_err fl_parse_thumb(void *side, const char *value)
{
    int v[3], count = 0;
    const char *s = value;
    char *end;
    if (strcmp(value, "none") == 0) {
        *(int *)side = -1;
        return fl_success();
    }
    while (count < 3 && isdigit((unsigned char)*s)) {
        long n = strtol(s, &end, 10);
        v[count++] = n > 10000 ? 10000 : (int)n;
        s = *end == ':' ? end + 1 : end;
    }
    if (count != 3 || *s || v[0] < 16 || v[1] < 16 || v[0] > 1024 || v[1] > 1024 || v[2] < 1 ||
        v[2] > 100)
        return fl_error(FL_ERR_RANGE, "must be none or WIDTH:HEIGHT:QUALITY, 16..1024 and 1..100");
    *(int *)side = v[0] > v[1] ? v[0] : v[1];
    return fl_success();
}

fl_err fl_parse_capture_ccm(void *ccm, const char *value)
{
    struct fl_capture_ccm *c = ccm;
    if (!*value)
        return fl_success();
    FL_TRY(fl_value_numbers(value, -16, 16, 9, 9, c->m, NULL));
    c->given = true;
    return fl_success();
}

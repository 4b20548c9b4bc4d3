/* Parsing of values, and the nearest name for messages. */
#include "values.h"

#include "firstlight/frame.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_LIMIT 1e300

void fl_value_range_text(double min, double max, char *out, size_t size)
{
    if (max >= NO_LIMIT && min <= -NO_LIMIT)
        snprintf(out, size, "any");
    else if (max >= NO_LIMIT)
        snprintf(out, size, "at least %.10g", min);
    else
        snprintf(out, size, "%.10g..%.10g", min, max);
}

static fl_err must_be(const char *what, double min, double max)
{
    char range[64];
    fl_value_range_text(min, max, range, sizeof range);
    if (max >= NO_LIMIT && min <= -NO_LIMIT)
        return fl_error(FL_ERR_RANGE, "must be %s", what);
    return fl_error(FL_ERR_RANGE, "must be %s, %s", what, range);
}

/* Decimal numbers only: strtod would take spaces, hexadecimal, "inf" and "nan" as well. */
static int decimal(const char *text, const char **end, double *out)
{
    const char *s = text;
    char *stop;
    if (*s == '-' || *s == '+')
        s++;
    if (!isdigit((unsigned char)*s) && *s != '.')
        return 0;
    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
        return 0;
    *out = strtod(text, &stop);
    *end = stop;
    return stop != text && isfinite(*out);
}

fl_err fl_value_number(const char *text, double min, double max, double *out)
{
    const char *end;
    double v;
    if (!decimal(text, &end, &v) || *end || v < min || v > max)
        return must_be("a number", min, max);
    *out = v;
    return fl_success();
}

fl_err fl_value_int(const char *text, double min, double max, long long *out)
{
    char *end;
    long long v;
    if (!isdigit((unsigned char)text[text[0] == '-' || text[0] == '+']))
        return must_be("a whole number", min, max);
    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno || *end || (double)v < min || (double)v > max)
        return must_be("a whole number", min, max);
    *out = v;
    return fl_success();
}

fl_err fl_value_bool(const char *text, int *out)
{
    static const char *const words[] = {"off", "on", "false", "true", "no", "yes", "0", "1"};
    for (int i = 0; i < 8; i++) {
        if (strcmp(text, words[i]) == 0) {
            *out = i & 1;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_RANGE, "must be on or off");
}

static fl_err must_be_numbers(double min, double max, int least, int most)
{
    char what[64];
    if (least == most)
        snprintf(what, sizeof what, "%d number%s separated by commas", most, most > 1 ? "s" : "");
    else
        snprintf(what, sizeof what, "%d to %d numbers separated by commas", least, most);
    return must_be(what, min, max);
}

fl_err fl_value_numbers(const char *text, double min, double max, int least, int most, double *out,
                        int *count)
{
    const char *s = text;
    int n = 0;
    for (;;) {
        double v;
        const char *end;
        if (n == most || !decimal(s, &end, &v) || (*end && *end != ',') || v < min || v > max)
            return must_be_numbers(min, max, least, most);
        out[n++] = v;
        if (!*end)
            break;
        s = end + 1;
    }
    if (n < least)
        return must_be_numbers(min, max, least, most);
    if (count)
        *count = n;
    return fl_success();
}

/* One side of a size: digits up to `stop`; no digits is 0. */
static int side(const char **s, char stop, int *out)
{
    long v = 0;
    for (; isdigit((unsigned char)**s); (*s)++) {
        v = v * 10 + (**s - '0');
        if (v > FL_MAX_DIMENSION)
            return 0;
    }
    if (**s != stop)
        return 0;
    *out = (int)v;
    return 1;
}

fl_err fl_value_size(const char *text, int partial, int *width, int *height)
{
    const char *s = text;
    int w = 0, h = 0;
    int ok = side(&s, 'x', &w);
    if (ok) {
        s++;
        ok = side(&s, '\0', &h);
    }
    if (!ok || (w == 0 && h == 0) || (!partial && (w == 0 || h == 0)))
        return fl_error(FL_ERR_RANGE, "must be WIDTHxHEIGHT%s, each side 1..%d",
                        partial ? ", WIDTHx or xHEIGHT" : "", FL_MAX_DIMENSION);
    *width = w;
    *height = h;
    return fl_success();
}

fl_err fl_value_choice(const char *text, const char *const *choices, int *out)
{
    char known[160] = "";
    size_t used = 0;
    for (int i = 0; choices[i]; i++) {
        if (strcmp(choices[i], text) == 0) {
            *out = i;
            return fl_success();
        }
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                     choices[i]);
    }
    return fl_error(FL_ERR_RANGE, "must be one of %s", known);
}

static int least_of(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

#define NAME_MAX_LENGTH 63

/* Edit distance with swapped neighbours counted once: what typing gets wrong. */
static int distance(const char *a, const char *b)
{
    int row[3][NAME_MAX_LENGTH + 1];
    int *before = row[0], *last = row[1], *now = row[2];
    int la = (int)strlen(a), lb = (int)strlen(b);
    if (la > NAME_MAX_LENGTH || lb > NAME_MAX_LENGTH)
        return NAME_MAX_LENGTH;
    for (int j = 0; j <= lb; j++)
        last[j] = j;
    for (int i = 1; i <= la; i++) {
        int *next = before;
        now[0] = i;
        for (int j = 1; j <= lb; j++) {
            now[j] = least_of(last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < now[j])
                now[j] = before[j - 2] + 1;
        }
        before = last;
        last = now;
        now = next;
    }
    return last[lb];
}

const char *fl_value_nearest(const char *text, const char *const *candidates, int count)
{
    int length = (int)strlen(text);
    int best = length <= 4 ? 2 : length <= 8 ? 3 : length / 3 + 1; /* this far is no suggestion */
    const char *found = NULL;
    if (length < 2)
        return NULL;
    for (int i = 0; i < count; i++) {
        int d = distance(text, candidates[i]);
        if (strncmp(candidates[i], text, (size_t)length) == 0)
            d = 1; /* the beginning of a name is nearly the name */
        if (d < best) {
            best = d;
            found = candidates[i];
        }
    }
    return found;
}

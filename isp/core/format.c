/* Pixel formats and colour filter arrays. */
#include "firstlight/format.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const cfa_names[] = {"none", "RGGB", "GRBG", "GBRG", "BGGR"};

/* Colours of the 2x2 block, row by row. */
static const unsigned char cfa_colors[5][4] = {
    {1, 1, 1, 1}, {0, 1, 1, 2}, {1, 0, 2, 1}, {1, 2, 0, 1}, {2, 1, 1, 0}};

int fl_cfa_color(enum fl_cfa cfa, int x, int y)
{
    return cfa_colors[cfa][(y & 1) * 2 + (x & 1)];
}

enum fl_cfa fl_cfa_shift(enum fl_cfa cfa, int x, int y)
{
    int c;
    if (cfa == FL_CFA_NONE)
        return cfa;
    for (c = FL_CFA_RGGB; c <= FL_CFA_BGGR; c++)
        if (fl_cfa_color((enum fl_cfa)c, 0, 0) == fl_cfa_color(cfa, x, y) &&
            fl_cfa_color((enum fl_cfa)c, 1, 0) == fl_cfa_color(cfa, x + 1, y))
            return (enum fl_cfa)c;
    return cfa;
}

const char *fl_cfa_name(enum fl_cfa cfa)
{
    return cfa_names[cfa];
}

int fl_format_channels(const struct fl_format *format)
{
    return format->color == FL_COLOR_RGB ? 3 : 1;
}

size_t fl_format_row_bytes(const struct fl_format *format, int width)
{
    size_t samples;
    if (width <= 0)
        return 0;
    samples = (size_t)width * (size_t)fl_format_channels(format);
    switch (format->packing) {
    case FL_PACK_U8:
        return samples;
    case FL_PACK_U16:
        return samples * 2;
    case FL_PACK_F32:
        return (size_t)width * 4; /* planar */
    case FL_PACK_CSI2P:
        if (format->bits == 10)
            return (samples + 3) / 4 * 5;
        if (format->bits == 12)
            return (samples + 1) / 2 * 3;
        if (format->bits == 14)
            return (samples + 3) / 4 * 7;
        return 0;
    }
    return 0;
}

static fl_err unknown_format(const char *name)
{
    return fl_error(FL_ERR_RANGE,
                    "unknown raw format '%s'; known: S{RGGB,GRBG,GBRG,BGGR} or R, then 8, 10, 12, "
                    "14 or 16, then _CSI2P when 10, 12 or 14 bits are packed (SRGGB10_CSI2P)",
                    name);
}

/* Compares without case and returns what follows the prefix, or NULL. */
static const char *skip_prefix(const char *s, const char *prefix)
{
    for (; *prefix; s++, prefix++)
        if (toupper((unsigned char)*s) != *prefix)
            return NULL;
    return s;
}

fl_err fl_format_parse(const char *name, struct fl_format *out)
{
    struct fl_format f = {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U16, 0};
    const char *rest = skip_prefix(name, "R");
    const char *after = skip_prefix(name, "S");
    char *end;
    int c;

    for (c = FL_CFA_RGGB; after && c <= FL_CFA_BGGR; c++) {
        const char *digits = skip_prefix(after, cfa_names[c]);
        if (digits) {
            f.color = FL_COLOR_MOSAIC;
            f.cfa = (enum fl_cfa)c;
            rest = digits;
        }
    }
    if (!rest || !isdigit((unsigned char)*rest))
        return unknown_format(name);
    f.bits = (int)strtol(rest, &end, 10);
    if (f.bits != 8 && f.bits != 10 && f.bits != 12 && f.bits != 14 && f.bits != 16)
        return unknown_format(name);
    if (f.bits == 8)
        f.packing = FL_PACK_U8;
    if (*end) {
        const char *suffix = skip_prefix(end, "_CSI2P");
        if (!suffix || *suffix || f.bits == 8 || f.bits == 16)
            return unknown_format(name);
        f.packing = FL_PACK_CSI2P;
    }
    *out = f;
    return fl_success();
}

void fl_format_name(const struct fl_format *format, char *out, size_t size)
{
    const char *suffix = format->packing == FL_PACK_CSI2P ? "_CSI2P" : "";
    if (format->packing == FL_PACK_F32)
        snprintf(out, size, "%sF32", format->color == FL_COLOR_RGB ? "RGB" : "R");
    else if (format->color == FL_COLOR_RGB)
        snprintf(out, size, "RGB%d", format->bits);
    else if (format->color == FL_COLOR_MONO)
        snprintf(out, size, "R%d%s", format->bits, suffix);
    else
        snprintf(out, size, "S%s%d%s", cfa_names[format->cfa], format->bits, suffix);
}

/* Options that describe a headerless dump. */
#include "raw_options.h"
#include "values.h"

#include <strings.h>

#define BYTES_MAX 1099511627776.0 /* 2^40 */

static fl_err parse_format(void *field, const char *value)
{
    struct fl_format format;
    FL_TRY(fl_format_parse(value, &format));
    *(const char **)field = value;
    return fl_success();
}

static fl_err parse_bytes(void *field, const char *value)
{
    long long bytes;
    FL_TRY(fl_value_int(value, 0, BYTES_MAX, &bytes));
    *(size_t *)field = (size_t)bytes;
    return fl_success();
}

static fl_err parse_black(void *field, const char *value)
{
    struct fl_raw_description *raw = field;
    double black[4];
    int count;
    FL_TRY(fl_value_numbers(value, 0, 65535, 1, 4, black, &count));
    if (count != 1 && count != 4)
        return fl_error(FL_ERR_RANGE, "must be 1 or 4 numbers separated by commas, 0..65535");
    for (int i = 0; i < count; i++)
        raw->black_dn[i] = black[i];
    raw->black_count = count;
    return fl_success();
}

static fl_err parse_cfa(void *field, const char *value)
{
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
        if (strcasecmp(value, fl_cfa_name((enum fl_cfa)cfa)) == 0) {
            *(enum fl_cfa *)field = (enum fl_cfa)cfa;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_RANGE, "must be one of RGGB, GRBG, GBRG, BGGR");
}

const struct fl_opt fl_raw_options[] = {
    FL_HEADING("Raw files without a header, and corrections of what others say"),
    FL_CUSTOM(fl_raw_description, format, "raw-format", FL_OPT_PER_SHOT, parse_format, "NAME", NULL,
              "The files have no header: libcamera's name of the pixels, SRGGB10, SGRBG12_CSI2P, "
              "R8, ...; needs --size"),
    FL_CUSTOM(fl_raw_description, stride, "stride", FL_OPT_PER_SHOT, parse_bytes, "BYTES",
              "no padding", "Bytes from row to row"),
    FL_CUSTOM(fl_raw_description, offset, "offset", FL_OPT_PER_SHOT, parse_bytes, "BYTES", "0",
              "Bytes before the first row"),
    {.name = "black", /* its parser fills two fields: the target as a whole */
     .type = FL_OPT_CUSTOM,
     .flags = FL_OPT_PER_SHOT,
     .parse = parse_black,
     .value = "DN[,DN,DN,DN]",
     .def = "the file's; 0 without a header",
     .doc = "Black level, the same everywhere or of each site of the 2x2 block"},
    FL_NUMBER(fl_raw_description, white_dn, "white", FL_OPT_PER_SHOT, 0, 65535, "DN",
              "the file's; all bits set without a header", "Level at which the sensor clips"),
    FL_CUSTOM(fl_raw_description, cfa, "cfa", FL_OPT_PER_SHOT, parse_cfa, "RGGB|GRBG|GBRG|BGGR",
              "the file's", "Colours of the 2x2 block at the corner of the active area"),
    {0}};

fl_err fl_raw_options_check(const struct fl_raw_description *raw)
{
    if (raw->format && (raw->width == 0 || raw->height == 0))
        return fl_error(FL_ERR_RANGE, "raw-format needs size WIDTHxHEIGHT, that of the raw");
    if (!raw->format && (raw->stride || raw->offset))
        return fl_error(FL_ERR_RANGE, "stride and offset are for raws without a header: they need "
                                      "raw-format");
    return fl_success();
}

fl_err fl_raw_options_refuse(const struct fl_raw_description *raw)
{
    if (raw->format || raw->black_count || raw->white_dn > 0 || raw->cfa != FL_CFA_NONE)
        return fl_error(FL_ERR_RANGE, "a simulated capture takes no raw-format, black, white or "
                                      "cfa; it has keys of its own (see --help)");
    return fl_success();
}

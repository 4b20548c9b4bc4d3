/* EXIF entries from the command line. What the camera knows better (time, exposure, size) is not in
 * the list: firstlight writes it. */
#include "capture_exif.h"
#include "values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { IFD_MAIN, IFD_EXIF, IFD_GPS };
enum { ASCII = 2, SHORT = 3, RATIONAL = 5, UNDEFINED = 7, SRATIONAL = 10 };

static const struct tag {
    const char *name;
    int ifd, tag, type, count;
} tags[] = {
    {"ImageDescription", IFD_MAIN, 270, ASCII, 0},
    {"Make", IFD_MAIN, 271, ASCII, 0},
    {"Model", IFD_MAIN, 272, ASCII, 0},
    {"Artist", IFD_MAIN, 315, ASCII, 0},
    {"Copyright", IFD_MAIN, 33432, ASCII, 0},
    {"FNumber", IFD_EXIF, 33437, RATIONAL, 1},
    {"ExposureProgram", IFD_EXIF, 34850, SHORT, 1},
    {"OffsetTime", IFD_EXIF, 36880, ASCII, 0},
    {"OffsetTimeOriginal", IFD_EXIF, 36881, ASCII, 0},
    {"ApertureValue", IFD_EXIF, 37378, RATIONAL, 1},
    {"BrightnessValue", IFD_EXIF, 37379, SRATIONAL, 1},
    {"ExposureBiasValue", IFD_EXIF, 37380, SRATIONAL, 1},
    {"MaxApertureValue", IFD_EXIF, 37381, RATIONAL, 1},
    {"SubjectDistance", IFD_EXIF, 37382, RATIONAL, 1},
    {"MeteringMode", IFD_EXIF, 37383, SHORT, 1},
    {"LightSource", IFD_EXIF, 37384, SHORT, 1},
    {"Flash", IFD_EXIF, 37385, SHORT, 1},
    {"FocalLength", IFD_EXIF, 37386, RATIONAL, 1},
    {"UserComment", IFD_EXIF, 37510, UNDEFINED, 0},
    {"SubSecTime", IFD_EXIF, 37520, ASCII, 0},
    {"FocalLengthIn35mmFilm", IFD_EXIF, 41989, SHORT, 1},
    {"SceneCaptureType", IFD_EXIF, 41990, SHORT, 1},
    {"CameraOwnerName", IFD_EXIF, 42032, ASCII, 0},
    {"BodySerialNumber", IFD_EXIF, 42033, ASCII, 0},
    {"LensMake", IFD_EXIF, 42035, ASCII, 0},
    {"LensModel", IFD_EXIF, 42036, ASCII, 0},
    {"LensSerialNumber", IFD_EXIF, 42037, ASCII, 0},
    {"GPSLatitudeRef", IFD_GPS, 1, ASCII, 0},
    {"GPSLatitude", IFD_GPS, 2, RATIONAL, 3},
    {"GPSLongitudeRef", IFD_GPS, 3, ASCII, 0},
    {"GPSLongitude", IFD_GPS, 4, RATIONAL, 3},
    {"GPSAltitude", IFD_GPS, 6, RATIONAL, 1},
    {"GPSImgDirection", IFD_GPS, 17, RATIONAL, 1},
    {"GPSDateStamp", IFD_GPS, 29, ASCII, 0},
};
#define TAGS (sizeof tags / sizeof *tags)

static fl_err find_tag(const char *entry, const struct tag **out, const char **value)
{
    static const char *const ifds[] = {"IFD0", "EXIF", "GPS"};
    const char *names[TAGS], *nearest;
    const char *dot = strchr(entry, '.'), *equals = strchr(entry, '=');
    char name[64];
    size_t length;
    if (!dot || !equals || dot > equals)
        return fl_error(FL_ERR_RANGE, "must be IFD.TAG=VALUE, IFD being IFD0, EXIF or GPS");
    length = (size_t)(equals - dot) - 1;
    snprintf(name, sizeof name, "%.*s", (int)length, dot + 1);
    *value = equals + 1;
    for (size_t i = 0; i < TAGS; i++) {
        size_t prefix = strlen(ifds[tags[i].ifd]);
        if (strcasecmp(tags[i].name, name) == 0 && prefix == (size_t)(dot - entry) &&
            strncasecmp(entry, ifds[tags[i].ifd], prefix) == 0) {
            *out = &tags[i];
            return fl_success();
        }
        names[i] = tags[i].name;
    }
    nearest = fl_value_nearest(name, names, (int)TAGS);
    return fl_error(FL_ERR_RANGE, "no tag of this name can be set%s%s%s",
                    nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* "1/100", "2.8" or "52,30,0" as fractions. */
static fl_err parse_fractions(const char *value, const struct tag *tag, int32_t *out)
{
    const char *s = value;
    const double low = tag->type == SRATIONAL ? -1e5 : 0;
    for (int i = 0; i < tag->count; i++) {
        char part[64], *slash;
        double a, b = 10000;
        size_t length = strcspn(s, ",");
        snprintf(part, sizeof part, "%.*s", (int)length, s);
        slash = strchr(part, '/');
        if (slash)
            *slash = '\0';
        if (fl_value_number(part, low, slash ? 2e9 : 1e5, &a).code != FL_OK ||
            (slash && fl_value_number(slash + 1, 1, 2e9, &b).code != FL_OK) ||
            (s[length] == ',') != (i + 1 < tag->count))
            return fl_error(FL_ERR_RANGE, "must be %d number%s such as 2.8 or 1/100", tag->count,
                            tag->count > 1 ? "s with commas between them," : "");
        out[2 * i] = (int32_t)floor((slash ? a : a * b) + 0.5);
        out[2 * i + 1] = (int32_t)b;
        s += length + (s[length] == ',');
    }
    return fl_success();
}

static fl_err add_entry(struct fl_exif *exif, const char *entry)
{
    const struct tag *tag = NULL;
    const char *value = NULL;
    int32_t fraction[6];
    uint16_t word;
    long long whole;
    char comment[512] = "ASCII\0\0";
    FL_TRY(find_tag(entry, &tag, &value));
    switch (tag->type) {
    case SHORT:
        FL_TRY(fl_value_int(value, 0, 65535, &whole));
        word = (uint16_t)whole;
        return fl_exif_add(exif, tag->ifd, tag->tag, SHORT, 1, &word, sizeof word);
    case RATIONAL:
    case SRATIONAL:
        FL_TRY(parse_fractions(value, tag, fraction));
        return fl_exif_add(exif, tag->ifd, tag->tag, tag->type, (uint32_t)tag->count, fraction,
                           (uint32_t)tag->count * 8);
    case UNDEFINED: /* a comment begins with the name of its character set */
        snprintf(comment + 8, sizeof comment - 8, "%s", value);
        return fl_exif_add(exif, tag->ifd, tag->tag, UNDEFINED, 8 + (uint32_t)strlen(comment + 8),
                           comment, 8 + (uint32_t)strlen(comment + 8));
    default:
        return fl_exif_add(exif, tag->ifd, tag->tag, ASCII, (uint32_t)strlen(value) + 1, value,
                           (uint32_t)strlen(value) + 1);
    }
}

fl_err fl_capture_exif(const struct fl_text_list *entries, struct fl_exif **out)
{
    *out = NULL;
    if (entries->count == 0)
        return fl_success();
    *out = fl_exif_new();
    if (!*out)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    for (int i = 0; i < entries->count; i++) {
        fl_err err = add_entry(*out, entries->item[i]);
        if (err.code != FL_OK) {
            fl_exif_unref(*out);
            *out = NULL;
            return fl_error_context(err, "--exif '%.80s'", entries->item[i]);
        }
    }
    return fl_success();
}

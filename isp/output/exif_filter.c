/* Which EXIF entries of a raw still hold for a picture made from it.
 *
 * A list of what is kept, not of what is dropped: unknown tags, offsets, thumbnails, maker notes
 * (they contain offsets into the old file), pixel coordinates and the camera's own rendering
 * settings (contrast, sharpness) say nothing true about the new file. */
#include "exif_list.h"

#include <string.h>

#define TYPE(t) (1u << (t))
#define ASCII   TYPE(FL_TIFF_ASCII)
#define BYTE    TYPE(FL_TIFF_BYTE)
#define SHORT   TYPE(FL_TIFF_SHORT)
#define LONG    (TYPE(FL_TIFF_SHORT) | TYPE(FL_TIFF_LONG))
#define RATIO   TYPE(FL_TIFF_RATIONAL)
#define SRATIO  TYPE(FL_TIFF_SRATIONAL)
#define UNDEF   TYPE(FL_TIFF_UNDEFINED)

#define TEXT_MAX 1024 /* bytes; keeps the whole list far below the 64 KB of a JPEG segment */

struct rule {
    uint16_t ifd, tag;
    uint16_t types;
    uint16_t count; /* of values; for text the largest count */
};

static const struct rule rules[] = {
    {FL_IFD_MAIN, 270, ASCII, TEXT_MAX},   /* ImageDescription */
    {FL_IFD_MAIN, 271, ASCII, 256},        /* Make */
    {FL_IFD_MAIN, 272, ASCII, 256},        /* Model */
    {FL_IFD_MAIN, 306, ASCII, 20},         /* DateTime */
    {FL_IFD_MAIN, 315, ASCII, TEXT_MAX},   /* Artist */
    {FL_IFD_MAIN, 33432, ASCII, TEXT_MAX}, /* Copyright */
    {FL_IFD_EXIF, 33434, RATIO, 1},        /* ExposureTime */
    {FL_IFD_EXIF, 33437, RATIO, 1},        /* FNumber */
    {FL_IFD_EXIF, 34850, SHORT, 1},        /* ExposureProgram */
    {FL_IFD_EXIF, 34855, SHORT, 1},        /* PhotographicSensitivity */
    {FL_IFD_EXIF, 34864, SHORT, 1},        /* SensitivityType */
    {FL_IFD_EXIF, 34865, LONG, 1},         /* StandardOutputSensitivity */
    {FL_IFD_EXIF, 34866, LONG, 1},         /* RecommendedExposureIndex */
    {FL_IFD_EXIF, 34867, LONG, 1},         /* ISOSpeed */
    {FL_IFD_EXIF, 36867, ASCII, 20},       /* DateTimeOriginal */
    {FL_IFD_EXIF, 36868, ASCII, 20},       /* DateTimeDigitized */
    {FL_IFD_EXIF, 36880, ASCII, 16},       /* OffsetTime */
    {FL_IFD_EXIF, 36881, ASCII, 16},       /* OffsetTimeOriginal */
    {FL_IFD_EXIF, 36882, ASCII, 16},       /* OffsetTimeDigitized */
    {FL_IFD_EXIF, 37377, SRATIO, 1},       /* ShutterSpeedValue */
    {FL_IFD_EXIF, 37378, RATIO, 1},        /* ApertureValue */
    {FL_IFD_EXIF, 37379, SRATIO, 1},       /* BrightnessValue */
    {FL_IFD_EXIF, 37380, SRATIO, 1},       /* ExposureBiasValue */
    {FL_IFD_EXIF, 37381, RATIO, 1},        /* MaxApertureValue */
    {FL_IFD_EXIF, 37382, RATIO, 1},        /* SubjectDistance */
    {FL_IFD_EXIF, 37383, SHORT, 1},        /* MeteringMode */
    {FL_IFD_EXIF, 37384, SHORT, 1},        /* LightSource */
    {FL_IFD_EXIF, 37385, SHORT, 1},        /* Flash */
    {FL_IFD_EXIF, 37386, RATIO, 1},        /* FocalLength */
    {FL_IFD_EXIF, 37510, UNDEF, TEXT_MAX}, /* UserComment */
    {FL_IFD_EXIF, 37520, ASCII, 16},       /* SubSecTime */
    {FL_IFD_EXIF, 37521, ASCII, 16},       /* SubSecTimeOriginal */
    {FL_IFD_EXIF, 37522, ASCII, 16},       /* SubSecTimeDigitized */
    {FL_IFD_EXIF, 37888, SRATIO, 1},       /* AmbientTemperature */
    {FL_IFD_EXIF, 37889, RATIO, 1},        /* Humidity */
    {FL_IFD_EXIF, 37890, RATIO, 1},        /* Pressure */
    {FL_IFD_EXIF, 37891, SRATIO, 1},       /* WaterDepth */
    {FL_IFD_EXIF, 37892, RATIO, 1},        /* Acceleration */
    {FL_IFD_EXIF, 37893, SRATIO, 1},       /* CameraElevationAngle */
    {FL_IFD_EXIF, 41483, RATIO, 1},        /* FlashEnergy */
    {FL_IFD_EXIF, 41493, RATIO, 1},        /* ExposureIndex */
    {FL_IFD_EXIF, 41495, SHORT, 1},        /* SensingMethod */
    {FL_IFD_EXIF, 41728, UNDEF, 1},        /* FileSource */
    {FL_IFD_EXIF, 41729, UNDEF, 1},        /* SceneType */
    {FL_IFD_EXIF, 41986, SHORT, 1},        /* ExposureMode */
    {FL_IFD_EXIF, 41987, SHORT, 1},        /* WhiteBalance */
    {FL_IFD_EXIF, 41988, RATIO, 1},        /* DigitalZoomRatio */
    {FL_IFD_EXIF, 41989, SHORT, 1},        /* FocalLengthIn35mmFilm */
    {FL_IFD_EXIF, 41990, SHORT, 1},        /* SceneCaptureType */
    {FL_IFD_EXIF, 41991, SHORT, 1},        /* GainControl */
    {FL_IFD_EXIF, 41996, SHORT, 1},        /* SubjectDistanceRange */
    {FL_IFD_EXIF, 42016, ASCII, 33},       /* ImageUniqueID */
    {FL_IFD_EXIF, 42032, ASCII, 256},      /* CameraOwnerName */
    {FL_IFD_EXIF, 42033, ASCII, 256},      /* BodySerialNumber */
    {FL_IFD_EXIF, 42034, RATIO, 4},        /* LensSpecification */
    {FL_IFD_EXIF, 42035, ASCII, 256},      /* LensMake */
    {FL_IFD_EXIF, 42036, ASCII, 256},      /* LensModel */
    {FL_IFD_EXIF, 42037, ASCII, 256},      /* LensSerialNumber */
    {FL_IFD_GPS, 0, BYTE, 4},              /* GPSVersionID */
    {FL_IFD_GPS, 1, ASCII, 2},             /* GPSLatitudeRef */
    {FL_IFD_GPS, 2, RATIO, 3},             /* GPSLatitude */
    {FL_IFD_GPS, 3, ASCII, 2},             /* GPSLongitudeRef */
    {FL_IFD_GPS, 4, RATIO, 3},             /* GPSLongitude */
    {FL_IFD_GPS, 5, BYTE, 1},              /* GPSAltitudeRef */
    {FL_IFD_GPS, 6, RATIO, 1},             /* GPSAltitude */
    {FL_IFD_GPS, 7, RATIO, 3},             /* GPSTimeStamp */
    {FL_IFD_GPS, 8, ASCII, 256},           /* GPSSatellites */
    {FL_IFD_GPS, 9, ASCII, 2},             /* GPSStatus */
    {FL_IFD_GPS, 10, ASCII, 2},            /* GPSMeasureMode */
    {FL_IFD_GPS, 11, RATIO, 1},            /* GPSDOP */
    {FL_IFD_GPS, 12, ASCII, 2},            /* GPSSpeedRef */
    {FL_IFD_GPS, 13, RATIO, 1},            /* GPSSpeed */
    {FL_IFD_GPS, 14, ASCII, 2},            /* GPSTrackRef */
    {FL_IFD_GPS, 15, RATIO, 1},            /* GPSTrack */
    {FL_IFD_GPS, 16, ASCII, 2},            /* GPSImgDirectionRef */
    {FL_IFD_GPS, 17, RATIO, 1},            /* GPSImgDirection */
    {FL_IFD_GPS, 18, ASCII, 256},          /* GPSMapDatum */
    {FL_IFD_GPS, 19, ASCII, 2},            /* GPSDestLatitudeRef */
    {FL_IFD_GPS, 20, RATIO, 3},            /* GPSDestLatitude */
    {FL_IFD_GPS, 21, ASCII, 2},            /* GPSDestLongitudeRef */
    {FL_IFD_GPS, 22, RATIO, 3},            /* GPSDestLongitude */
    {FL_IFD_GPS, 23, ASCII, 2},            /* GPSDestBearingRef */
    {FL_IFD_GPS, 24, RATIO, 1},            /* GPSDestBearing */
    {FL_IFD_GPS, 25, ASCII, 2},            /* GPSDestDistanceRef */
    {FL_IFD_GPS, 26, RATIO, 1},            /* GPSDestDistance */
    {FL_IFD_GPS, 27, UNDEF, 256},          /* GPSProcessingMethod */
    {FL_IFD_GPS, 28, UNDEF, 256},          /* GPSAreaInformation */
    {FL_IFD_GPS, 29, ASCII, 11},           /* GPSDateStamp */
    {FL_IFD_GPS, 30, SHORT, 1},            /* GPSDifferential */
    {FL_IFD_GPS, 31, RATIO, 1},            /* GPSHPositioningError */
};

uint32_t fl_tiff_type_size(int type)
{
    switch (type) {
    case FL_TIFF_BYTE:
    case FL_TIFF_ASCII:
    case FL_TIFF_UNDEFINED:
        return 1;
    case FL_TIFF_SHORT:
        return 2;
    case FL_TIFF_LONG:
        return 4;
    case FL_TIFF_RATIONAL:
    case FL_TIFF_SRATIONAL:
    case FL_TIFF_DOUBLE:
        return 8;
    default:
        return 0;
    }
}

static const struct rule *find_rule(int ifd, int tag)
{
    size_t i;
    for (i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].ifd == ifd && rules[i].tag == tag)
            return &rules[i];
    return NULL;
}

static bool is_date_tag(const struct fl_exif_entry *e)
{
    return (e->ifd == FL_IFD_MAIN && e->tag == 306) ||
           (e->ifd == FL_IFD_EXIF && (e->tag == 36867 || e->tag == 36868));
}

/* Tools that do not know a value often write 0 for it. */
static bool is_unknown(const struct fl_exif_entry *e)
{
    static const uint16_t positive[] = {33434, 33437, 34855, 34865, 34866, 34867, 37386, 41989};
    size_t value = e->type == FL_TIFF_SHORT ? 2 : 4; /* of a fraction: the numerator */
    if (e->ifd != FL_IFD_EXIF || e->size < value)
        return false;
    for (size_t i = 0; i < sizeof positive / sizeof *positive; i++)
        if (e->tag == positive[i])
            return memcmp(e->data, "\0\0\0", value) == 0;
    return false;
}

bool fl_exif_keep(const struct fl_exif_entry *e)
{
    const struct rule *r = find_rule(e->ifd, e->tag);
    bool variable;

    if (!r || e->type > 15 || !(r->types & TYPE(e->type)) || !e->data)
        return false;
    variable = e->type == FL_TIFF_ASCII || (e->type == FL_TIFF_UNDEFINED && r->count > 1);
    if (variable ? e->count == 0 || e->count > r->count : e->count != r->count)
        return false;
    if (e->size != e->count * fl_tiff_type_size(e->type))
        return false;
    if (e->type == FL_TIFF_ASCII && (e->data[e->size - 1] != 0 || e->data[0] == 0))
        return false;
    if (is_unknown(e))
        return false;
    return !is_date_tag(e) || fl_exif_is_date((const char *)e->data);
}

/* 'd' in the pattern is any digit, 's' a sign. */
static bool matches(const char *text, const char *pattern)
{
    size_t i;
    if (strlen(text) != strlen(pattern))
        return false;
    for (i = 0; pattern[i]; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9', sign = text[i] == '+' || text[i] == '-';
        if (pattern[i] == 'd' ? !digit : pattern[i] == 's' ? !sign : text[i] != pattern[i])
            return false;
    }
    return true;
}

bool fl_exif_is_date(const char *text)
{
    return matches(text, "dddd:dd:dd dd:dd:dd");
}

bool fl_exif_is_offset(const char *text)
{
    return matches(text, "sdd:dd");
}

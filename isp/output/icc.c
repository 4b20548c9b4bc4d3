/* ICC profiles, built with Little CMS. */
#include "icc.h"

#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

#define PROFILE_VERSION 4.3
#define DATE_OFFSET     24 /* of the creation date in the header, ICC.1:2010 7.2.8 */
#define PLATFORM_OFFSET 40

static const cmsCIExyY d65 = {0.3127, 0.3290, 1.0};

/* IEC 61966-2-1, as parametric curve type 4: (a x + b)^g for x >= d, c x below. */
static cmsToneCurve *srgb_curve(cmsContext context)
{
    static const cmsFloat64Number parameters[5] = {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92,
                                                   0.04045};
    return cmsBuildParametricToneCurve(context, 4, parameters);
}

static cmsHPROFILE create(cmsContext context, enum fl_color_space space, int channels)
{
    static const cmsCIExyYTRIPLE srgb = {
        {0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}}; /* ITU-R BT.709 */
    static const cmsCIExyYTRIPLE p3 = {
        {0.680, 0.320, 1}, {0.265, 0.690, 1}, {0.150, 0.060, 1}}; /* SMPTE EG 432-1 */
    cmsToneCurve *curve = srgb_curve(context);
    cmsToneCurve *const curves[3] = {curve, curve, curve};
    cmsHPROFILE profile = NULL;

    if (curve && channels == 1)
        profile = cmsCreateGrayProfileTHR(context, cmsD50_xyY(), curve);
    else if (curve)
        profile = cmsCreateRGBProfileTHR(context, &d65, space == FL_SPACE_P3 ? &p3 : &srgb, curves);
    cmsFreeToneCurve(curve);
    return profile;
}

static bool set_text(cmsContext context, cmsHPROFILE profile, cmsTagSignature tag, const char *text)
{
    cmsMLU *mlu = cmsMLUalloc(context, 1);
    bool ok = mlu && cmsMLUsetASCII(mlu, "en", "US", text) && cmsWriteTag(profile, tag, mlu);
    cmsMLUfree(mlu);
    return ok;
}

static const char *description(enum fl_color_space space, int channels)
{
    if (channels == 1)
        return "Grey with the sRGB curve";
    return space == FL_SPACE_P3 ? "Display P3" : "sRGB";
}

static bool save(cmsHPROFILE profile, struct fl_blob *out)
{
    /* 1 January 2026 00:00:00; the library would put the clock here and the platform there */
    static const uint8_t date[12] = {0x07, 0xea, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0};
    cmsUInt32Number size = 0;
    size_t start = out->size;
    uint8_t *bytes;
    bool ok = false;

    if (!cmsSaveProfileToMem(profile, NULL, &size) || size < 128)
        return false;
    bytes = malloc(size);
    if (bytes && cmsSaveProfileToMem(profile, bytes, &size) && fl_blob_put(out, bytes, size)) {
        memcpy(out->data + start + DATE_OFFSET, date, sizeof date);
        memset(out->data + start + PLATFORM_OFFSET, 0, 4);
        ok = true;
    }
    free(bytes);
    return ok;
}

fl_err fl_icc_write(enum fl_color_space space, int channels, struct fl_blob *out)
{
    cmsContext context = cmsCreateContext(NULL, NULL);
    cmsHPROFILE profile = context ? create(context, space, channels) : NULL;
    bool ok = false;

    if (profile) {
        cmsSetProfileVersion(profile, PROFILE_VERSION);
        ok =
            set_text(context, profile, cmsSigProfileDescriptionTag, description(space, channels)) &&
            set_text(context, profile, cmsSigCopyrightTag, "No copyright, use freely") &&
            save(profile, out);
        cmsCloseProfile(profile);
    }
    if (context)
        cmsDeleteContext(context);
    return ok ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory for the ICC profile");
}

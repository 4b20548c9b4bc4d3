/* Reading DNG: finds the raw image, its geometry and its CFA, and puts the parts together. */
#include "dng_read.h"

#include "exif_read.h"

#include <math.h>
#include <string.h>

#define MAX_DIRECTORIES 32 /* ends cycles; real files have up to about ten */

enum { PHOTOMETRIC_CFA = 32803, PHOTOMETRIC_LINEAR_RAW = 34892 };

fl_err fl_dng_find(const struct fl_dng *dng, int tag, struct fl_tiff_entry *out)
{
    return fl_tiff_find(fl_tiff_has(&dng->raw, tag) ? &dng->raw : &dng->ifd0, tag, out);
}

fl_err fl_dng_reals(const struct fl_dng *dng, int tag, int min, int max, double *values, int *count)
{
    struct fl_tiff_entry e;
    *count = 0;
    FL_TRY(fl_dng_find(dng, tag, &e));
    if (e.count == 0)
        return fl_success();
    if (e.count < (uint32_t)min || e.count > (uint32_t)max)
        return fl_error(FL_ERR_CORRUPT, "%s has %u values, %d to %d expected",
                        fl_tiff_tag_name(tag), (unsigned)e.count, min, max);
    for (uint32_t i = 0; i < e.count; i++)
        values[i] = fl_tiff_real(&e, i);
    *count = (int)e.count;
    return fl_success();
}

fl_err fl_dng_corrections(struct fl_dng *dng, struct fl_corrections **out)
{
    if (!dng->meta.corrections)
        dng->meta.corrections = fl_corrections_new();
    *out = dng->meta.corrections;
    return *out ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory for sensor corrections");
}

/* --- the raw image's directory ------------------------------------------------------------ */

/* What the search for the raw image found so far. */
struct search {
    struct fl_tiff_dir best;
    double best_area;
    int left;     /* directories that may still be opened */
    fl_err first; /* the first directory that could not be read */
};

static bool is_raw_image(const struct fl_tiff_dir *dir, double *area)
{
    uint32_t kind, photometric, width, height;
    if (fl_tiff_get_uint(dir, FL_TAG_NEW_SUBFILE_TYPE, 0, &kind).code != FL_OK ||
        fl_tiff_get_uint(dir, FL_TAG_PHOTOMETRIC, 0, &photometric).code != FL_OK ||
        fl_tiff_get_uint(dir, FL_TAG_IMAGE_WIDTH, 0, &width).code != FL_OK ||
        fl_tiff_get_uint(dir, FL_TAG_IMAGE_LENGTH, 0, &height).code != FL_OK)
        return false;
    *area = (double)width * height;
    return kind == 0 && (photometric == PHOTOMETRIC_CFA || photometric == PHOTOMETRIC_LINEAR_RAW);
}

static void consider(struct search *s, const struct fl_tiff_dir *dir)
{
    double area;
    if (is_raw_image(dir, &area) && (!s->best.tiff || area > s->best_area)) {
        s->best = *dir;
        s->best_area = area;
    }
}

static void remember(struct search *s, fl_err err)
{
    if (s->first.code == FL_OK)
        s->first = err;
}

static void search_children(struct search *s, const struct fl_tiff_dir *dir)
{
    struct fl_tiff_entry subs;
    fl_err err = fl_tiff_find(dir, FL_TAG_SUB_IFDS, &subs);
    if (err.code != FL_OK)
        remember(s, err);
    for (uint32_t i = 0; err.code == FL_OK && i < subs.count && s->left > 0; i++) {
        struct fl_tiff_dir child;
        fl_err child_err = fl_tiff_dir_open(dir->tiff, fl_tiff_uint(&subs, i), &child);
        s->left--;
        if (child_err.code != FL_OK)
            remember(s, child_err);
        else
            consider(s, &child);
    }
}

/* The largest full-resolution CFA or LinearRaw image among the main directories and their
 * children. A thumbnail that cannot be read does no harm. */
static fl_err find_raw(const struct fl_dng *dng, struct fl_tiff_dir *out)
{
    struct search s = {.left = MAX_DIRECTORIES, .first = fl_success()};
    struct fl_tiff_dir dir = dng->ifd0;
    while (dir.tiff) {
        fl_err err = fl_success();
        uint32_t next = dir.next;
        consider(&s, &dir);
        search_children(&s, &dir);
        memset(&dir, 0, sizeof dir);
        if (next != 0 && s.left-- > 0)
            err = fl_tiff_dir_open(&dng->tiff, next, &dir);
        if (err.code != FL_OK)
            remember(&s, err);
    }
    *out = s.best;
    if (!s.best.tiff && s.first.code != FL_OK)
        return s.first;
    if (!s.best.tiff)
        return fl_error(FL_ERR_UNSUPPORTED, "DNG without a CFA or LinearRaw image");
    return fl_success();
}

/* --- the image's shape -------------------------------------------------------------------- */

static fl_err read_bits(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    uint32_t bits = 1;
    FL_TRY(fl_tiff_find(&dng->raw, FL_TAG_BITS_PER_SAMPLE, &e));
    for (uint32_t i = 0; i < e.count; i++) {
        if (i > 0 && fl_tiff_uint(&e, i) != bits)
            return fl_error(FL_ERR_UNSUPPORTED, "BitsPerSample differs between samples");
        bits = fl_tiff_uint(&e, i);
    }
    if (dng->is_float && bits != 16 && bits != 24 && bits != 32)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "BitsPerSample is %u: 16, 24 and 32 are supported for floating point",
                        (unsigned)bits);
    if (!dng->is_float && (bits < 8 || bits > 16))
        return fl_error(FL_ERR_UNSUPPORTED, "BitsPerSample is %u: 8 to 16 are supported",
                        (unsigned)bits);
    dng->bits = (int)bits;
    return fl_success();
}

static fl_err read_sample_layout(struct fl_dng *dng)
{
    uint32_t samples, planar, fill, kind, compression;
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_SAMPLE_FORMAT, 1, &kind));
    if (kind != 1 && kind != 3)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "SampleFormat is %u: unsigned integers (1) and floating point (3) are "
                        "supported",
                        (unsigned)kind);
    dng->is_float = kind == 3;
    FL_TRY(read_bits(dng));
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_SAMPLES_PER_PIXEL, 1, &samples));
    if (samples != 1 && samples != 3)
        return fl_error(FL_ERR_UNSUPPORTED, "SamplesPerPixel is %u: 1 and 3 are supported",
                        (unsigned)samples);
    dng->samples = (int)samples;
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_PLANAR_CONFIGURATION, 1, &planar));
    if (planar != 1 && samples != 1)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "PlanarConfiguration is %u: only interleaved samples "
                        "(1) are supported",
                        (unsigned)planar);
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_FILL_ORDER, 1, &fill));
    if (fill != 1)
        return fl_error(FL_ERR_UNSUPPORTED, "FillOrder is %u: only 1 is supported", (unsigned)fill);
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_COMPRESSION, 1, &compression));
    if (compression != FL_DNG_UNCOMPRESSED && compression != FL_DNG_LOSSLESS_JPEG &&
        compression != FL_DNG_DEFLATE && compression != FL_DNG_DEFLATE_OLD)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "Compression is %u%s: 1 (none), 7 (lossless JPEG) and 8 (deflate) are "
                        "supported",
                        (unsigned)compression,
                        compression == 34892   ? " (lossy JPEG)"
                        : compression == 52546 ? " (JPEG XL)"
                                               : "");
    if (dng->is_float && compression == FL_DNG_LOSSLESS_JPEG)
        return fl_error(FL_ERR_UNSUPPORTED, "floating point as lossless JPEG is not supported");
    dng->compression = (int)compression;
    return fl_success();
}

static fl_err read_size(struct fl_dng *dng)
{
    uint32_t width, height;
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_IMAGE_WIDTH, 0, &width));
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_IMAGE_LENGTH, 0, &height));
    FL_TRY(fl_frame_check_size(width, height));
    dng->width = (int)width;
    dng->height = (int)height;
    return fl_success();
}

/* --- the colour filter array -------------------------------------------------------------- */

static fl_err check_cfa_tags(const struct fl_dng *dng, const struct fl_tiff_entry *pattern)
{
    double value[16];
    int count;
    uint32_t layout;
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_CFA_LAYOUT, 1, &layout));
    if (layout != 1)
        return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: CFALayout is %u (staggered)",
                        (unsigned)layout);
    FL_TRY(fl_dng_reals(dng, FL_TAG_CFA_PLANE_COLOR, 1, 16, value, &count));
    if (count != 0 && (count != 3 || value[0] != 0.0 || value[1] != 1.0 || value[2] != 2.0))
        return fl_error(FL_ERR_UNSUPPORTED,
                        "unsupported CFA: its %d planes are not red, green and "
                        "blue",
                        count);
    FL_TRY(fl_dng_reals(dng, FL_TAG_CFA_REPEAT_PATTERN_DIM, 2, 2, value, &count));
    if (count == 2 && (value[0] != 2.0 || value[1] != 2.0))
        return fl_error(FL_ERR_UNSUPPORTED,
                        "unsupported CFA: a pattern of %gx%g, only 2x2 is "
                        "supported",
                        value[1], value[0]);
    if (pattern->count == 0)
        return fl_error(FL_ERR_CORRUPT, "CFAPattern is missing");
    if (pattern->count != 4)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "unsupported CFA: CFAPattern has %u entries, only 2x2 "
                        "is supported",
                        (unsigned)pattern->count);
    return fl_success();
}

static fl_err read_cfa(const struct fl_dng *dng, enum fl_cfa *out)
{
    struct fl_tiff_entry e;
    uint32_t color[4];
    FL_TRY(fl_tiff_find(&dng->raw, FL_TAG_CFA_PATTERN, &e));
    FL_TRY(check_cfa_tags(dng, &e));
    for (uint32_t i = 0; i < 4; i++)
        color[i] = fl_tiff_uint(&e, i);
    for (int c = FL_CFA_RGGB; c <= FL_CFA_BGGR; c++) {
        bool same = true;
        for (int i = 0; i < 4; i++)
            same = same && color[i] == (uint32_t)fl_cfa_color((enum fl_cfa)c, i & 1, i >> 1);
        if (same) {
            *out = (enum fl_cfa)c;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_UNSUPPORTED,
                    "unsupported CFA: CFAPattern %u %u %u %u is no Bayer "
                    "pattern",
                    (unsigned)color[0], (unsigned)color[1], (unsigned)color[2], (unsigned)color[3]);
}

static fl_err read_format(struct fl_dng *dng)
{
    struct fl_format *f = &dng->format;
    uint32_t photometric;
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_PHOTOMETRIC, 0, &photometric));
    f->bits = dng->is_float ? 16 : dng->bits;
    f->packing = FL_PACK_U16;
    if (dng->bits == 8 && dng->samples == 1 && dng->compression != FL_DNG_LOSSLESS_JPEG)
        f->packing = FL_PACK_U8;
    if (photometric == PHOTOMETRIC_CFA) {
        if (dng->samples != 1)
            return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: %d samples in a pixel",
                            dng->samples);
        f->color = FL_COLOR_MOSAIC;
        return read_cfa(dng, &f->cfa);
    }
    f->color = dng->samples == 3 ? FL_COLOR_RGB : FL_COLOR_MONO;
    dng->meta.is_linear_rgb = dng->samples == 3;
    return fl_success();
}

/* --- areas -------------------------------------------------------------------------------- */

/* A rectangle given as top, left, bottom, right; false where it is empty or leaves the image. */
static bool rect_from_tlbr(const double v[4], int width, int height, struct fl_rect *out)
{
    if (!(v[0] >= 0.0 && v[1] >= 0.0 && v[2] >= 0.0 && v[3] >= 0.0 && v[0] <= height &&
          v[1] <= width && v[2] <= height && v[3] <= width))
        return false;
    out->x = (int)v[1];
    out->y = (int)v[0];
    out->width = (int)v[3] - out->x;
    out->height = (int)v[2] - out->y;
    return out->width > 0 && out->height > 0;
}

static fl_err read_active(struct fl_dng *dng)
{
    double v[4];
    int count;
    struct fl_rect whole = {0, 0, dng->width, dng->height};
    dng->meta.active = whole;
    FL_TRY(fl_dng_reals(dng, FL_TAG_ACTIVE_AREA, 4, 4, v, &count));
    if (count == 4 && !rect_from_tlbr(v, dng->width, dng->height, &dng->meta.active))
        return fl_error(FL_ERR_CORRUPT,
                        "ActiveArea (top %g, left %g, bottom %g, right %g) is empty "
                        "or leaves the image of %dx%d",
                        v[0], v[1], v[2], v[3], dng->width, dng->height);
    return fl_success();
}

/* The first FL_MASKED_MAX areas: real files have one to four. */
static fl_err read_masked(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    FL_TRY(fl_dng_find(dng, FL_TAG_MASKED_AREAS, &e));
    if (e.count / 4 > FL_MASKED_MAX)
        fl_log(dng->log, FL_LOG_NOTE, "MaskedAreas: only the first %d of %u are used",
               FL_MASKED_MAX, (unsigned)(e.count / 4));
    for (uint32_t i = 0; i < e.count / 4 && i < FL_MASKED_MAX; i++) {
        struct fl_rect area;
        double v[4];
        for (uint32_t k = 0; k < 4; k++)
            v[k] = fl_tiff_real(&e, 4 * i + k);
        if (rect_from_tlbr(v, dng->width, dng->height, &area))
            dng->meta.masked[dng->meta.masked_count++] = area;
        else
            fl_log(dng->log, FL_LOG_WARNING,
                   "MaskedAreas: area %u is empty or leaves the image, ignored", (unsigned)i);
    }
    return fl_success();
}

/* Clips one axis of a rectangle to 0..limit. */
static void clip(double from, double size, int limit, int *out_from, int *out_size)
{
    double a = floor(from + 0.5), b = floor(from + size + 0.5);
    a = a > 0.0 ? a : 0.0;
    b = b < limit ? b : limit;
    *out_from = b > a ? (int)a : 0;
    *out_size = b > a ? (int)(b - a) : 0;
}

/* DefaultCropOrigin and Size count from the active area; DefaultUserCrop is a part of that. */
static fl_err read_default_crop(struct fl_dng *dng)
{
    double origin[2] = {0.0, 0.0}, size[2], user[4], scale[2];
    const struct fl_rect *active = &dng->meta.active;
    struct fl_rect *crop = &dng->meta.default_crop;
    int count, sizes, users;
    FL_TRY(fl_dng_reals(dng, FL_TAG_DEFAULT_CROP_ORIGIN, 2, 2, origin, &count));
    FL_TRY(fl_dng_reals(dng, FL_TAG_DEFAULT_CROP_SIZE, 2, 2, size, &sizes));
    FL_TRY(fl_dng_reals(dng, FL_TAG_DEFAULT_USER_CROP, 4, 4, user, &users));
    FL_TRY(fl_dng_reals(dng, FL_TAG_DEFAULT_SCALE, 2, 2, scale, &count));
    if (count == 2 && scale[0] != scale[1])
        fl_log(dng->log, FL_LOG_WARNING,
               "DefaultScale %g x %g: pixels that are not square are not "
               "corrected",
               scale[0], scale[1]);
    if (sizes == 0) {
        origin[0] = origin[1] = 0.0;
        size[0] = active->width;
        size[1] = active->height;
    }
    if (users == 4 && user[0] >= 0.0 && user[1] >= 0.0 && user[2] > user[0] && user[3] > user[1] &&
        user[2] <= 1.0 && user[3] <= 1.0) {
        origin[0] += user[1] * size[0];
        origin[1] += user[0] * size[1];
        size[0] *= user[3] - user[1];
        size[1] *= user[2] - user[0];
    } else if (sizes == 0) {
        return fl_success();
    }
    clip(origin[0], size[0], active->width, &crop->x, &crop->width);
    clip(origin[1], size[1], active->height, &crop->y, &crop->height);
    if (crop->width == 0 || crop->height == 0) {
        memset(crop, 0, sizeof *crop);
        fl_log(dng->log, FL_LOG_WARNING,
               "DefaultCropOrigin and DefaultCropSize leave nothing of "
               "the active area, ignored");
    }
    return fl_success();
}

/* --- all of it ---------------------------------------------------------------------------- */

static fl_err read_tags(struct fl_dng *dng)
{
    FL_TRY(find_raw(dng, &dng->raw));
    FL_TRY(read_size(dng));
    FL_TRY(read_sample_layout(dng));
    FL_TRY(read_format(dng));
    FL_TRY(read_active(dng));
    FL_TRY(read_masked(dng));
    FL_TRY(read_default_crop(dng));
    FL_TRY(fl_dng_read_levels(dng));
    FL_TRY(fl_dng_read_color(dng));
    FL_TRY(fl_dng_read_opcodes(dng));
    return fl_exif_read(&dng->ifd0, dng->log, &dng->meta);
}

fl_err fl_dng_read(const struct fl_tiff *tiff, const struct fl_tiff_dir *ifd0,
                   struct fl_mapped *map, const struct fl_log *log, struct fl_frame **out)
{
    struct fl_dng dng = {.tiff = *tiff, .ifd0 = *ifd0, .log = log};
    fl_err err = read_tags(&dng);
    *out = NULL;
    if (err.code == FL_OK)
        err = fl_dng_read_pixels(&dng, map, out);
    if (err.code == FL_OK) {
        (*out)->meta = dng.meta; /* hands over the attachments */
        return err;
    }
    fl_corrections_unref(dng.meta.corrections);
    fl_exif_unref(dng.meta.exif);
    return err;
}

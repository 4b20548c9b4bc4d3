/* Vendor raws through LibRaw's C interface, with what versions 0.20 to 0.22 have in common.
 *
 * LibRaw decodes the mosaic and knows levels, margins and a D65 matrix for each camera. Everything
 * after that is firstlight's. */
#include "libraw_source.h"

#include <libraw/libraw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if LIBRAW_MAJOR_VERSION > 0 || LIBRAW_MINOR_VERSION >= 22
typedef INT64 libraw_position;
#else
typedef int libraw_position;
#endif

/* Damage that LibRaw met while decoding: it goes on with wrong pixels, firstlight does not. */
static void count_damage(void *data, const char *file, const libraw_position offset)
{
    (void)file;
    (void)offset;
    ++*(int *)data;
}

static fl_err check_status(int status, const char *what)
{
    if (status == LIBRAW_SUCCESS)
        return fl_success();
    if (status > 0) /* an errno */
        return fl_error(FL_ERR_IO, "cannot %s: system error %d", what, status);
    switch (status) {
    case LIBRAW_FILE_UNSUPPORTED:
        return fl_error(FL_ERR_UNSUPPORTED, "no raw file that LibRaw %s knows", libraw_version());
    case LIBRAW_IO_ERROR:
        return fl_error(FL_ERR_CORRUPT, "cannot %s: the file ends too early", what);
    case LIBRAW_UNSUFFICIENT_MEMORY:
        return fl_error(FL_ERR_MEMORY, "out of memory to %s", what);
    default:
        return fl_error(FL_ERR_CORRUPT, "cannot %s: %s", what, libraw_strerror(status));
    }
}

/* --- the colour filter array -------------------------------------------------------------- */

/* LibRaw's colour of a site, with both greens as 1. */
static int color_at(libraw_data_t *lr, int row, int col)
{
    int c = libraw_COLOR(lr, row, col);
    return c == 3 ? 1 : c;
}

static fl_err find_cfa(libraw_data_t *lr, struct fl_format *out)
{
    const libraw_iparams_t *id = &lr->idata;
    unsigned f = id->filters;
    if (id->is_foveon)
        return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: Foveon (three layers)");
    if (f == LIBRAW_XTRANS)
        return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: X-Trans (6x6)");
    if (lr->rawdata.ioparams.fuji_width)
        return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: a rotated sensor");
    if (!lr->rawdata.raw_image)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "unsupported CFA: the file has no mosaic but %d colours", id->colors);
    out->packing = FL_PACK_U16;
    out->color = FL_COLOR_MONO;
    out->cfa = FL_CFA_NONE;
    if (id->colors == 1 && f == 0)
        return fl_success();
    if (id->colors != 3 || strncmp(id->cdesc, "RGB", 3) != 0)
        return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: colours %.4s", id->cdesc);
    out->color = FL_COLOR_MOSAIC;
    for (int c = FL_CFA_RGGB; c <= FL_CFA_BGGR; c++) {
        bool same = true;
        for (int i = 0; i < 64; i++) /* 8x8: the longest period LibRaw describes as a Bayer one */
            same =
                same && color_at(lr, i >> 3, i & 7) == fl_cfa_color((enum fl_cfa)c, i & 7, i >> 3);
        if (same) {
            out->cfa = (enum fl_cfa)c;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_UNSUPPORTED, "unsupported CFA: filter pattern %08x is no Bayer pattern",
                    f);
}

/* --- levels ------------------------------------------------------------------------------- */

/* A pattern larger than 2x2, on top of the level of each colour. */
static fl_err read_black_pattern(libraw_data_t *lr, unsigned rows, unsigned cols,
                                 struct fl_meta *meta)
{
    const unsigned *cblack = lr->color.cblack;
    struct fl_corrections *c;
    /* The colours repeat every 2x2: so must the sum. */
    unsigned all_rows = rows % 2 ? rows * 2 : rows, all_cols = cols % 2 ? cols * 2 : cols;
    if (meta->corrections)
        return fl_success();
    c = fl_corrections_new();
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for black levels");
    meta->corrections = c;
    c->black_pattern = malloc((size_t)all_rows * all_cols * sizeof *c->black_pattern);
    if (!c->black_pattern)
        return fl_error(FL_ERR_MEMORY, "out of memory for black levels");
    c->black_rows = (int)all_rows;
    c->black_cols = (int)all_cols;
    for (unsigned i = 0; i < all_rows * all_cols; i++) {
        unsigned y = i / all_cols, x = i % all_cols;
        c->black_pattern[i] = (float)lr->color.black + meta->black_dn[(y & 1) * 2 + (x & 1)] +
                              (float)cblack[6 + y % rows * cols + x % cols];
    }
    return fl_success();
}

static fl_err read_levels(libraw_data_t *lr, struct fl_meta *meta)
{
    const unsigned *cblack = lr->color.cblack;
    unsigned rows = cblack[4], cols = cblack[5];
    bool has_pattern = rows > 0 && cols > 0;
    float white = (float)lr->color.maximum, highest = 0.0f;
    if (has_pattern && (rows > 4096 || cols > 4096 || rows * cols > LIBRAW_CBLACK_SIZE - 6))
        return fl_error(FL_ERR_CORRUPT, "black level pattern of %ux%u", cols, rows);
    for (int i = 0; i < 4; i++) {
        int y = i >> 1, x = i & 1;
        int color = lr->idata.filters ? libraw_COLOR(lr, y, x) : 0;
        meta->black_dn[i] = (float)cblack[color & 3];
        meta->white_dn[i] = white;
    }
    if (has_pattern && (rows > 2 || cols > 2))
        FL_TRY(read_black_pattern(lr, rows, cols, meta));
    for (unsigned i = 0; i < 4; i++) {
        meta->black_dn[i] += (float)lr->color.black;
        if (has_pattern && rows <= 2 && cols <= 2)
            meta->black_dn[i] += (float)cblack[6 + (i >> 1) % rows * cols + (i & 1) % cols];
        highest = meta->black_dn[i] > highest ? meta->black_dn[i] : highest;
    }
    for (int i = 0;
         meta->corrections && i < meta->corrections->black_rows * meta->corrections->black_cols;
         i++)
        highest = fmaxf(highest, meta->corrections->black_pattern[i]);
    if (!(highest < white))
        return fl_error(FL_ERR_CORRUPT, "black level %g is not below white level %g",
                        (double)highest, (double)white);
    return fl_success();
}

/* --- colour and the shot ------------------------------------------------------------------ */

static void read_color(const libraw_data_t *lr, const struct fl_log *log, struct fl_meta *meta)
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    const float *mul = lr->color.cam_mul;
    struct fl_calibration *c = &meta->calibration[0];
    double size = 0.0;
    memcpy(c->camera_calibration, identity, sizeof identity);
    memcpy(meta->calibration[1].camera_calibration, identity, sizeof identity);
    for (int i = 0; i < 9; i++) {
        c->color_matrix[i] = (double)lr->color.cam_xyz[i / 3][i % 3];
        size += fabs(c->color_matrix[i]);
    }
    c->has_color_matrix = size > 0.1 && size < 100.0;
    if (c->has_color_matrix) {
        c->illuminant = 21; /* LibRaw's matrices are for D65 */
        c->cct_k = 6504.0;
    } else {
        memset(c->color_matrix, 0, sizeof c->color_matrix);
        fl_log(log, FL_LOG_WARNING, "LibRaw has no colour matrix for %s %s", lr->idata.make,
               lr->idata.model);
    }
    meta->has_neutral = true;
    for (int i = 0; i < 3; i++) {
        meta->neutral[i] = (double)mul[1] / (double)mul[i];
        if (!(mul[1] > 0.0f && meta->neutral[i] > 1e-3 && meta->neutral[i] < 1e3))
            meta->has_neutral = false;
    }
    if (!meta->has_neutral)
        memset(meta->neutral, 0, sizeof meta->neutral);
}

/* A text of LibRaw's, made printable. */
static void copy_text(const char *text, size_t text_size, char *out, size_t size)
{
    size_t n = 0;
    if (out[0] != '\0')
        return;
    while (n < text_size && n + 1 < size && text[n]) {
        unsigned char c = (unsigned char)text[n];
        out[n++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    out[n] = '\0';
}

static void take_positive(double value, double limit, double *out)
{
    if (*out == 0.0 && value > 0.0 && value < limit)
        *out = value;
}

static void read_shot(const libraw_data_t *lr, struct fl_meta *meta)
{
    /* LibRaw: bit 0 mirrors columns, bit 1 rows, bit 2 then swaps them. */
    static const unsigned char orientations[8] = {1, 2, 4, 3, 5, 8, 6, 7};
    const libraw_imgother_t *shot = &lr->other;
    struct tm local;
    copy_text(lr->idata.make, sizeof lr->idata.make, meta->make, sizeof meta->make);
    copy_text(lr->idata.model, sizeof lr->idata.model, meta->model, sizeof meta->model);
    copy_text(lr->idata.software, sizeof lr->idata.software, meta->software, sizeof meta->software);
    copy_text(lr->lens.Lens, sizeof lr->lens.Lens, meta->lens, sizeof meta->lens);
    copy_text(lr->shootinginfo.BodySerial, sizeof lr->shootinginfo.BodySerial, meta->serial,
              sizeof meta->serial);
    take_positive((double)shot->shutter, 1e6, &meta->exposure_s);
    take_positive((double)shot->iso_speed, 1e9, &meta->iso);
    take_positive((double)shot->aperture, 1e3, &meta->f_number);
    take_positive((double)shot->focal_len, 1e5, &meta->focal_mm);
    if (meta->date_time[0] == '\0' && shot->timestamp > 0 && localtime_r(&shot->timestamp, &local))
        strftime(meta->date_time, sizeof meta->date_time, "%Y:%m:%d %H:%M:%S", &local);
    if (meta->orientation == 0)
        meta->orientation = orientations[lr->sizes.flip & 7];
}

/* --- geometry and pixels ------------------------------------------------------------------ */

static fl_err read_geometry(const libraw_data_t *lr, struct fl_meta *meta)
{
    const libraw_image_sizes_t *s = &lr->sizes;
    FL_TRY(fl_frame_check_size(s->raw_width, s->raw_height));
    if (s->width < 1 || s->height < 1 || s->left_margin + s->width > s->raw_width ||
        s->top_margin + s->height > s->raw_height)
        return fl_error(FL_ERR_CORRUPT, "visible area %dx%d at (%d, %d) leaves the image of %dx%d",
                        s->width, s->height, s->left_margin, s->top_margin, s->raw_width,
                        s->raw_height);
    if (s->raw_pitch < 2u * s->raw_width)
        return fl_error(FL_ERR_CORRUPT, "row of %u bytes is too short for %d pixels", s->raw_pitch,
                        s->raw_width);
    meta->active = (struct fl_rect){s->left_margin, s->top_margin, s->width, s->height};
    return fl_success();
}

/* Bits that hold both the white level and every pixel. */
static int significant_bits(const libraw_data_t *lr)
{
    unsigned all = lr->color.maximum;
    int bits = 8;
    for (int y = 0; y < lr->sizes.raw_height; y++) {
        const ushort *row = lr->rawdata.raw_image + (size_t)y * (lr->sizes.raw_pitch / 2);
        for (int x = 0; x < lr->sizes.raw_width; x++)
            all |= row[x];
    }
    while (bits < 16 && all >> bits)
        bits++;
    return bits;
}

static fl_err copy_pixels(const libraw_data_t *lr, const struct fl_format *format,
                          struct fl_frame **out)
{
    FL_TRY(fl_frame_new(lr->sizes.raw_width, lr->sizes.raw_height, format, out));
    for (int y = 0; y < lr->sizes.raw_height; y++)
        memcpy((uint8_t *)(*out)->plane[0] + (size_t)y * (*out)->stride[0],
               lr->rawdata.raw_image + (size_t)y * (lr->sizes.raw_pitch / 2),
               2 * (size_t)lr->sizes.raw_width);
    return fl_success();
}

/* Refuses what claims more pixels than its bytes can hold: no raw codec spends less than a bit on
 * four pixels. */
static fl_err check_plausible(const libraw_data_t *lr, size_t file_size)
{
    uint64_t pixels = (uint64_t)lr->sizes.raw_width * lr->sizes.raw_height;
    FL_TRY(fl_frame_check_size(lr->sizes.raw_width, lr->sizes.raw_height));
    if (pixels / 32 > file_size)
        return fl_error(FL_ERR_CORRUPT, "%dx%d pixels cannot come out of %zu bytes",
                        lr->sizes.raw_width, lr->sizes.raw_height, file_size);
    return fl_success();
}

static fl_err unpack(libraw_data_t *lr, const char *path, size_t file_size, const int *damage)
{
    FL_TRY(check_status(libraw_open_file(lr, path), "read the raw file"));
    FL_TRY(check_plausible(lr, file_size));
    FL_TRY(check_status(libraw_unpack(lr), "decode the raw image"));
    if (*damage > 0)
        return fl_error(FL_ERR_CORRUPT, "raw data is damaged or ends too early");
    if (lr->process_warnings & LIBRAW_WARN_NO_JPEGLIB)
        return fl_error(FL_ERR_UNSUPPORTED, "this build of LibRaw lacks the file's compression");
    return fl_success();
}

static fl_err convert(libraw_data_t *lr, const struct fl_log *log, struct fl_meta *meta,
                      struct fl_frame **out)
{
    struct fl_format format = {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U16, 16};
    FL_TRY(find_cfa(lr, &format));
    FL_TRY(read_geometry(lr, meta));
    FL_TRY(read_levels(lr, meta));
    read_color(lr, log, meta);
    read_shot(lr, meta);
    format.bits = significant_bits(lr);
    return copy_pixels(lr, &format, out);
}

fl_err fl_libraw_read(const char *path, size_t file_size, const struct fl_meta *known,
                      const struct fl_log *log, struct fl_frame **out)
{
    libraw_data_t *lr = libraw_init(0);
    struct fl_meta meta = *known;
    int damage = 0;
    fl_err err;
    *out = NULL;
    if (!lr)
        return fl_error(FL_ERR_MEMORY, "out of memory for LibRaw");
    libraw_set_dataerror_handler(lr, count_damage, &damage);
    err = unpack(lr, path, file_size, &damage);
    if (err.code == FL_OK)
        err = convert(lr, log, &meta, out);
    if (err.code == FL_OK)
        (*out)->meta = meta;
    else
        fl_corrections_unref(meta.corrections);
    libraw_close(lr);
    return err;
}

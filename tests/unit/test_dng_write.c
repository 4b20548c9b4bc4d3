/* Written DNGs, read back with libtiff: the raw, its levels, colour, noise and opcodes. */
#include "run_suite.h"
#include "output_frames.h"

#include "blob.h"
#include "dng_opcode_write.h"
#include "dng_preview.h"
#include "opcodes.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

enum {
    TAG_FORWARD_1 = 50964,
    TAG_OPCODES_1 = 51008,
    TAG_OPCODES_2 = 51009,
    TAG_OPCODES_3 = 51022,
    TAG_NOISE = 51041
};

static char *folder;

static void setup(void)
{
    folder = output_folder_new();
}

static void teardown(void)
{
    output_folder_remove(folder);
}

/* Tags that libtiff does not know are read with the type they have in the file. It knows no
 * lossless JPEG. */
static TIFF *write_and_open(const struct fl_frame *raw, bool sub_directory)
{
    struct fl_write_options o = fl_write_options_default();
    const char *path = output_path(folder, "a.dng");
    TIFF *tiff;
    uint64_t *offset;
    uint16_t count;

    o.type = FL_FILE_DNG;
    o.replace = true;
    o.compress = false;
    output_write(path, raw, &o);
    tiff = TIFFOpen(path, "r");
    ck_assert_ptr_nonnull(tiff);
    if (!sub_directory)
        return tiff;
    ck_assert(TIFFGetField(tiff, TIFFTAG_SUBIFD, &count, &offset));
    ck_assert_uint_eq(count, 1);
    ck_assert(TIFFSetSubDirectory(tiff, offset[0]));
    return tiff;
}

static uint32_t get32(TIFF *tiff, uint32_t tag)
{
    uint32_t v = 0;
    ck_assert(TIFFGetField(tiff, tag, &v));
    return v;
}

static uint16_t get16(TIFF *tiff, uint32_t tag)
{
    uint16_t v = 0;
    ck_assert(TIFFGetField(tiff, tag, &v));
    return v;
}

static void check_floats(TIFF *tiff, uint32_t tag, const double *expected, int n)
{
    float *v;
    uint16_t count;
    int i;
    ck_assert(TIFFGetField(tiff, tag, &count, &v));
    ck_assert_int_eq(count, n);
    for (i = 0; i < n; i++)
        ck_assert_double_eq_tol((double)v[i], expected[i], 1e-6);
}

static void check_raw_pixels(TIFF *tiff, const struct fl_frame *raw)
{
    int channels = fl_format_channels(&raw->format), bits = get16(tiff, TIFFTAG_BITSPERSAMPLE);
    void *row = malloc((size_t)TIFFScanlineSize(tiff));
    int x, y, c, wrong = 0;

    ck_assert_uint_eq(get32(tiff, TIFFTAG_IMAGEWIDTH), (unsigned)raw->width);
    ck_assert_uint_eq(get32(tiff, TIFFTAG_IMAGELENGTH), (unsigned)raw->height);
    ck_assert_int_eq(bits, raw->format.packing == FL_PACK_U8 ? 8 : 16);
    for (y = 0; y < raw->height; y++) {
        ck_assert_int_eq(TIFFReadScanline(tiff, row, (uint32_t)y, 0), 1);
        for (x = 0; x < raw->width; x++)
            for (c = 0; c < channels; c++) {
                int i = x * channels + c;
                int code = bits == 8 ? ((uint8_t *)row)[i] : ((uint16_t *)row)[i];
                wrong += code != output_raw_code(raw->format.bits, c, x, y);
            }
    }
    ck_assert_int_eq(wrong, 0);
    free(row);
}

/* libtiff takes the preview for what it is. */
static void check_preview(TIFF *tiff, unsigned width, unsigned height)
{
    uint32_t *pixels = malloc((size_t)width * height * sizeof *pixels);
    ck_assert_uint_eq(get32(tiff, TIFFTAG_IMAGEWIDTH), width);
    ck_assert_uint_eq(get32(tiff, TIFFTAG_IMAGELENGTH), height);
    ck_assert_int_eq(TIFFReadRGBAImage(tiff, width, height, pixels, 1), 1);
    free(pixels);
}

START_TEST(every_packing_keeps_its_codes)
{
    static const struct fl_format formats[] = {
        {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U8, 8},
        {FL_COLOR_MOSAIC, FL_CFA_GRBG, FL_PACK_U16, 12},
        {FL_COLOR_MOSAIC, FL_CFA_GBRG, FL_PACK_CSI2P, 10},
        {FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_CSI2P, 12},
        {FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_CSI2P, 14},
        {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U16, 16},
        {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_CSI2P, 10},
        {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U16, 16},
    };
    const struct fl_format *f = &formats[_i];
    static const uint8_t patterns[5][4] = {
        {0}, {0, 1, 1, 2}, {1, 0, 2, 1}, {1, 2, 0, 1}, {2, 1, 1, 0}};
    struct fl_frame *raw = output_raw(f->color, f->cfa, f->packing, f->bits, 61, 42);
    TIFF *tiff = write_and_open(raw, true);
    uint16_t count;
    uint8_t *pattern;

    ck_assert_uint_eq(get32(tiff, TIFFTAG_SUBFILETYPE), 0);
    check_raw_pixels(tiff, raw);
    if (f->color == FL_COLOR_MOSAIC) {
        ck_assert_int_eq(get16(tiff, TIFFTAG_PHOTOMETRIC), 32803);
        ck_assert(TIFFGetField(tiff, TIFFTAG_CFAPATTERN, &count, &pattern));
        ck_assert_int_eq(count, 4);
        ck_assert_mem_eq(pattern, patterns[f->cfa], 4);
        ck_assert(TIFFGetField(tiff, TIFFTAG_CFAPLANECOLOR, &count, &pattern));
        ck_assert_int_eq(count, 3);
        ck_assert_mem_eq(pattern, "\0\1\2", 3);
    } else {
        ck_assert_int_eq(get16(tiff, TIFFTAG_PHOTOMETRIC), 34892);
        ck_assert_int_eq(get16(tiff, TIFFTAG_SAMPLESPERPIXEL), fl_format_channels(f));
        ck_assert(!TIFFGetField(tiff, TIFFTAG_CFAPATTERN, &count, &pattern));
    }
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(first_directory_describes_the_camera)
{
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 64, 48);
    TIFF *tiff = write_and_open(raw, false);
    const struct fl_meta *m = &raw->meta;
    float exposure, *forward;
    uint32_t count;
    char *text;
    uint8_t *version;
    int i;

    ck_assert_uint_eq(get32(tiff, TIFFTAG_SUBFILETYPE), FILETYPE_REDUCEDIMAGE);
    ck_assert_int_eq(get16(tiff, TIFFTAG_PHOTOMETRIC), PHOTOMETRIC_YCBCR);
    check_preview(tiff, 26, 19);
    ck_assert_int_eq(get16(tiff, TIFFTAG_ORIENTATION), 6);
    ck_assert(TIFFGetField(tiff, TIFFTAG_DNGVERSION, &version));
    ck_assert_mem_eq(version, "\1\4\0\0", 4);
    ck_assert(TIFFGetField(tiff, TIFFTAG_UNIQUECAMERAMODEL, &text));
    ck_assert_str_eq(text, "Raspberry Pi HQ");
    ck_assert(TIFFGetField(tiff, TIFFTAG_CAMERASERIALNUMBER, &text));
    ck_assert_str_eq(text, "S123");
    ck_assert_int_eq(get16(tiff, TIFFTAG_CALIBRATIONILLUMINANT1), 17);
    ck_assert_int_eq(get16(tiff, TIFFTAG_CALIBRATIONILLUMINANT2), 21);
    check_floats(tiff, TIFFTAG_COLORMATRIX1, m->calibration[0].color_matrix, 9);
    check_floats(tiff, TIFFTAG_COLORMATRIX2, m->calibration[1].color_matrix, 9);
    check_floats(tiff, TIFFTAG_CAMERACALIBRATION2, m->calibration[1].camera_calibration, 9);
    check_floats(tiff, TIFFTAG_ASSHOTNEUTRAL, m->neutral, 3);
    check_floats(tiff, TIFFTAG_ANALOGBALANCE, m->analog_balance, 3);
    ck_assert(TIFFGetField(tiff, TAG_FORWARD_1, &count, &forward));
    ck_assert_uint_eq(count, 9);
    for (i = 0; i < 9; i++)
        ck_assert_double_eq_tol((double)forward[i], m->calibration[0].forward_matrix[i], 1e-6);
    ck_assert(TIFFGetField(tiff, TIFFTAG_BASELINEEXPOSURE, &exposure));
    ck_assert_float_eq_tol(exposure, -0.25f, 1e-6f);
    ck_assert(TIFFGetField(tiff, TIFFTAG_XMLPACKET, &count, &text));
    ck_assert_uint_gt(count, 100);
    ck_assert(strstr(text, "digitalsourcetype/digitalCapture") != NULL);
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(levels_areas_and_noise)
{
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 64, 48);
    TIFF *tiff = write_and_open(raw, true);
    static const double black[4] = {16.5, 17.5, 18.5, 19.5};
    const uint32_t active[4] = {2, 4, 46, 62}, masked[4] = {0, 0, 48, 4};
    uint32_t *area, *white, count32;
    uint16_t count, *dim;
    float *crop;
    double *noise;

    check_floats(tiff, TIFFTAG_BLACKLEVEL, black, 4);
    ck_assert(TIFFGetField(tiff, TIFFTAG_BLACKLEVELREPEATDIM, &dim));
    ck_assert_mem_eq(dim, ((uint16_t[]){2, 2}), 4);
    ck_assert(TIFFGetField(tiff, TIFFTAG_WHITELEVEL, &count, &white));
    ck_assert_int_eq(count, 1);
    ck_assert_uint_eq(white[0], 4094);
    ck_assert(TIFFGetField(tiff, TIFFTAG_ACTIVEAREA, &area));
    ck_assert_mem_eq(area, active, sizeof active);
    ck_assert(TIFFGetField(tiff, TIFFTAG_MASKEDAREAS, &count, &area));
    ck_assert_int_eq(count, 4);
    ck_assert_mem_eq(area, masked, sizeof masked);
    ck_assert(TIFFGetField(tiff, TIFFTAG_DEFAULTCROPORIGIN, &crop));
    ck_assert(crop[0] == 2 && crop[1] == 3);
    ck_assert(TIFFGetField(tiff, TIFFTAG_DEFAULTCROPSIZE, &crop));
    ck_assert(crop[0] == 52 && crop[1] == 38);
    ck_assert(TIFFGetField(tiff, TAG_NOISE, &count32, &noise));
    ck_assert_uint_eq(count32, 6);
    ck_assert(noise[0] == 1e-4 && noise[1] == 1e-7 && noise[5] == 1e-7 * 3);
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(tables_patterns_and_deltas)
{
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U8, 8, 64, 48);
    struct fl_corrections *c = raw->meta.corrections;
    double pattern[8], delta[58];
    uint16_t count, *table, *dim;
    TIFF *tiff;
    int i;

    c->linear_count = 256;
    c->linear = malloc(256 * sizeof *c->linear);
    for (i = 0; i < 256; i++)
        c->linear[i] = (uint16_t)(i * i / 16);
    c->black_rows = 2;
    c->black_cols = 4;
    c->black_pattern = malloc(8 * sizeof *c->black_pattern);
    for (i = 0; i < 8; i++)
        c->black_pattern[i] = (float)(pattern[i] = i * 1.25);
    c->delta_h_count = 58;
    c->black_delta_h = malloc(58 * sizeof *c->black_delta_h);
    for (i = 0; i < 58; i++)
        c->black_delta_h[i] = (float)(delta[i] = (i - 29) * 0.5);
    c->delta_v_count = 3; /* does not fit the 44 rows: left out */
    c->black_delta_v = calloc(3, sizeof *c->black_delta_v);
    tiff = write_and_open(raw, true);
    ck_assert(TIFFGetField(tiff, TIFFTAG_LINEARIZATIONTABLE, &count, &table));
    ck_assert_int_eq(count, 256);
    ck_assert_mem_eq(table, c->linear, 512);
    ck_assert(TIFFGetField(tiff, TIFFTAG_BLACKLEVELREPEATDIM, &dim));
    ck_assert_mem_eq(dim, ((uint16_t[]){2, 4}), 4);
    check_floats(tiff, TIFFTAG_BLACKLEVEL, pattern, 8);
    check_floats(tiff, TIFFTAG_BLACKLEVELDELTAH, delta, 58);
    ck_assert(!TIFFGetField(tiff, TIFFTAG_BLACKLEVELDELTAV, &count, &table));
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(linear_rgb_has_levels_per_channel)
{
    static const double black[3] = {16.5, 17.5, 18.5};
    struct fl_frame *raw = output_raw(FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U16, 16, 64, 48);
    TIFF *tiff = write_and_open(raw, true);
    uint16_t count;
    uint32_t *white;
    check_floats(tiff, TIFFTAG_BLACKLEVEL, black, 3);
    ck_assert(TIFFGetField(tiff, TIFFTAG_WHITELEVEL, &count, &white));
    ck_assert_int_eq(count, 3);
    ck_assert_uint_eq(white[2], 65534);
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

/* What is missing or senseless is replaced or left out, never written. */
START_TEST(senseless_metadata_is_not_written)
{
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 64, 48);
    struct fl_meta *m = &raw->meta;
    const uint32_t whole[4] = {0, 0, 48, 64};
    uint32_t *area, *white, count32;
    uint16_t count;
    float *values;
    double *noise;
    TIFF *tiff;
    int i;

    m->unique_model[0] = 0;
    m->active = (struct fl_rect){-1, 0, 4000, 3000};
    m->masked[0].width = 1 << 30;
    m->calibration[0].color_matrix[4] = NAN;
    m->calibration[1].illuminant = 255;
    m->calibration[1].cct_k = 4000;
    m->calibration[1].forward_matrix[0] = INFINITY;
    m->baseline_exposure_ev = NAN;
    m->neutral[1] = NAN;
    m->noise[2].s = NAN;
    for (i = 0; i < 4; i++) {
        m->black_dn[i] = NAN;
        m->white_dn[i] = -1;
    }
    tiff = write_and_open(raw, false);
    ck_assert_int_eq(get16(tiff, TIFFTAG_CALIBRATIONILLUMINANT1), 14); /* 4150 K */
    ck_assert(!TIFFGetField(tiff, TIFFTAG_COLORMATRIX2, &count, &values));
    ck_assert(!TIFFGetField(tiff, TAG_FORWARD_1, &count32, &values));
    ck_assert(!TIFFGetField(tiff, TIFFTAG_BASELINEEXPOSURE, &values));
    check_floats(tiff, TIFFTAG_ASSHOTNEUTRAL, ((double[]){0.5, 1, 0.625}), 3);
    TIFFClose(tiff);
    tiff = write_and_open(raw, true);
    ck_assert(TIFFGetField(tiff, TIFFTAG_ACTIVEAREA, &area));
    ck_assert_mem_eq(area, whole, sizeof whole);
    ck_assert(!TIFFGetField(tiff, TIFFTAG_MASKEDAREAS, &count, &area));
    ck_assert(!TIFFGetField(tiff, TAG_NOISE, &count32, &noise));
    check_floats(tiff, TIFFTAG_BLACKLEVEL, ((double[]){0, 0, 0, 0}), 4);
    ck_assert(TIFFGetField(tiff, TIFFTAG_WHITELEVEL, &count, &white));
    ck_assert_uint_eq(white[0], 4095);
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(a_bare_frame_becomes_a_valid_file)
{
    const struct fl_format format = {FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_U16, 10};
    struct fl_frame *raw;
    uint16_t count;
    float *values;
    char *text;
    TIFF *tiff;

    ck_assert_int_eq(fl_frame_new(1 + _i, 2, &format, &raw).code, FL_OK);
    tiff = write_and_open(raw, false);
    ck_assert(TIFFGetField(tiff, TIFFTAG_UNIQUECAMERAMODEL, &text));
    ck_assert_str_eq(text, "Unknown camera");
    ck_assert(TIFFGetField(tiff, TIFFTAG_COLORMATRIX1, &count, &values)); /* sRGB's */
    ck_assert_float_eq_tol(values[0], 3.2404542f, 1e-6f);
    ck_assert(!TIFFGetField(tiff, TIFFTAG_ASSHOTNEUTRAL, &count, &values));
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

/* Their bytes have a test of their own; here they must arrive in the right tags. */
START_TEST(opcode_lists_are_tags_of_the_raw)
{
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_GBRG, FL_PACK_U16, 12, 64, 48);
    struct fl_blob list[2] = {{0}};
    const uint8_t *data;
    uint32_t size;
    uint8_t *version;
    TIFF *tiff;
    int i;

    opcodes_add(raw, 2, FL_OPCODE_FIX_VIGNETTE_RADIAL)->u.vignette.k[0] = 0.5;
    opcodes_add_warp(raw, 3)->list = 3;
    tiff = write_and_open(raw, false);
    ck_assert(TIFFGetField(tiff, TIFFTAG_DNGBACKWARDVERSION, &version));
    ck_assert_mem_eq(version, "\1\3\0\0", 4);
    TIFFClose(tiff);
    tiff = write_and_open(raw, true);
    ck_assert(!TIFFGetField(tiff, TAG_OPCODES_1, &size, &data));
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(
            fl_dng_opcodes_write(raw->meta.corrections, i + 2, FL_CFA_GBRG, &list[i]).code, FL_OK);
        ck_assert(TIFFGetField(tiff, i ? TAG_OPCODES_3 : TAG_OPCODES_2, &size, &data));
        ck_assert_uint_eq(size, list[i].size);
        ck_assert_mem_eq(data, list[i].data, size);
        fl_blob_free(&list[i]);
    }
    TIFFClose(tiff);
    fl_frame_unref(raw);
}
END_TEST

/* A grey scene through a coloured sensor: balanced, it is grey again, at the sRGB curve's value. */
START_TEST(preview_is_balanced)
{
    const struct fl_format format = {FL_COLOR_MOSAIC, FL_CFA_GRBG, FL_PACK_U16, 12};
    static const double response[3] = {0.5, 1, 0.625};
    struct fl_frame *raw;
    struct fl_pixels small;
    int x, y, wrong = 0;

    ck_assert_int_eq(fl_frame_new(1001, 400, &format, &raw).code, FL_OK);
    raw->meta.active = (struct fl_rect){1, 0, 1000, 400};
    raw->meta.has_neutral = true;
    memcpy(raw->meta.neutral, response, sizeof response);
    for (x = 0; x < 4; x++) {
        raw->meta.black_dn[x] = 256;
        raw->meta.white_dn[x] = 4056;
    }
    for (y = 0; y < 400; y++)
        for (x = 1; x < 1001; x++) {
            uint16_t *row =
                (uint16_t *)(void *)((uint8_t *)raw->plane[0] + (size_t)y * raw->stride[0]);
            row[x] = (uint16_t)(256 + 3800 * 0.214 * response[fl_cfa_color(FL_CFA_GRBG, x - 1, y)]);
        }
    ck_assert_int_eq(fl_dng_preview(raw, &small).code, FL_OK);
    ck_assert_int_eq(small.width, 500);
    ck_assert_int_eq(small.height, 200);
    for (x = 0; x < 500 * 200 * 3; x++)
        wrong += abs(small.data[x] - 128) > 1;
    ck_assert_int_eq(wrong, 0);
    free((void *)(uintptr_t)small.data);
    fl_frame_unref(raw);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dng_write");
    TCase *c = tcase_create("dng_write");

    TIFFSetWarningHandler(NULL); /* "Unknown field" for the tags that this is about */
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, every_packing_keeps_its_codes, 0, 8);
    tcase_add_test(c, first_directory_describes_the_camera);
    tcase_add_test(c, levels_areas_and_noise);
    tcase_add_test(c, tables_patterns_and_deltas);
    tcase_add_test(c, linear_rgb_has_levels_per_channel);
    tcase_add_test(c, senseless_metadata_is_not_written);
    tcase_add_loop_test(c, a_bare_frame_becomes_a_valid_file, 0, 3);
    tcase_add_test(c, opcode_lists_are_tags_of_the_raw);
    tcase_add_test(c, preview_is_balanced);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}

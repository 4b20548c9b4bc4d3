/* Written pictures, read back by their formats' own libraries: pixels, profile, XMP, requests. */
#include "run_suite.h"
#include "output_frames.h"

#include "blob.h"
#include "icc.h"
#include "xmp.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <lcms2.h>
#include <png.h>
#include <tiffio.h>
#include <unistd.h>

#define DIGITAL_CAPTURE "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"

static char *folder;

static void setup(void)
{
    folder = output_folder_new();
}

static void teardown(void)
{
    output_folder_remove(folder);
}

static struct fl_write_options options_for(enum fl_file_type type)
{
    struct fl_write_options o = fl_write_options_default();
    o.type = type;
    o.replace = true;
    return o;
}

static const uint8_t *row_of(const struct fl_frame *f, int plane, int y)
{
    return (const uint8_t *)f->plane[plane] + (size_t)y * f->stride[plane];
}

static bool contains(const uint8_t *data, size_t size, const char *text)
{
    size_t length = strlen(text), i;
    for (i = 0; i + length <= size; i++)
        if (memcmp(data + i, text, length) == 0)
            return true;
    return false;
}

static void check_profile(const void *data, size_t size, enum fl_color_space space, int channels)
{
    cmsHPROFILE profile = cmsOpenProfileFromMem(data, (cmsUInt32Number)size);
    char text[64] = "";
    struct tm date;

    ck_assert_ptr_nonnull(profile);
    cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text, sizeof text);
    if (channels == 1)
        ck_assert_str_eq(text, "Grey with the sRGB curve");
    else
        ck_assert_str_eq(text, space == FL_SPACE_P3 ? "Display P3" : "sRGB");
    ck_assert_int_gt(
        (int)cmsGetProfileInfoASCII(profile, cmsInfoCopyright, "en", "US", text, sizeof text), 1);
    ck_assert_int_eq(cmsGetColorSpace(profile), channels == 1 ? cmsSigGrayData : cmsSigRgbData);
    ck_assert(cmsGetHeaderCreationDateTime(profile, &date));
    ck_assert_int_eq(date.tm_year + 1900, 2026); /* fixed: the clock must not show */
    ck_assert_int_eq(date.tm_mon * 100 + date.tm_mday, 1);
    cmsCloseProfile(profile);
}

struct jpeg_result {
    int width, height, channels;
    int h[3], v[3];
    int progressive;
    double psnr;
    bool has_exif, has_xmp;
    JOCTET *icc;
    unsigned icc_size;
};

static void read_jpeg(const char *path, const struct fl_frame *f, struct jpeg_result *r)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    FILE *file = fopen(path, "rb");
    JSAMPLE *row = malloc((size_t)f->width * 3);
    double sum = 0;
    jpeg_saved_marker_ptr m;
    int i;

    ck_assert_ptr_nonnull(file);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, file);
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xffff);
    jpeg_save_markers(&jpeg, JPEG_APP0 + 2, 0xffff);
    jpeg_read_header(&jpeg, TRUE);
    *r = (struct jpeg_result){(int)jpeg.image_width,
                              (int)jpeg.image_height,
                              jpeg.num_components,
                              {0},
                              {0},
                              jpeg.progressive_mode,
                              0,
                              false,
                              false,
                              NULL,
                              0};
    for (i = 0; i < jpeg.num_components; i++) {
        r->h[i] = jpeg.comp_info[i].h_samp_factor;
        r->v[i] = jpeg.comp_info[i].v_samp_factor;
    }
    for (m = jpeg.marker_list; m; m = m->next) {
        r->has_exif = r->has_exif || contains(m->data, m->data_length, "Exif");
        r->has_xmp = r->has_xmp || contains(m->data, m->data_length, DIGITAL_CAPTURE);
    }
    ck_assert(jpeg_read_icc_profile(&jpeg, &r->icc, &r->icc_size));
    jpeg_start_decompress(&jpeg);
    ck_assert_int_eq(r->width, f->width);
    while (jpeg.output_scanline < jpeg.output_height) {
        const uint8_t *original = row_of(f, 0, (int)jpeg.output_scanline);
        jpeg_read_scanlines(&jpeg, &row, 1);
        for (i = 0; i < r->width * r->channels; i++)
            sum += (row[i] - original[i]) * (row[i] - original[i]);
    }
    r->psnr = 10 * log10(255.0 * 255.0 * r->width * r->height * r->channels / sum);
    jpeg_finish_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    fclose(file);
    free(row);
}

START_TEST(jpeg_is_what_was_asked_for)
{
    static const int factors[3][2] = {{2, 2}, {2, 1}, {1, 1}};
    struct fl_frame *f = output_picture(FL_COLOR_RGB, FL_PACK_U8, 333, 217);
    struct fl_write_options o = options_for(FL_FILE_JPEG);
    const char *path = output_path(folder, "a.jpg");
    struct jpeg_result r;

    o.subsampling = (enum fl_subsampling)(_i % 3);
    o.progressive = _i >= 3;
    o.space = _i % 2 ? FL_SPACE_P3 : FL_SPACE_SRGB;
    output_write(path, f, &o);
    read_jpeg(path, f, &r);
    ck_assert_int_eq(r.height, 217);
    ck_assert_int_eq(r.channels, 3);
    ck_assert_int_eq(r.h[0], factors[_i % 3][0]);
    ck_assert_int_eq(r.v[0], factors[_i % 3][1]);
    ck_assert_int_eq(r.h[1] * r.v[1] * r.h[2] * r.v[2], 1);
    ck_assert_int_eq(r.progressive, _i >= 3);
    ck_assert_double_gt(r.psnr, 38);
    ck_assert(r.has_exif && r.has_xmp);
    check_profile(r.icc, r.icc_size, o.space, 3);
    free(r.icc);
    fl_frame_unref(f);
}
END_TEST

START_TEST(jpeg_quality_and_mono)
{
    struct fl_frame *f = output_picture(FL_COLOR_MONO, FL_PACK_U8, 200, 100);
    struct fl_write_options o = options_for(FL_FILE_JPEG);
    const char *path = output_path(folder, "a.jpg");
    struct jpeg_result high, low;

    output_write(path, f, &o);
    read_jpeg(path, f, &high);
    o.quality = 20;
    output_write(path, f, &o);
    read_jpeg(path, f, &low);
    ck_assert_int_eq(high.channels, 1);
    ck_assert_double_gt(high.psnr, 40);
    ck_assert_double_gt(high.psnr, low.psnr + 3);
    check_profile(high.icc, high.icc_size, o.space, 1);
    free(high.icc);
    free(low.icc);
    fl_frame_unref(f);
}
END_TEST

static void check_png(const char *path, const struct fl_frame *f, bool p3)
{
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    FILE *file = fopen(path, "rb");
    size_t bytes = fl_format_row_bytes(&f->format, f->width);
    png_textp text;
    png_charp name;
    png_bytep data;
    png_uint_32 size;
    int count, intent, method, y;

    ck_assert_ptr_nonnull(file);
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_SWAP_ENDIAN, NULL);
    ck_assert_uint_eq(png_get_image_width(png, info), (unsigned)f->width);
    ck_assert_uint_eq(png_get_image_height(png, info), (unsigned)f->height);
    ck_assert_int_eq(png_get_channels(png, info), fl_format_channels(&f->format));
    ck_assert_int_eq(png_get_bit_depth(png, info), f->format.bits);
    for (y = 0; y < f->height; y++)
        ck_assert_mem_eq(png_get_rows(png, info)[y], row_of(f, 0, y), bytes);
    if (p3) {
        ck_assert(png_get_iCCP(png, info, &name, &method, &data, &size));
        check_profile(data, size, FL_SPACE_P3, 3);
    } else {
        ck_assert(png_get_sRGB(png, info, &intent));
    }
    ck_assert(png_get_eXIf_1(png, info, &size, &data));
    ck_assert_mem_eq(data, "II*", 4);
    ck_assert_int_eq(png_get_text(png, info, &text, &count), 1);
    ck_assert_str_eq(text[0].key, "XML:com.adobe.xmp");
    ck_assert(strstr(text[0].text, DIGITAL_CAPTURE) != NULL);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
}

static const enum fl_packing packings[] = {FL_PACK_U8, FL_PACK_U16, FL_PACK_F32};

/* Of _i: bit 0 colour, bit 1 depth, bit 2 compression, and floats from 8 on for TIFF. */
START_TEST(png_is_lossless)
{
    enum fl_color color = _i & 1 ? FL_COLOR_RGB : FL_COLOR_MONO;
    struct fl_frame *f = output_picture(color, packings[_i >> 1 & 1], 67, 45);
    struct fl_write_options o = options_for(FL_FILE_PNG);
    const char *path = output_path(folder, "a.png");

    o.compress = _i & 4;
    output_write(path, f, &o);
    check_png(path, f, false);
    o.space = FL_SPACE_P3;
    output_write(path, f, &o);
    check_png(path, f, color == FL_COLOR_RGB);
    fl_frame_unref(f);
}
END_TEST

static bool same_row(const uint8_t *row, const struct fl_frame *f, int y)
{
    int channels = fl_format_channels(&f->format), x, c;
    if (f->format.packing != FL_PACK_F32)
        return memcmp(row, row_of(f, 0, y), fl_format_row_bytes(&f->format, f->width)) == 0;
    for (x = 0; x < f->width; x++)
        for (c = 0; c < channels; c++)
            if (memcmp(row + (size_t)(x * channels + c) * 4, row_of(f, c, y) + (size_t)x * 4, 4))
                return false;
    return true;
}

static void check_tiff_pixels(TIFF *tiff, const struct fl_frame *f)
{
    uint8_t *row = malloc((size_t)TIFFScanlineSize(tiff));
    int y;
    for (y = 0; y < f->height; y++) {
        ck_assert_int_eq(TIFFReadScanline(tiff, row, (uint32_t)y, 0), 1);
        ck_assert_msg(same_row(row, f, y), "row %d differs", y);
    }
    free(row);
}

static void check_tiff(const char *path, const struct fl_frame *f, bool compressed,
                       enum fl_color_space space)
{
    TIFF *tiff = TIFFOpen(path, "r");
    uint16_t bits, channels, format, compression, orientation;
    uint32_t size;
    void *data;
    char *text;
    float resolution;

    ck_assert_ptr_nonnull(tiff);
    ck_assert(TIFFGetField(tiff, TIFFTAG_BITSPERSAMPLE, &bits) && bits == f->format.bits);
    ck_assert(TIFFGetField(tiff, TIFFTAG_SAMPLESPERPIXEL, &channels));
    ck_assert_int_eq(channels, fl_format_channels(&f->format));
    ck_assert(TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLEFORMAT, &format));
    ck_assert_int_eq(format,
                     f->format.packing == FL_PACK_F32 ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
    ck_assert(TIFFGetField(tiff, TIFFTAG_COMPRESSION, &compression));
    ck_assert_int_eq(compression, compressed ? COMPRESSION_ADOBE_DEFLATE : COMPRESSION_NONE);
    ck_assert(TIFFGetField(tiff, TIFFTAG_ORIENTATION, &orientation) && orientation == 1);
    ck_assert(TIFFGetField(tiff, TIFFTAG_XRESOLUTION, &resolution) && resolution > 0);
    ck_assert(TIFFGetField(tiff, TIFFTAG_SOFTWARE, &text));
    ck_assert_str_eq(text, "firstlight " FL_VERSION);
    ck_assert(TIFFGetField(tiff, TIFFTAG_DATETIME, &text));
    ck_assert_str_eq(text, f->meta.date_time);
    ck_assert(TIFFGetField(tiff, TIFFTAG_ARTIST, &text));
    ck_assert_str_eq(text, "Jane");
    ck_assert(TIFFGetField(tiff, TIFFTAG_ICCPROFILE, &size, &data));
    check_profile(data, size, space, channels);
    ck_assert(TIFFGetField(tiff, TIFFTAG_XMLPACKET, &size, &data));
    ck_assert(contains(data, size, DIGITAL_CAPTURE));
    check_tiff_pixels(tiff, f);
    TIFFClose(tiff);
}

START_TEST(tiff_is_lossless)
{
    enum fl_color color = _i & 1 ? FL_COLOR_RGB : FL_COLOR_MONO;
    enum fl_packing packing = _i < 8 ? packings[_i >> 1 & 1] : FL_PACK_F32;
    bool compress = _i < 8 ? _i & 4 : _i & 2;
    /* wide enough for several strips in each format */
    struct fl_frame *f = output_picture(color, packing, 2500, 130);
    struct fl_write_options o = options_for(FL_FILE_TIFF);
    const char *path = output_path(folder, "a.tif");

    o.compress = compress;
    o.space = _i & 1 ? FL_SPACE_P3 : FL_SPACE_SRGB;
    output_write(path, f, &o);
    check_tiff(path, f, compress, o.space);
    fl_frame_unref(f);
}
END_TEST

static void write_all_types(const char *prefix)
{
    struct fl_frame *picture = output_picture(FL_COLOR_RGB, FL_PACK_U8, 100, 80);
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_U16, 12, 100, 80);
    int type;
    for (type = FL_FILE_JPEG; type <= FL_FILE_DNG; type++) {
        struct fl_write_options o = options_for((enum fl_file_type)type);
        char name[16];
        snprintf(name, sizeof name, "%s%d", prefix, type);
        o.space = FL_SPACE_P3;
        output_write(output_path(folder, name), type == FL_FILE_DNG ? raw : picture, &o);
    }
    fl_frame_unref(picture);
    fl_frame_unref(raw);
}

START_TEST(same_frame_same_bytes)
{
    int type;
    write_all_types("a");
    sleep(1); /* a clock in a file would have moved on */
    write_all_types("b");
    for (type = FL_FILE_JPEG; type <= FL_FILE_DNG; type++) {
        const char names[2][3] = {{'a', (char)('0' + type)}, {'b', (char)('0' + type)}};
        size_t size_a, size_b;
        uint8_t *a = output_read(output_path(folder, names[0]), &size_a);
        uint8_t *b = output_read(output_path(folder, names[1]), &size_b);
        ck_assert_uint_eq(size_a, size_b);
        ck_assert_mem_eq(a, b, size_a);
        free(a);
        free(b);
    }
}
END_TEST

START_TEST(profiles_describe_their_spaces)
{
    int space;
    for (space = FL_SPACE_SRGB; space <= FL_SPACE_P3; space++) {
        struct fl_blob icc = {0};
        cmsHPROFILE rgb, xyz = cmsCreateXYZProfile();
        cmsHTRANSFORM transform;
        const double in[2][3] = {{1, 1, 1}, {0.5, 0.5, 0.5}};
        double out[2][3];
        const cmsCIEXYZ *column;

        ck_assert_int_eq(fl_icc_write((enum fl_color_space)space, 3, &icc).code, FL_OK);
        rgb = cmsOpenProfileFromMem(icc.data, (cmsUInt32Number)icc.size);
        transform = cmsCreateTransform(rgb, TYPE_RGB_DBL, xyz, TYPE_XYZ_DBL,
                                       INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOCACHE);
        cmsDoTransform(transform, in, out, 2);
        ck_assert_double_eq_tol(out[0][1], 1, 1e-4);
        ck_assert_double_eq_tol(out[1][1], 0.21404, 1e-4); /* sRGB curve at 0.5 */
        column = cmsReadTag(rgb, cmsSigRedColorantTag);
        ck_assert_ptr_nonnull(column); /* the red primary's luminance, adapted to D50 */
        ck_assert_double_eq_tol(column->Y, space == FL_SPACE_P3 ? 0.2412 : 0.2225, 2e-4);
        cmsDeleteTransform(transform);
        cmsCloseProfile(xyz);
        cmsCloseProfile(rgb);
        fl_blob_free(&icc);
    }
}
END_TEST

START_TEST(xmp_escapes_what_xml_reserves)
{
    const struct fl_xmp xmp = {NULL, "a<b & \"c\"\n"};
    struct fl_blob out = {0};
    ck_assert_int_eq(fl_xmp_write(&xmp, &out).code, FL_OK);
    ck_assert(contains(out.data, out.size, "xmp:CreatorTool=\"a&lt;b &amp; &quot;c&quot; \""));
    ck_assert(!contains(out.data, out.size, "DigitalSourceType"));
    fl_blob_free(&out);
}
END_TEST

static void check_error(const struct fl_frame *f, const struct fl_write_options *o,
                        enum fl_code code, const char *word)
{
    fl_err err = fl_write(output_path(folder, "x"), f, o, NULL);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.message, word) != NULL, "%s", err.message);
    ck_assert_int_eq(output_folder_count(folder), 0);
}

START_TEST(wrong_requests_are_explained)
{
    struct fl_frame *rgb8 = output_picture(FL_COLOR_RGB, FL_PACK_U8, 8, 8);
    struct fl_frame *rgb16 = output_picture(FL_COLOR_RGB, FL_PACK_U16, 8, 8);
    struct fl_frame *floats = output_picture(FL_COLOR_RGB, FL_PACK_F32, 8, 8);
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 10, 16, 16);
    struct fl_write_options o = options_for(FL_FILE_JPEG);

    check_error(rgb16, &o, FL_ERR_UNSUPPORTED, "jpg");
    check_error(floats, &o, FL_ERR_UNSUPPORTED, "RGBF32");
    check_error(raw, &o, FL_ERR_UNSUPPORTED, "SRGGB10");
    o.type = FL_FILE_PNG;
    check_error(floats, &o, FL_ERR_UNSUPPORTED, "png");
    o.type = FL_FILE_DNG;
    check_error(floats, &o, FL_ERR_UNSUPPORTED, "dng");
    o.type = FL_FILE_TIFF;
    check_error(raw, &o, FL_ERR_UNSUPPORTED, "tif");
    o.quality = 101;
    check_error(rgb8, &o, FL_ERR_RANGE, "101");
    o.quality = 90;
    o.thumbnail_width = 5000;
    check_error(rgb8, &o, FL_ERR_RANGE, "5000");
    o.thumbnail_width = 0;
    rgb8->stride[0] = 23;
    check_error(rgb8, &o, FL_ERR_ARGUMENT, "stride");
    check_error(NULL, &o, FL_ERR_ARGUMENT, "frame");
    ck_assert_int_eq(fl_write(NULL, rgb16, &o, NULL).code, FL_ERR_ARGUMENT);
    fl_frame_unref(rgb8);
    fl_frame_unref(rgb16);
    fl_frame_unref(floats);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(file_types_have_names)
{
    enum fl_file_type type;
    ck_assert_int_eq(fl_file_type_parse("JPEG", &type).code, FL_OK);
    ck_assert_int_eq(type, FL_FILE_JPEG);
    ck_assert_int_eq(fl_file_type_parse("tiff", &type).code, FL_OK);
    ck_assert_int_eq(type, FL_FILE_TIFF);
    ck_assert_int_eq(fl_file_type_parse("gif", &type).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_file_type_parse(NULL, &type).code, FL_ERR_RANGE);
    ck_assert_str_eq(fl_file_type_extension(FL_FILE_JPEG), "jpg");
    ck_assert_str_eq(fl_file_type_extension(FL_FILE_DNG), "dng");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *c = tcase_create("output");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, jpeg_is_what_was_asked_for, 0, 6);
    tcase_add_test(c, jpeg_quality_and_mono);
    tcase_add_loop_test(c, png_is_lossless, 0, 8);
    tcase_add_loop_test(c, tiff_is_lossless, 0, 12);
    tcase_add_test(c, same_frame_same_bytes);
    tcase_add_test(c, profiles_describe_their_spaces);
    tcase_add_test(c, xmp_escapes_what_xml_reserves);
    tcase_add_test(c, wrong_requests_are_explained);
    tcase_add_test(c, file_types_have_names);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}

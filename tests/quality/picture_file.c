/* Pictures from and to files: PNG, JPEG, binary PPM. */
#include "picture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <png.h>

static fl_err read_png(FILE *file, struct picture *out)
{
    png_image image;
    fl_err err;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_stdio(&image, file))
        return fl_error(FL_ERR_CORRUPT, "%s", image.message);
    image.format = PNG_FORMAT_RGB;
    err = picture_new((int)image.width, (int)image.height, out);
    if (err.code == FL_OK && !png_image_finish_read(&image, NULL, out->rgb, 0, NULL)) {
        err = fl_error(FL_ERR_CORRUPT, "%s", image.message);
        picture_free(out);
    }
    png_image_free(&image);
    return err;
}

struct jpeg_stop {
    struct jpeg_error_mgr manager;
    jmp_buf jump;
    char message[JMSG_LENGTH_MAX];
};

static void stop_jpeg(j_common_ptr info)
{
    struct jpeg_stop *stop = (struct jpeg_stop *)info->err;
    stop->manager.format_message(info, stop->message);
    longjmp(stop->jump, 1);
}

static fl_err read_jpeg(FILE *file, struct picture *out)
{
    struct jpeg_decompress_struct info;
    struct jpeg_stop stop;
    info.err = jpeg_std_error(&stop.manager);
    stop.manager.error_exit = stop_jpeg;
    if (setjmp(stop.jump)) {
        jpeg_destroy_decompress(&info);
        picture_free(out);
        return fl_error(FL_ERR_CORRUPT, "%s", stop.message);
    }
    jpeg_create_decompress(&info);
    jpeg_stdio_src(&info, file);
    jpeg_read_header(&info, TRUE);
    info.out_color_space = JCS_RGB;
    jpeg_start_decompress(&info);
    if (picture_new((int)info.output_width, (int)info.output_height, out).code != FL_OK) {
        jpeg_destroy_decompress(&info);
        return fl_error(FL_ERR_MEMORY, "no memory for the picture");
    }
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = out->rgb + (size_t)info.output_scanline * (size_t)out->width * 3;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    jpeg_destroy_decompress(&info);
    return fl_success();
}

static fl_err read_ppm(FILE *file, struct picture *out)
{
    int width, height, most;
    if (fscanf(file, "P6 %d %d %d", &width, &height, &most) != 3 || most != 255 ||
        fgetc(file) == EOF)
        return fl_error(FL_ERR_CORRUPT, "not an 8-bit binary PPM");
    FL_TRY(picture_new(width, height, out));
    if (fread(out->rgb, (size_t)width * 3, (size_t)height, file) == (size_t)height)
        return fl_success();
    picture_free(out);
    return fl_error(FL_ERR_CORRUPT, "ends too early");
}

fl_err picture_read(const char *path, struct picture *out)
{
    FILE *file = fopen(path, "rb");
    unsigned char head[2] = {0, 0};
    fl_err err;
    memset(out, 0, sizeof *out);
    if (!file)
        return fl_error(FL_ERR_IO, "%s: %s", path, strerror(errno));
    if (fread(head, 1, 2, file) != 2)
        head[0] = 0;
    rewind(file);
    if (head[0] == 0x89)
        err = read_png(file, out);
    else if (head[0] == 0xff)
        err = read_jpeg(file, out);
    else
        err = read_ppm(file, out);
    fclose(file);
    return fl_error_context(err, "%s", path);
}

fl_err picture_write_png(const char *path, const struct picture *p)
{
    png_image image;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    image.width = (png_uint_32)p->width;
    image.height = (png_uint_32)p->height;
    image.format = PNG_FORMAT_RGB;
    if (!png_image_write_to_file(&image, path, 0, p->rgb, 0, NULL))
        return fl_error(FL_ERR_IO, "%s: %s", path, image.message);
    return fl_success();
}

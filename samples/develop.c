/* The smallest use of the library: develop one raw file to a JPEG.
 *
 *   cc develop.c $(pkg-config --cflags --libs firstlight) -o develop
 *   ./develop photo.dng photo.jpg
 */
#include <firstlight/firstlight.h>
#include <firstlight/source.h>

#include <stdio.h>

static fl_err develop(const char *input, const char *output)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_write_options options = fl_write_options_default();
    struct fl_pipeline *pipeline = NULL;
    struct fl_frame *raw = NULL, *picture = NULL;
    fl_err err = fl_pipeline_new(NULL, &pipeline);

    if (err.code == FL_OK)
        err = fl_source_read(input, NULL, NULL, &raw);
    if (err.code == FL_OK)
        err = fl_pipeline_run(pipeline, raw, &settings, &picture, NULL);
    if (err.code == FL_OK)
        err = fl_write(output, picture, &options, NULL);

    fl_frame_unref(picture);
    fl_frame_unref(raw);
    fl_pipeline_free(pipeline);
    return err;
}

int main(int argc, char **argv)
{
    fl_err err;
    if (argc != 3) {
        fprintf(stderr, "usage: develop RAW OUTPUT.jpg\n");
        return 2;
    }
    err = develop(argv[1], argv[2]);
    if (err.code != FL_OK)
        fprintf(stderr, "develop: %s: %s\n", argv[1], err.message);
    return err.code != FL_OK;
}

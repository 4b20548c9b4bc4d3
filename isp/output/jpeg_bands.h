/* JPEG compression in bands of rows, each by itself, from any thread and in any order: restart
 * markers stand between them. The file depends on the picture and the settings only. */
#ifndef FL_JPEG_BANDS_H
#define FL_JPEG_BANDS_H

#include "jpeg_encode.h"

struct fl_jpeg_bands;

/* settings: not progressive; its markers are ignored here. thumbnail: its longer side, or 0 for
 * none. Errors: FL_ERR_UNSUPPORTED for a side over 65500 pixels, FL_ERR_MEMORY. */
fl_err fl_jpeg_bands_new(int width, int height, int channels,
                         const struct fl_jpeg_settings *settings, int thumbnail,
                         struct fl_jpeg_bands **out) FL_MUST_USE;
void fl_jpeg_bands_free(struct fl_jpeg_bands *bands);

/* Where the pixels of row y go: NULL without memory. After they are there, fl_jpeg_bands_done();
 * the last row of a band has the band compressed. Each row once; any thread. */
uint8_t *fl_jpeg_bands_row(struct fl_jpeg_bands *bands, int y);
void fl_jpeg_bands_done(struct fl_jpeg_bands *bands, int y);

/* All rows at once, from a picture in memory. */
void fl_jpeg_bands_picture(struct fl_jpeg_bands *bands, const struct fl_pixels *picture);

/* The first failure so far, or success. */
fl_err fl_jpeg_bands_error(struct fl_jpeg_bands *bands) FL_MUST_USE;

/* Once all rows are done. The thumbnail belongs to the bands; it has no pixels where none was
 * asked for. */
fl_err fl_jpeg_bands_thumbnail(struct fl_jpeg_bands *bands, struct fl_pixels *out) FL_MUST_USE;
fl_err fl_jpeg_bands_write(struct fl_jpeg_bands *bands, const struct fl_jpeg_marker *marker,
                           int count, const struct fl_jpeg_sink *sink) FL_MUST_USE;

#endif

/* Reading DNG (Adobe, Digital Negative specification 1.6): what its parts share.
 *
 * fl_dng_read() in dng_read.c finds the raw image and calls the parts in the order below; each
 * fills its share of `meta`. */
#ifndef FL_DNG_READ_H
#define FL_DNG_READ_H

#include "firstlight/frame.h"
#include "firstlight/log.h"
#include "mapped_file.h"
#include "tiff_dir.h"
#include "tiff_tags.h"

enum fl_dng_compression {
    FL_DNG_UNCOMPRESSED = 1,
    FL_DNG_LOSSLESS_JPEG = 7,
    FL_DNG_DEFLATE = 8,
    FL_DNG_DEFLATE_OLD = 32946
};

struct fl_dng {
    struct fl_tiff tiff;
    struct fl_tiff_dir ifd0; /* the camera and the shot */
    struct fl_tiff_dir raw;  /* the raw image; may be ifd0 itself */
    const struct fl_log *log;
    int width, height; /* pixels as stored */
    int samples;       /* of a pixel: 1, or 3 for LinearRaw */
    int bits;          /* of a sample: 8..16; floating point: 16, 24 or 32 */
    bool is_float;     /* becomes codes: FL_DNG_FLOAT_ZERO + float_gain * value */
    double float_gain; /* set with the levels */
    int compression;   /* enum fl_dng_compression */
    struct fl_format format;
    struct fl_meta meta; /* owns its attachments */
};

/* Reads a DNG: a TIFF whose first directory has DNGVersion. The caller owns one reference to *out.
 * map: the file that `tiff` reads; taken over where its pixels are used in place.
 */
fl_err fl_dng_read(const struct fl_tiff *tiff, const struct fl_tiff_dir *ifd0,
                   struct fl_mapped *map, const struct fl_log *log,
                   struct fl_frame **out) FL_MUST_USE;

/* The tag from the raw directory, or else from IFD0; count 0 where neither has it. */
fl_err fl_dng_find(const struct fl_dng *dng, int tag, struct fl_tiff_entry *out) FL_MUST_USE;

/* Up to `max` numbers of a tag; *count is 0 where it is absent. Errors: FL_ERR_CORRUPT where the
 * count is outside min..max. Values may be NaN or infinite. */
fl_err fl_dng_reals(const struct fl_dng *dng, int tag, int min, int max, double *values,
                    int *count) FL_MUST_USE;

/* The corrections of dng->meta, made on first need. */
fl_err fl_dng_corrections(struct fl_dng *dng, struct fl_corrections **out) FL_MUST_USE;

/* dng_read_levels.c: linearisation table, black and white levels. Needs meta.active. */
fl_err fl_dng_read_levels(struct fl_dng *dng) FL_MUST_USE;

/* dng_read_color.c: matrices, white balance, exposure offset, noise profile. */
fl_err fl_dng_read_color(struct fl_dng *dng) FL_MUST_USE;

/* dng_read_opcodes.c: the three opcode lists. Needs meta.active. */
fl_err fl_dng_read_opcodes(struct fl_dng *dng) FL_MUST_USE;

/* dng_read_pixels.c: wraps the file's pixels where they lie there as a frame wants them; otherwise
 * allocates the frame and decodes every strip or tile into it. Before that, it checks that the file
 * holds all of them. */
fl_err fl_dng_read_pixels(const struct fl_dng *dng, struct fl_mapped *map,
                          struct fl_frame **out) FL_MUST_USE;

#endif

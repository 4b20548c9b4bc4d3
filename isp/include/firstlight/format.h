/* Pixel formats of the frames that enter and leave the pipeline. */
#ifndef FIRSTLIGHT_FORMAT_H
#define FIRSTLIGHT_FORMAT_H

#include "firstlight/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Colour filter array: the colours of a 2x2 block, row by row. In a frame's format: of the block at
 * the corner of the active area (fl_meta.active), as in DNG. */
enum fl_cfa { FL_CFA_NONE = 0, FL_CFA_RGGB, FL_CFA_GRBG, FL_CFA_GBRG, FL_CFA_BGGR };

/* What one pixel is. */
enum fl_color {
    FL_COLOR_MOSAIC, /* one sample behind a CFA */
    FL_COLOR_MONO,   /* one sample, no CFA */
    FL_COLOR_RGB     /* three samples */
};

/* How samples lie in memory. */
enum fl_packing {
    FL_PACK_U8,    /* one byte a sample, interleaved */
    FL_PACK_U16,   /* two bytes a sample, native byte order, right-aligned, interleaved */
    FL_PACK_CSI2P, /* MIPI CSI-2: 10 bit 4 in 5 bytes, 12 bit 2 in 3, 14 bit 4 in 7; low bits last
                    */
    FL_PACK_F32    /* planar 32-bit float, one plane a channel */
};

struct fl_format {
    enum fl_color color;
    enum fl_cfa cfa; /* FL_CFA_NONE unless color is FL_COLOR_MOSAIC */
    enum fl_packing packing;
    int bits; /* significant bits of a sample: 1..16, 32 for float */
};

/* Reads a libcamera format name: S{RGGB,GRBG,GBRG,BGGR}{8,10,12,14,16}, R{8,10,12,14,16}, each with
 * the suffix _CSI2P where 10, 12 or 14 bits are packed. Case does not matter.
 * Errors: FL_ERR_RANGE naming the choices. Any thread. */
FL_API fl_err fl_format_parse(const char *name, struct fl_format *out) FL_MUST_USE;

/* Writes the libcamera-style name of a format ("RGB8", "RGB16" and "RGBF32" for RGB). Any thread.
 */
FL_API void fl_format_name(const struct fl_format *format, char *out, size_t size);

/* Bytes from one row to the next without padding; 0 when the format or width is not valid. */
FL_API size_t fl_format_row_bytes(const struct fl_format *format, int width);

/* Channels a pixel has: 1 or 3. */
FL_API int fl_format_channels(const struct fl_format *format);

/* Colour (0 red, 1 green, 2 blue) of the CFA at (x, y); 1 for FL_CFA_NONE. Any x, y >= 0. */
FL_API int fl_cfa_color(enum fl_cfa cfa, int x, int y);

/* The CFA as seen from (x, y), for crops. */
FL_API enum fl_cfa fl_cfa_shift(enum fl_cfa cfa, int x, int y);

/* "RGGB" ..., "none". */
FL_API const char *fl_cfa_name(enum fl_cfa cfa);

#ifdef __cplusplus
}
#endif
#endif

/* Raws that Raspberry Pi's PiSP front end has compressed to 8 bits a pixel, with loss. */
#ifndef FL_PISP_DECODE_H
#define FL_PISP_DECODE_H

#include "firstlight/error.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Decodes rows of blocks of 8 pixels (mode 1, offset 2048) to 16-bit codes: width values a row, the
 * last block cut where it goes beyond. Strides are in bytes. Errors: FL_ERR_CORRUPT where `size`
 * bytes are too few. */
fl_err fl_pisp_decode(const uint8_t *data, size_t size, size_t stride, int width, int height,
                      uint16_t *out, size_t out_stride) FL_MUST_USE;

#ifdef __cplusplus
}
#endif

#endif

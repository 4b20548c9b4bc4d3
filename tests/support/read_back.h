/* Reads what a test has made through fl_source_read(), and keeps what was logged. */
#ifndef READ_BACK_H
#define READ_BACK_H

#include "dng_writer.h"
#include "firstlight/source.h"

struct read_log {
    int warnings, notes;
    char last[512]; /* the last message */
};

/* Builds the writer's file, reads it from a temporary file and frees the writer. `log` may be
 * NULL. */
fl_err read_dng(struct dngw *w, struct read_log *log, struct fl_frame **out);

/* Reads bytes as a file; description may be NULL. */
fl_err read_bytes(const uint8_t *data, size_t size, const struct fl_raw_description *description,
                  struct read_log *log, struct fl_frame **out);

/* A writer with a plain 16x12 mosaic of 12 bits in 16-bit words; its values are 100 + index. */
struct dngw *plain_dng(bool big_endian);

/* Fills n values below 2^bits with reproducible noise. */
void noise_pixels(uint16_t *pixels, size_t n, int bits, uint32_t seed);

#endif

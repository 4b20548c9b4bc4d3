/* Reads what a test has made through fl_source_read(), and keeps what was logged. */
#include "read_back.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep(void *user, enum fl_level level, const char *message)
{
    struct read_log *log = user;
    if (level == FL_LOG_WARNING)
        log->warnings++;
    if (level == FL_LOG_NOTE)
        log->notes++;
    snprintf(log->last, sizeof log->last, "%s", message);
}

fl_err read_bytes(const uint8_t *data, size_t size, const struct fl_raw_description *description,
                  struct read_log *log, struct fl_frame **out)
{
    struct read_log ignored;
    struct fl_log sink = {keep, log ? log : &ignored, FL_LOG_NOTE};
    char path[256];
    fl_err err;
    memset(sink.user, 0, sizeof ignored);
    dngw_save(data, size, path, sizeof path);
    err = fl_source_read(path, description, &sink, out);
    unlink(path);
    return err;
}

fl_err read_dng(struct dngw *w, struct read_log *log, struct fl_frame **out)
{
    size_t size;
    uint8_t *file = dngw_build(w, &size);
    fl_err err = read_bytes(file, size, NULL, log, out);
    free(file);
    dngw_free(w);
    return err;
}

struct dngw *plain_dng(bool big_endian)
{
    uint16_t pixels[16 * 12];
    struct dngw *w = dngw_new(big_endian);
    for (int i = 0; i < 16 * 12; i++)
        pixels[i] = (uint16_t)(100 + i);
    dngw_image(w,
               &(struct dngw_image){
                   .width = 16, .height = 12, .bits = 12, .pixels = pixels, .packing = DNGW_WORDS});
    return w;
}

void noise_pixels(uint16_t *pixels, size_t n, int bits, uint32_t seed)
{
    uint32_t x = seed * 2654435761u + 1;
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        pixels[i] = (uint16_t)(x >> 8 & ((1u << bits) - 1));
    }
}

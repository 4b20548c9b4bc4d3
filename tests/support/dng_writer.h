/* Makes DNG files for tests: chosen tags, byte order, packing, opcodes and faults.
 *
 *   struct dngw *w = dngw_new(false);
 *   dngw_image(w, &(struct dngw_image){.width = 8, .height = 6, .bits = 12, .pixels = pixels});
 *   DNGW_SET(w, DNGW_RAW, 50714, DNGW_RATIONAL, 256);
 *   bytes = dngw_build(w, &size);
 *
 * A new writer has DNGVersion and nothing else; dngw_image() adds the tags that describe the
 * pixels, with an RGGB pattern for one sample. Every tag can be replaced or dropped afterwards,
 * which is how faults are made: the structure is written as the tags say. Memory failures abort. */
#ifndef DNG_WRITER_H
#define DNG_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dngw_dir { DNGW_IFD0, DNGW_RAW, DNGW_EXIF, DNGW_GPS, DNGW_DIRS };

enum dngw_type {
    DNGW_BYTE = 1,
    DNGW_ASCII,
    DNGW_SHORT,
    DNGW_LONG,
    DNGW_RATIONAL,
    DNGW_UNDEFINED = 7,
    DNGW_SSHORT,
    DNGW_SLONG,
    DNGW_SRATIONAL,
    DNGW_FLOAT,
    DNGW_DOUBLE,
    DNGW_IFD
};

enum dngw_packing {
    DNGW_PACKED,  /* bits follow each other, high bit first; 8 and 16 bits: bytes and words */
    DNGW_WORDS,   /* 16-bit words whatever BitsPerSample says */
    DNGW_DEFLATE, /* of DNGW_PACKED */
    DNGW_LJPEG
};

struct dngw_image {
    int width, height;
    int samples; /* 0 = 1; 3: LinearRaw */
    int bits;
    const uint16_t *pixels; /* width * samples values a row */
    enum dngw_packing packing;
    bool mono;                   /* LinearRaw with one sample instead of a CFA */
    int rows_per_strip;          /* 0 = all */
    int tile_width, tile_height; /* 0 = strips */
    const float *floats; /* in place of pixels: floating point of 16, 24 or 32 bits, normal or 0 */
    int predictor;       /* deflate: 0, 1 or 2, of floats also 3 and 34894; lossless JPEG: 1..7 */
    int fold;            /* lossless JPEG: components that the columns are dealt to; 0 = samples */
    int restart_rows;    /* lossless JPEG: rows between restarts; 0 = none */
};

struct dngw;

struct dngw *dngw_new(bool big_endian);
void dngw_free(struct dngw *w);

/* From now on the raw image has a directory of its own, a child of IFD0. Before dngw_image(). */
void dngw_use_sub_ifd(struct dngw *w);

/* Encodes the pixels and sets the tags that describe them. Strips and tiles that reach past the
 * image repeat its last column and row. */
void dngw_image(struct dngw *w, const struct dngw_image *image);

/* Sets a tag from numbers; NaN and infinity become 0/0 and 1/0 in a rational. */
void dngw_set(struct dngw *w, enum dngw_dir dir, int tag, enum dngw_type type, uint32_t count,
              const double *values);
#define DNGW_SET(w, dir, tag, type, ...)                                                           \
    dngw_set(w, dir, tag, type, sizeof((double[]){__VA_ARGS__}) / sizeof(double),                  \
             (const double[]){__VA_ARGS__})

void dngw_text(struct dngw *w, enum dngw_dir dir, int tag, const char *text);

/* Sets a tag from bytes that are already in the file's order. */
void dngw_bytes(struct dngw *w, enum dngw_dir dir, int tag, int type, uint32_t count,
                const void *data, size_t size);

void dngw_drop(struct dngw *w, enum dngw_dir dir, int tag);

/* Big-endian data of an opcode, built value by value. */
struct dngw_blob {
    uint8_t data[8192];
    size_t size;
};
void dngw_u32(struct dngw_blob *blob, uint32_t v);
void dngw_f32(struct dngw_blob *blob, double v);
void dngw_f64(struct dngw_blob *blob, double v);

/* Appends an opcode to list 1, 2 or 3 of the raw directory. */
void dngw_opcode(struct dngw *w, int list, uint32_t id, uint32_t flags,
                 const struct dngw_blob *blob);

/* The file. The caller frees it. The writer can be changed and built again. */
uint8_t *dngw_build(struct dngw *w, size_t *size);

/* Writes bytes to a fresh file in the temporary folder; its name goes to `path`. */
void dngw_save(const uint8_t *data, size_t size, char *path, size_t path_size);

#endif

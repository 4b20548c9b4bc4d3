/* Frames, folders and file contents for the tests that write files. Everything aborts on failure of
 * the machine (memory, /tmp), so that tests need not check. */
#ifndef FL_TEST_OUTPUT_FRAMES_H
#define FL_TEST_OUTPUT_FRAMES_H

#include "firstlight/firstlight.h"

#include <stddef.h>
#include <stdint.h>

/* A smooth picture with some texture; every sample value is used somewhere. Its metadata is
 * complete, with EXIF that must be kept and EXIF that must not. */
struct fl_frame *output_picture(enum fl_color color, enum fl_packing packing, int width,
                                int height);

/* Fills every sample with noise: what compresses worst. */
void output_fill_noise(struct fl_frame *frame, uint32_t seed);

/* A raw of smooth content in any integer packing, with every field of the metadata set. */
struct fl_frame *output_raw(enum fl_color color, enum fl_cfa cfa, enum fl_packing packing, int bits,
                            int width, int height);

/* The code that output_raw() stores at (x, y) for colour c of a mosaic, or channel c. */
uint16_t output_raw_code(int bits, int c, int x, int y);

/* A new folder under /tmp, and its removal with all in it. */
char *output_folder_new(void);
void output_folder_remove(char *folder);

/* "FOLDER/NAME" in a static buffer of the test program; four of them take turns. */
const char *output_path(const char *folder, const char *name);

/* Names in a folder without "." and ".."; hidden ones count. */
int output_folder_count(const char *folder);

/* The whole file, ended by a zero that does not count; NULL where there is none. */
uint8_t *output_read(const char *path, size_t *size);

/* fl_write() with options, checked to succeed. */
void output_write(const char *path, const struct fl_frame *frame,
                  const struct fl_write_options *options);

#endif

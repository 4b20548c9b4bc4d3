/* A growing byte buffer, with integers in a stated byte order whatever the machine's is.
 *
 * Failure sticks: after memory ran out every put does nothing, so that a writer checks once. */
#ifndef FL_BLOB_H
#define FL_BLOB_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fl_blob {
    uint8_t *data;
    size_t size, capacity;
    bool failed;
};

void fl_blob_free(struct fl_blob *b);
bool fl_blob_put(struct fl_blob *b, const void *data, size_t size);

/* Room for `size` bytes behind the last one, which the caller fills and counts; or NULL. */
uint8_t *fl_blob_room(struct fl_blob *b, size_t size);

void fl_blob_put_text(struct fl_blob *b, const char *text); /* without its terminating zero */
void fl_blob_put_le16(struct fl_blob *b, uint16_t v);
void fl_blob_put_le32(struct fl_blob *b, uint32_t v);
void fl_blob_put_le64(struct fl_blob *b, uint64_t v);
void fl_blob_put_be32(struct fl_blob *b, uint32_t v);
void fl_blob_put_be_double(struct fl_blob *b, double v);
void fl_blob_put_be_float(struct fl_blob *b, float v);

/* FL_ERR_MEMORY, naming `what`, when a put failed. */
fl_err fl_blob_check(const struct fl_blob *b, const char *what) FL_MUST_USE;

#endif

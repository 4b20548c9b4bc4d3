/* A growing byte buffer with integers in a stated byte order. */
#include "blob.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

void fl_blob_free(struct fl_blob *b)
{
    free(b->data);
    *b = (struct fl_blob){0};
}

static bool reserve(struct fl_blob *b, size_t more)
{
    size_t needed, capacity = b->capacity ? b->capacity : 1024;
    uint8_t *grown;

    if (!fl_size_add(b->size, more, &needed))
        return false;
    if (needed <= b->capacity)
        return true;
    while (capacity < needed)
        if (!fl_size_mul(capacity, 2, &capacity))
            return false;
    grown = realloc(b->data, capacity);
    if (!grown)
        return false;
    b->data = grown;
    b->capacity = capacity;
    return true;
}

bool fl_blob_put(struct fl_blob *b, const void *data, size_t size)
{
    if (b->failed || !reserve(b, size)) {
        b->failed = true;
        return false;
    }
    if (size)
        memcpy(b->data + b->size, data, size);
    b->size += size;
    return true;
}

uint8_t *fl_blob_room(struct fl_blob *b, size_t size)
{
    if (b->failed || !reserve(b, size)) {
        b->failed = true;
        return NULL;
    }
    return b->data + b->size;
}

void fl_blob_put_text(struct fl_blob *b, const char *text)
{
    fl_blob_put(b, text, strlen(text));
}

void fl_blob_put_le16(struct fl_blob *b, uint16_t v)
{
    const uint8_t bytes[2] = {(uint8_t)v, (uint8_t)(v >> 8)};
    fl_blob_put(b, bytes, sizeof bytes);
}

void fl_blob_put_le32(struct fl_blob *b, uint32_t v)
{
    fl_blob_put_le16(b, (uint16_t)v);
    fl_blob_put_le16(b, (uint16_t)(v >> 16));
}

void fl_blob_put_le64(struct fl_blob *b, uint64_t v)
{
    fl_blob_put_le32(b, (uint32_t)v);
    fl_blob_put_le32(b, (uint32_t)(v >> 32));
}

void fl_blob_put_be32(struct fl_blob *b, uint32_t v)
{
    const uint8_t bytes[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
                              (uint8_t)v};
    fl_blob_put(b, bytes, sizeof bytes);
}

void fl_blob_put_be_double(struct fl_blob *b, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    fl_blob_put_be32(b, (uint32_t)(bits >> 32));
    fl_blob_put_be32(b, (uint32_t)bits);
}

void fl_blob_put_be_float(struct fl_blob *b, float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    fl_blob_put_be32(b, bits);
}

fl_err fl_blob_check(const struct fl_blob *b, const char *what)
{
    return b->failed ? fl_error(FL_ERR_MEMORY, "out of memory for %s", what) : fl_success();
}

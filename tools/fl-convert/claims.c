/* A hash set of paths with open addressing. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "claims.h"
#include "name_template.h"
#include "text.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The real name of the folder that the first `length` bytes of a path name. */
static fl_err real_folder(const char *path, size_t length, char **out)
{
    struct fl_text folder = {0};
    fl_err err = fl_success();
    fl_text_add_bytes(&folder, path, length);
    if (length == 0)
        fl_text_add(&folder, ".");
    *out = folder.failed ? NULL : realpath(fl_text_get(&folder), NULL);
    if (folder.failed || (!*out && errno == ENOMEM))
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    else if (!*out)
        err = fl_error(FL_ERR_IO, "%s: %s", fl_text_get(&folder), strerror(errno));
    fl_text_free(&folder);
    return err;
}

fl_err fl_claims_key(const char *path, size_t new_bytes, char **out)
{
    size_t length = (size_t)(fl_name_of(path) - path); /* of the folder, with its slash */
    size_t least = strlen(path) - new_bytes;
    struct fl_text key = {0};
    char *real = NULL;
    fl_err err = real_folder(path, length, &real);
    while (err.code == FL_ERR_IO && length > least) { /* up to a folder that exists */
        length--;
        while (length > least && path[length - 1] != '/')
            length--;
        err = real_folder(path, length, &real);
    }
    if (err.code != FL_OK)
        return err;
    fl_text_printf(&key, "%s/%s", strcmp(real, "/") ? real : "", path + length);
    free(real);
    *out = fl_text_take(&key);
    return *out ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory");
}

/* FNV-1a. */
static size_t hash(const char *s)
{
    uint64_t h = 14695981039346656037u;
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

static struct fl_claim *slot_of(const struct fl_claims *claims, const char *key)
{
    size_t mask = claims->capacity - 1, i = hash(key) & mask;
    while (claims->slot[i].path && strcmp(claims->slot[i].path, key) != 0)
        i = (i + 1) & mask;
    return &claims->slot[i];
}

/* Keeps at least half of the slots free. */
static bool grow(struct fl_claims *claims)
{
    struct fl_claims larger = {0};
    if (claims->count * 2 < claims->capacity)
        return true;
    larger.capacity = claims->capacity ? claims->capacity * 2 : 64;
    larger.count = claims->count;
    larger.slot = calloc(larger.capacity, sizeof *larger.slot);
    if (!larger.slot)
        return false;
    for (size_t i = 0; i < claims->capacity; i++)
        if (claims->slot[i].path)
            *slot_of(&larger, claims->slot[i].path) = claims->slot[i];
    free(claims->slot);
    *claims = larger;
    return true;
}

fl_err fl_claims_add(struct fl_claims *claims, const char *key, const char *owner, bool is_input)
{
    struct fl_claim *slot;
    size_t size = strlen(key) + 1;
    if (!grow(claims))
        return fl_error(FL_ERR_MEMORY, "out of memory");
    slot = slot_of(claims, key);
    if (slot->path) {
        if (slot->is_input && is_input)
            return fl_success();
        if (slot->is_input)
            return fl_error(FL_ERR_RANGE, "the output would replace the input %s", slot->owner);
        return fl_error(FL_ERR_RANGE, "%s has the same output", slot->owner);
    }
    slot->path = malloc(size);
    if (!slot->path)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    memcpy(slot->path, key, size);
    slot->owner = owner;
    slot->is_input = is_input;
    claims->count++;
    return fl_success();
}

void fl_claims_free(struct fl_claims *claims)
{
    for (size_t i = 0; i < claims->capacity; i++)
        free(claims->slot[i].path);
    free(claims->slot);
    memset(claims, 0, sizeof *claims);
}

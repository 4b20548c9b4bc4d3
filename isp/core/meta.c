/* The shared attachments of metadata: sensor corrections and EXIF entries. */
#include "firstlight/meta.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct owned_corrections {
    struct fl_corrections c; /* first, so that the pointers convert */
    atomic_int references;
};

struct owned_exif {
    struct fl_exif exif; /* first, so that the pointers convert */
    atomic_int references;
};

struct fl_corrections *fl_corrections_new(void)
{
    struct owned_corrections *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    atomic_init(&o->references, 1);
    return &o->c;
}

struct fl_corrections *fl_corrections_ref(const struct fl_corrections *c)
{
    struct owned_corrections *o = (struct owned_corrections *)c;
    if (o)
        atomic_fetch_add_explicit(&o->references, 1, memory_order_relaxed);
    return (struct fl_corrections *)o;
}

static void free_opcode(struct fl_opcode *op)
{
    if (op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST) {
        free(op->u.bad_list.point);
        free(op->u.bad_list.rect);
    } else if (op->id == FL_OPCODE_GAIN_MAP) {
        free(op->u.gain_map.gain);
    }
}

void fl_corrections_unref(struct fl_corrections *c)
{
    struct owned_corrections *o = (struct owned_corrections *)c;
    int i;
    if (!o || atomic_fetch_sub_explicit(&o->references, 1, memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < c->opcode_count; i++)
        free_opcode(&c->opcode[i]);
    free(c->opcode);
    free(c->linear);
    free(c->black_delta_h);
    free(c->black_delta_v);
    free(c->black_pattern);
    free(o);
}

struct fl_exif *fl_exif_new(void)
{
    struct owned_exif *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    atomic_init(&o->references, 1);
    return &o->exif;
}

struct fl_exif *fl_exif_ref(const struct fl_exif *exif)
{
    struct owned_exif *o = (struct owned_exif *)exif;
    if (o)
        atomic_fetch_add_explicit(&o->references, 1, memory_order_relaxed);
    return (struct fl_exif *)o;
}

void fl_exif_unref(struct fl_exif *exif)
{
    struct owned_exif *o = (struct owned_exif *)exif;
    int i;
    if (!o || atomic_fetch_sub_explicit(&o->references, 1, memory_order_acq_rel) != 1)
        return;
    for (i = 0; i < exif->count; i++)
        free(exif->entry[i].data);
    free(exif->entry);
    free(o);
}

fl_err fl_exif_add(struct fl_exif *exif, int ifd, int tag, int type, uint32_t count,
                   const void *data, uint32_t size)
{
    struct fl_exif_entry *grown =
        realloc(exif->entry, ((size_t)exif->count + 1) * sizeof *exif->entry);
    struct fl_exif_entry e = {(uint16_t)ifd, (uint16_t)tag, (uint16_t)type, count, size, NULL};
    if (!grown)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    exif->entry = grown;
    e.data = malloc(size ? size : 1);
    if (!e.data)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    memcpy(e.data, data, size);
    exif->entry[exif->count++] = e;
    return fl_success();
}

const struct fl_exif_entry *fl_exif_find(const struct fl_exif *exif, int ifd, int tag)
{
    int i;
    for (i = 0; exif && i < exif->count; i++)
        if (exif->entry[i].ifd == ifd && exif->entry[i].tag == tag)
            return &exif->entry[i];
    return NULL;
}

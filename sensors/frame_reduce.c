/* A small frame of block means, for measuring.
 *
 * A block of the result's 2x2 site is the mean of n x n samples of that site. Codes are scaled to
 * 16 bits, unless a LinearizationTable says what they mean. */
#include "firstlight/meter.h"

#include "unpack_row.h"

#include <stdlib.h>
#include <string.h>

struct reduction {
    const struct fl_frame *raw;
    struct fl_frame *out;
    struct fl_rect active;
    int n;        /* samples of a site, in each direction */
    int shift;    /* of codes */
    int skip;     /* of the rows of a block, every skip-th is read */
    uint16_t *dn; /* a row of the frame */
    uint32_t *sum;
};

/* Row `row` of the result: rows of the same parity within its block. */
static void reduce_row(const struct reduction *r, int row)
{
    const int width = r->out->width, n = r->n;
    const int parity = row & 1, block = row >> 1;
    uint16_t *to = (uint16_t *)(void *)((char *)r->out->plane[0] + (size_t)row * r->out->stride[0]);
    uint32_t rows = 0;
    memset(r->sum, 0, (size_t)width * sizeof *r->sum);
    for (int i = 0; i < n; i += r->skip, rows++) {
        int y = r->active.y + 2 * (block * n + i) + parity;
        const char *from = (const char *)r->raw->plane[0] + (size_t)y * r->raw->stride[0];
        const uint16_t *dn = (const uint16_t *)(const void *)from + r->active.x;
        if (r->raw->format.packing != FL_PACK_U16) {
            fl_unpack_row(&r->raw->format, from, r->active.x, width * n, r->dn);
            dn = r->dn;
        }
        for (int x = 0; x < width; x += 2, dn += 2 * n)
            for (int j = 0; j < n; j++) {
                r->sum[x] += dn[2 * j];
                r->sum[x + 1] += dn[2 * j + 1];
            }
    }
    rows *= (uint32_t)n;
    for (int x = 0; x < width; x++)
        to[x] = (uint16_t)(((((uint64_t)r->sum[x] << r->shift) + rows / 2)) / rows);
}

/* Gain maps stay, over their smaller area; lists of pixels mean nothing here. */
static fl_err reduce_corrections(const struct reduction *r, const struct fl_corrections *from,
                                 struct fl_corrections **to)
{
    struct fl_corrections *c = fl_corrections_new();
    *to = c;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for a small frame");
    c->opcode = calloc((size_t)from->opcode_count + 1, sizeof *c->opcode);
    if (!c->opcode)
        return fl_error(FL_ERR_MEMORY, "out of memory for a small frame");
    for (int i = 0; i < from->opcode_count; i++) {
        const struct fl_opcode *op = &from->opcode[i];
        struct fl_opcode *copy = &c->opcode[c->opcode_count];
        size_t size;
        if (op->id != FL_OPCODE_GAIN_MAP || op->u.gain_map.row_pitch > 2)
            continue;
        *copy = *op;
        size = (size_t)op->u.gain_map.points_v * (size_t)op->u.gain_map.points_h *
               (size_t)op->u.gain_map.map_planes * sizeof(float);
        copy->u.gain_map.gain = malloc(size);
        if (!copy->u.gain_map.gain)
            return fl_error(FL_ERR_MEMORY, "out of memory for a small frame");
        memcpy(copy->u.gain_map.gain, op->u.gain_map.gain, size);
        copy->u.gain_map.area.x &= 1;
        copy->u.gain_map.area.y &= 1;
        copy->u.gain_map.area.width = r->out->width - copy->u.gain_map.area.x;
        copy->u.gain_map.area.height = r->out->height - copy->u.gain_map.area.y;
        c->opcode_count++;
    }
    if (from->linear_count > 0) {
        c->linear = malloc((size_t)from->linear_count * sizeof *c->linear);
        if (!c->linear)
            return fl_error(FL_ERR_MEMORY, "out of memory for a small frame");
        memcpy(c->linear, from->linear, (size_t)from->linear_count * sizeof *c->linear);
        c->linear_count = from->linear_count;
    }
    return fl_success();
}

static fl_err reduce_meta(const struct reduction *r)
{
    const struct fl_meta *from = &r->raw->meta;
    struct fl_meta *m = &r->out->meta;
    const float full = (float)((1 << r->raw->format.bits) - 1), scale = (float)(1 << r->shift);
    *m = *from;
    m->exif = NULL;
    m->corrections = NULL;
    m->active = m->default_crop = (struct fl_rect){0, 0, r->out->width, r->out->height};
    m->masked_count = 0;
    for (int i = 0; i < 4; i++) {
        m->black_dn[i] *= scale;
        m->white_dn[i] = (m->white_dn[i] > 0.0F ? m->white_dn[i] : full) * scale;
    }
    for (int i = 0; i < 3; i++) {
        m->noise[i].s /= (double)r->n * r->n;
        m->noise[i].o /= (double)r->n * r->n;
    }
    return from->corrections ? reduce_corrections(r, from->corrections, &m->corrections)
                             : fl_success();
}

static fl_err reduce(struct reduction *r, int width, int height)
{
    struct fl_format format = r->raw->format;
    fl_err err;
    format.packing = FL_PACK_U16;
    format.bits += r->shift;
    FL_TRY(fl_frame_new(width, height, &format, &r->out));
    r->dn = malloc((size_t)width * (size_t)r->n * sizeof *r->dn);
    r->sum = malloc((size_t)width * sizeof *r->sum);
    err = r->dn && r->sum ? reduce_meta(r)
                          : fl_error(FL_ERR_MEMORY, "out of memory for a small frame");
    if (err.code == FL_OK)
        for (int y = 0; y < height; y++)
            reduce_row(r, y);
    free(r->dn);
    free(r->sum);
    return err;
}

static bool inside(const struct fl_rect *a, const struct fl_frame *f)
{
    return a->x >= 0 && a->y >= 0 && a->width > 0 && a->height > 0 && a->x <= f->width - a->width &&
           a->y <= f->height - a->height;
}

fl_err fl_frame_reduce(const struct fl_frame *raw, int side, struct fl_frame **out)
{
    struct reduction r = {.raw = raw, .active = raw->meta.active};
    int longer;
    fl_err err;
    *out = NULL;
    if (!inside(&r.active, raw))
        r.active = (struct fl_rect){0, 0, raw->width, raw->height};
    if (raw->format.color == FL_COLOR_RGB || raw->format.packing == FL_PACK_F32 || side < 2 ||
        r.active.width < 2 || r.active.height < 2)
        return fl_error(FL_ERR_UNSUPPORTED, "only raw frames can be measured");
    longer = r.active.width > r.active.height ? r.active.width : r.active.height;
    r.n = (longer + side - 1) / side;
    while (r.n > 1 && (r.active.width / (2 * r.n) < 1 || r.active.height / (2 * r.n) < 1))
        r.n--;
    r.skip = r.n >= 4 ? 2 : 1;
    if (!raw->meta.corrections || raw->meta.corrections->linear_count == 0)
        r.shift = 16 - raw->format.bits;
    err = reduce(&r, r.active.width / (2 * r.n) * 2, r.active.height / (2 * r.n) * 2);
    if (err.code != FL_OK) {
        fl_frame_unref(r.out);
        return err;
    }
    *out = r.out;
    return err;
}

/* Which pixels of the picture a file calls bad. */
#include "bad_pixels.h"

#include "gain_layer.h"
#include "unpack_row.h"

#include <stdlib.h>

static void mark(struct fl_bad_pixels *bad, int x, int y)
{
    bad->bits[(size_t)y * bad->words + (size_t)x / 64] |= (uint64_t)1 << (x & 63);
}

static int64_t clamp(int64_t v, int64_t max)
{
    return v < 0 ? 0 : v > max ? max : v;
}

static void mark_list(struct fl_bad_pixels *bad, const struct fl_opcode *op,
                      const struct fl_opcode_space *space, int64_t *covered)
{
    for (int i = 0; i < op->u.bad_list.points; i++) {
        int64_t x = (int64_t)op->u.bad_list.point[2 * i] - space->x;
        int64_t y = (int64_t)op->u.bad_list.point[2 * i + 1] - space->y;
        if (x >= 0 && y >= 0 && x < bad->width && y < bad->height)
            mark(bad, (int)x, (int)y);
    }
    for (int i = 0; i < op->u.bad_list.rects; i++) {
        const struct fl_rect *r = &op->u.bad_list.rect[i];
        int64_t left = (int64_t)r->x - space->x, top = (int64_t)r->y - space->y;
        int x0 = (int)clamp(left, bad->width), x1 = (int)clamp(left + r->width, bad->width);
        int y0 = (int)clamp(top, bad->height), y1 = (int)clamp(top + r->height, bad->height);
        if (x1 <= x0 || y1 <= y0)
            continue;
        *covered += (int64_t)(x1 - x0) * (y1 - y0);
        if (*covered > (int64_t)bad->width * bad->height)
            return;
        for (int y = y0; y < y1; y++)
            for (int x = x0; x < x1; x++)
                mark(bad, x, y);
    }
}

/* The opcode names a stored code; the frame still holds them. */
static fl_err mark_constant(struct fl_bad_pixels *bad, const struct fl_prepare *p, uint32_t value)
{
    const struct fl_frame *frame = p->frame;
    uint16_t *row;
    if (frame->format.packing == FL_PACK_F32 || value > UINT16_MAX)
        return fl_success();
    row = malloc((size_t)bad->width * sizeof *row);
    if (!row)
        return fl_error(FL_ERR_MEMORY, "out of memory for a row of %d pixels", bad->width);
    for (int y = 0; y < bad->height; y++) {
        const char *first = frame->plane[0];
        first += (size_t)(p->active.y + y) * frame->stride[0];
        fl_unpack_row(&frame->format, first, p->active.x, bad->width, row);
        for (int x = 0; x < bad->width; x++)
            if (row[x] == value)
                mark(bad, x, y);
    }
    free(row);
    return fl_success();
}

static bool is_wanted(const struct fl_opcode *op)
{
    return op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST || op->id == FL_OPCODE_FIX_BAD_PIXELS_CONSTANT;
}

fl_err fl_bad_pixels_make(const struct fl_prepare *p, struct fl_bad_pixels *bad)
{
    const struct fl_corrections *c = p->frame->meta.corrections;
    const struct fl_opcode_space space = fl_opcode_space_of(p);
    int64_t covered = 0;
    bad->width = p->flow->width;
    bad->height = p->flow->height;
    bad->words = ((size_t)bad->width + 63) / 64;
    for (int i = 0; c && i < c->opcode_count; i++) {
        const struct fl_opcode *op = &c->opcode[i];
        if (!is_wanted(op))
            continue;
        if (!bad->bits)
            bad->bits = calloc(bad->words * (size_t)bad->height, sizeof *bad->bits);
        if (!bad->bits)
            return fl_error(FL_ERR_MEMORY, "out of memory for a map of bad pixels");
        if (op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST)
            mark_list(bad, op, &space, &covered);
        else
            FL_TRY(mark_constant(bad, p, op->u.bad_constant.value));
        if (covered > (int64_t)bad->width * bad->height)
            return fl_error(FL_ERR_CORRUPT,
                            "FixBadPixelsList covers more than the picture's "
                            "%dx%d pixels",
                            bad->width, bad->height);
    }
    return fl_success();
}

void fl_bad_pixels_free(struct fl_bad_pixels *bad)
{
    free(bad->bits);
}

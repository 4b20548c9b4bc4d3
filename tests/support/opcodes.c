/* Frames that carry DNG opcodes. */
#include "opcodes.h"

#include <stdlib.h>
#include <string.h>

struct fl_frame *opcodes_frame(int width, int height, enum fl_cfa cfa)
{
    const struct fl_format format = {cfa ? FL_COLOR_MOSAIC : FL_COLOR_MONO, cfa, FL_PACK_U16, 16};
    struct fl_frame *frame;
    if (fl_frame_new(width, height, &format, &frame).code != FL_OK)
        abort();
    frame->meta.active.width = width;
    frame->meta.active.height = height;
    frame->meta.corrections = fl_corrections_new();
    if (!frame->meta.corrections)
        abort();
    return frame;
}

struct fl_opcode *opcodes_add(struct fl_frame *frame, int list, enum fl_opcode_id id)
{
    struct fl_corrections *c = frame->meta.corrections;
    struct fl_opcode *op;
    c->opcode = realloc(c->opcode, ((size_t)c->opcode_count + 1) * sizeof *c->opcode);
    if (!c->opcode)
        abort();
    op = &c->opcode[c->opcode_count++];
    memset(op, 0, sizeof *op);
    op->list = list;
    op->id = id;
    return op;
}

struct fl_opcode *opcodes_add_gain_map(struct fl_frame *frame, int list, int points_h, int points_v,
                                       const float *gain)
{
    struct fl_opcode *op = opcodes_add(frame, list, FL_OPCODE_GAIN_MAP);
    size_t size = (size_t)points_h * (size_t)points_v * sizeof *gain;
    op->u.gain_map.area = frame->meta.active;
    op->u.gain_map.planes = op->u.gain_map.map_planes = 1;
    op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = 1;
    op->u.gain_map.points_h = points_h;
    op->u.gain_map.points_v = points_v;
    op->u.gain_map.spacing_h = points_h > 1 ? 1.0 / (points_h - 1) : 1.0;
    op->u.gain_map.spacing_v = points_v > 1 ? 1.0 / (points_v - 1) : 1.0;
    op->u.gain_map.gain = malloc(size);
    if (!op->u.gain_map.gain)
        abort();
    memcpy(op->u.gain_map.gain, gain, size);
    return op;
}

struct fl_opcode *opcodes_add_warp(struct fl_frame *frame, int planes)
{
    struct fl_opcode *op = opcodes_add(frame, 3, FL_OPCODE_WARP_RECTILINEAR);
    op->u.warp.planes = planes;
    for (int p = 0; p < planes; p++)
        op->u.warp.plane[p].radial[0] = 1.0;
    op->u.warp.cx = op->u.warp.cy = 0.5;
    return op;
}

struct fl_opcode *opcodes_add_bad_points(struct fl_frame *frame, int points, const int32_t *xy)
{
    struct fl_opcode *op = opcodes_add(frame, 1, FL_OPCODE_FIX_BAD_PIXELS_LIST);
    op->u.bad_list.points = points;
    op->u.bad_list.point = malloc((size_t)points * 2 * sizeof *xy);
    if (!op->u.bad_list.point)
        abort();
    memcpy(op->u.bad_list.point, xy, (size_t)points * 2 * sizeof *xy);
    return op;
}

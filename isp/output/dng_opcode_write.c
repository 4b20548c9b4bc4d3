/* DNG opcode lists: big-endian whatever the file's byte order (DNG 1.4, chapter 7). */
#include "dng_opcode_write.h"

#include "mem.h"

#define DNG_VERSION_1_3 0x01030000u
#define FLAG_OPTIONAL   1u /* a reader that does not know the opcode still opens the file */

static void put_warp(struct fl_blob *b, const struct fl_opcode *op)
{
    int p, i;
    fl_blob_put_be32(b, (uint32_t)op->u.warp.planes);
    for (p = 0; p < op->u.warp.planes; p++) {
        for (i = 0; i < 4; i++)
            fl_blob_put_be_double(b, op->u.warp.plane[p].radial[i]);
        for (i = 0; i < 2; i++)
            fl_blob_put_be_double(b, op->u.warp.plane[p].tangential[i]);
    }
    fl_blob_put_be_double(b, op->u.warp.cx);
    fl_blob_put_be_double(b, op->u.warp.cy);
}

static void put_vignette(struct fl_blob *b, const struct fl_opcode *op)
{
    int i;
    for (i = 0; i < 5; i++)
        fl_blob_put_be_double(b, op->u.vignette.k[i]);
    fl_blob_put_be_double(b, op->u.vignette.cx);
    fl_blob_put_be_double(b, op->u.vignette.cy);
}

/* Phase 0: the top left pixel is red, 1: green in a red row, 2: green in a blue row, 3: blue. */
static uint32_t bayer_phase(enum fl_cfa cfa)
{
    switch (cfa) {
    case FL_CFA_GRBG:
        return 1;
    case FL_CFA_GBRG:
        return 2;
    case FL_CFA_BGGR:
        return 3;
    default:
        return 0;
    }
}

static void put_bad_list(struct fl_blob *b, const struct fl_opcode *op, enum fl_cfa cfa)
{
    int i;
    fl_blob_put_be32(b, bayer_phase(cfa));
    fl_blob_put_be32(b, (uint32_t)op->u.bad_list.points);
    fl_blob_put_be32(b, (uint32_t)op->u.bad_list.rects);
    for (i = 0; i < op->u.bad_list.points; i++) { /* row before column */
        fl_blob_put_be32(b, (uint32_t)op->u.bad_list.point[2 * i + 1]);
        fl_blob_put_be32(b, (uint32_t)op->u.bad_list.point[2 * i]);
    }
    for (i = 0; i < op->u.bad_list.rects; i++) {
        const struct fl_rect *r = &op->u.bad_list.rect[i];
        fl_blob_put_be32(b, (uint32_t)r->y);
        fl_blob_put_be32(b, (uint32_t)r->x);
        fl_blob_put_be32(b, (uint32_t)(r->y + r->height));
        fl_blob_put_be32(b, (uint32_t)(r->x + r->width));
    }
}

static void put_gain_map(struct fl_blob *b, const struct fl_opcode *op)
{
    const struct fl_rect *r = &op->u.gain_map.area;
    size_t count = (size_t)op->u.gain_map.points_v * (size_t)op->u.gain_map.points_h *
                   (size_t)op->u.gain_map.map_planes;
    size_t i;

    fl_blob_put_be32(b, (uint32_t)r->y);
    fl_blob_put_be32(b, (uint32_t)r->x);
    fl_blob_put_be32(b, (uint32_t)(r->y + r->height));
    fl_blob_put_be32(b, (uint32_t)(r->x + r->width));
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.plane);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.planes);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.row_pitch);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.col_pitch);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.points_v);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.points_h);
    fl_blob_put_be_double(b, op->u.gain_map.spacing_v);
    fl_blob_put_be_double(b, op->u.gain_map.spacing_h);
    fl_blob_put_be_double(b, op->u.gain_map.origin_v);
    fl_blob_put_be_double(b, op->u.gain_map.origin_h);
    fl_blob_put_be32(b, (uint32_t)op->u.gain_map.map_planes);
    for (i = 0; i < count; i++)
        fl_blob_put_be_float(b, op->u.gain_map.gain[i]);
}

/* A frame's maker should have seen to this; writing past an array would be worse than an error. */
static fl_err check(const struct fl_opcode *op)
{
    size_t count;
    if (op->id == FL_OPCODE_WARP_RECTILINEAR && op->u.warp.planes != 1 && op->u.warp.planes != 3)
        return fl_error(FL_ERR_ARGUMENT, "WarpRectilinear has %d planes, not 1 or 3",
                        op->u.warp.planes);
    if (op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST &&
        (op->u.bad_list.points < 0 || op->u.bad_list.rects < 0 ||
         (op->u.bad_list.points && !op->u.bad_list.point) ||
         (op->u.bad_list.rects && !op->u.bad_list.rect)))
        return fl_error(FL_ERR_ARGUMENT, "FixBadPixelsList has no list for its counts");
    if (op->id == FL_OPCODE_GAIN_MAP &&
        (op->u.gain_map.points_v < 1 || op->u.gain_map.points_h < 1 ||
         op->u.gain_map.map_planes < 1 || !op->u.gain_map.gain ||
         !fl_size_mul((size_t)op->u.gain_map.points_v, (size_t)op->u.gain_map.points_h, &count) ||
         !fl_size_mul(count, (size_t)op->u.gain_map.map_planes, &count) || count > INT32_MAX / 8))
        return fl_error(FL_ERR_ARGUMENT, "GainMap has no valid size");
    return fl_success();
}

static fl_err put_parameters(struct fl_blob *b, const struct fl_opcode *op, enum fl_cfa cfa)
{
    FL_TRY(check(op));
    switch (op->id) {
    case FL_OPCODE_WARP_RECTILINEAR:
        put_warp(b, op);
        return fl_success();
    case FL_OPCODE_FIX_VIGNETTE_RADIAL:
        put_vignette(b, op);
        return fl_success();
    case FL_OPCODE_FIX_BAD_PIXELS_CONSTANT:
        fl_blob_put_be32(b, op->u.bad_constant.value);
        fl_blob_put_be32(b, bayer_phase(cfa));
        return fl_success();
    case FL_OPCODE_FIX_BAD_PIXELS_LIST:
        put_bad_list(b, op, cfa);
        return fl_success();
    case FL_OPCODE_GAIN_MAP:
        put_gain_map(b, op);
        return fl_success();
    }
    return fl_error(FL_ERR_ARGUMENT, "opcode %d cannot be written", (int)op->id);
}

static fl_err put_opcode(struct fl_blob *out, const struct fl_opcode *op, enum fl_cfa cfa)
{
    struct fl_blob parameters = {0};
    fl_err err = put_parameters(&parameters, op, cfa);

    if (err.code == FL_OK)
        err = fl_blob_check(&parameters, "an opcode");
    if (err.code == FL_OK) {
        fl_blob_put_be32(out, (uint32_t)op->id);
        fl_blob_put_be32(out, DNG_VERSION_1_3);
        fl_blob_put_be32(out, FLAG_OPTIONAL);
        fl_blob_put_be32(out, (uint32_t)parameters.size);
        fl_blob_put(out, parameters.data, parameters.size);
        err = fl_blob_check(out, "an opcode list");
    }
    fl_blob_free(&parameters);
    return err;
}

fl_err fl_dng_opcodes_write(const struct fl_corrections *c, int list, enum fl_cfa cfa,
                            struct fl_blob *out)
{
    uint32_t count = 0;
    int i;

    for (i = 0; c && i < c->opcode_count; i++)
        count += c->opcode[i].list == list;
    if (count == 0)
        return fl_success();
    fl_blob_put_be32(out, count);
    for (i = 0; i < c->opcode_count; i++)
        if (c->opcode[i].list == list)
            FL_TRY(put_opcode(out, &c->opcode[i], cfa));
    return fl_success();
}

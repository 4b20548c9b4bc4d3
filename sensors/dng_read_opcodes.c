/* DNG opcode lists (DNG specification 1.6, chapter 6): decoding into fl_opcode.
 *
 * The lists are big-endian whatever the file is. An opcode that firstlight cannot apply is an
 * error, unless the file says that it is optional. */
#include "dng_read.h"

#include "dng_float.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_OPCODES   256
#define MAX_BAD       (1 << 20)
#define MAX_MAP       (1 << 22) /* points of one gain map */
#define HEADER_SIZE   16
#define FLAG_OPTIONAL 1u

/* A cursor over an opcode's data; reading past the end gives zeros and is noticed at the end. */
struct reader {
    const uint8_t *at, *end;
    bool overrun;
};

static const uint8_t *take(struct reader *r, size_t size)
{
    static const uint8_t zeros[8];
    const uint8_t *p = r->at;
    if ((size_t)(r->end - r->at) < size) {
        r->overrun = true;
        r->at = r->end;
        return zeros;
    }
    r->at += size;
    return p;
}

static uint32_t take_u32(struct reader *r)
{
    return fl_tiff_u32(take(r, 4), true);
}

static double take_f64(struct reader *r)
{
    return fl_tiff_f64(take(r, 8), true);
}

static fl_err not_finite(const char *what, double value)
{
    return fl_error(FL_ERR_CORRUPT, "%s is %g", what, value);
}

/* Reads doubles and refuses what is not finite or beyond 1e6. */
static fl_err take_reals(struct reader *r, const char *what, int count, double *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = take_f64(r);
        if (!(fabs(out[i]) < 1e6))
            return not_finite(what, out[i]);
    }
    return fl_success();
}

/* A centre inside the image: 0..1. */
static fl_err take_centre(struct reader *r, double *cx, double *cy)
{
    *cx = take_f64(r);
    *cy = take_f64(r);
    if (!(*cx >= 0.0 && *cx <= 1.0 && *cy >= 0.0 && *cy <= 1.0))
        return fl_error(FL_ERR_CORRUPT, "its centre (%g, %g) is outside the image", *cx, *cy);
    return fl_success();
}

static fl_err decode_warp(struct reader *r, struct fl_opcode *op)
{
    uint32_t planes = take_u32(r);
    if (planes != 1 && planes != 3)
        return fl_error(FL_ERR_UNSUPPORTED, "it has %u planes, 1 or 3 are supported",
                        (unsigned)planes);
    op->u.warp.planes = (int)planes;
    for (uint32_t i = 0; i < planes; i++) {
        FL_TRY(take_reals(r, "a radial coefficient", 4, op->u.warp.plane[i].radial));
        FL_TRY(take_reals(r, "a tangential coefficient", 2, op->u.warp.plane[i].tangential));
    }
    return take_centre(r, &op->u.warp.cx, &op->u.warp.cy);
}

static fl_err decode_vignette(struct reader *r, struct fl_opcode *op)
{
    FL_TRY(take_reals(r, "a coefficient", 5, op->u.vignette.k));
    return take_centre(r, &op->u.vignette.cx, &op->u.vignette.cy);
}

/* Of floating point, the code that the value becomes; one beyond all codes marks nothing. */
static fl_err decode_bad_constant(struct reader *r, const struct fl_dng *dng, struct fl_opcode *op)
{
    op->u.bad_constant.value = take_u32(r);
    if (dng->is_float) {
        double code = FL_DNG_FLOAT_ZERO + dng->float_gain * op->u.bad_constant.value + 0.5;
        op->u.bad_constant.value = code < 65535.0 ? (uint32_t)code : 65536;
    }
    take_u32(r); /* Bayer phase: known from the CFA */
    return fl_success();
}

/* Moves a position of list 1, which counts from the stored image, to the active area. */
static int32_t to_active(uint32_t position, int list, int origin)
{
    int64_t p = (int64_t)position - (list == 1 ? origin : 0);
    return p > INT32_MAX ? INT32_MAX : p < INT32_MIN ? INT32_MIN : (int32_t)p;
}

/* Positions outside the active area are dropped: they name pixels that nothing uses. */
static void take_bad_points(struct reader *r, uint32_t count, const struct fl_dng *dng,
                            struct fl_opcode *op)
{
    const struct fl_rect *a = &dng->meta.active;
    for (uint32_t i = 0; i < count; i++) {
        int32_t y = to_active(take_u32(r), op->list, a->y);
        int32_t x = to_active(take_u32(r), op->list, a->x);
        if (x < 0 || y < 0 || x >= a->width || y >= a->height)
            continue;
        op->u.bad_list.point[2 * op->u.bad_list.points] = x;
        op->u.bad_list.point[2 * op->u.bad_list.points + 1] = y;
        op->u.bad_list.points++;
    }
}

static int clamp(int32_t v, int max)
{
    return v < 0 ? 0 : v > max ? max : v;
}

static void take_bad_rects(struct reader *r, uint32_t count, const struct fl_dng *dng,
                           struct fl_opcode *op)
{
    const struct fl_rect *a = &dng->meta.active;
    for (uint32_t i = 0; i < count; i++) {
        int y0 = clamp(to_active(take_u32(r), op->list, a->y), a->height);
        int x0 = clamp(to_active(take_u32(r), op->list, a->x), a->width);
        int y1 = clamp(to_active(take_u32(r), op->list, a->y), a->height);
        int x1 = clamp(to_active(take_u32(r), op->list, a->x), a->width);
        struct fl_rect rect = {x0, y0, x1 - x0, y1 - y0};
        if (rect.width > 0 && rect.height > 0)
            op->u.bad_list.rect[op->u.bad_list.rects++] = rect;
    }
}

static fl_err decode_bad_list(struct reader *r, const struct fl_dng *dng, struct fl_opcode *op)
{
    uint32_t points, rects;
    take_u32(r); /* Bayer phase */
    points = take_u32(r);
    rects = take_u32(r);
    if (points > MAX_BAD || rects > MAX_BAD ||
        (uint64_t)points * 8 + (uint64_t)rects * 16 > (uint64_t)(r->end - r->at))
        return fl_error(FL_ERR_CORRUPT, "its %u points and %u rectangles do not fit into its data",
                        (unsigned)points, (unsigned)rects);
    op->u.bad_list.point = malloc((points ? points : 1) * 2 * sizeof *op->u.bad_list.point);
    op->u.bad_list.rect = malloc((rects ? rects : 1) * sizeof *op->u.bad_list.rect);
    if (!op->u.bad_list.point || !op->u.bad_list.rect)
        return fl_error(FL_ERR_MEMORY, "out of memory for bad pixels");
    take_bad_points(r, points, dng, op);
    take_bad_rects(r, rects, dng, op);
    return fl_success();
}

static fl_err take_map_header(struct reader *r, const struct fl_dng *dng, struct fl_opcode *op)
{
    uint32_t v[10];
    const struct fl_rect *a = &dng->meta.active;
    int colors = dng->samples == 3 || op->list == 3 ? 3 : 1;
    for (int i = 0; i < 10; i++)
        v[i] = take_u32(r);
    if (v[0] >= v[2] || v[1] >= v[3] || v[0] >= (uint32_t)a->height || v[1] >= (uint32_t)a->width)
        return fl_error(FL_ERR_CORRUPT,
                        "its area (top %u, left %u, bottom %u, right %u) is empty "
                        "or outside %dx%d",
                        (unsigned)v[0], (unsigned)v[1], (unsigned)v[2], (unsigned)v[3], a->width,
                        a->height);
    op->u.gain_map.area.y = (int)v[0];
    op->u.gain_map.area.x = (int)v[1];
    op->u.gain_map.area.height = clamp(to_active(v[2], op->list, 0), a->height) - (int)v[0];
    op->u.gain_map.area.width = clamp(to_active(v[3], op->list, 0), a->width) - (int)v[1];
    if (v[4] >= (uint32_t)colors || v[5] < 1 || v[5] > 16 || v[6] < 1 || v[7] < 1 ||
        v[6] > FL_MAX_DIMENSION || v[7] > FL_MAX_DIMENSION)
        return fl_error(FL_ERR_CORRUPT,
                        "it starts at plane %u of %d, for %u planes, with pitches "
                        "%u and %u",
                        (unsigned)v[4], colors, (unsigned)v[5], (unsigned)v[6], (unsigned)v[7]);
    op->u.gain_map.plane = (int)v[4];
    op->u.gain_map.planes = (int)v[4] + (int)v[5] > colors ? colors - (int)v[4] : (int)v[5];
    op->u.gain_map.row_pitch = (int)v[6];
    op->u.gain_map.col_pitch = (int)v[7];
    if (v[8] < 1 || v[9] < 1 || v[8] > MAX_MAP || v[9] > MAX_MAP)
        return fl_error(FL_ERR_CORRUPT, "it has %ux%u points", (unsigned)v[9], (unsigned)v[8]);
    op->u.gain_map.points_v = (int)v[8];
    op->u.gain_map.points_h = (int)v[9];
    return fl_success();
}

static fl_err take_map_grid(struct reader *r, struct fl_opcode *op)
{
    double v[4] = {0.0};
    uint32_t planes;
    FL_TRY(take_reals(r, "its grid", 4, v));
    if ((v[0] <= 0.0 && op->u.gain_map.points_v > 1) ||
        (v[1] <= 0.0 && op->u.gain_map.points_h > 1))
        return fl_error(FL_ERR_CORRUPT, "its points are %g and %g apart", v[0], v[1]);
    op->u.gain_map.spacing_v = v[0];
    op->u.gain_map.spacing_h = v[1];
    op->u.gain_map.origin_v = v[2];
    op->u.gain_map.origin_h = v[3];
    planes = take_u32(r);
    if (planes < 1 || planes > 16)
        return fl_error(FL_ERR_CORRUPT, "it has %u maps", (unsigned)planes);
    op->u.gain_map.map_planes = (int)planes;
    return fl_success();
}

static fl_err decode_gain_map(struct reader *r, const struct fl_dng *dng, struct fl_opcode *op)
{
    uint64_t count;
    FL_TRY(take_map_header(r, dng, op));
    FL_TRY(take_map_grid(r, op));
    count = (uint64_t)op->u.gain_map.points_v * (uint64_t)op->u.gain_map.points_h;
    count = count > MAX_MAP ? MAX_MAP + 1 : count * (uint64_t)op->u.gain_map.map_planes;
    if (count > MAX_MAP || count * 4 > (uint64_t)(r->end - r->at))
        return fl_error(FL_ERR_CORRUPT, "its %dx%d points in %d maps do not fit into its data",
                        op->u.gain_map.points_h, op->u.gain_map.points_v,
                        op->u.gain_map.map_planes);
    op->u.gain_map.gain = malloc((size_t)count * sizeof *op->u.gain_map.gain);
    if (!op->u.gain_map.gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for a gain map");
    for (uint64_t i = 0; i < count; i++) {
        float g = fl_tiff_f32(take(r, 4), true);
        if (!(g >= 0.0f && g <= 1000.0f))
            return fl_error(FL_ERR_CORRUPT, "its gain %u is %g, must be 0..1000", (unsigned)i,
                            (double)g);
        op->u.gain_map.gain[i] = g;
    }
    return fl_success();
}

/* --- the lists ---------------------------------------------------------------------------- */

static const struct {
    const char *name;
    unsigned lists; /* bit n: applied from list n */
} known[] = {
    [1] = {"WarpRectilinear", 1u << 3},
    [2] = {"WarpFisheye", 0},
    [3] = {"FixVignetteRadial", 1u << 2 | 1u << 3},
    [4] = {"FixBadPixelsConstant", 1u << 1 | 1u << 2},
    [5] = {"FixBadPixelsList", 1u << 1 | 1u << 2},
    [6] = {"TrimBounds", 0},
    [7] = {"MapTable", 0},
    [8] = {"MapPolynomial", 0},
    [9] = {"GainMap", 1u << 2 | 1u << 3},
    [10] = {"DeltaPerRow", 0},
    [11] = {"DeltaPerColumn", 0},
    [12] = {"ScalePerRow", 0},
    [13] = {"ScalePerColumn", 0},
    [14] = {"WarpRectilinear2", 0},
};

static const char *opcode_name(uint32_t id)
{
    return id >= 1 && id < sizeof known / sizeof *known ? known[id].name : "unknown opcode";
}

static fl_err decode(struct reader *r, const struct fl_dng *dng, uint32_t id, struct fl_opcode *op)
{
    fl_err err;
    if (id < 1 || id >= sizeof known / sizeof *known || known[id].lists == 0)
        return fl_error(FL_ERR_UNSUPPORTED, "not supported");
    if (!(known[id].lists & 1u << op->list))
        return fl_error(FL_ERR_UNSUPPORTED, "not supported in this list");
    op->id = (enum fl_opcode_id)id;
    switch (op->id) {
    case FL_OPCODE_WARP_RECTILINEAR:
        err = decode_warp(r, op);
        break;
    case FL_OPCODE_FIX_VIGNETTE_RADIAL:
        err = decode_vignette(r, op);
        break;
    case FL_OPCODE_FIX_BAD_PIXELS_CONSTANT:
        err = decode_bad_constant(r, dng, op);
        break;
    case FL_OPCODE_FIX_BAD_PIXELS_LIST:
        err = decode_bad_list(r, dng, op);
        break;
    default:
        err = decode_gain_map(r, dng, op);
        break;
    }
    if (r->overrun)
        return fl_error(FL_ERR_CORRUPT, "its data is too short");
    return err;
}

static void free_decoded(struct fl_opcode *op)
{
    if (op->id == FL_OPCODE_FIX_BAD_PIXELS_LIST) {
        free(op->u.bad_list.point);
        free(op->u.bad_list.rect);
    } else if (op->id == FL_OPCODE_GAIN_MAP) {
        free(op->u.gain_map.gain);
    }
}

static fl_err append(struct fl_dng *dng, const struct fl_opcode *op)
{
    struct fl_corrections *c;
    struct fl_opcode *grown;
    FL_TRY(fl_dng_corrections(dng, &c));
    grown = realloc(c->opcode, ((size_t)c->opcode_count + 1) * sizeof *grown);
    if (!grown)
        return fl_error(FL_ERR_MEMORY, "out of memory for opcodes");
    c->opcode = grown;
    c->opcode[c->opcode_count++] = *op;
    return fl_success();
}

/* Reads one opcode with its header and moves `list` behind it. */
static fl_err read_opcode(struct fl_dng *dng, struct reader *list, int number)
{
    struct fl_opcode op;
    uint32_t id = take_u32(list), flags, size;
    struct reader data;
    fl_err err;
    take_u32(list); /* DNG version that introduced it */
    flags = take_u32(list);
    size = take_u32(list);
    if (list->overrun || size > (size_t)(list->end - list->at))
        return fl_error(FL_ERR_CORRUPT, "opcode %u (%s) ends outside the list", (unsigned)id,
                        opcode_name(id));
    data = (struct reader){list->at, list->at + size, false};
    list->at += size;
    memset(&op, 0, sizeof op);
    op.list = number;
    err = decode(&data, dng, id, &op);
    if (err.code == FL_OK)
        err = append(dng, &op);
    if (err.code == FL_OK)
        return err;
    free_decoded(&op);
    if (err.code == FL_ERR_MEMORY)
        return err;
    if (flags & FLAG_OPTIONAL) {
        fl_log(dng->log, FL_LOG_NOTE, "OpcodeList%d: optional opcode %u (%s) skipped: %s", number,
               (unsigned)id, opcode_name(id), err.message);
        return fl_success();
    }
    return fl_error_context(err, "opcode %u (%s)", (unsigned)id, opcode_name(id));
}

static fl_err read_list(struct fl_dng *dng, const struct fl_tiff_entry *e, int number)
{
    struct reader list = {e->data, e->data + e->size, false};
    uint32_t count = take_u32(&list);
    if (list.overrun || (uint64_t)count * HEADER_SIZE > e->size - 4)
        return fl_error(FL_ERR_CORRUPT, "%u opcodes do not fit into %zu bytes", (unsigned)count,
                        e->size);
    if (count > MAX_OPCODES)
        return fl_error(FL_ERR_UNSUPPORTED, "%u opcodes, at most %d are supported", (unsigned)count,
                        MAX_OPCODES);
    for (uint32_t i = 0; i < count; i++)
        FL_TRY(read_opcode(dng, &list, number));
    return fl_success();
}

fl_err fl_dng_read_opcodes(struct fl_dng *dng)
{
    static const int tags[3] = {FL_TAG_OPCODE_LIST_1, FL_TAG_OPCODE_LIST_2, FL_TAG_OPCODE_LIST_3};
    for (int i = 0; i < 3; i++) {
        struct fl_tiff_entry e;
        FL_TRY(fl_dng_find(dng, tags[i], &e));
        if (e.count > 0)
            FL_TRY(fl_error_context(read_list(dng, &e, i + 1), "%s", fl_tiff_tag_name(tags[i])));
    }
    return fl_success();
}

/* What:   Reads the active area of the source frame into float planes, as stored.
 * Model:  out = code
 * Source: packings: MIPI CSI-2 specification, libcamera pixel formats.
 * Domain: any integer raw format -> stored codes, DN. Mosaic and mono: 1 plane; RGB: 3 planes.
 * Halo:   none (gather).
 * Cost:   1 conversion per sample. */
#include "stages.h"

#include "unpack_row.h"

#include <string.h>

static const char *const cfas[] = {"auto", "file", "RGGB", "GRBG", "GBRG", "BGGR", NULL};
static const struct fl_param unpack_params[] = {
    {"cfa", FL_PARAM_ENUM, offsetof(struct fl_unpack_params, cfa), 0, NULL, 0, 5,
     FL_UNPACK_CFA_AUTO, cfas,
     "CFA: the file's unless the pixels contradict it, the file's in any case, or this one"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct unpack_state {
    const struct fl_frame *frame;
    struct fl_rect active;
    const struct fl_kernels *kernels;
};

static fl_err unpack_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct unpack_state *s = state;
    const struct fl_format *f = &p->frame->format;
    int channels = fl_format_channels(f);

    if (f->packing == FL_PACK_F32)
        return fl_error(FL_ERR_UNSUPPORTED, "float raw frames are not supported");
    s->frame = p->frame;
    s->active = p->active;
    s->kernels = p->kernels;
    p->flow->layout = fl_layout_of(channels);
    p->flow->domain = FL_DOMAIN_STORED;
    p->flow->white = (float)((1 << f->bits) - 1);
    out->scratch_size = ((size_t)p->active.width * (size_t)channels + FL_KERNEL_SLACK) * 2;
    return fl_success();
}

static void split_rgb(const uint16_t *in, const struct fl_rows *out, int y)
{
    for (int c = 0; c < 3; c++) {
        float *row = out->row[c][y];
        for (int x = 0; x < out->width; x++)
            row[x] = (float)in[3 * x + c];
    }
}

/* Words need no unpacking; kernels may read behind a row, but not behind the frame. */
static bool can_read_in_place(const struct unpack_state *s, int y)
{
    const struct fl_frame *f = s->frame;
    return f->format.packing == FL_PACK_U16 && f->format.color != FL_COLOR_RGB &&
           s->active.y + y + 1 < f->height && f->stride[0] >= FL_KERNEL_SLACK * sizeof(uint16_t);
}

static void unpack_gather(const void *state, const struct fl_planes *in, const struct fl_rows *out,
                          void *scratch)
{
    const struct unpack_state *s = state;
    const struct fl_frame *f = s->frame;
    (void)in;
    for (int y = 0; y < out->n; y++) {
        const uint8_t *row =
            (const uint8_t *)f->plane[0] + (size_t)(s->active.y + out->y0 + y) * f->stride[0];
        if (can_read_in_place(s, out->y0 + y)) {
            s->kernels->unpack_u16((const uint16_t *)(const void *)row + s->active.x,
                                   out->row[0][y], s->active.width);
            continue;
        }
        fl_unpack_row(&f->format, row, s->active.x, s->active.width, scratch);
        if (f->format.color == FL_COLOR_RGB)
            split_rgb(scratch, out, y);
        else
            s->kernels->unpack_u16(scratch, out->row[0][y], s->active.width);
    }
}

const struct fl_stage fl_stage_unpack = {
    .name = "unpack",
    .summary = "Read the stored codes of the active area",
    .params_size = sizeof(struct fl_unpack_params),
    .params = unpack_params,
    .state_size = sizeof(struct unpack_state),
    .prepare = unpack_prepare,
    .gather = unpack_gather,
};

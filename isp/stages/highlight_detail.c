/* What:   Gives rebuilt highlights their detail. On the mosaic a clipped sample could only be
 *         estimated from means of its neighbours; after demosaic the other colours are known at
 *         its own place, and with less noise.
 * Model:  Where a colour v is clipped, by w as in highlights,
 *             out = v + w (e - v),   e from the other two colours at the pixel
 *         as highlight_color.c says. All three are estimated from what arrived.
 * Source: own.
 * Domain: linear, white-balanced RGB -> the same. Colours below 0.97 of their clip level do not
 *         change by a bit.
 * Halo:   none.
 * Cost:   3 comparisons per pixel, none in a frame without clipped samples; about 120 operations
 *         for a colour that is clipped. */
#include "highlight_color.h"
#include "mem.h"
#include "stages.h"

#include <string.h>

struct detail_state {
    const struct fl_kernels *kernels;
    struct fl_highlights highlights;
    float x0, y0, step_x, step_y;
    size_t words; /* of bits, a row */
};

static fl_err detail_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct fl_flow *flow = p->flow;
    struct detail_state *s = state;
    const float *clip = flow->clip;
    bool clips = clip[0] > 0.0f && clip[1] > 0.0f && clip[2] > 0.0f;
    if (clips)
        fl_highlights_make(clip, &p->control->highlights, &s->highlights);
    if (!clips || flow->mono || flow->layout.planes != 3 ||
        p->frame->format.color == FL_COLOR_RGB || p->control->highlights.cols <= 0 ||
        !fl_highlights_any(&s->highlights, p->control)) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->x0 = flow->x0;
    s->y0 = flow->y0;
    s->step_x = flow->step_x;
    s->step_y = flow->step_y;
    s->words = ((size_t)flow->width + 63) / 64;
    out->scratch_size = fl_round_up(3 * s->words * sizeof(uint64_t), 64);
    return fl_success();
}

static void rebuild_pixel(const struct detail_state *s, float *const rgb[3], int x, float u,
                          float v)
{
    const struct fl_highlights *h = &s->highlights;
    float in[3], lost[3];
    for (int c = 0; c < 3; c++) {
        in[c] = rgb[c][x];
        lost[c] = fl_clipped(h, c, in[c]);
        in[c] = in[c] > FL_HIGHLIGHT_LEAST ? in[c] : FL_HIGHLIGHT_LEAST;
    }
    for (int c = 0; c < 3; c++) {
        const int next = (c + 1) % 3, last = (c + 2) % 3;
        const struct fl_highlight_sample k = {
            c, in[c], {in[next], in[last]}, {lost[next], lost[last]}};
        if (lost[c] > 0.0f)
            rgb[c][x] = in[c] + lost[c] * (fl_highlight_estimate(h, &k, u, v) - in[c]);
    }
}

static void detail_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct detail_state *s = state;
    uint64_t *bits = scratch;
    for (int y = 0; y < in->n; y++) {
        float *const rgb[3] = {out->row[0][y], out->row[1][y], out->row[2][y]};
        const float v = s->y0 + (float)(in->y0 + y) * s->step_y;
        for (int c = 0; c < 3; c++) {
            const float start[2] = {s->highlights.start[c], s->highlights.start[c]};
            if (rgb[c] != in->row[c][y])
                memcpy(rgb[c], in->row[c][y], (size_t)in->width * sizeof *rgb[c]);
            s->kernels->at_least(rgb[c], start, bits + (size_t)c * s->words, in->width);
        }
        for (size_t i = 0; i < s->words; i++)
            for (uint64_t left = bits[i] | bits[s->words + i] | bits[2 * s->words + i]; left;
                 left &= left - 1) {
                int x = (int)i * 64 + __builtin_ctzll(left);
                rebuild_pixel(s, rgb, x, s->x0 + (float)x * s->step_x, v);
            }
    }
}

const struct fl_stage fl_stage_highlight_detail = {
    .name = "highlight_detail",
    .summary = "Rebuilt highlights again, now that all colours are known everywhere",
    .flags = FL_STAGE_IN_PLACE,
    .state_size = sizeof(struct detail_state),
    .prepare = detail_prepare,
    .rows = detail_rows,
};

/* A piece of the picture, with a border that goes on mirrored, and the model's answer. */
#include "ai_host.h"
#include "mem.h"

#include <math.h>
#include <string.h>

#define LARGEST_CHANGE 4.0f /* of the display; anything larger is no picture */

static int round_up(int n, unsigned to)
{
    return (int)fl_round_up((size_t)n, to);
}

static size_t plane_floats(int width, int height)
{
    return fl_round_up((size_t)width * (size_t)height, FL_ALIGN / sizeof(float));
}

size_t fl_ai_cut_size(const struct fl_ai_session *session, int width, int height)
{
    const int halo = (int)session->halo;
    const int w = round_up(width + 1, session->align), h = round_up(height + 1, session->align);
    return (FL_AI_PLANES * plane_floats(w + 2 * halo, h + 2 * halo) + 3 * plane_floats(w, h)) *
           sizeof(float);
}

void fl_ai_cut_place(const struct fl_ai_session *session, int x, int y, int end_x, int end_y,
                     void *memory, struct fl_ai_cut *cut)
{
    const int halo = (int)session->halo;
    float *at = memory;
    cut->x = x;
    cut->y = y;
    cut->out_width = round_up(end_x - x, session->align);
    cut->out_height = round_up(end_y - y, session->align);
    cut->width = cut->out_width + 2 * halo;
    cut->height = cut->out_height + 2 * halo;
    for (int p = 0; p < FL_AI_PLANES; p++, at += plane_floats(cut->width, cut->height))
        cut->in[p] = at;
    for (int p = 0; p < 3; p++, at += plane_floats(cut->out_width, cut->out_height))
        cut->out[p] = at;
}

/* 1 0 | 0th is the edge: ... 2 1 0 1 2 ..., which keeps odd pixels odd. */
static int mirror(int i, int n)
{
    const int period = 2 * (n - 1);
    if (n == 1)
        return 0;
    i %= period;
    i = i < 0 ? i + period : i;
    return i < n ? i : period - i;
}

static void fill_row(float *to, const float *from, int x, int n, int width)
{
    const int begin = x < 0 ? -x : 0;
    const int end = x + n > width ? width - x : n;
    for (int i = 0; i < begin; i++)
        to[i] = from[mirror(x + i, width)];
    if (end > begin)
        memcpy(to + begin, from + x + begin, (size_t)(end - begin) * sizeof *to);
    for (int i = end > begin ? end : begin; i < n; i++)
        to[i] = from[mirror(x + i, width)];
}

void fl_ai_cut_fill(const struct fl_ai_cut *cut, const struct fl_ai_source *source, int halo)
{
    const struct fl_finish_picture *p = source->picture;
    for (int i = 0; i < cut->height; i++) {
        const int y = mirror(cut->y - halo + i, p->height);
        const size_t at = (size_t)i * (size_t)cut->width;
        const float *const rgb[3] = {cut->in[0] + at, cut->in[1] + at, cut->in[2] + at};
        for (int c = 0; c < 3; c++)
            fill_row(cut->in[c] + at, source->row(source->user, c, y), cut->x - halo, cut->width,
                     p->width);
        p->noise(p->chain, rgb, cut->in[3] + at, cut->width);
    }
}

fl_err fl_ai_cut_run(const struct fl_ai *ai, const struct fl_ai_cut *cut, int worker)
{
    struct fl_ai_tile tile = {.size = sizeof tile,
                              .worker = (uint32_t)worker,
                              .in_stride = cut->width,
                              .out_stride = cut->out_width,
                              .width = cut->width,
                              .height = cut->height};
    const size_t n = (size_t)cut->out_width * (size_t)cut->out_height;
    int status;
    for (int p = 0; p < FL_AI_PLANES; p++)
        tile.in[p] = cut->in[p];
    for (int p = 0; p < 3; p++)
        tile.out[p] = cut->out[p];
    status = ai->backend->run(ai->session.self, &tile);
    if (status)
        return fl_error(FL_ERR_INTERNAL, "backend %s failed (%d)", ai->backend->name, status);
    for (int p = 0; p < 3; p++)
        for (size_t i = 0; i < n; i++)
            if (!(fabsf(cut->out[p][i]) <= LARGEST_CHANGE))
                return fl_error(FL_ERR_INTERNAL, "backend %s gives what is no picture",
                                ai->backend->name);
    return fl_success();
}

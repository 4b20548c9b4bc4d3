/* Between the chain and the encoder: hands finished rows to the caller's last step, and tells it
 * how large the noise is there: e'(x) sqrt(s x + o), x = e^-1(luma), with the mean s and o of the
 * three channels and the encoding e. */
#include "finish.h"

#include "curve_make.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define MOST_NOISE 1.0 /* of a curve's value; files may say anything */

static double noise_at(double y, const void *user)
{
    const struct fl_noise *n = user;
    const double h = 1e-4;
    double x = fl_srgb_decode(y), variance = n->s * x + n->o;
    double sigma =
        (fl_srgb_encode(x + h) - fl_srgb_encode(x)) / h * sqrt(variance > 0.0 ? variance : 0.0);
    return sigma < MOST_NOISE ? sigma : MOST_NOISE;
}

static void noise_of(const void *chain, const float *const rgb[3], float *sigma, int n)
{
    enum { CHUNK = 256 };
    const struct fl_finish_sink *s = chain;
    float luma[CHUNK + FL_KERNEL_SLACK], out[CHUNK + FL_KERNEL_SLACK];
    float in[3][CHUNK + FL_KERNEL_SLACK] = {{0}};
    for (int x = 0; x < n; x += CHUNK) {
        const int count = n - x < CHUNK ? n - x : CHUNK;
        for (int p = 0; p < 3; p++)
            memcpy(in[p], rgb[p] + x, (size_t)count * sizeof(float));
        s->kernels->luma(in[0], in[1], in[2], luma, count);
        s->kernels->curve(luma, out, &s->noise, count);
        memcpy(sigma + x, out, (size_t)count * sizeof(float));
    }
}

bool fl_finish_fits(const struct fl_flow *flow, const struct fl_encode *encode, const char **why)
{
    *why = !encode->display || encode->planes != 3        ? "it is not a finished colour picture"
           : flow->step_x != 1.0f || flow->step_y != 1.0f ? "its size is changed"
                                                          : NULL;
    return !*why;
}

/* From the step to the encoder, whose rows are those before cropping. */
static void deliver(void *self, int y, int n, const float *const rgb[3], int stride)
{
    const struct fl_finish_sink *s = self;
    const struct fl_rect *crop = &s->encode->crop;
    for (int i = 0; i < n; i++) {
        /* the encoder only reads */
        float *row[3];
        struct fl_rows rows = {.y0 = crop->y + y + i, .n = 1};
        for (int p = 0; p < 3; p++) {
            row[p] = (float *)rgb[p] + (ptrdiff_t)i * stride - crop->x;
            rows.row[p] = &row[p];
        }
        fl_encode_rows((void *)s->encode, &rows);
    }
}

/* Column and row of the red sample of each order's 2x2 pixels. */
static void place_red(enum fl_cfa cfa, const struct fl_rect *crop,
                      struct fl_finish_picture *picture)
{
    const int x = cfa == FL_CFA_GRBG || cfa == FL_CFA_BGGR;
    const int y = cfa == FL_CFA_GBRG || cfa == FL_CFA_BGGR;
    if (cfa == FL_CFA_NONE)
        return;
    picture->red_x = (x + crop->x) & 1;
    picture->red_y = (y + crop->y) & 1;
}

fl_err fl_finish_begin(struct fl_finish_sink *sink, const struct fl_finish *finish,
                       const struct fl_prepare *prepare, const struct fl_flow *flow,
                       const struct fl_encode *encode)
{
    struct fl_noise mean = {0.0, 0.0};
    memset(sink, 0, sizeof *sink);
    sink->finish = finish;
    sink->kernels = prepare->kernels;
    sink->encode = encode;
    for (int c = 0; c < 3; c++) {
        mean.s += flow->noise[c].s / 3.0;
        mean.o += flow->noise[c].o / 3.0;
    }
    fl_curve_make(&sink->noise, noise_at, &mean);
    sink->picture = (struct fl_finish_picture){.width = encode->crop.width,
                                               .height = encode->crop.height,
                                               .noise = noise_of,
                                               .chain = sink};
    place_red(prepare->cfa, &encode->crop, &sink->picture);
    sink->target = (struct fl_finish_target){deliver, sink};
    return finish->begin(finish->user, &sink->picture, &sink->target);
}

void fl_finish_rows(void *user, const struct fl_rows *rows)
{
    enum { MOST = 64 };
    const struct fl_finish_sink *s = user;
    const struct fl_rect *crop = &s->encode->crop;
    int y = rows->y0 > crop->y ? rows->y0 : crop->y;
    int end =
        rows->y0 + rows->n < crop->y + crop->height ? rows->y0 + rows->n : crop->y + crop->height;
    while (y < end) {
        const float *row[3][MOST];
        const float *const *const planes[3] = {row[0], row[1], row[2]};
        int n = end - y < MOST ? end - y : MOST;
        for (int p = 0; p < 3; p++)
            for (int i = 0; i < n; i++)
                row[p][i] = rows->row[p][y - rows->y0 + i] + crop->x;
        s->finish->rows(s->finish->user, y - crop->y, n, planes);
        y += n;
    }
}

fl_err fl_finish_end(struct fl_finish_sink *sink, fl_err err)
{
    fl_err end = sink->finish->end(sink->finish->user, err.code == FL_OK);
    return err.code != FL_OK ? err : end;
}

/* What:   Linearises stored codes, subtracts the black level, scales to 0..1.
 * Model:  out = (L(code) - black(x, y)) / (white - black); L is the LinearizationTable, black the
 *         2x2 (or larger) pattern plus a delta per column and per row.
 * Source: Adobe DNG Specification 1.6, chapter 5, "Mapping Raw Values to Linear Reference Values".
 * Domain: stored codes -> linear, 0 black, 1 the sensor's clip; negatives are kept.
 * Halo:   none.
 * Cost:   2 operations per sample. */
#include "quick_hooks.h"
#include "stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct black_params {
    float level, white;
};

static const struct fl_param black_params[] = {
    {"level", FL_PARAM_FLOAT, offsetof(struct black_params, level), 0, "DN", -1, 65535, -1, NULL,
     "Black level of all sites; -1: as the file says"},
    {"white", FL_PARAM_FLOAT, offsetof(struct black_params, white), 0, "DN", -1, 65535, -1, NULL,
     "Saturation level of all sites; -1: as the file says"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct black_state {
    const struct fl_kernels *kernels;
    float sub[4], mul[4]; /* per site */
    float *table;         /* linearisation, 65536 entries; NULL: none */
    float *pattern;       /* pattern_rows rows of black, delta per column added; NULL: 2x2 only */
    float *delta_row;     /* black per row, on top; NULL: none */
    int width, height, planes, pattern_rows;
};

static void black_release(void *state)
{
    struct black_state *s = state;
    free(s->table);
    free(s->pattern);
    free(s->delta_row);
}

/* Mean of the black a correction adds on top of the 2x2 levels, so that scaling stays right. */
static double mean_of(const float *v, int n)
{
    double sum = 0.0;
    for (int i = 0; i < n; i++)
        sum += (double)v[i];
    return n > 0 ? sum / n : 0.0;
}

static fl_err make_table(struct black_state *s, const struct fl_corrections *c)
{
    if (c->linear_count <= 0)
        return fl_success();
    s->table = malloc(65536 * sizeof *s->table);
    if (!s->table)
        return fl_error(FL_ERR_MEMORY, "out of memory for the linearisation table");
    for (int i = 0; i < 65536; i++)
        s->table[i] = (float)c->linear[i < c->linear_count ? i : c->linear_count - 1];
    return fl_success();
}

/* Blacks that are not a plain 2x2 pattern become rows of per-pixel levels and one level per row. */
static fl_err make_pattern(struct black_state *s, const struct fl_corrections *c,
                           const float black[4])
{
    int rows = c->black_pattern ? c->black_rows : 2;
    int cols = c->black_pattern ? c->black_cols : 2;
    if (!c->black_pattern && c->delta_h_count == 0 && c->delta_v_count == 0)
        return fl_success();
    s->pattern = malloc((size_t)rows * (size_t)s->width * sizeof *s->pattern);
    s->delta_row = calloc((size_t)s->height, sizeof *s->delta_row);
    if (!s->pattern || !s->delta_row)
        return fl_error(FL_ERR_MEMORY, "out of memory for the black pattern");
    s->pattern_rows = rows;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < s->width; x++) {
            float level = c->black_pattern ? c->black_pattern[y * cols + x % cols]
                                           : black[(y & 1) * 2 + (x & 1)];
            float delta = x < c->delta_h_count ? c->black_delta_h[x] : 0.0f;
            s->pattern[(size_t)y * (size_t)s->width + (size_t)x] = level + delta;
        }
    for (int y = 0; y < s->height && y < c->delta_v_count; y++)
        s->delta_row[y] = c->black_delta_v[y];
    return fl_success();
}

static fl_err check_levels(const double black[4], const double white[4])
{
    for (int i = 0; i < 4; i++)
        if (!(white[i] > black[i]) || !(fabs(black[i]) <= 1e6) || !(white[i] <= 1e6))
            return fl_error(FL_ERR_CORRUPT, "black level %g is not below white level %g", black[i],
                            white[i]);
    return fl_success();
}

static fl_err black_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    static const struct fl_corrections none;
    struct black_state *s = state;
    const struct black_params *q = p->params;
    const struct fl_meta *m = &p->frame->meta;
    const struct fl_corrections *c = m->corrections ? m->corrections : &none;
    double black[4], white[4],
        extra = mean_of(c->black_delta_h, c->delta_h_count) +
                mean_of(c->black_delta_v, c->delta_v_count);
    (void)out;

    s->kernels = p->kernels;
    s->width = p->flow->width;
    s->height = p->flow->height;
    s->planes = p->flow->layout.planes;
    for (int i = 0; i < 4; i++) {
        double base = c->black_pattern ? mean_of(c->black_pattern, c->black_rows * c->black_cols)
                                       : (double)m->black_dn[i];
        black[i] = q->level >= 0 ? (double)q->level : base + extra;
        white[i] = q->white >= 0           ? (double)q->white
                   : m->white_dn[i] > 0.0f ? (double)m->white_dn[i]
                                           : (double)p->flow->white;
    }
    FL_TRY(check_levels(black, white));
    for (int i = 0; i < 4; i++) {
        s->sub[i] = q->level >= 0 ? q->level : m->black_dn[i];
        s->mul[i] = (float)(1.0 / (white[i] - black[i]));
    }
    FL_TRY(make_table(s, c));
    if (q->level < 0)
        FL_TRY(make_pattern(s, c, m->black_dn));
    p->flow->domain = FL_DOMAIN_LINEAR;
    p->flow->white = 1.0f;
    for (int i = 0; i < 3; i++)
        p->flow->clip[i] = 1.0f;
    return fl_success();
}

static void black_row(const struct black_state *s, const float *in, float *out, int y, int plane)
{
    /* RGB has one level per plane in black_dn[0..2]; a mosaic has one per site. */
    float sub[2], mul[2];
    for (int i = 0; i < 2; i++) {
        int site = s->planes == 3 ? plane : (y & 1) * 2 + i;
        sub[i] = s->sub[site];
        mul[i] = s->mul[site];
    }
    if (s->table) {
        for (int x = 0; x < s->width; x++) {
            int code = (int)in[x];
            out[x] = s->table[code < 0 ? 0 : code > 65535 ? 65535 : code];
        }
        in = out;
    }
    if (s->pattern) {
        const float *black = s->pattern + (size_t)(y % s->pattern_rows) * (size_t)s->width;
        float row = s->delta_row[y];
        for (int x = 0; x < s->width; x++)
            out[x] = (in[x] - (black[x] + row)) * mul[x & 1];
    } else {
        s->kernels->offset_scale(in, out, sub, mul, s->width);
    }
}

static void black_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct black_state *s = state;
    (void)scratch;
    for (int p = 0; p < s->planes; p++)
        for (int y = 0; y < in->n; y++)
            black_row(s, in->row[p][y], out->row[p][y], in->y0 + y, p);
}

bool fl_black_is_plain(const void *state, float level[4], float scale[4])
{
    const struct black_state *s = state;
    memcpy(level, s->sub, sizeof s->sub);
    memcpy(scale, s->mul, sizeof s->mul);
    return !s->table && !s->pattern && s->planes == 1;
}

const struct fl_stage fl_stage_black = {
    .name = "black",
    .summary = "Linearise, subtract the black level, scale to the white level",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct black_params),
    .params = black_params,
    .state_size = sizeof(struct black_state),
    .prepare = black_prepare,
    .rows = black_rows,
    .release = black_release,
};

/* What a sensor's tuning lets a DNG say: colour under two lights, noise, black, lens shading.
 *
 * A tuning's matrix makes linear sRGB of white-balanced colours, and its curve says what the camera
 * sees of white. Both at one temperature give the two matrices of DNG (specification 1.7, chapter
 * 6), with the Bradford transform between whites:
 *
 *     ColorMatrix   = diag(grey) x CCM^-1 x sRGB from XYZ x (that white -> D65)
 *     ForwardMatrix = (D65 -> D50) x XYZ from sRGB x CCM
 *
 * Standard illuminant A and D65, because every reader knows these two. */
#include "dng_tuning.h"

#include "dng_levels.h"

#include "flmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAP_POINTS 33 /* a side of a gain map: the finest tables have 32 cells */

static const double d65_xyz[3] = {0.9504700, 1.0, 1.0888300};
static const double d50_xyz[3] = {0.9642, 1.0, 0.8249};
static const double srgb_to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                      0.0721750, 0.0193339, 0.1191920, 0.9503041};
static const double bradford[9] = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135,
                                   0.0367, 0.0389, -0.0685, 1.0296};

/* EXIF's code, temperature and white of the two lights. */
static const struct {
    int code;
    double cct_k, xyz[3];
} lights[2] = {{17, 2856, {1.0985, 1.0, 0.3558}}, {21, 6504, {0.9504700, 1.0, 1.0888300}}};

/* Von Kries adaptation in Bradford's cones. */
static void adapt(const double from[3], const double to[3], double out[9])
{
    double a[3], b[3], inverse[9], scale[9] = {0};
    (void)fl_mat3_inverse(bradford, inverse);
    fl_mat3_apply(bradford, from, a);
    fl_mat3_apply(bradford, to, b);
    for (int i = 0; i < 3; i++)
        scale[4 * i] = b[i] / a[i];
    fl_mat3_mul(scale, bradford, out);
    fl_mat3_mul(inverse, out, out);
}

/* --- colour ------------------------------------------------------------------------------- */

/* The tuning's matrix, made to keep grey grey to the last digit. */
static bool ccm_at(const struct fl_tuning *t, double cct_k, double out[9])
{
    if (!fl_tuning_ccm_at(t, cct_k, out))
        return false;
    for (int row = 0; row < 3; row++) {
        double *r = out + 3 * row, sum = r[0] + r[1] + r[2];
        if (!(fabs(sum) > 0.1) || !(fabs(sum) < 1e3))
            return false;
        for (int i = 0; i < 3; i++)
            r[i] /= sum;
    }
    return true;
}

static bool calibrate(const struct fl_tuning *t, int light, struct fl_calibration *out)
{
    double ccm[9], grey[2], m[9], back[9], from_xyz[9], diagonal[9] = {0};
    memset(out, 0, sizeof *out);
    if (!ccm_at(t, lights[light].cct_k, ccm) || !fl_mat3_inverse(ccm, back) ||
        !fl_tuning_grey(t, lights[light].cct_k, grey) || !(grey[0] > 0.0) || !(grey[1] > 0.0))
        return false;
    out->illuminant = lights[light].code;
    out->cct_k = lights[light].cct_k;
    out->has_color_matrix = out->has_forward_matrix = true;
    for (int i = 0; i < 3; i++)
        out->camera_calibration[4 * i] = 1.0;
    diagonal[0] = grey[0];
    diagonal[4] = 1.0;
    diagonal[8] = grey[1];
    adapt(lights[light].xyz, d65_xyz, m);
    (void)fl_mat3_inverse(srgb_to_xyz, from_xyz);
    fl_mat3_mul(from_xyz, m, m);
    fl_mat3_mul(back, m, m);
    fl_mat3_mul(diagonal, m, out->color_matrix);
    adapt(d65_xyz, d50_xyz, m);
    fl_mat3_mul(m, srgb_to_xyz, m);
    fl_mat3_mul(m, ccm, out->forward_matrix);
    return true;
}

static void put_color(const struct fl_tuning *t, struct fl_meta *meta)
{
    struct fl_calibration c[2];
    if (calibrate(t, 0, &c[0]) && calibrate(t, 1, &c[1]))
        memcpy(meta->calibration, c, sizeof c);
}

/* --- levels and noise --------------------------------------------------------------------- */

static void put_black(const struct fl_tuning *t, const struct fl_format *f, struct fl_meta *meta)
{
    const struct fl_corrections *c = meta->corrections;
    bool known = c && c->black_pattern;
    for (int i = 0; i < 4; i++)
        known = known || meta->black_dn[i] != 0.0f;
    if (known || !t->has_black || f->packing == FL_PACK_F32)
        return;
    for (int i = 0; i < 4; i++) {
        int color = fl_cfa_color(f->cfa, i & 1, i >> 1);
        meta->black_dn[i] =
            (float)floor(t->black[color] * 65535.0 / 65536.0 * (double)(1 << f->bits) + 0.5);
    }
}

/* Gain 1 is ISO 100 on the sensors that have such tunings. */
static void put_noise(const struct fl_tuning *t, struct fl_meta *meta)
{
    struct fl_noise noise;
    for (int i = 0; i < 3; i++)
        if (meta->noise[i].s > 0.0)
            return;
    if (!(meta->iso > 0.0) || !fl_tuning_noise(t, meta->iso / 100.0, &noise))
        return;
    for (int i = 0; i < 3; i++)
        meta->noise[i] = noise;
}

/* --- shading ------------------------------------------------------------------------------ */

/* A map for the pixels of one site of the 2x2 block (pitch 2), or for all of a mono sensor. */
static void make_map(const struct fl_rect *active, int site, int pitch, float *gain,
                     struct fl_opcode *out)
{
    int x = site & 1, y = site >> 1;
    memset(out, 0, sizeof *out);
    out->list = 2;
    out->id = FL_OPCODE_GAIN_MAP;
    out->u.gain_map.area = (struct fl_rect){x, y, active->width - x, active->height - y};
    out->u.gain_map.planes = out->u.gain_map.map_planes = 1;
    out->u.gain_map.row_pitch = out->u.gain_map.col_pitch = pitch;
    out->u.gain_map.points_v = out->u.gain_map.points_h = MAP_POINTS;
    out->u.gain_map.spacing_v = out->u.gain_map.spacing_h = 1.0 / (MAP_POINTS - 1);
    out->u.gain_map.gain = gain;
}

static bool has_shading(const struct fl_corrections *c)
{
    for (int i = 0; c && i < c->opcode_count; i++)
        if (c->opcode[i].id == FL_OPCODE_GAIN_MAP ||
            c->opcode[i].id == FL_OPCODE_FIX_VIGNETTE_RADIAL)
            return true;
    return false;
}

/* The frame's own corrections with the maps behind them. */
static fl_err add_maps(struct fl_dng_described *d)
{
    const size_t plane = (size_t)MAP_POINTS * MAP_POINTS;
    const struct fl_frame *raw = &d->frame;
    const struct fl_corrections *own = raw->meta.corrections;
    const int pitch = raw->format.color == FL_COLOR_MOSAIC ? 2 : 1;
    const int before = own ? own->opcode_count : 0;
    struct fl_rect active, crop;
    d->opcode = calloc((size_t)(before + pitch * pitch), sizeof *d->opcode);
    if (!d->opcode)
        return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
    if (own)
        d->corrections = *own;
    if (before > 0)
        memcpy(d->opcode, own->opcode, (size_t)before * sizeof *d->opcode);
    fl_dng_geometry(raw, &active, &crop);
    for (int site = 0; site < pitch * pitch; site++) {
        int color = fl_cfa_color(raw->format.cfa, site & 1, site >> 1);
        make_map(&active, site, pitch, d->gain + (size_t)color * plane, &d->opcode[before + site]);
    }
    d->corrections.opcode = d->opcode;
    d->corrections.opcode_count = before + pitch * pitch;
    d->frame.meta.corrections = &d->corrections;
    return fl_success();
}

static fl_err put_shading(const struct fl_tuning *t, struct fl_dng_described *d)
{
    const struct fl_frame *raw = &d->frame;
    const struct fl_meta *m = &raw->meta;
    bool mono = raw->format.color == FL_COLOR_MONO;
    double cct_k = 0.0;
    if (has_shading(m->corrections) || raw->format.color == FL_COLOR_RGB || raw->width < 2 ||
        raw->height < 2)
        return fl_success();
    if (!mono && m->has_neutral && m->neutral[1] > 0.0)
        cct_k = fl_tuning_cct(
            t, (double[]){m->neutral[0] / m->neutral[1], m->neutral[2] / m->neutral[1]});
    if (!mono && !(cct_k > 0.0)) /* colour shading depends on the light */
        return fl_success();
    d->gain = malloc((size_t)3 * MAP_POINTS * MAP_POINTS * sizeof *d->gain);
    if (!d->gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
    if (!fl_shading_gains(&t->shading, cct_k, &m->view, MAP_POINTS, MAP_POINTS, d->gain))
        return fl_success();
    return add_maps(d);
}

fl_err fl_dng_describe(const struct fl_frame *raw, const struct fl_tuning *tuning,
                       struct fl_dng_described *out)
{
    memset(out, 0, sizeof *out);
    out->frame = *raw;
    if (!tuning)
        return fl_success();
    if (raw->format.color == FL_COLOR_MOSAIC)
        put_color(tuning, &out->frame.meta);
    if (raw->format.color != FL_COLOR_RGB) {
        put_black(tuning, &raw->format, &out->frame.meta);
        put_noise(tuning, &out->frame.meta);
    }
    return put_shading(tuning, out);
}

void fl_dng_described_free(struct fl_dng_described *d)
{
    free(d->opcode);
    free(d->gain);
}

/* A frame's metadata, completed by what is known about its sensor. */
#include "tuned_frame.h"

#include "camera_color.h"
#include "flmath.h"

#include <stdlib.h>
#include <string.h>

#define USUAL_CCT_K 4500.0 /* where nothing is known of the light: libcamera's default */
#define POINTS_MAX  257    /* a side of a map */

static bool has_black(const struct fl_meta *m)
{
    bool any = m->masked_count > 0 || (m->corrections && m->corrections->black_pattern);
    for (int i = 0; i < 4; i++)
        any = any || m->black_dn[i] != 0.0f;
    return any;
}

static bool has_noise(const struct fl_meta *m)
{
    bool any = false;
    for (int c = 0; c < 3; c++)
        any = any || m->noise[c].s > 0.0 || m->noise[c].o > 0.0;
    return any;
}

void fl_tuned_levels(const struct fl_tuning *tuning, const struct fl_log *log,
                     struct fl_frame *frame)
{
    struct fl_meta *m = &frame->meta;
    const double codes = (double)(1 << frame->format.bits) * (65535.0 / 65536.0);
    struct fl_noise noise;
    if (frame->format.color == FL_COLOR_RGB)
        return;
    if (tuning->has_black && !has_black(m)) {
        for (int i = 0; i < 4; i++) {
            int c = frame->format.color == FL_COLOR_MONO
                        ? 1
                        : fl_cfa_color(frame->format.cfa, i & 1, i >> 1);
            m->black_dn[i] = (float)(tuning->black[c] * codes);
        }
        fl_log(log, FL_LOG_NOTE, "black level %g is the tuning's", (double)m->black_dn[1]);
    }
    if (!has_noise(m) && m->iso > 0.0 && fl_tuning_noise(tuning, m->iso / 100.0, &noise))
        for (int c = 0; c < 3; c++)
            m->noise[c] = noise;
}

double fl_tuned_guess_cct(const struct fl_settings *settings, const struct fl_meta *meta)
{
    double grey[2] = {0.0, 0.0}, cct_k;
    if (settings->wb == FL_WB_KELVIN)
        return settings->temperature_k;
    if (settings->wb == FL_WB_GAINS) {
        grey[0] = 1.0 / settings->wb_gains[0];
        grey[1] = 1.0 / settings->wb_gains[1];
    } else if (settings->wb == FL_WB_AS_SHOT && meta->has_neutral &&
               fl_neutral_is_plausible(meta->neutral)) {
        grey[0] = meta->neutral[0] / meta->neutral[1];
        grey[1] = meta->neutral[2] / meta->neutral[1];
    }
    cct_k = settings->tuning ? fl_tuning_cct(settings->tuning, grey) : 0.0;
    return cct_k > 0.0 ? cct_k : USUAL_CCT_K;
}

static bool has_shading(const struct fl_corrections *c)
{
    for (int i = 0; c && i < c->opcode_count; i++)
        if (c->opcode[i].id == FL_OPCODE_GAIN_MAP ||
            c->opcode[i].id == FL_OPCODE_FIX_VIGNETTE_RADIAL)
            return true;
    return false;
}

static int points_of(int cells)
{
    return 2 * cells + 1 < POINTS_MAX ? 2 * cells + 1 : POINTS_MAX;
}

/* One map per site of the 2x2 block, or one for all. */
static void fill_map(const struct fl_rect *active, int site, int pitch, int cols, int rows,
                     float *gain, struct fl_opcode *op)
{
    memset(op, 0, sizeof *op);
    op->list = 2;
    op->id = FL_OPCODE_GAIN_MAP;
    op->u.gain_map.area = (struct fl_rect){site & 1, site >> 1, active->width - (site & 1),
                                           active->height - (site >> 1)};
    op->u.gain_map.planes = op->u.gain_map.map_planes = 1;
    op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = pitch;
    op->u.gain_map.points_h = cols;
    op->u.gain_map.points_v = rows;
    op->u.gain_map.spacing_h = 1.0 / (cols - 1);
    op->u.gain_map.spacing_v = 1.0 / (rows - 1);
    op->u.gain_map.gain = gain;
}

static fl_err add_maps(struct fl_tuned_frame *t, int cols, int rows, enum fl_cfa cfa,
                       const struct fl_rect *active, struct fl_frame *frame)
{
    const struct fl_corrections *own = frame->meta.corrections;
    const int pitch = cfa == FL_CFA_NONE ? 1 : 2, before = own ? own->opcode_count : 0;
    t->opcode = calloc((size_t)(before + pitch * pitch), sizeof *t->opcode);
    if (!t->opcode)
        return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
    if (own) {
        t->corrections = *own;
        if (before > 0)
            memcpy(t->opcode, own->opcode, (size_t)before * sizeof *t->opcode);
    }
    for (int site = 0; site < pitch * pitch; site++) {
        int c = cfa == FL_CFA_NONE ? 1 : fl_cfa_color(cfa, site & 1, site >> 1);
        fill_map(active, site, pitch, cols, rows, t->gain + (size_t)c * (size_t)(cols * rows),
                 &t->opcode[before + site]);
    }
    t->corrections.opcode = t->opcode;
    t->corrections.opcode_count = before + pitch * pitch;
    frame->meta.corrections = &t->corrections;
    return fl_success();
}

fl_err fl_tuned_shading(struct fl_tuned_frame *t, const struct fl_tuning *tuning, double cct_k,
                        enum fl_cfa cfa, const struct fl_rect *active, struct fl_frame *frame)
{
    const struct fl_shading *s = &tuning->shading;
    const int cols = points_of(s->cols), rows = points_of(s->rows);
    const struct fl_sensor_view *view = &frame->meta.view;
    if (t->gain) { /* the maps stay where they are */
        t->cct_k = cct_k;
        (void)fl_shading_gains(s, cct_k, view, cols, rows, t->gain);
        return fl_success();
    }
    if (s->cols < 1 || frame->format.color == FL_COLOR_RGB || has_shading(frame->meta.corrections))
        return fl_success();
    t->gain = malloc(3 * (size_t)(cols * rows) * sizeof *t->gain);
    if (!t->gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
    t->cct_k = cct_k;
    if (fl_shading_gains(s, cct_k, view, cols, rows, t->gain))
        return add_maps(t, cols, rows, cfa, active, frame);
    return fl_success();
}

void fl_tuned_free(struct fl_tuned_frame *t)
{
    free(t->opcode);
    free(t->gain);
}

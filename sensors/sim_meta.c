/* What the simulated camera writes about a shot. */
#include "sim_sensor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One GainMap opcode for the pixels of one site of the 2x2 block (pitch 2), or for all (pitch 1).
 * Points lie on the borders of the picture and evenly between them. */
static fl_err add_gain_map(const struct fl_sim_sensor *s, int x, int y, int pitch,
                           struct fl_corrections *c)
{
    const float *gain = s->gain[fl_cfa_color(s->format.cfa, x, y)];
    const size_t size = (size_t)s->shading_rows * (size_t)s->shading_cols * sizeof *gain;
    struct fl_opcode *op = &c->opcode[c->opcode_count];
    memset(op, 0, sizeof *op);
    op->list = 2;
    op->id = FL_OPCODE_GAIN_MAP;
    op->u.gain_map.area.x = x;
    op->u.gain_map.area.y = y;
    op->u.gain_map.area.width = s->width - x;
    op->u.gain_map.area.height = s->height - y;
    op->u.gain_map.planes = 1;
    op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = pitch;
    op->u.gain_map.points_v = s->shading_rows;
    op->u.gain_map.points_h = s->shading_cols;
    op->u.gain_map.map_planes = 1;
    op->u.gain_map.spacing_v = 1.0 / (s->shading_rows - 1);
    op->u.gain_map.spacing_h = 1.0 / (s->shading_cols - 1);
    op->u.gain_map.gain = malloc(size);
    if (!op->u.gain_map.gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for a shading map");
    memcpy(op->u.gain_map.gain, gain, size);
    c->opcode_count++;
    return fl_success();
}

static fl_err add_shading(const struct fl_sim_sensor *s, struct fl_corrections *c)
{
    int pitch = s->format.color == FL_COLOR_MONO ? 1 : 2;
    c->opcode = calloc((size_t)pitch * (size_t)pitch, sizeof *c->opcode);
    if (!c->opcode)
        return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
    for (int site = 0; site < pitch * pitch; site++)
        FL_TRY(add_gain_map(s, site & 1, site >> 1, pitch, c));
    return fl_success();
}

static void describe_levels(const struct fl_sim_sensor *s, struct fl_meta *out)
{
    double range = s->white_dn - s->black_dn;
    /* Rounding to codes adds a variance of 1/12; without noise, S only must not be 0. */
    struct fl_noise noise = {s->noise.s > 0.0 ? s->noise.s : 1e-7,
                             s->noise.o + 1.0 / (12.0 * range * range)};
    for (int i = 0; i < 4; i++) {
        out->black_dn[i] = (float)s->black_dn;
        out->white_dn[i] = (float)s->white_dn;
    }
    for (int i = 0; i < 3; i++)
        out->noise[i] = noise;
}

static void describe_geometry(const struct fl_sim_sensor *s, struct fl_meta *out)
{
    out->active = (struct fl_rect){s->masked, 0, s->width, s->height};
    out->default_crop = (struct fl_rect){0, 0, s->width, s->height};
    if (s->masked > 0) {
        out->masked[0] = (struct fl_rect){0, 0, s->masked, s->height};
        out->masked_count = 1;
    }
}

static void describe_color(const struct fl_sim_sensor *s, struct fl_meta *out)
{
    out->has_neutral = true;
    memcpy(out->neutral, s->color.neutral, sizeof out->neutral);
    memcpy(out->calibration, s->color.calibration, sizeof out->calibration);
}

/* Who took it: with a tuning, what rpicam-still would write. */
static void describe_camera(const struct fl_sim_config *config, struct fl_meta *out)
{
    const char *sensor = config->tuning ? config->tuning->sensor : NULL;
    snprintf(out->make, sizeof out->make, "%s", sensor ? "Raspberry Pi" : "firstlight");
    snprintf(out->model, sizeof out->model, "%s", sensor ? sensor : "SimCam");
    snprintf(out->unique_model, sizeof out->unique_model, "%.40s %.20s", out->make, out->model);
}

fl_err fl_sim_meta(const struct fl_sim_sensor *s, const struct fl_sim_config *config,
                   struct fl_meta *out)
{
    describe_camera(config, out);
    snprintf(out->date_time, sizeof out->date_time, "2026:01:01 12:00:00");
    out->exposure_s = 0.01 * s->exposure;
    out->iso = config->iso > 0.0 ? config->iso : 100.0;
    out->orientation = 1;
    describe_geometry(s, out);
    describe_levels(s, out);
    if (s->format.color == FL_COLOR_MOSAIC)
        describe_color(s, out);
    if (config->tuning) { /* is known from it, and from nothing else */
        memset(out->noise, 0, sizeof out->noise);
        memset(out->calibration, 0, sizeof out->calibration);
        return fl_success();
    }
    if (s->shading) {
        out->corrections = fl_corrections_new();
        if (!out->corrections)
            return fl_error(FL_ERR_MEMORY, "out of memory for the shading maps");
        return add_shading(s, out->corrections);
    }
    return fl_success();
}

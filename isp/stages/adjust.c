/* What:   Brightness, contrast and saturation, with the meaning they have in rpicam-apps.
 * Model:  Y' = (Y - 0.5) contrast + 0.5 + brightness, chroma times saturation (and contrast), on
 *         display-encoded RGB.
 * Source: libcamera controls Brightness, Contrast, Saturation; Rec. 709 luma.
 * Domain: display -> display; may leave 0..1, the encoder clips.
 * Halo:   none.
 * Cost:   about 12 operations per pixel. */
#include "stages.h"

struct adjust_state {
    float brightness, contrast, saturation;
};

static fl_err adjust_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct adjust_state *s = state;
    s->brightness = (float)p->settings->brightness;
    s->contrast = (float)p->settings->contrast;
    s->saturation = (float)p->settings->saturation;
    out->bypass = s->brightness == 0.0f && s->contrast == 1.0f && s->saturation == 1.0f;
    return fl_success();
}

static void adjust_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct adjust_state *s = state;
    const float chroma = s->contrast * s->saturation;
    (void)scratch;
    for (int y = 0; y < in->n; y++)
        for (int x = 0; x < in->width; x++) {
            float r = in->row[0][y][x], g = in->row[1][y][x], b = in->row[2][y][x];
            float luma = 0.2126f * r + 0.7152f * g + 0.0722f * b;
            float level = (luma - 0.5f) * s->contrast + (0.5f + s->brightness);
            out->row[0][y][x] = level + (r - luma) * chroma;
            out->row[1][y][x] = level + (g - luma) * chroma;
            out->row[2][y][x] = level + (b - luma) * chroma;
        }
}

const struct fl_stage fl_stage_adjust = {
    .name = "adjust",
    .summary = "Brightness, contrast and saturation as asked for",
    .flags = FL_STAGE_IN_PLACE | FL_STAGE_COLUMNS,
    .state_size = sizeof(struct adjust_state),
    .prepare = adjust_prepare,
    .rows = adjust_rows,
};

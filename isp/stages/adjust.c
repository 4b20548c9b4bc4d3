/* What:   Brightness, contrast and saturation, with the meaning they have in rpicam-apps.
 * Model:  Y' = (Y - 0.5) contrast + 0.5 + brightness, chroma times saturation (and contrast), on
 *         display-encoded RGB.
 * Source: libcamera controls Brightness, Contrast, Saturation; Rec. 709 luma.
 * Domain: display -> display; may leave 0..1, the encoder clips.
 * Halo:   none.
 * Cost:   about 12 operations per pixel. */
#include "stages.h"

#include <string.h>

struct adjust_state {
    const struct fl_kernels *kernels;
    struct fl_adjust_rule rule;
};

static fl_err adjust_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct adjust_state *s = state;
    const float brightness = (float)p->settings->brightness;
    const float contrast = (float)p->settings->contrast;
    const float saturation = (float)p->settings->saturation;
    out->bypass = brightness == 0.0f && contrast == 1.0f && saturation == 1.0f;
    s->kernels = p->kernels;
    s->rule.slope = contrast;
    s->rule.level = 0.5f + brightness - 0.5f * contrast;
    s->rule.chroma = contrast * saturation;
    return fl_success();
}

static void adjust_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct adjust_state *s = state;
    (void)scratch;
    for (int y = 0; y < in->n; y++) {
        for (int c = 0; c < 3; c++)
            if (out->row[c][y] != in->row[c][y])
                memcpy(out->row[c][y], in->row[c][y], (size_t)in->width * sizeof(float));
        s->kernels->adjust(out->row[0][y], out->row[1][y], out->row[2][y], &s->rule, in->width);
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

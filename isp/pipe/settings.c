/* The settings of one shot: defaults and range checks. */
#include "firstlight/pipeline.h"

#include "registry.h"

#include <math.h>
#include <string.h>

struct fl_settings fl_settings_default(void)
{
    struct fl_settings s;
    memset(&s, 0, sizeof s);
    s.temperature_k = 5500.0;
    s.wb_gains[0] = s.wb_gains[1] = 1.0;
    s.denoise_strength = 1.0;
    s.contrast = s.saturation = s.sharpness = 1.0;
    s.scale = 1.0;
    s.bits = 8;
    return s;
}

static fl_err in_range(const char *name, double value, double min, double max)
{
    if (!(value >= min && value <= max))
        return fl_error(FL_ERR_RANGE, "%s %g: must be %g..%g", name, value, min, max);
    return fl_success();
}

static fl_err check_white_balance(const struct fl_settings *s)
{
    const struct fl_rect *b = &s->wb_box;
    if (s->wb == FL_WB_KELVIN) {
        FL_TRY(in_range("white balance temperature", s->temperature_k, 1667.0, 25000.0));
        FL_TRY(in_range("white balance tint", s->tint, -150.0, 150.0));
    }
    if (s->wb == FL_WB_GAINS) {
        FL_TRY(in_range("red gain", s->wb_gains[0], 0.1, 16.0));
        FL_TRY(in_range("blue gain", s->wb_gains[1], 0.1, 16.0));
    }
    if (s->wb == FL_WB_BOX && (b->width < 1 || b->height < 1 || b->x < 0 || b->y < 0))
        return fl_error(FL_ERR_RANGE,
                        "white balance box %d,%d,%d,%d: must have a size and lie "
                        "inside the picture",
                        b->x, b->y, b->width, b->height);
    return fl_success();
}

static fl_err check_size(const struct fl_settings *s)
{
    if (s->width < 0 || s->height < 0 || s->width > FL_MAX_DIMENSION ||
        s->height > FL_MAX_DIMENSION)
        return fl_error(FL_ERR_RANGE, "output size %dx%d: must be 0..%d", s->width, s->height,
                        FL_MAX_DIMENSION);
    if (s->scale != 0.0)
        FL_TRY(in_range("scale", s->scale, 0.001, 1.0));
    if (s->bits != 8 && s->bits != 16 && s->bits != 32)
        return fl_error(FL_ERR_RANGE, "bits %d: must be 8, 16 or 32", s->bits);
    return fl_success();
}

static fl_err check_until(const struct fl_settings *s)
{
    if (!s->until)
        return fl_success();
    for (int i = 0; fl_registry(i); i++)
        if (fl_registry_matches(fl_registry(i), s->until))
            return fl_success();
    return fl_error(FL_ERR_RANGE, "there is no stage '%s'", s->until);
}

fl_err fl_settings_check(const struct fl_settings *s)
{
    FL_TRY(check_white_balance(s));
    FL_TRY(check_size(s));
    FL_TRY(check_until(s));
    FL_TRY(in_range("lux", s->lux, 0.0, 1e6));
    FL_TRY(in_range("ev", s->ev, -8.0, 8.0));
    FL_TRY(in_range("denoise strength", s->denoise_strength, 0.0, 4.0));
    FL_TRY(in_range("brightness", s->brightness, -1.0, 1.0));
    FL_TRY(in_range("contrast", s->contrast, 0.0, 15.99));
    FL_TRY(in_range("saturation", s->saturation, 0.0, 15.99));
    FL_TRY(in_range("sharpness", s->sharpness, 0.0, 15.99));
    for (int i = 0; s->has_ccm && i < 9; i++)
        FL_TRY(in_range("ccm element", s->ccm[i], -16.0, 16.0));
    return fl_success();
}

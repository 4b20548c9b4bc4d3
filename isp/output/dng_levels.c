/* Geometry and levels of a raw frame in the form that a DNG states them. */
#include "dng_levels.h"

#include <math.h>

bool fl_dng_rect_inside(const struct fl_rect *r, int width, int height)
{
    return r->width > 0 && r->height > 0 && r->x >= 0 && r->y >= 0 && r->x <= width - r->width &&
           r->y <= height - r->height;
}

void fl_dng_geometry(const struct fl_frame *raw, struct fl_rect *active, struct fl_rect *crop)
{
    const struct fl_rect frame = {0, 0, raw->width, raw->height};
    *active =
        fl_dng_rect_inside(&raw->meta.active, raw->width, raw->height) ? raw->meta.active : frame;
    *crop = raw->meta.default_crop;
    if (!fl_dng_rect_inside(crop, active->width, active->height))
        *crop = (struct fl_rect){0, 0, active->width, active->height};
}

void fl_dng_levels(const struct fl_frame *raw, double black[4], double white[4])
{
    int i;
    for (i = 0; i < 4; i++) {
        double w = raw->meta.white_dn[i], b = raw->meta.black_dn[i];
        if (!(w >= 1) || w > 65535)
            w = (double)((1u << raw->format.bits) - 1);
        if (!(b > 0))
            b = 0;
        white[i] = w;
        black[i] = b < w ? b : 0;
    }
}

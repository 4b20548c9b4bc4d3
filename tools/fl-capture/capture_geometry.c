/* What of a frame the picture shows, and how it is turned. */
#include "capture_geometry.h"

/* EXIF orientation of a turn, then flips: 1 + horizontal + 2 vertical. */
static int orientation(const struct fl_capture_options *o)
{
    static const int table[4][4] = {{1, 2, 4, 3}, {6, 5, 7, 8}, {3, 4, 2, 1}, {8, 7, 5, 6}};
    return table[o->rotation / 90 % 4][(o->hflip ? 1 : 0) + (o->vflip ? 2 : 0)];
}

static int even(double v)
{
    return (int)(v / 2.0 + 0.5) * 2;
}

static void crop_share(struct fl_rect *r, const double share[4])
{
    int x = even(share[0] * r->width), y = even(share[1] * r->height);
    int width = even(share[2] * r->width), height = even(share[3] * r->height);
    x = x < r->width - 2 ? x : r->width - 2;
    y = y < r->height - 2 ? y : r->height - 2;
    width = width < 2 ? 2 : width;
    height = height < 2 ? 2 : height;
    r->width = width < r->width - x ? width : r->width - x;
    r->height = height < r->height - y ? height : r->height - y;
    r->x += x;
    r->y += y;
}

/* The largest part in the middle with these proportions. */
static void crop_aspect(struct fl_rect *r, int width, int height)
{
    double share[4] = {0, 0, 1, 1};
    double want = (double)width / height, have = (double)r->width / r->height;
    if (have > want) {
        share[2] = want / have;
        share[0] = (1.0 - share[2]) / 2.0;
    } else {
        share[3] = have / want;
        share[1] = (1.0 - share[3]) / 2.0;
    }
    if (share[2] < 0.999 || share[3] < 0.999)
        crop_share(r, share);
}

void fl_capture_geometry_apply(const struct fl_capture_options *o, struct fl_frame *frame)
{
    struct fl_meta *m = &frame->meta;
    bool quarter = o->rotation == 90 || o->rotation == 270;
    m->orientation = orientation(o);
    if (frame->format.color == FL_COLOR_RGB)
        return;
    if (m->default_crop.width <= 0)
        m->default_crop =
            (struct fl_rect){0, 0, m->active.width > 0 ? m->active.width : frame->width,
                             m->active.height > 0 ? m->active.height : frame->height};
    if (o->roi[2] > 0.0)
        crop_share(&m->default_crop, o->roi);
    if (o->width > 0 && o->height > 0)
        crop_aspect(&m->default_crop, quarter ? o->height : o->width,
                    quarter ? o->width : o->height);
}

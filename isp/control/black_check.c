/* Does a black level of 0 fit the pixels? */
#include "black_check.h"

#include "unpack_row.h"

#include <stdlib.h>

#define ROWS     64  /* that are looked at, at most */
#define PEDESTAL 16  /* range / this */
#define ABOVE    1.5 /* the darkest pixels are between the pedestal and this times it */

static bool declares_black(const struct fl_meta *m)
{
    const struct fl_corrections *c = m->corrections;
    for (int i = 0; i < 4; i++)
        if (m->black_dn[i] != 0.0f)
            return true;
    return m->masked_count > 0 ||
           (c && (c->linear_count || c->black_pattern || c->delta_h_count || c->delta_v_count));
}

/* The range is the white level's next power of two: 1023 -> 1024, 15000 -> 16384. */
static double range_of(const struct fl_frame *raw)
{
    double white = (double)raw->meta.white_dn[0], range = 1.0;
    if (!(white > 0.0 && white <= 65535.0))
        return (double)(1 << raw->format.bits);
    while (range <= white)
        range *= 2.0;
    return range;
}

float fl_black_check(const struct fl_frame *raw, const struct fl_rect *active)
{
    int step = (active->height - 1) / ROWS + 1, channels = fl_format_channels(&raw->format);
    double pedestal = range_of(raw) / PEDESTAL;
    uint16_t darkest = 65535;
    uint16_t *codes;
    if (declares_black(&raw->meta))
        return 0.0f;
    codes = malloc((size_t)active->width * (size_t)channels * sizeof *codes);
    if (!codes)
        return 0.0f; /* the stages that follow will say so */
    for (int y = 0; y < active->height; y += step) {
        const uint8_t *row =
            (const uint8_t *)raw->plane[0] + (size_t)(active->y + y) * raw->stride[0];
        fl_unpack_row(&raw->format, row, active->x, active->width, codes);
        for (int x = 0; x < active->width * channels; x++)
            darkest = codes[x] < darkest ? codes[x] : darkest;
    }
    free(codes);
    return darkest >= pedestal && darkest < ABOVE * pedestal ? (float)pedestal : 0.0f;
}

/* What the caller knows better than the file: some writers leave the black level out, or tag a
 * mosaic with the order of the unflipped sensor. */
#include "overrides.h"

#include <stdlib.h>

static void drop_black_corrections(struct fl_corrections *c)
{
    free(c->black_pattern);
    free(c->black_delta_h);
    free(c->black_delta_v);
    c->black_pattern = c->black_delta_h = c->black_delta_v = NULL;
    c->black_rows = c->black_cols = c->delta_h_count = c->delta_v_count = 0;
}

static fl_err check_pattern(const struct fl_corrections *c, double white)
{
    for (int i = 0; i < c->black_rows * c->black_cols; i++)
        if (!((double)c->black_pattern[i] < white))
            return fl_error(FL_ERR_RANGE, "white level %g is not above the file's black level %g",
                            white, (double)c->black_pattern[i]);
    return fl_success();
}

fl_err fl_override_levels(const struct fl_raw_description *d, double max_dn, struct fl_meta *meta)
{
    if (d->black_count != 0 && d->black_count != 1 && d->black_count != 4)
        return fl_error(FL_ERR_RANGE, "%d black levels given, must be 0, 1 or 4", d->black_count);
    if (d->white_dn != 0.0 && !(d->white_dn > 0.0 && d->white_dn <= max_dn))
        return fl_error(FL_ERR_RANGE, "white level %g is outside 1..%g", d->white_dn, max_dn);
    if (d->black_count && meta->corrections)
        drop_black_corrections(meta->corrections);
    if (d->white_dn != 0.0 && meta->corrections)
        FL_TRY(check_pattern(meta->corrections, d->white_dn));
    for (int i = 0; i < 4; i++) {
        double white = d->white_dn != 0.0 ? d->white_dn : (double)meta->white_dn[i];
        double black = (double)meta->black_dn[i];
        if (d->black_count)
            black = d->black_dn[d->black_count == 4 ? i : 0];
        if ((d->black_count && !(black >= 0.0)) || !(black < white))
            return fl_error(FL_ERR_RANGE, "black level %g is outside 0..%g (white)", black, white);
        meta->black_dn[i] = (float)black;
        meta->white_dn[i] = (float)white;
    }
    return fl_success();
}

fl_err fl_override_cfa(enum fl_cfa cfa, const struct fl_log *log, struct fl_frame *frame)
{
    if (frame->format.color != FL_COLOR_MOSAIC)
        return fl_error(FL_ERR_UNSUPPORTED, "CFA %s was asked for, but the file is no mosaic",
                        fl_cfa_name(cfa));
    if (frame->format.cfa != cfa)
        fl_log(log, FL_LOG_NOTE, "CFA %s instead of %s, as asked for", fl_cfa_name(cfa),
               fl_cfa_name(frame->format.cfa));
    frame->format.cfa = cfa;
    return fl_success();
}

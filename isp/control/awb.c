/* Automatic white balance: the most likely white among those that lamps and skies have.
 *
 * Candidates are lights as this camera would see them, by temperature and tint: over the Planckian
 * locus where the camera has matrices, along the curve that was measured where it has a tuning.
 * Each is judged by the picture (awb_evidence.h) and by what is usual at this brightness: no lamp
 * is as bright as the sun. The answer is the mean over all candidates weighted by likelihood, so
 * that it moves smoothly with the picture.
 *
 * The weights below are round numbers from a flat optimum over the 367 frames of the Raspberry Pi
 * white balance set (IMX219, IMX477, OV5647; grey card as truth): tests/quality/awb_set.c prints
 * the errors, docs/white-balance.md has them, with the cross-validation. */
#include "awb.h"

#include "awb_evidence.h"
#include "awb_lights.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define KELVINS   32 /* candidates */
#define TINTS     26
#define MIRED_MIN (1e6 / 12000.0)
#define MIRED_MAX (1e6 / 1800.0)
#define TINT_MAX  150.0

/* Log likelihoods. */
#define VOTES    4.0  /* times ln(NO_VOTES + share of the picture of that colour) */
#define NO_VOTES 0.02 /* what a light has that nothing in the picture speaks for */
#define SHADES   0.4  /* times nearness of shades of grey, and of the grey edge */
#define EDGE     0.4
#define RADIUS   0.3  /* stops: what is near */
#define WARMTH   0.04 /* stops of red and of blue: the world is a little warmer than its light */
#define TINT     2.0  /* times ln(1 + (tint / usual tint)^2 / 2) */
#define DOUBT    12.0 /* against the file's matrices being wrong */

/* Sums over candidates; weights are relative to the likeliest so far, so that none overflows. */
struct weighted_mean {
    double best; /* log likelihood */
    double weight, color[2];
};

static double square(double x)
{
    return x * x;
}

/* Likes what is near; far away it no longer matters how far. */
static double nearness(const double color[2], const double other[2])
{
    double d = square(color[0] - other[0]) + square(color[1] - other[1]);
    double near = d / square(RADIUS), far = 4.0 * fl_ln(1.0 + near);
    return -(near < far ? near : far);
}

/* color: of a light, log2 of red / green and blue / green. */
static double log_likelihood(const struct fl_awb_evidence *e, const double color[2])
{
    const double seen[2] = {color[0] + WARMTH, color[1] - WARMTH};
    double sum = VOTES * fl_ln(NO_VOTES + fl_awb_votes_at(e, seen));
    if (e->has_shades)
        sum += SHADES * nearness(seen, e->shades);
    if (e->has_edge)
        sum += EDGE * nearness(seen, e->edge);
    return sum;
}

static void add_candidate(struct weighted_mean *m, const double color[2], double log_weight)
{
    double w;
    if (log_weight > m->best) {
        double shrink = fl_exp(m->best - log_weight);
        m->weight *= shrink;
        m->color[0] *= shrink;
        m->color[1] *= shrink;
        m->best = log_weight;
    }
    w = fl_exp(log_weight - m->best);
    m->weight += w;
    m->color[0] += w * color[0];
    m->color[1] += w * color[1];
}

/* All candidates of a camera. usual_tint: width of the tints that lights have; margin: mired, added
 * to both ends of the usual temperatures; log_prior: that this is the camera. */
static void add_lights(struct weighted_mean *m, const struct fl_awb_lights *lights,
                       const struct fl_awb_evidence *e, double usual_tint, double margin,
                       double log_prior)
{
    for (int k = 0; k < KELVINS; k++) {
        double mired = MIRED_MIN + (MIRED_MAX - MIRED_MIN) * k / (KELVINS - 1);
        double usual = log_prior + fl_awb_usual(lights, mired, margin);
        for (int t = 0; t < TINTS; t++) {
            double tint = TINT_MAX * (2.0 * t / (TINTS - 1) - 1.0), color[2];
            if (fl_awb_light_color(lights, mired, tint, color))
                add_candidate(m, color,
                              usual + log_likelihood(e, color) -
                                  TINT * fl_ln(1.0 + 0.5 * square(tint / usual_tint)));
        }
    }
}

/* Files with matrices for other gains than those of the pixels exist: where the picture is far from
 * all that the camera should see, a typical sensor takes over. Of that, any tint may be usual. */
static void add_cameras(struct weighted_mean *m, const struct fl_awb_input *in, double mean_green,
                        const struct fl_awb_evidence *e)
{
    static const struct fl_meta nothing = {.has_neutral = false};
    struct fl_awb_lights lights;
    fl_awb_lights_init(&lights, in->meta, in->tuning, in->lux, mean_green);
    if (lights.by_curve || !lights.camera.generic)
        add_lights(m, &lights, e, lights.usual_tint, 0.0, 0.0);
    if (!lights.by_curve || !(m->weight > 0.0)) {
        double log_prior = lights.camera.generic ? 0.0 : -DOUBT;
        lights.by_curve = false;
        fl_camera_color_init(&lights.camera, &nothing, NULL);
        add_lights(m, &lights, e, 100.0, 60.0, log_prior);
    }
}

fl_err fl_awb_estimate(const struct fl_awb_input *in, double neutral[3])
{
    static const struct fl_noise no_noise[3];
    struct weighted_mean m = {-1e300, 0.0, {0.0, 0.0}};
    struct fl_awb_evidence e;
    struct fl_awb_scene scene;
    FL_TRY(fl_awb_scene_new(in->stats, in->noise ? in->noise : no_noise, &scene));
    fl_awb_collect(&scene, &e);
    add_cameras(&m, in, scene.mean_green, &e);
    fl_awb_scene_free(&scene);
    neutral[0] = fl_exp2(m.color[0] / m.weight);
    neutral[1] = 1.0;
    neutral[2] = fl_exp2(m.color[1] / m.weight);
    return fl_success();
}

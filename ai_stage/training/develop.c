/* For training: develops simulated mosaics with the real chain, to be called from Python.
 *
 * The neural stage works on the chain's picture before it becomes codes; the same hook that will
 * run the network hands its rows, and the size of the noise, to the caller here. */
#include "firstlight/pipeline.h"

#include <stdio.h>
#include <string.h>

struct training_shot {
    int width, height; /* even */
    int cfa;           /* enum fl_cfa */
    int preset;        /* enum fl_preset */
    float black_dn, white_dn;
    double neutral[3], color_matrix[9]; /* XYZ to camera, D65 */
    double s, o;                        /* of the noise profile */
    double denoise;                     /* strength; 0: off */
    double ev;
};

/* Planes of width x height; the last is the noise. */
struct taken {
    float *plane[4];
    const struct fl_finish_picture *picture;
    const struct fl_finish_target *target;
};

static fl_err begin(void *user, const struct fl_finish_picture *picture,
                    const struct fl_finish_target *target)
{
    struct taken *t = user;
    t->picture = picture;
    t->target = target;
    return fl_success();
}

static void rows(void *user, int y, int n, const float *const *const row[3])
{
    struct taken *t = user;
    const int width = t->picture->width;
    for (int i = 0; i < n; i++) {
        const float *rgb[3] = {row[0][i], row[1][i], row[2][i]};
        for (int p = 0; p < 3; p++)
            memcpy(t->plane[p] + (ptrdiff_t)(y + i) * width, rgb[p], (size_t)width * sizeof(float));
        t->picture->noise(t->picture->chain, rgb, t->plane[3] + (ptrdiff_t)(y + i) * width, width);
        t->target->rows(t->target->self, y + i, 1, rgb, width);
    }
}

static fl_err end(void *user, bool complete)
{
    (void)user;
    (void)complete;
    return fl_success();
}

static fl_err mosaic_of(const struct training_shot *shot, const uint16_t *codes,
                        struct fl_frame **out)
{
    const struct fl_format format = {FL_COLOR_MOSAIC, (enum fl_cfa)shot->cfa, FL_PACK_U16, 16};
    struct fl_meta *meta;
    FL_TRY(fl_frame_new(shot->width, shot->height, &format, out));
    for (int y = 0; y < shot->height; y++)
        memcpy((char *)(*out)->plane[0] + (size_t)y * (*out)->stride[0],
               codes + (size_t)y * (size_t)shot->width, (size_t)shot->width * sizeof *codes);
    meta = &(*out)->meta;
    snprintf(meta->model, sizeof meta->model, "Training");
    for (int i = 0; i < 4; i++) {
        meta->black_dn[i] = shot->black_dn;
        meta->white_dn[i] = shot->white_dn;
    }
    for (int i = 0; i < 3; i++)
        meta->noise[i] = (struct fl_noise){shot->s, shot->o};
    meta->orientation = 1;
    meta->has_neutral = true;
    memcpy(meta->neutral, shot->neutral, sizeof meta->neutral);
    meta->calibration[0].illuminant = 21;
    meta->calibration[0].has_color_matrix = true;
    memcpy(meta->calibration[0].color_matrix, shot->color_matrix, sizeof shot->color_matrix);
    return fl_success();
}

static fl_err develop(const struct training_shot *shot, const uint16_t *codes, float *planes)
{
    const struct fl_pipeline_config config = {.threads = 1};
    const size_t size = (size_t)shot->width * (size_t)shot->height;
    struct taken taken = {.plane = {planes, planes + size, planes + 2 * size, planes + 3 * size}};
    const struct fl_finish finish = {begin, rows, end, &taken};
    struct fl_settings settings = fl_settings_default();
    struct fl_pipeline *pipeline;
    struct fl_frame *raw = NULL, *out = NULL;
    fl_err err;
    settings.preset = (enum fl_preset)shot->preset;
    settings.look = FL_LOOK_NEUTRAL;
    settings.ev = shot->ev;
    settings.finish = &finish;
    settings.denoise = shot->denoise > 0.0 ? FL_DENOISE_AUTO : FL_DENOISE_OFF;
    settings.denoise_strength = shot->denoise;
    FL_TRY(fl_pipeline_new(&config, &pipeline));
    err = mosaic_of(shot, codes, &raw);
    if (err.code == FL_OK)
        err = fl_pipeline_run(pipeline, raw, &settings, &out, NULL);
    fl_frame_unref(out);
    fl_frame_unref(raw);
    fl_pipeline_free(pipeline);
    return err;
}

/* planes: 4 x height x width floats. 0, or 1 with a message in message[256]. */
FL_API int training_develop(const struct training_shot *shot, const uint16_t *codes, float *planes,
                            char *message);

int training_develop(const struct training_shot *shot, const uint16_t *codes, float *planes,
                     char *message)
{
    fl_err err = develop(shot, codes, planes);
    snprintf(message, 256, "%s", err.message);
    return err.code != FL_OK;
}

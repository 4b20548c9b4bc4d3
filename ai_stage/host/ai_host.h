/* What the host's files share. */
#ifndef FL_AI_HOST_H
#define FL_AI_HOST_H

#include "firstlight/ai.h"
#include "firstlight/ai_stage.h"
#include "firstlight/finish.h"

#include <stdbool.h>

#define FL_AI_BLOCK 64 /* pixels a side of what the checks look at */

/* A model that a backend has opened. */
struct fl_ai {
    const struct fl_ai_backend *backend;
    void *library; /* NULL: the backend is built in */
    bool open;
    struct fl_ai_session session;
    char model_name[64], sha256[65];
    double strength;
    int workers, tile;
};

/* The backend of that name or library; NULL: "native". *library: for dlclose(). */
fl_err fl_ai_find_backend(const char *name, const struct fl_ai_backend **out,
                          void **library) FL_MUST_USE;

extern const struct fl_ai_backend fl_ai_native, fl_ai_identity;

/* Rows [y, y + n) of the picture, before and after the stage, and their noise, for the checks. */
struct fl_ai_rows {
    const float *before[3], *noise;
    float *after[3];
    int stride, width, n;
};

/* What the checks found; sums over pixels. */
struct fl_ai_findings {
    int blocks, back;
    double change, noise; /* of squares; of the noise */
    double pixels;
};

/* Looks at each block and puts the pixels of before back where it fails. */
void fl_ai_gate(const struct fl_ai_rows *rows, struct fl_ai_findings *found);

/* One picture on its way through the stage. */
struct fl_ai_picture;

/* finish: to be given to the pipeline, as long as the picture. */
fl_err fl_ai_picture_new(const struct fl_ai *ai, struct fl_ai_picture **out,
                         struct fl_finish *finish) FL_MUST_USE;
void fl_ai_picture_free(struct fl_ai_picture *picture);

/* Whether there was a picture for the stage to work on. After the run. */
bool fl_ai_picture_begun(const struct fl_ai_picture *picture);

/* Whether the stage itself has failed, and what it did. After the run. */
bool fl_ai_picture_failed(const struct fl_ai_picture *picture, fl_err *err);
void fl_ai_picture_report(const struct fl_ai_picture *picture, struct fl_ai_report *report);

/* A piece of a picture, cut out, and its residual. */
struct fl_ai_cut {
    float *in[FL_AI_PLANES], *out[3];
    int width, height; /* of in; multiples of the session's align */
    int x, y;          /* of out's first pixel in the picture; may be -1 */
    int out_width, out_height;
};

/* Bytes for the planes of tiles whose residuals are of that size, and room in them: a tile whose
 * residual covers [x, end_x) x [y, end_y). */
size_t fl_ai_cut_size(const struct fl_ai_session *session, int width, int height);
void fl_ai_cut_place(const struct fl_ai_session *session, int x, int y, int end_x, int end_y,
                     void *memory, struct fl_ai_cut *cut);

/* Where row y of the picture is. */
struct fl_ai_source {
    const float *(*row)(const void *user, int plane, int y);
    const void *user;
    const struct fl_finish_picture *picture;
};

/* Fills a cut's planes; beyond the picture it goes on mirrored. */
void fl_ai_cut_fill(const struct fl_ai_cut *cut, const struct fl_ai_source *source, int halo);

/* Runs the model over it. Errors: FL_ERR_INTERNAL where it fails or gives what is no number. */
fl_err fl_ai_cut_run(const struct fl_ai *ai, const struct fl_ai_cut *cut, int worker);

#endif

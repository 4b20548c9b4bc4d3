/* The neural stage: an opt-in last step that takes away what noise the chain has left.
 *
 * It is off unless asked for. When it fails, the picture is the chain's own, to the bit, and the
 * report says so. */
#ifndef FIRSTLIGHT_AI_STAGE_H
#define FIRSTLIGHT_AI_STAGE_H

#include "firstlight/log.h"
#include "firstlight/output.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fl_ai_options {
    const char *backend; /* "native", "identity", or the path of a library; NULL = "native" */
    const char *model;   /* path of the model's file; NULL: none */
    double strength;     /* share of the residual that is added, 0..1 */
    int workers;         /* threads that will develop, at least 1 */
    int tile;            /* pixels a side of a tile, without halo; 0 = chosen by the host */
};

/* strength 1, one worker. */
FL_API struct fl_ai_options fl_ai_options_default(void);

/* A model, ready to run; for one development at a time. */
struct fl_ai;

/* Errors: FL_ERR_IO, FL_ERR_UNSUPPORTED, FL_ERR_CORRUPT, FL_ERR_RANGE, FL_ERR_MEMORY. */
FL_API fl_err fl_ai_open(const struct fl_ai_options *options, struct fl_ai **out) FL_MUST_USE;
FL_API void fl_ai_close(struct fl_ai *ai);

enum fl_ai_status {
    FL_AI_NOT_ASKED = 0,
    FL_AI_USED,
    FL_AI_NOT_NEEDED, /* nothing for it to do; reason says why */
    FL_AI_FAILED      /* reason says why; the picture is the chain's own */
};

FL_API const char *fl_ai_status_name(enum fl_ai_status status); /* "used" */

/* What the stage did to a shot. */
struct fl_ai_report {
    enum fl_ai_status status;
    char backend[32];
    char model[64];  /* its file's name */
    char sha256[65]; /* of the model's file */
    double strength;
    int blocks;      /* the picture's, of 64x64 pixels */
    int blocks_back; /* where the checks put the chain's own pixels back */
    double change;   /* root mean square of what was added, in units of the display */
    double noise;    /* mean of the predicted noise, before noise reduction */
    double seconds;  /* summed over threads */
    char reason[FL_MESSAGE_MAX];
};

/* As fl_develop(), with the stage. ai NULL: without. When the stage fails, the shot is developed
 * again without it, and the report says why. ai_report may be NULL. Errors: those of fl_develop().
 */
FL_API fl_err fl_ai_develop(struct fl_ai *ai, struct fl_pipeline *pipeline,
                            const struct fl_frame *raw, const struct fl_settings *settings,
                            const char *path, const struct fl_write_options *options,
                            const struct fl_log *log, struct fl_report *report,
                            struct fl_ai_report *ai_report) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif

/* The pipeline: a raw frame becomes a display-ready picture.
 *
 * A pipeline is made once from a configuration and used for any number of frames, one at a time.
 * The same frame and settings give the same bits for every CPU level, thread count, strip size and
 * executor. */
#ifndef FIRSTLIGHT_PIPELINE_H
#define FIRSTLIGHT_PIPELINE_H

#include "firstlight/finish.h"
#include "firstlight/frame.h"
#include "firstlight/log.h"
#include "firstlight/param.h"
#include "firstlight/thread.h"
#include "firstlight/tuning_data.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fl_preset { FL_PRESET_BALANCED = 0, FL_PRESET_FAST, FL_PRESET_BEST };
enum fl_look {
    FL_LOOK_STANDARD = 0, /* a finished photograph */
    FL_LOOK_NEUTRAL,      /* colour and sRGB curve only */
    FL_LOOK_CAMERA        /* exposed as taken, with the tone curve of the tuning */
};
enum fl_cpu {
    FL_CPU_AUTO = 0,
    FL_CPU_SCALAR,
    FL_CPU_SSE4,
    FL_CPU_AVX2,
    FL_CPU_AVX512,
    FL_CPU_NEON
};
enum fl_executor { FL_EXEC_ROWS = 0, FL_EXEC_FRAME };
enum fl_wb_mode {
    FL_WB_AS_SHOT = 0, /* the file's neutral; auto where it has none */
    FL_WB_AUTO,
    FL_WB_KELVIN, /* temperature_k and tint */
    FL_WB_GAINS,  /* gains[0] red, gains[1] blue; green is 1 */
    FL_WB_BOX     /* the mean of box is made grey */
};
enum fl_denoise_mode { FL_DENOISE_AUTO = 0, FL_DENOISE_OFF };
enum fl_color_space { FL_SPACE_SRGB = 0, FL_SPACE_P3 }; /* both with the sRGB transfer curve */

/* How one shot is developed. Start from fl_settings_default(). */
struct fl_settings {
    enum fl_preset preset;
    enum fl_look look;
    enum fl_wb_mode wb;
    double temperature_k;  /* 1667..25000 */
    double tint;           /* -150..150, DNG convention: positive is magenta in the picture */
    double wb_gains[2];    /* red, blue: 0.1..16 */
    struct fl_rect wb_box; /* pixels of the upright, cropped picture at full size */
    double lux;            /* brightness of the scene, 0..1000000; 0 = from the exposure */
    double ev;             /* exposure compensation in stops, -8..8 */
    enum fl_denoise_mode denoise;
    double denoise_strength; /* 0..4, 1 = as the noise profile says */
    double brightness;       /* -1..1, 0 = unchanged (rpicam meaning) */
    double contrast;         /* 0..15.99, 1 = unchanged */
    double saturation;       /* 0..15.99, 1 = unchanged, 0 = grey */
    double sharpness;        /* 0..15.99, 1 = the look's own, 0 = none */
    bool has_ccm;
    double ccm[9]; /* white-balanced camera RGB -> linear sRGB, row-major, replaces the file's */
    enum fl_color_space space;
    /* What is known about the sensor, for automatic white balance, temperatures and the colour
     * matrix; it goes before what the file says. NULL = nothing; must outlive the run. */
    const struct fl_tuning *tuning;
    int width, height; /* output size; 0 = from the other side, both 0 = by scale */
    double scale;      /* 0 < scale <= 1; 0 = 1 */
    int bits;          /* 8, 16, or 32 (float) samples in the result */
    const char *until; /* stop after this stage; NULL = run all. At least 16 bits a sample */
    /* The caller's last step over the picture; NULL = none. Only for colour pictures of full size,
     * otherwise FL_ERR_UNSUPPORTED; preset fast takes its float chain. Must outlive the run. */
    const struct fl_finish *finish;
};

FL_API struct fl_settings fl_settings_default(void);

/* Errors: FL_ERR_RANGE naming the field, the value and the interval. */
FL_API fl_err fl_settings_check(const struct fl_settings *settings) FL_MUST_USE;

struct fl_pipeline_config {
    enum fl_cpu cpu; /* FL_CPU_AUTO: the best the machine has */
    enum fl_executor executor;
    int threads;                    /* 0 = one per core; ignored with a runner */
    const struct fl_runner *runner; /* the caller's threads; NULL = an own pool */
    int strip_rows;                 /* rows of a strip; 0 = chosen by the plan */
    const struct fl_log *log;       /* may be NULL; must outlive the pipeline */
    /* Called from one thread at a time, fraction 0..1; return false to cancel. May be NULL. */
    bool (*progress)(void *user, double fraction);
    void *progress_user;
};

struct fl_pipeline;

/* config NULL: all defaults. Errors: FL_ERR_ARGUMENT, FL_ERR_UNSUPPORTED (CPU level this machine
 * or build does not have), FL_ERR_MEMORY. */
FL_API fl_err fl_pipeline_new(const struct fl_pipeline_config *config,
                              struct fl_pipeline **out) FL_MUST_USE;
FL_API void fl_pipeline_free(struct fl_pipeline *pipeline);

/* Overrides one stage parameter ("sharpen.amount") for all following runs; NULL value: back to
 * what the preset says. Errors: FL_ERR_RANGE. */
FL_API fl_err fl_pipeline_set(struct fl_pipeline *pipeline, const char *key,
                              const char *value) FL_MUST_USE;
/* Drops every override. */
FL_API void fl_pipeline_reset(struct fl_pipeline *pipeline);

#define FL_REPORT_STAGES 64

struct fl_stage_report {
    const char *name;
    double seconds; /* summed over threads; 0 where the stage was a no-op */
    bool bypassed;
};

/* What a run did. */
struct fl_report {
    enum fl_cpu cpu;
    int threads;
    double seconds; /* wall time */
    int stage_count;
    struct fl_stage_report stage[FL_REPORT_STAGES];
    double wb_gains[3];    /* red, green, blue; green is 1 */
    double cct_k;          /* estimated from the gains; 0 without matrix and tuning */
    double exposure_ev;    /* exposure applied in linear light, all sources together */
    struct fl_noise noise; /* that the denoiser used (green) */
    int width, height;     /* of the picture */
};

/* Develops one raw frame. *out: interleaved RGB8 or RGB16, or planar float; upright; its metadata
 * is the raw's, with orientation 1 and geometry of the result. report may be NULL.
 * Errors: any. One run at a time per pipeline. */
FL_API fl_err fl_pipeline_run(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                              const struct fl_settings *settings, struct fl_frame **out,
                              struct fl_report *report) FL_MUST_USE;

/* Takes a picture row by row while it is made. */
struct fl_picture_sink {
    /* Once, before any row: size, format and metadata of the picture, without pixels, for this call
     * only. An error ends the run. */
    fl_err (*begin)(void *user, const struct fl_frame *picture);
    /* Where the pixels of row y go; NULL: nowhere. Then, that they are there. Every row once, in
     * any order, from several threads at a time. */
    void *(*row)(void *user, int y);
    void (*done)(void *user, int y);
    void *user;
};

/* As fl_pipeline_run(), with 8- or 16-bit pixels going to the sink. Pictures that are turned by a
 * quarter, and those of 16 bits, are made whole first. */
FL_API fl_err fl_pipeline_run_rows(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                                   const struct fl_settings *settings,
                                   const struct fl_picture_sink *sink,
                                   struct fl_report *report) FL_MUST_USE;

/* The list of stages, in pipeline order, for help and documentation: *name, *summary and *params
 * of stage `index`; false past the end. Any thread. */
FL_API bool fl_stage_info(int index, const char **name, const char **summary,
                          const struct fl_param **params);

/* CPU levels: name ("avx2"), parsing, and whether this machine and build have it. */
FL_API const char *fl_cpu_name(enum fl_cpu cpu);
FL_API fl_err fl_cpu_parse(const char *name, enum fl_cpu *out) FL_MUST_USE;
FL_API bool fl_cpu_available(enum fl_cpu cpu);

#ifdef __cplusplus
}
#endif
#endif

/* From a shot to its files: picture, raws, metadata, link. */
#ifndef FL_CAPTURE_OUTPUT_H
#define FL_CAPTURE_OUTPUT_H

#include "capture_developer.h"

struct fl_capture_output {
    struct fl_developer_config config;
    const struct fl_log *log;
    struct fl_settings settings;
    struct fl_write_options write;
};

/* Derives the settings and gives the pipeline its stage parameters. Errors: FL_ERR_RANGE. */
fl_err fl_capture_output_open(struct fl_capture_output *output,
                              struct fl_pipeline *pipeline) FL_MUST_USE;

/* Writes everything that was asked for. Errors: those of developing and writing. */
fl_err fl_capture_output_write(struct fl_capture_output *output, struct fl_pipeline *pipeline,
                               const struct fl_capture_job *job) FL_MUST_USE;

#endif

/* The work on one file. */
#ifndef FL_CONVERT_JOB_H
#define FL_CONVERT_JOB_H

#include "batch.h"

#define FL_JOB_MESSAGES 50

/* What was said while a file was worked on, from any thread. */
struct fl_job_messages {
    pthread_mutex_t lock;
    struct fl_text_list warnings, notes;
};

struct fl_job_result {
    fl_err err;
    int raw_width, raw_height, width, height;
    struct fl_meta meta; /* of the raw; its attachments are not kept */
    bool developed;      /* the report holds something */
    struct fl_report report;
    double read_s, develop_s, write_s;
};

/* One of the workers: it takes items until there are none. */
struct fl_job {
    struct fl_batch *batch;
    struct fl_pipeline *pipeline;
    struct fl_log log;
    struct fl_job_messages messages;
    const struct fl_item *item; /* in work */
    double part;                /* of it that is done */
};

/* A job's pipeline; the batch's first job shares the one made for planning. */
fl_err fl_job_open(struct fl_job *job, struct fl_batch *batch) FL_MUST_USE;
void fl_job_close(struct fl_job *job);

/* Works until the batch is done, prints what there is to print. */
void fl_job_run(struct fl_job *job);

#endif

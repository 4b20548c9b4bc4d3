/* Everything that may differ from shot to shot: what sidecars can set. */
#ifndef FL_SHOT_H
#define FL_SHOT_H

#include "options.h"

#include "firstlight/firstlight.h"
#include "firstlight/source.h"

/* What --denoise was told in rpicam's words. */
enum fl_cdn { FL_CDN_NONE = 0, FL_CDN_OFF, FL_CDN_FAST, FL_CDN_HQ };

struct fl_shot {
    struct fl_raw_description raw;
    struct fl_settings settings;
    struct fl_text_list set; /* "stage.param=value", in order */
    enum fl_cdn cdn;
    bool has_type; /* --format was given */
    enum fl_file_type type;
    int quality;
    enum fl_subsampling subsampling;
    bool progressive;
    int compression;    /* of png, tiff and dng: index into fl_compression_names */
    int bits;           /* 0: the format's own */
    int size[2];        /* --size: of the result, of the raw where it has no header */
    int output_size[2]; /* --output-size */
};

extern const char *const fl_preset_names[];
extern const char *const fl_look_names[];
extern const char *const fl_cdn_names[]; /* "auto" for none */
extern const char *const fl_space_names[];
extern const char *const fl_subsampling_names[];
extern const char *const fl_compression_names[];

/* The option table; the target is a struct fl_shot. Raw descriptions are not in it. */
extern const struct fl_opt fl_shot_options[];

void fl_shot_init(struct fl_shot *shot);
/* `to` gets a list of its own; texts are shared. false without memory. */
bool fl_shot_copy(struct fl_shot *to, const struct fl_shot *from);
void fl_shot_free(struct fl_shot *shot);

/* Derives what follows from several options together (size, bits, format) and checks the whole.
 * output_type: what the name of the output says, NULL where it says nothing. Call once.
 * Errors: FL_ERR_RANGE. */
fl_err fl_shot_finish(struct fl_shot *shot, const enum fl_file_type *output_type) FL_MUST_USE;

/* Gives the shot's stage parameters to the pipeline, after dropping all earlier ones. */
fl_err fl_shot_apply(const struct fl_shot *shot, struct fl_pipeline *pipeline) FL_MUST_USE;

#endif

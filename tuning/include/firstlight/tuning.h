/* Tuning files: what is known about a sensor and its lens. */
#ifndef FIRSTLIGHT_TUNING_H
#define FIRSTLIGHT_TUNING_H

#include "firstlight/log.h"
#include "firstlight/tuning_data.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads a Raspberry Pi tuning file (libcamera's JSON, version 1 or 2, for vc4 or PiSP) or one of
 * our own profiles (YAML, see docs/tuning.md). Of the first, unknown and disabled blocks are
 * skipped with a note in the log (may be NULL); in the second, whatever is unknown is an error.
 * *out is freed with fl_tuning_free() and not changed meanwhile; any thread may use it. Errors:
 * FL_ERR_IO, FL_ERR_CORRUPT, FL_ERR_UNSUPPORTED, FL_ERR_MEMORY; messages begin with the file's
 * name, line and column. Any thread. */
FL_API fl_err fl_tuning_load(const char *path, const struct fl_log *log,
                             struct fl_tuning **out) FL_MUST_USE;

/* Frees what fl_tuning_load() made; NULL is allowed. */
FL_API void fl_tuning_free(struct fl_tuning *tuning);

/* The sensor that a raw's camera model names: "imx477" for "imx477", for raspistill's "RP_imx477"
 * and for the path of older rpicam-still, "/base/soc/i2c0mux/i2c@1/imx477@1a". False where it names
 * none. Any thread. */
FL_API bool fl_tuning_sensor_of(const char *model, char *sensor, size_t size);

/* The file that describes a sensor, NAME.yaml or NAME.json: in the folders of the environment's
 * FIRSTLIGHT_TUNING_PATH, the user's (~/.local/share/firstlight/tuning), firstlight's own, and
 * libcamera's, PiSP before vc4. False where there is none. Any thread. */
FL_API bool fl_tuning_find(const char *sensor, char *path, size_t size);

/* fl_tuning_load() of a file, or of what fl_tuning_find() finds for a name without '/' and '.'. */
FL_API fl_err fl_tuning_open(const char *file_or_sensor, const struct fl_log *log,
                             struct fl_tuning **out) FL_MUST_USE;

/* All of it as a profile of our own: text that the caller frees. Errors: FL_ERR_MEMORY. Any thread.
 */
FL_API fl_err fl_tuning_profile(const struct fl_tuning *tuning, char **text) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif

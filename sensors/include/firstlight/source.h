/* Where raw frames come from: files, headerless dumps, and the simulated sensor. */
#ifndef FIRSTLIGHT_SOURCE_H
#define FIRSTLIGHT_SOURCE_H

#include "firstlight/frame.h"
#include "firstlight/log.h"
#include "firstlight/tuning_data.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Describes a headerless dump, or corrects what a file says. All-zero: the file says itself what
 * it is. */
struct fl_raw_description {
    const char *format; /* libcamera name, for example "SRGGB10_CSI2P"; NULL = not a dump */
    int width, height;  /* pixels */
    size_t stride;      /* bytes from row to row; 0 = no padding */
    size_t offset;      /* bytes before the first row */
    /* Of dumps, and in place of what any other file says. */
    int black_count; /* 0, 1 or 4 values in black_dn; 0 = as the file says, a dump's is 0 */
    double black_dn[4];
    double white_dn; /* 0 = as the file says, a dump's is 2^bits - 1 */
    enum fl_cfa cfa; /* for mosaics only; FL_CFA_NONE = as the file or the format says */
};

/* Reads a raw file: DNG and vendor raws, or a dump when `description` (may be NULL) has a format.
 * The file's content decides, not its name. The caller owns one reference to *out.
 * Errors: FL_ERR_IO, FL_ERR_CORRUPT, FL_ERR_UNSUPPORTED, FL_ERR_MEMORY; messages do not repeat the
 * path's folder. Thread-safe. */
FL_API fl_err fl_source_read(const char *path, const struct fl_raw_description *description,
                             const struct fl_log *log, struct fl_frame **out) FL_MUST_USE;

/* True where the name's extension is one of a raw format that fl_source_read() may take: for
 * listing folders. */
FL_API bool fl_source_is_raw_name(const char *path);

/* The simulated sensor: a procedural scene seen through a sensor model. The same configuration
 * gives the same bytes on every machine. Mono formats see the scene's luminance. */
struct fl_sim_config {
    const char *scene;  /* see fl_sim_scene_name(); NULL = "chart" */
    const char *format; /* libcamera name; NULL = "SRGGB12" */
    int width, height;  /* of the picture, 2..FL_MAX_DIMENSION, even; 0 = 640x480 */
    uint32_t seed;      /* of this shot's noise; scene and defects do not depend on it */
    double iso;         /* 100..25600; 0 = 100. Noise only: the light falls as the gain rises */
    double exposure_ev; /* scene exposure in stops, -10..10; 0 = 1/100 s */
    double cct_k;       /* illuminant 2500..10000 K; 0 = 6504 */
    bool no_noise;
    bool no_shading;
    double defects_ppm; /* hot, dead and stuck pixels per million, 0..10000 */
    /* The sensor and lens to be: colour, shading, noise and black level as it says, and a name by
     * which it is found; the frame's metadata are then as poor as those of a Raspberry Pi. NULL:
     * firstlight's own. A camera keeps the pointer until it is closed. */
    const struct fl_tuning *tuning;
};

/* Names of the scenes; NULL past the end. Any thread. */
FL_API const char *fl_sim_scene_name(int index);
FL_API const char *fl_sim_scene_summary(int index);

/* Takes a picture. Metadata is complete (matrices, neutral, noise profile, GainMap for the
 * shading) without a tuning. Frames of unpacked formats at least 64 pixels wide have 16 optically
 * black columns left of the picture: see meta.active and meta.masked. Radiance 1 under no shading
 * just clips green. Errors: FL_ERR_RANGE, FL_ERR_MEMORY. Thread-safe. */
FL_API fl_err fl_sim_capture(const struct fl_sim_config *config, struct fl_frame **out) FL_MUST_USE;

/* The scene itself, noise-free: planar float RGB, linear sRGB, as a perfect camera with a neutral
 * look would render it before its output curve. Size of the picture; exposed, but never clipped;
 * grey for mono formats. Same errors. Thread-safe. */
FL_API fl_err fl_sim_truth(const struct fl_sim_config *config, struct fl_frame **out) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif

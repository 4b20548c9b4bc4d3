/* What is known about a frame. A plain value that travels with it; variable-length parts hang on
 * two shared, immutable, reference-counted attachments. All-zero means "nothing known". */
#ifndef FIRSTLIGHT_META_H
#define FIRSTLIGHT_META_H

#include "firstlight/format.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct fl_rect {
    int x, y, width, height; /* pixels; width 0 means "not given" */
};

/* The part of the whole sensor that a frame's active area shows, in shares of its width and height;
 * width 0: the whole. Mirrored where flipped. */
struct fl_sensor_view {
    double x, y, width, height;
    bool flip_h, flip_v;
};

/* Poisson-Gaussian noise of normalised raw values (0 black, 1 white), before white balance:
 * variance(x) = s * x + o. DNG NoiseProfile units. s == 0 and o == 0: not known. */
struct fl_noise {
    double s, o;
};

/* Colour calibration under one illuminant, as in DNG: matrices are row-major 3x3. */
struct fl_calibration {
    int illuminant; /* EXIF LightSource code; 0 = absent, 255 = see cct_k */
    double cct_k;   /* correlated colour temperature in kelvin; 0 = unknown */
    bool has_color_matrix, has_forward_matrix;
    double color_matrix[9];       /* CIE XYZ -> camera, unbalanced */
    double forward_matrix[9];     /* white-balanced camera -> XYZ D50 */
    double camera_calibration[9]; /* per-unit correction; identity when absent */
};

enum fl_opcode_id {
    FL_OPCODE_WARP_RECTILINEAR = 1,
    FL_OPCODE_FIX_VIGNETTE_RADIAL = 3,
    FL_OPCODE_FIX_BAD_PIXELS_CONSTANT = 4,
    FL_OPCODE_FIX_BAD_PIXELS_LIST = 5,
    FL_OPCODE_GAIN_MAP = 9
};

struct fl_warp_plane {
    double radial[4];     /* kr0..kr3, polynomial in r^2 */
    double tangential[2]; /* kt0, kt1 */
};

/* One DNG opcode, decoded. Coordinates are pixels of the active area. */
struct fl_opcode {
    int list; /* 1: stored codes, 2: linear mosaic, 3: demosaiced RGB */
    enum fl_opcode_id id;
    union {
        struct {
            int planes; /* 1 or 3 */
            struct fl_warp_plane plane[3];
            double cx, cy; /* centre, 0..1 of the image */
        } warp;
        struct {
            double k[5]; /* gain = 1 + k0 r^2 + k1 r^4 + ... */
            double cx, cy;
        } vignette;
        struct {
            uint32_t value; /* stored code that marks a bad pixel */
        } bad_constant;
        struct {
            int points, rects;
            int32_t *point;       /* points x {x, y} */
            struct fl_rect *rect; /* rects */
        } bad_list;
        struct {
            struct fl_rect area; /* pixels that the map covers */
            int plane, planes;   /* first plane and count it applies to */
            int row_pitch, col_pitch;
            int points_v, points_h, map_planes;
            double spacing_v, spacing_h, origin_v, origin_h; /* relative to the image, 0..1 */
            float *gain; /* points_v x points_h x map_planes, interleaved */
        } gain_map;
    } u;
};

/* Sensor corrections of variable length. Made by a source, immutable afterwards. */
struct fl_corrections {
    int linear_count;
    uint16_t *linear; /* LinearizationTable: stored code -> linear code; past the end: last entry */
    int delta_h_count, delta_v_count;
    float *black_delta_h;       /* per column of the active area, DN */
    float *black_delta_v;       /* per row of the active area, DN */
    int black_rows, black_cols; /* size of a black pattern beyond 2x2; 0 otherwise */
    float *black_pattern;       /* black_rows x black_cols, DN, replaces fl_meta.black_dn */
    int opcode_count;
    struct fl_opcode *opcode; /* in file order, lists 1, 2, 3 */
};

/* One EXIF entry as stored: type is the TIFF type code, data in native byte order. */
struct fl_exif_entry {
    uint16_t ifd; /* 0 = IFD0, 1 = EXIF, 2 = GPS */
    uint16_t tag, type;
    uint32_t count;
    uint32_t size; /* bytes of data */
    uint8_t *data;
};

struct fl_exif {
    int count;
    struct fl_exif_entry *entry;
};

/* Allocates empty attachments with one reference; NULL without memory. The source fills the
 * arrays with memory from malloc(); the last unref frees them. Any thread. */
FL_API struct fl_corrections *fl_corrections_new(void);
FL_API struct fl_corrections *fl_corrections_ref(const struct fl_corrections *c);
FL_API void fl_corrections_unref(struct fl_corrections *c);
FL_API struct fl_exif *fl_exif_new(void);
FL_API struct fl_exif *fl_exif_ref(const struct fl_exif *exif);
FL_API void fl_exif_unref(struct fl_exif *exif);

/* Appends a copy of an entry. Errors: FL_ERR_MEMORY. Only before the EXIF is shared. */
FL_API fl_err fl_exif_add(struct fl_exif *exif, int ifd, int tag, int type, uint32_t count,
                          const void *data, uint32_t size) FL_MUST_USE;

/* The entry, or NULL. Any thread. */
FL_API const struct fl_exif_entry *fl_exif_find(const struct fl_exif *exif, int ifd, int tag);

#define FL_MASKED_MAX 4

struct fl_meta {
    /* camera */
    char make[64], model[64], unique_model[64], serial[64], lens[64], software[64];

    /* the shot */
    char date_time[20];   /* "YYYY:MM:DD HH:MM:SS", local time; empty = unknown */
    char sub_seconds[10]; /* decimals of its second: "250" is a quarter; empty = unknown */
    char utc_offset[7];   /* its time zone, "+01:00"; empty = unknown */
    double exposure_s;    /* 0 = unknown */
    double iso;           /* 0 = unknown */
    double f_number;      /* 0 = unknown */
    double focal_mm;      /* 0 = unknown */
    int orientation;      /* EXIF 1..8; 0 = unknown, treated as 1 */

    /* geometry, in pixels of the frame's data */
    struct fl_rect active;       /* valid pixels; CFA phase and opcodes count from its corner */
    struct fl_rect default_crop; /* final crop, relative to the active area */
    struct fl_rect masked[FL_MASKED_MAX]; /* optically black areas, in frame coordinates */
    int masked_count;
    struct fl_sensor_view view; /* for tables over the whole sensor */

    /* levels in stored (after LinearizationTable: linear) codes */
    float black_dn[4]; /* per site of the 2x2 block at the active area's corner, row by row */
    float white_dn[4]; /* saturation per site; 0 = 2^bits - 1 */
    struct fl_noise noise[3]; /* red, green, blue */

    /* colour */
    bool has_neutral;
    double neutral[3]; /* camera response to the scene's white (AsShotNeutral); gains = 1/neutral */
    double analog_balance[3]; /* 0 = 1 */
    struct fl_calibration calibration[2];
    double baseline_exposure_ev;
    bool is_linear_rgb; /* LinearRaw: already demosaiced */

    struct fl_corrections *corrections; /* may be NULL */
    struct fl_exif *exif;               /* may be NULL */
};

#ifdef __cplusplus
}
#endif
#endif

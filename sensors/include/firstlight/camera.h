/* Cameras: live sources of raw frames. The simulated sensor is always there; V4L2 devices and
 * libcamera's cameras where the build has them.
 *
 * open, configure, start; then request frames and wait for them, in order; stop, close. One thread
 * at a time per camera, but frames may be held and dropped by any thread, also after the camera is
 * closed. A frame's pixels are the camera's buffer, not a copy: it goes back when the last
 * reference goes. */
#ifndef FIRSTLIGHT_CAMERA_H
#define FIRSTLIGHT_CAMERA_H

#include "firstlight/frame.h"
#include "firstlight/log.h"
#include "firstlight/source.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fl_camera;

struct fl_camera_info {
    char id[192];    /* what fl_camera_open() takes */
    char name[96];   /* for people: the sensor or the device */
    char driver[16]; /* "libcamera", "v4l2", "sim" */
};

struct fl_camera_list {
    int count;
    struct fl_camera_info *camera;
};

/* Cameras that are there: libcamera's, then V4L2 devices with raw formats that libcamera does not
 * have, then the simulated one. Errors: FL_ERR_MEMORY; what else fails goes to the log. */
FL_API fl_err fl_camera_list_new(const struct fl_log *log, struct fl_camera_list *out) FL_MUST_USE;
FL_API void fl_camera_list_free(struct fl_camera_list *list);

/* Takes hold of a camera. id: from the list, or "sim", "sim:SCENE", a device ("/dev/video0"), or
 * NULL for the first real camera. The log may be NULL, and must outlive the camera.
 * Errors: FL_ERR_NOT_FOUND, FL_ERR_BUSY (another program has it), FL_ERR_IO, FL_ERR_UNSUPPORTED
 * (the build lacks the driver, or the device has no format that is understood), FL_ERR_MEMORY. */
FL_API fl_err fl_camera_open(const char *id, const struct fl_log *log,
                             struct fl_camera **out) FL_MUST_USE;

/* The simulated camera with a scene of one's own: scene, format, size (0 = of the mode), seed,
 * exposure_ev (brightness of the scene), cct_k, no_noise, no_shading; iso has no effect. */
FL_API fl_err fl_camera_open_sim(const struct fl_sim_config *scene, const struct fl_log *log,
                                 struct fl_camera **out) FL_MUST_USE;

/* Stops it if need be. NULL is allowed. */
FL_API void fl_camera_close(struct fl_camera *camera);

FL_API const struct fl_camera_info *fl_camera_info(const struct fl_camera *camera);

/* What a camera can deliver. */
struct fl_camera_mode {
    int width, height;
    struct fl_format format; /* of its frames: mosaic, mono, or RGB that the device has developed */
    double max_fps;          /* 0 = not known */
    bool lossy;              /* compressed with loss on the way (PiSP) */
};

/* Mode `index`; false past the end. */
FL_API bool fl_camera_mode(const struct fl_camera *camera, int index, struct fl_camera_mode *out);

/* What can be set, and what the camera does by itself. */
struct fl_camera_limits {
    bool own_exposure, own_white_balance; /* automatic, in the camera */
    bool sets_exposure, sets_gain;
    double exposure_min_s, exposure_max_s;
    double gain_min, gain_max;
    bool has_focus;
};
FL_API void fl_camera_limits(const struct fl_camera *camera, struct fl_camera_limits *out);

enum fl_camera_packing { FL_CAMERA_UNPACKED = 0, FL_CAMERA_PACKED };

/* What is wanted. All-zero: the largest raw mode with the most bits, unpacked if possible. */
struct fl_camera_config {
    int width, height;              /* the smallest mode that covers it; 0 = the largest */
    int bits;                       /* 0 = most */
    enum fl_camera_packing packing; /* a preference */
    enum fl_cfa cfa;                /* where a device offers several orders; FL_CFA_NONE = any */
    bool exact;     /* width, height and bits must be met: otherwise FL_ERR_UNSUPPORTED */
    bool processed; /* RGB that the device has developed, not raw */
    int buffers;    /* 2..64; 0 = 4 */
};

/* What was granted. */
struct fl_camera_granted {
    struct fl_camera_mode mode;
    int buffers;
    int depth;   /* requests to keep queued, so that frames keep coming */
    bool dmabuf; /* frames have a file descriptor to share */
};

/* Before start, any number of times. Errors: FL_ERR_UNSUPPORTED naming what there is, FL_ERR_BUSY,
 * FL_ERR_GONE, FL_ERR_IO, FL_ERR_MEMORY. */
FL_API fl_err fl_camera_configure(struct fl_camera *camera, const struct fl_camera_config *config,
                                  struct fl_camera_granted *granted) FL_MUST_USE;

FL_API fl_err fl_camera_start(struct fl_camera *camera) FL_MUST_USE;

enum fl_camera_metering {
    FL_METERING_CENTRE = 0,
    FL_METERING_SPOT,
    FL_METERING_AVERAGE,
    FL_METERING_CUSTOM
};
enum fl_camera_exposure {
    FL_EXPOSURE_NORMAL = 0,
    FL_EXPOSURE_SPORT,
    FL_EXPOSURE_LONG,
    FL_EXPOSURE_CUSTOM
};
enum fl_camera_awb {
    FL_AWB_AUTO = 0,
    FL_AWB_INCANDESCENT,
    FL_AWB_TUNGSTEN,
    FL_AWB_FLUORESCENT,
    FL_AWB_INDOOR,
    FL_AWB_DAYLIGHT,
    FL_AWB_CLOUDY,
    FL_AWB_CUSTOM
};
enum fl_camera_focus { FL_FOCUS_DEFAULT = 0, FL_FOCUS_MANUAL, FL_FOCUS_AUTO, FL_FOCUS_CONTINUOUS };
enum fl_camera_focus_range { FL_FOCUS_NORMAL = 0, FL_FOCUS_MACRO, FL_FOCUS_FULL };
enum fl_camera_focus_speed { FL_FOCUS_SPEED_NORMAL = 0, FL_FOCUS_SPEED_FAST };

/* How a frame is to be taken. All-zero: as the camera likes. What it cannot do is left out. */
struct fl_camera_controls {
    double exposure_s;  /* 0 = automatic, or unchanged where the camera has none */
    double gain;        /* 1 = the sensor's base; 0 as above */
    double frame_s;     /* time from frame to frame; 0 = the camera's choice */
    double wb_gains[2]; /* red, blue; 0 = automatic */
    /* for cameras with automatic exposure and white balance of their own */
    double ev;
    enum fl_camera_metering metering;
    enum fl_camera_exposure exposure_mode;
    enum fl_camera_awb awb;
    double flicker_s; /* period of the light's flicker; 0 = none */
    enum fl_camera_focus focus;
    enum fl_camera_focus_range focus_range;
    enum fl_camera_focus_speed focus_speed;
    double focus_window[4]; /* x, y, width, height as shares of the picture; width 0 = none */
    bool has_lens_position;
    double lens_position; /* dioptres */
    bool focus_trigger;   /* start a scan now */
};

enum fl_camera_focus_state {
    FL_FOCUS_STATE_UNKNOWN = 0,
    FL_FOCUS_STATE_IDLE,
    FL_FOCUS_STATE_SCANNING,
    FL_FOCUS_STATE_FOCUSED,
    FL_FOCUS_STATE_FAILED
};

/* How a frame was taken. 0 = not known, where nothing else is said. */
struct fl_camera_shot {
    uint64_t sequence;
    uint64_t timestamp_ns; /* of a monotonic clock */
    double exposure_s, gain, digital_gain, frame_s;
    double wb_gains[2]; /* red, blue */
    double cct_k, lux;
    bool exposure_settled; /* the camera's own control says so */
    bool has_ccm;
    double ccm[9];   /* white-balanced camera RGB -> linear sRGB, row-major */
    double black[4]; /* red, green, green, blue on a scale of 65535 */
    double sensor_temperature_c;
    bool has_lens_position;
    double lens_position; /* dioptres */
    enum fl_camera_focus_state focus_state;
    int focus_fom; /* figure of merit */
    int crop[4];   /* part of the sensor: x, y, width, height */
    int dmabuf_fd; /* of the frame's memory, owned by it; -1 = none */
};

/* Asks for one more frame, taken so or later. Errors: FL_ERR_BUSY where every buffer is queued or
 * held, FL_ERR_GONE, FL_ERR_IO. */
FL_API fl_err fl_camera_request(struct fl_camera *camera,
                                const struct fl_camera_controls *controls) FL_MUST_USE;

/* The next frame; the caller owns one reference. Errors: FL_ERR_TIMEOUT, FL_ERR_GONE (unplugged),
 * FL_ERR_IO, FL_ERR_ARGUMENT where none was requested, FL_ERR_CORRUPT (this frame only). */
FL_API fl_err fl_camera_wait(struct fl_camera *camera, double timeout_s, struct fl_frame **out,
                             struct fl_camera_shot *shot) FL_MUST_USE;

/* Drops what was requested. Frames that are held stay valid. */
FL_API fl_err fl_camera_stop(struct fl_camera *camera) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif

/* What a kind of camera implements: the public functions of firstlight/camera.h, with the order of
 * calls already checked. */
#ifndef FL_CAMERA_DRIVER_H
#define FL_CAMERA_DRIVER_H

#include "firstlight/camera.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fl_camera_driver {
    const char *name;
    fl_err (*list)(const struct fl_log *log, struct fl_camera_list *out);
    /* `id` without the driver's name. Fills info->id and info->name. */
    fl_err (*open)(const char *id, const struct fl_log *log, struct fl_camera_info *info,
                   void **self);
    void (*close)(void *self);
    bool (*mode)(const void *self, int index, struct fl_camera_mode *out);
    void (*limits)(const void *self, struct fl_camera_limits *out);
    fl_err (*configure)(void *self, const struct fl_camera_config *config,
                        struct fl_camera_granted *granted);
    fl_err (*start)(void *self);
    fl_err (*request)(void *self, const struct fl_camera_controls *controls);
    fl_err (*wait)(void *self, double timeout_s, struct fl_frame **out,
                   struct fl_camera_shot *shot);
    fl_err (*stop)(void *self);
};

extern const struct fl_camera_driver fl_sim_camera_driver, fl_v4l2_camera_driver,
    fl_libcamera_driver;

/* The simulated camera before a scene. */
fl_err fl_sim_camera_new(const struct fl_sim_config *scene, struct fl_camera_info *info,
                         void **self) FL_MUST_USE;

/* Appends an entry. Errors: FL_ERR_MEMORY. */
fl_err fl_camera_list_add(struct fl_camera_list *list, const char *driver, const char *id,
                          const char *name) FL_MUST_USE;

/* Which of a camera's modes comes nearest to what is wanted; mode() as in the driver.
 * Errors: FL_ERR_UNSUPPORTED naming what there is. */
fl_err fl_camera_choose_mode(const void *self,
                             bool (*mode)(const void *self, int index, struct fl_camera_mode *out),
                             const struct fl_camera_config *config, int *index) FL_MUST_USE;

/* Says that a frame was taken now: local time, with milliseconds and the time zone. */
void fl_camera_date(struct fl_meta *meta);

#ifdef __cplusplus
}
#endif

#endif

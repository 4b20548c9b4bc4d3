/* Controls and metadata of libcamera by their names, which last longer than its headers' types. */
#ifndef FL_LIBCAMERA_CONTROLS_H
#define FL_LIBCAMERA_CONTROLS_H

#include "camera_driver.h"

#include <libcamera/libcamera.h>

namespace firstlight
{

/* What a camera can be told, and does by itself. */
void cameraLimits(const libcamera::Camera &camera, struct fl_camera_limits *out);

/* The request's controls; those that the camera does not have are left out. */
void setControls(const libcamera::Camera &camera, const fl_camera_controls &wanted,
                 const libcamera::Size &size, libcamera::ControlList *list);

/* What the camera says about a frame. */
void readMetadata(const libcamera::ControlList &metadata, fl_camera_shot *shot);

/* The sensor's name. */
std::string cameraModel(const libcamera::Camera &camera);

} /* namespace firstlight */

#endif

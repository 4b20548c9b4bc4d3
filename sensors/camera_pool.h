/* Buffers that frames borrow: a frame's memory returns here with its last reference, from any
 * thread, also when the camera is gone. */
#ifndef FL_CAMERA_POOL_H
#define FL_CAMERA_POOL_H

#include "firstlight/frame.h"

struct fl_camera_pool;

/* `count` buffers of `size` bytes, aligned to 64. Errors: FL_ERR_MEMORY. */
fl_err fl_camera_pool_new(int count, size_t size, struct fl_camera_pool **out) FL_MUST_USE;

/* The camera's own hold on it; buffers live until their frames are gone. NULL is allowed. */
void fl_camera_pool_release(struct fl_camera_pool *pool);

/* Buffers that are free. */
int fl_camera_pool_free_count(struct fl_camera_pool *pool);

/* A frame on a free buffer. Errors: FL_ERR_BUSY where there is none, and those of
 * fl_frame_wrap(). */
fl_err fl_camera_pool_frame(struct fl_camera_pool *pool, int width, int height,
                            const struct fl_format *format, size_t stride,
                            struct fl_frame **out) FL_MUST_USE;

#endif

/* Buffers of a V4L2 device, mapped once and lent to frames. They live until the last frame is gone,
 * also when the device is closed or unplugged. */
#ifndef FL_V4L2_BUFFERS_H
#define FL_V4L2_BUFFERS_H

#include "v4l2_device.h"

struct fl_v4l2_buffers;

/* Errors: FL_ERR_BUSY, FL_ERR_GONE, FL_ERR_IO, FL_ERR_MEMORY. */
fl_err fl_v4l2_buffers_new(const struct fl_v4l2_device *device, int count,
                           struct fl_v4l2_buffers **out) FL_MUST_USE;

/* Gives them back to the driver; NULL is allowed. */
void fl_v4l2_buffers_release(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_device *device);

int fl_v4l2_buffers_count(const struct fl_v4l2_buffers *buffers);
bool fl_v4l2_buffers_dmabuf(const struct fl_v4l2_buffers *buffers);

/* Gives a free buffer to the driver. Errors: FL_ERR_BUSY where there is none, FL_ERR_GONE,
 * FL_ERR_IO.
 */
fl_err fl_v4l2_buffers_queue(struct fl_v4l2_buffers *buffers,
                             const struct fl_v4l2_device *device) FL_MUST_USE;

struct fl_v4l2_filled {
    int index;
    size_t bytes;
    bool damaged, monotonic; /* the time stamp is of CLOCK_MONOTONIC */
    uint64_t sequence, timestamp_ns;
    int dmabuf_fd;
    void *data;
    size_t size;
};

/* Takes a filled buffer from the driver: an errno, EAGAIN where there is none yet. */
int fl_v4l2_buffers_dequeue(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_device *device,
                            struct fl_v4l2_filled *out);

/* It is free again. */
void fl_v4l2_buffers_drop(struct fl_v4l2_buffers *buffers, int index);

/* A frame on it, which frees it at its end; on error it is free. */
fl_err fl_v4l2_buffers_frame(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_filled *filled,
                             int width, int height, const struct fl_format *format, size_t stride,
                             struct fl_frame **out) FL_MUST_USE;

/* After the stream was stopped: what was queued is free. */
void fl_v4l2_buffers_reset(struct fl_v4l2_buffers *buffers);

#endif

/* Buffers of a V4L2 device, mapped once and lent to frames. */
#include "v4l2_buffers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum state { FREE, QUEUED, HELD };

struct buffer {
    struct fl_v4l2_buffers *all;
    void *data;
    size_t size;
    int fd; /* dma-buf; -1 = none */
    enum state state;
};

struct fl_v4l2_buffers {
    pthread_mutex_t lock;
    int references; /* the camera's and one for each held buffer */
    int count;
    struct buffer buffer[];
};

static void fill(const struct fl_v4l2_device *d, struct v4l2_buffer *b, struct v4l2_plane *plane,
                 int index)
{
    memset(b, 0, sizeof *b);
    memset(plane, 0, sizeof *plane);
    b->type = d->type;
    b->memory = V4L2_MEMORY_MMAP;
    b->index = (uint32_t)index;
    if (d->mplane) {
        b->m.planes = plane;
        b->length = 1;
    }
}

static int map_one(const struct fl_v4l2_device *d, int index, struct buffer *out)
{
    struct v4l2_buffer b;
    struct v4l2_plane plane;
    struct v4l2_exportbuffer e;
    int error;
    fill(d, &b, &plane, index);
    error = fl_v4l2_ioctl(d->fd, VIDIOC_QUERYBUF, &b);
    if (error)
        return error;
    out->size = d->mplane ? plane.length : b.length;
    out->data = mmap(NULL, out->size, PROT_READ | PROT_WRITE, MAP_SHARED, d->fd,
                     (off_t)(d->mplane ? plane.m.mem_offset : b.m.offset));
    if (out->data == MAP_FAILED) {
        out->data = NULL;
        return errno;
    }
    memset(&e, 0, sizeof e);
    e.type = d->type;
    e.index = (uint32_t)index;
    e.flags = O_CLOEXEC | O_RDONLY;
    out->fd = fl_v4l2_ioctl(d->fd, VIDIOC_EXPBUF, &e) == 0 ? e.fd : -1;
    return 0;
}

/* Called with the lock held; gives it back. */
static void drop_reference(struct fl_v4l2_buffers *all)
{
    bool last = --all->references == 0;
    pthread_mutex_unlock(&all->lock);
    if (!last)
        return;
    for (int i = 0; i < all->count; i++) {
        if (all->buffer[i].data)
            munmap(all->buffer[i].data, all->buffer[i].size);
        if (all->buffer[i].fd >= 0)
            close(all->buffer[i].fd);
    }
    pthread_mutex_destroy(&all->lock);
    free(all);
}

static int ask(const struct fl_v4l2_device *d, int count, int *granted)
{
    struct v4l2_requestbuffers r;
    int error;
    memset(&r, 0, sizeof r);
    r.count = (uint32_t)count;
    r.type = d->type;
    r.memory = V4L2_MEMORY_MMAP;
    error = fl_v4l2_ioctl(d->fd, VIDIOC_REQBUFS, &r);
    *granted = r.count < 64 ? (int)r.count : 64;
    return error;
}

fl_err fl_v4l2_buffers_new(const struct fl_v4l2_device *device, int count,
                           struct fl_v4l2_buffers **out)
{
    struct fl_v4l2_buffers *all;
    int granted, error = ask(device, count, &granted);
    *out = NULL;
    if (error)
        return fl_v4l2_error(device->path, "buffers", error);
    all = calloc(1, sizeof *all + (size_t)granted * sizeof all->buffer[0]);
    if (!all)
        return fl_error(FL_ERR_MEMORY, "out of memory for the camera's buffers");
    pthread_mutex_init(&all->lock, NULL);
    all->references = 1;
    for (; all->count < granted && !error; all->count++) {
        all->buffer[all->count].all = all;
        all->buffer[all->count].fd = -1;
        error = map_one(device, all->count, &all->buffer[all->count]);
    }
    if (error || granted == 0) {
        fl_v4l2_buffers_release(all, device);
        return fl_v4l2_error(device->path, "buffers", error ? error : ENOMEM);
    }
    *out = all;
    return fl_success();
}

void fl_v4l2_buffers_release(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_device *device)
{
    int granted;
    if (!buffers)
        return;
    pthread_mutex_lock(&buffers->lock);
    if (buffers->references == 1) /* unmapped first: older kernels insist */
        for (int i = 0; i < buffers->count; i++) {
            if (buffers->buffer[i].data)
                munmap(buffers->buffer[i].data, buffers->buffer[i].size);
            buffers->buffer[i].data = NULL;
        }
    drop_reference(buffers);
    (void)ask(device, 0, &granted);
}

int fl_v4l2_buffers_count(const struct fl_v4l2_buffers *buffers)
{
    return buffers->count;
}

bool fl_v4l2_buffers_dmabuf(const struct fl_v4l2_buffers *buffers)
{
    return buffers->buffer[0].fd >= 0;
}

static void set_state(struct fl_v4l2_buffers *all, int index, enum state state)
{
    pthread_mutex_lock(&all->lock);
    all->buffer[index].state = state;
    pthread_mutex_unlock(&all->lock);
}

fl_err fl_v4l2_buffers_queue(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_device *device)
{
    struct v4l2_buffer b;
    struct v4l2_plane plane;
    int found = -1, error;
    pthread_mutex_lock(&buffers->lock);
    for (int i = 0; i < buffers->count && found < 0; i++)
        if (buffers->buffer[i].state == FREE)
            found = i;
    if (found >= 0)
        buffers->buffer[found].state = QUEUED;
    pthread_mutex_unlock(&buffers->lock);
    if (found < 0)
        return fl_error(FL_ERR_BUSY, "all buffers of the camera are in use");
    fill(device, &b, &plane, found);
    error = fl_v4l2_ioctl(device->fd, VIDIOC_QBUF, &b);
    if (!error)
        return fl_success();
    set_state(buffers, found, FREE);
    return fl_v4l2_error(device->path, "queue", error);
}

int fl_v4l2_buffers_dequeue(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_device *device,
                            struct fl_v4l2_filled *out)
{
    struct v4l2_buffer b;
    struct v4l2_plane plane;
    int error;
    fill(device, &b, &plane, 0);
    error = fl_v4l2_ioctl(device->fd, VIDIOC_DQBUF, &b);
    if (error)
        return error;
    if (b.index >= (uint32_t)buffers->count)
        return EIO;
    out->index = (int)b.index;
    out->bytes = device->mplane ? plane.bytesused : b.bytesused;
    out->damaged = (b.flags & V4L2_BUF_FLAG_ERROR) != 0;
    out->monotonic = (b.flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    out->sequence = b.sequence;
    out->timestamp_ns =
        (uint64_t)b.timestamp.tv_sec * 1000000000U + (uint64_t)b.timestamp.tv_usec * 1000U;
    out->dmabuf_fd = buffers->buffer[b.index].fd;
    out->data = buffers->buffer[b.index].data;
    out->size = buffers->buffer[b.index].size;
    set_state(buffers, out->index, HELD);
    return 0;
}

void fl_v4l2_buffers_drop(struct fl_v4l2_buffers *buffers, int index)
{
    set_state(buffers, index, FREE);
}

static void give_back(void *user)
{
    struct buffer *b = user;
    pthread_mutex_lock(&b->all->lock);
    b->state = FREE;
    drop_reference(b->all);
}

fl_err fl_v4l2_buffers_frame(struct fl_v4l2_buffers *buffers, const struct fl_v4l2_filled *filled,
                             int width, int height, const struct fl_format *format, size_t stride,
                             struct fl_frame **out)
{
    struct buffer *b = &buffers->buffer[filled->index];
    fl_err err;
    pthread_mutex_lock(&buffers->lock);
    buffers->references++;
    pthread_mutex_unlock(&buffers->lock);
    err = fl_frame_wrap(width, height, format, b->data, stride,
                        filled->bytes < b->size ? filled->bytes : b->size, give_back, b, out);
    if (err.code != FL_OK)
        give_back(b);
    return err;
}

void fl_v4l2_buffers_reset(struct fl_v4l2_buffers *buffers)
{
    pthread_mutex_lock(&buffers->lock);
    for (int i = 0; i < buffers->count; i++)
        if (buffers->buffer[i].state == QUEUED)
            buffers->buffer[i].state = FREE;
    pthread_mutex_unlock(&buffers->lock);
}

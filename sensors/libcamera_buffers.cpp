/* Buffers of a libcamera stream. Descriptors are duplicated, so that memory outlives the camera. */
#include "libcamera_buffers.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <new>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace firstlight
{

namespace
{

/* A frame's hold on its buffer. */
struct Loan {
    std::shared_ptr<Buffers> buffers;
    int index;
};

void giveBack(void *user)
{
    Loan *loan = static_cast<Loan *>(user);
    loan->buffers->endRead(loan->index);
    loan->buffers->drop(loan->index);
    delete loan;
}

fl_err mapPlane(const libcamera::FrameBuffer::Plane &plane, MappedPlane *out)
{
    unsigned offset =
        plane.offset == libcamera::FrameBuffer::Plane::kInvalidOffset ? 0 : plane.offset;
    out->fd = fcntl(plane.fd.get(), F_DUPFD_CLOEXEC, 0);
    if (out->fd < 0)
        return fl_error(FL_ERR_IO, "the camera's buffers: %s", strerror(errno));
    out->mapped = static_cast<size_t>(offset) + plane.length;
    out->map = mmap(nullptr, out->mapped, PROT_READ, MAP_SHARED, out->fd, 0);
    if (out->map == MAP_FAILED) {
        out->map = nullptr;
        return fl_error(FL_ERR_IO, "the camera's buffers cannot be mapped: %s", strerror(errno));
    }
    out->data = static_cast<const uint8_t *>(out->map) + offset;
    out->size = plane.length;
    return fl_success();
}

} /* namespace */

Buffers::~Buffers()
{
    for (auto &buffer : planes_) {
        for (auto &plane : buffer) {
            if (plane.map)
                munmap(plane.map, plane.mapped);
            if (plane.fd >= 0)
                close(plane.fd);
        }
    }
}

fl_err Buffers::map(const std::vector<std::unique_ptr<libcamera::FrameBuffer>> &buffers)
{
    planes_.resize(buffers.size());
    taken_.assign(buffers.size(), false);
    for (size_t i = 0; i < buffers.size(); i++) {
        planes_[i].resize(buffers[i]->planes().size());
        for (size_t p = 0; p < planes_[i].size(); p++)
            FL_TRY(mapPlane(buffers[i]->planes()[p], &planes_[i][p]));
    }
    return fl_success();
}

int Buffers::take()
{
    std::lock_guard<std::mutex> guard(lock_);
    for (size_t i = 0; i < taken_.size(); i++) {
        if (!taken_[i]) {
            taken_[i] = true;
            return static_cast<int>(i);
        }
    }
    return -1;
}

void Buffers::drop(int index)
{
    std::lock_guard<std::mutex> guard(lock_);
    taken_[static_cast<size_t>(index)] = false;
}

void Buffers::sync(int index, bool begin) const
{
    dma_buf_sync request = {};
    request.flags =
        DMA_BUF_SYNC_READ | (begin ? static_cast<uint64_t>(DMA_BUF_SYNC_START) : DMA_BUF_SYNC_END);
    for (const auto &plane : planes_[static_cast<size_t>(index)])
        (void)ioctl(plane.fd, DMA_BUF_IOCTL_SYNC, &request); /* memory that needs none refuses */
}

fl_err Buffers::wrap(int index, int width, int height, const fl_format &format, size_t stride,
                     size_t size, fl_frame **out)
{
    const MappedPlane &plane = planes_[static_cast<size_t>(index)][0];
    Loan *loan = new (std::nothrow) Loan{shared_from_this(), index};
    fl_err err;
    if (!loan)
        return fl_error(FL_ERR_MEMORY, "out of memory for a frame");
    err = fl_frame_wrap(width, height, &format, const_cast<uint8_t *>(plane.data), stride,
                        size < plane.size ? size : plane.size, giveBack, loan, out);
    if (err.code != FL_OK)
        delete loan;
    return err;
}

} /* namespace firstlight */

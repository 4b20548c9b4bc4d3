/* Buffers of a libcamera stream, mapped once and lent to frames. */
#ifndef FL_LIBCAMERA_BUFFERS_H
#define FL_LIBCAMERA_BUFFERS_H

#include "firstlight/frame.h"

#include <libcamera/libcamera.h>

#include <memory>
#include <mutex>
#include <vector>

namespace firstlight
{

/* A plane of a buffer in memory. */
struct MappedPlane {
    void *map = nullptr;
    size_t mapped = 0;
    const uint8_t *data = nullptr;
    size_t size = 0;
    int fd = -1;
};

/* Shared by the camera and the frames that hold buffers: memory stays until the last is gone. */
class Buffers : public std::enable_shared_from_this<Buffers>
{
  public:
    ~Buffers();

    /* Maps them. Errors: FL_ERR_IO. */
    fl_err map(const std::vector<std::unique_ptr<libcamera::FrameBuffer>> &buffers);

    /* A free buffer, now taken; -1: none. Any thread. */
    int take();
    /* It is free again. Any thread. */
    void drop(int index);

    const std::vector<MappedPlane> &planes(int index) const
    {
        return planes_[index];
    }

    /* Before the processor reads, and after. */
    void beginRead(int index) const
    {
        sync(index, true);
    }
    void endRead(int index) const
    {
        sync(index, false);
    }

    /* A frame on the first plane of a taken buffer, which frees it at its end. On error it is still
     * taken. */
    fl_err wrap(int index, int width, int height, const fl_format &format, size_t stride,
                size_t size, fl_frame **out);

  private:
    void sync(int index, bool begin) const;

    std::mutex lock_;
    std::vector<std::vector<MappedPlane>> planes_;
    std::vector<bool> taken_;
};

} /* namespace firstlight */

#endif

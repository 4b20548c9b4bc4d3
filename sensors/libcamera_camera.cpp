/* libcamera's cameras behind the interface of camera.h.
 *
 * One stream is configured, raw or processed; a request for each buffer. Requests complete on
 * libcamera's thread, which only queues their numbers. Built against 0.0.3 and newer. */
#include "camera_rgb.h"
#include "libcamera_buffers.h"
#include "libcamera_controls.h"
#include "pisp_decode.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <dirent.h>
#include <string>
#include <unistd.h>

using namespace libcamera;

namespace firstlight
{

namespace
{

constexpr int kFailuresMost = 3;

struct Mode {
    struct fl_camera_mode mode;
    SizeRange range; /* sizes between, where it is not empty */
    PixelFormat pixelFormat;
    fl_camera_layout layout; /* of processed pictures */
};

/* libcamera allows one manager in a process; it lives as long as someone needs it. */
std::shared_ptr<CameraManager> manager(int *error)
{
    static std::mutex lock;
    static std::weak_ptr<CameraManager> shared;
    std::lock_guard<std::mutex> guard(lock);
    std::shared_ptr<CameraManager> m = shared.lock();
    *error = 0;
    if (m)
        return m;
    m = std::shared_ptr<CameraManager>(new CameraManager, [](CameraManager *p) {
        p->stop();
        delete p;
    });
    *error = m->start();
    if (*error)
        return nullptr;
    shared = m;
    return m;
}

fl_err failure(const std::string &id, const char *what, int error)
{
    error = error < 0 ? -error : error;
    if (error == EBUSY)
        return fl_error(FL_ERR_BUSY, "%.100s: another program has the camera", id.c_str());
    if (error == ENODEV || error == ENXIO)
        return fl_error(FL_ERR_GONE, "%.100s: the camera was unplugged", id.c_str());
    return fl_error(FL_ERR_IO, "%.100s: %s: %s", id.c_str(), what, strerror(error));
}

/* Whether a device that the process holds open is no longer there: libcamera itself learns that
 * from the device manager only. */
bool nodesGone()
{
    bool gone = false;
    DIR *folder = opendir("/proc/self/fd");
    while (const dirent *entry = folder ? readdir(folder) : nullptr) {
        char path[64], target[128] = "";
        snprintf(path, sizeof path, "/proc/self/fd/%.20s", entry->d_name);
        if (readlink(path, target, sizeof target - 1) > 0 &&
            (strncmp(target, "/dev/video", 10) == 0 || strncmp(target, "/dev/media", 10) == 0))
            gone = gone || strstr(target, " (deleted)");
    }
    if (folder)
        closedir(folder);
    return gone;
}

/* Names of formats in memory order; libcamera's RGB888 has blue first. */
bool processedLayout(const std::string &name, fl_camera_layout *layout)
{
    static const struct {
        const char *name;
        fl_camera_layout layout;
    } known[] = {{"RGB888", FL_LAYOUT_BGR},    {"BGR888", FL_LAYOUT_RGB},
                 {"XRGB8888", FL_LAYOUT_BGRX}, {"ARGB8888", FL_LAYOUT_BGRX},
                 {"XBGR8888", FL_LAYOUT_RGBX}, {"ABGR8888", FL_LAYOUT_RGBX},
                 {"YUYV", FL_LAYOUT_YUYV},     {"UYVY", FL_LAYOUT_UYVY},
                 {"NV12", FL_LAYOUT_NV12},     {"YUV420", FL_LAYOUT_YUV420}};
    for (const auto &k : known) {
        if (name == k.name) {
            *layout = k.layout;
            return true;
        }
    }
    return false;
}

/* "RGGB16_PISP_COMP1", "MONO_PISP_COMP1": 16-bit raws, compressed. */
bool compressedFormat(const std::string &name, fl_format *format)
{
    size_t at = name.find("_PISP_COMP1");
    if (at == std::string::npos)
        return false;
    std::string plain = name.substr(0, at);
    plain = plain.compare(0, 4, "MONO") == 0 ? "R16" : "S" + plain;
    return fl_format_parse(plain.c_str(), format).code == FL_OK;
}

bool describeMode(const PixelFormat &pixelFormat, const Size &size, bool raw, Mode *out)
{
    static const fl_format rgb8 = {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U8, 8};
    const std::string name = pixelFormat.toString();
    *out = Mode();
    out->pixelFormat = pixelFormat;
    out->mode.width = static_cast<int>(size.width);
    out->mode.height = static_cast<int>(size.height);
    if (!raw) {
        out->mode.format = rgb8;
        return processedLayout(name, &out->layout);
    }
    out->mode.lossy = compressedFormat(name, &out->mode.format);
    return out->mode.lossy || fl_format_parse(name.c_str(), &out->mode.format).code == FL_OK;
}

class Device
{
  public:
    ~Device()
    {
        close();
    }

    fl_err open(const std::string &id);
    const std::string &id() const
    {
        return camera_->id();
    }
    std::string model() const
    {
        return cameraModel(*camera_);
    }
    bool mode(int index, struct fl_camera_mode *out) const;
    void limits(struct fl_camera_limits *out) const
    {
        cameraLimits(*camera_, out);
    }
    fl_err configure(const fl_camera_config &config, fl_camera_granted *granted);
    fl_err start();
    fl_err request(const fl_camera_controls &controls);
    fl_err wait(double timeout, fl_frame **out, fl_camera_shot *shot);
    fl_err stop();

  private:
    void close();
    void release();
    bool isStuck();
    void abandon();
    void findModes(StreamRole role);
    fl_err allocate();
    fl_err makeFrame(int index, fl_frame **out);
    void describe(const fl_camera_shot &shot, fl_frame *frame) const;
    void completed(Request *request);
    void disconnected();

    std::shared_ptr<CameraManager> manager_;
    std::shared_ptr<Camera> camera_;
    bool acquired_ = false, started_ = false;
    std::vector<Mode> modes_;
    Mode mode_ = Mode();
    std::unique_ptr<CameraConfiguration> config_;
    std::unique_ptr<FrameBufferAllocator> allocator_;
    Stream *stream_ = nullptr;
    std::shared_ptr<Buffers> buffers_;
    std::vector<std::unique_ptr<Request>> requests_;

    std::mutex lock_; /* of what follows, shared with libcamera's thread */
    std::condition_variable changed_;
    std::deque<int> done_;
    bool gone_ = false;
    int underway_ = 0; /* requests that libcamera has */
    int failures_ = 0; /* frames in a row that came damaged or not at all */
};

fl_err Device::open(const std::string &id)
{
    int error;
    manager_ = manager(&error);
    if (!manager_)
        return fl_error(FL_ERR_IO, "libcamera does not start: %s", strerror(-error));
    for (const auto &camera : manager_->cameras())
        if (id.empty() || camera->id() == id)
            if (!camera_)
                camera_ = camera;
    if (!camera_)
        return fl_error(FL_ERR_NOT_FOUND, "libcamera has no camera '%.100s'", id.c_str());
    error = camera_->acquire();
    if (error)
        return failure(camera_->id(), "acquire", error);
    acquired_ = true;
    camera_->requestCompleted.connect(this, &Device::completed);
    camera_->disconnected.connect(this, &Device::disconnected);
    findModes(StreamRole::Raw);
    findModes(StreamRole::StillCapture);
    if (modes_.empty())
        return fl_error(FL_ERR_UNSUPPORTED, "%.100s has no format that is understood",
                        camera_->id().c_str());
    return fl_success();
}

void Device::release()
{
    requests_.clear();
    if (allocator_ && stream_)
        allocator_->free(stream_);
    allocator_.reset();
    buffers_.reset();
    config_.reset();
    stream_ = nullptr;
}

void Device::close()
{
    const bool stuck = isStuck();
    if (started_ && !stuck)
        (void)stop().code;
    if (camera_ && acquired_) {
        camera_->requestCompleted.disconnect(this);
        camera_->disconnected.disconnect(this);
    }
    if (stuck)
        abandon();
    release();
    if (camera_ && acquired_)
        camera_->release();
    acquired_ = false;
    camera_.reset();
    manager_.reset();
}

void Device::findModes(StreamRole role)
{
    std::unique_ptr<CameraConfiguration> config = camera_->generateConfiguration({role});
    if (!config || config->empty())
        return;
    const StreamFormats &formats = config->at(0).formats();
    for (const PixelFormat &format : formats.pixelformats()) {
        std::vector<Size> sizes = formats.sizes(format);
        const bool ranged = sizes.empty();
        if (ranged) {
            sizes.push_back(config->at(0).size);
            sizes.push_back(formats.range(format).max);
        }
        for (const Size &size : sizes) {
            Mode mode;
            if (size.width >= 2 && size.height >= 2 && size.width <= FL_MAX_DIMENSION &&
                size.height <= FL_MAX_DIMENSION &&
                describeMode(format, size, role == StreamRole::Raw, &mode)) {
                mode.range = ranged ? formats.range(format) : SizeRange();
                modes_.push_back(mode);
            }
        }
    }
}

bool Device::mode(int index, struct fl_camera_mode *out) const
{
    if (index < 0 || static_cast<size_t>(index) >= modes_.size())
        return false;
    *out = modes_[static_cast<size_t>(index)].mode;
    return true;
}

bool modeOf(const void *self, int index, struct fl_camera_mode *out)
{
    return static_cast<const Device *>(self)->mode(index, out);
}

fl_err Device::configure(const fl_camera_config &wanted, fl_camera_granted *granted)
{
    int index, error;
    FL_TRY(fl_camera_choose_mode(this, modeOf, &wanted, &index));
    release();
    mode_ = modes_[static_cast<size_t>(index)];
    config_ = camera_->generateConfiguration(
        {wanted.processed ? StreamRole::StillCapture : StreamRole::Raw});
    if (!config_ || config_->empty())
        return fl_error(FL_ERR_UNSUPPORTED, "%.100s grants no stream", id().c_str());
    const Size least = mode_.range.min, most = mode_.range.max;
    if (wanted.width >= static_cast<int>(least.width) && wanted.width > 0 &&
        wanted.width <= static_cast<int>(most.width) &&
        wanted.height >= static_cast<int>(least.height) && wanted.height > 0 &&
        wanted.height <= static_cast<int>(most.height)) { /* any size will do: the one asked for */
        mode_.mode.width = wanted.width;
        mode_.mode.height = wanted.height;
    }
    StreamConfiguration &stream = config_->at(0);
    stream.pixelFormat = mode_.pixelFormat;
    stream.size =
        Size(static_cast<unsigned>(mode_.mode.width), static_cast<unsigned>(mode_.mode.height));
    stream.bufferCount = static_cast<unsigned>(wanted.buffers);
    if (config_->validate() == CameraConfiguration::Invalid)
        return fl_error(FL_ERR_UNSUPPORTED, "%.100s refuses the mode", id().c_str());
    const Size asked(static_cast<unsigned>(mode_.mode.width),
                     static_cast<unsigned>(mode_.mode.height));
    const PixelFormat askedFormat = mode_.pixelFormat;
    if (!describeMode(stream.pixelFormat, stream.size, !wanted.processed, &mode_) ||
        (wanted.exact && (stream.size != asked || stream.pixelFormat != askedFormat)))
        return fl_error(FL_ERR_UNSUPPORTED, "%.100s grants %s instead of the mode", id().c_str(),
                        stream.toString().c_str());
    error = camera_->configure(config_.get());
    if (error)
        return failure(id(), "configure", error);
    stream_ = stream.stream();
    FL_TRY(allocate());
    granted->mode = mode_.mode;
    granted->buffers = static_cast<int>(requests_.size());
    granted->depth = granted->buffers > 3 ? 3 : granted->buffers;
    granted->dmabuf = !mode_.mode.lossy && !wanted.processed;
    return fl_success();
}

fl_err Device::allocate()
{
    allocator_ = std::make_unique<FrameBufferAllocator>(camera_);
    int count = allocator_->allocate(stream_);
    if (count <= 0)
        return failure(id(), "buffers", count ? count : ENOMEM);
    buffers_ = std::make_shared<Buffers>();
    FL_TRY(buffers_->map(allocator_->buffers(stream_)));
    for (int i = 0; i < count; i++) {
        std::unique_ptr<Request> request = camera_->createRequest(static_cast<uint64_t>(i));
        if (!request)
            return fl_error(FL_ERR_MEMORY, "out of memory for requests");
        requests_.push_back(std::move(request));
    }
    return fl_success();
}

fl_err Device::start()
{
    int error = camera_->start();
    if (error)
        return failure(id(), "start", error);
    started_ = true;
    return fl_success();
}

fl_err Device::request(const fl_camera_controls &controls)
{
    int index = buffers_->take(), error;
    if (index < 0)
        return fl_error(FL_ERR_BUSY, "all buffers of the camera are in use");
    Request *request = requests_[static_cast<size_t>(index)].get();
    request->reuse();
    error =
        request->addBuffer(stream_, allocator_->buffers(stream_)[static_cast<size_t>(index)].get());
    if (!error) {
        setControls(*camera_, controls, stream_->configuration().size, &request->controls());
        std::unique_lock<std::mutex> guard(lock_);
        underway_++;
        guard.unlock();
        error = camera_->queueRequest(request);
        guard.lock();
        underway_ -= error != 0;
    }
    if (!error)
        return fl_success();
    buffers_->drop(index);
    std::lock_guard<std::mutex> guard(lock_);
    return failure(id(), "request", gone_ ? ENODEV : error);
}

void Device::completed(Request *request)
{
    std::lock_guard<std::mutex> guard(lock_);
    underway_--;
    done_.push_back(static_cast<int>(request->cookie()));
    changed_.notify_all();
}

void Device::disconnected()
{
    std::lock_guard<std::mutex> guard(lock_);
    gone_ = true;
    changed_.notify_all();
}

fl_err Device::wait(double timeout, fl_frame **out, fl_camera_shot *shot)
{
    int index;
    bool gone;
    {
        std::unique_lock<std::mutex> guard(lock_);
        if (!changed_.wait_for(guard, std::chrono::duration<double>(timeout),
                               [this] { return !done_.empty() || gone_; })) {
            gone_ = failures_ > 0 || nodesGone();
            if (gone_)
                return failure(id(), "frame", ENODEV);
            return fl_error(FL_ERR_TIMEOUT, "%.100s: no frame came in time", id().c_str());
        }
        gone = gone_;
        if (done_.empty())
            return failure(id(), "frame", ENODEV);
        index = done_.front();
        done_.pop_front();
    }
    Request *request = requests_[static_cast<size_t>(index)].get();
    const FrameBuffer *buffer = request->findBuffer(stream_);
    if (request->status() != Request::RequestComplete || !buffer ||
        buffer->metadata().status != FrameMetadata::FrameSuccess) {
        buffers_->drop(index);
        /* without a device manager libcamera does not learn that a device is gone */
        gone =
            gone || ++failures_ >= kFailuresMost || request->status() == Request::RequestCancelled;
        if (gone) {
            std::lock_guard<std::mutex> guard(lock_);
            gone_ = true;
        }
        return gone ? failure(id(), "frame", ENODEV)
                    : fl_error(FL_ERR_CORRUPT, "%.100s: a frame arrived damaged", id().c_str());
    }
    failures_ = 0;
    readMetadata(request->metadata(), shot);
    shot->sequence = buffer->metadata().sequence;
    if (!shot->timestamp_ns)
        shot->timestamp_ns = buffer->metadata().timestamp;
    FL_TRY(makeFrame(index, out));
    if (!mode_.mode.lossy && mode_.mode.format.color != FL_COLOR_RGB)
        shot->dmabuf_fd = buffers_->planes(index)[0].fd;
    describe(*shot, *out);
    return fl_success();
}

/* Raws are lent; what has to be decoded is copied, and the buffer is free at once. */
fl_err Device::makeFrame(int index, fl_frame **out)
{
    const StreamConfiguration &c = stream_->configuration();
    const auto &planes = buffers_->planes(index);
    fl_err err;
    buffers_->beginRead(index);
    if (mode_.mode.format.color != FL_COLOR_RGB && !mode_.mode.lossy) {
        err = buffers_->wrap(index, mode_.mode.width, mode_.mode.height, mode_.mode.format,
                             c.stride, planes[0].size, out);
        if (err.code == FL_OK)
            return err;
    } else if (mode_.mode.lossy) {
        err = fl_frame_new(mode_.mode.width, mode_.mode.height, &mode_.mode.format, out);
        if (err.code == FL_OK)
            err = fl_pisp_decode(planes[0].data, planes[0].size, c.stride, mode_.mode.width,
                                 mode_.mode.height, static_cast<uint16_t *>((*out)->plane[0]),
                                 (*out)->stride[0]);
    } else {
        fl_camera_picture p = {};
        p.layout = mode_.layout;
        p.width = mode_.mode.width;
        p.height = mode_.mode.height;
        p.limited = c.colorSpace && c.colorSpace->range == ColorSpace::Range::Limited;
        for (size_t i = 0; i < planes.size() && i < 3; i++) {
            p.plane[i] = planes[i].data;
            p.stride[i] = i && p.layout == FL_LAYOUT_YUV420 ? c.stride / 2 : c.stride;
            p.size[i] = planes[i].size;
        }
        err = fl_camera_to_rgb(&p, out);
    }
    buffers_->endRead(index);
    buffers_->drop(index);
    if (err.code != FL_OK) {
        fl_frame_unref(*out);
        *out = nullptr;
    }
    return err;
}

/* Black levels come as red, green beside red, green beside blue, blue. */
void describeLevels(const fl_camera_shot &shot, fl_frame *frame)
{
    const double scale = static_cast<double>(1 << frame->format.bits) / 65536.0;
    for (int site = 0; site < 4; site++) {
        int color = fl_cfa_color(frame->format.cfa, site & 1, site >> 1);
        int beside = fl_cfa_color(frame->format.cfa, (site & 1) ^ 1, site >> 1);
        int level = color == 0 ? 0 : color == 2 ? 3 : beside == 2 ? 2 : 1;
        frame->meta.black_dn[site] = static_cast<float>(shot.black[level] * scale);
    }
}

void Device::describe(const fl_camera_shot &shot, fl_frame *frame) const
{
    fl_meta &m = frame->meta;
    const std::string name = model();
    m.active = fl_rect{0, 0, mode_.mode.width, mode_.mode.height};
    m.default_crop = m.active;
    m.orientation = 1;
    m.exposure_s = shot.exposure_s;
    m.iso = shot.gain > 0.0 ? 100.0 * shot.gain : 0.0;
    std::strncpy(m.model, name.c_str(), sizeof m.model - 1);
    std::strncpy(m.unique_model, name.c_str(), sizeof m.unique_model - 1);
    fl_camera_date(&m);
    if (frame->format.color == FL_COLOR_RGB)
        return;
    describeLevels(shot, frame);
    if (shot.wb_gains[0] > 0.0 && shot.wb_gains[1] > 0.0 &&
        frame->format.color == FL_COLOR_MOSAIC) {
        m.has_neutral = true;
        m.neutral[0] = 1.0 / shot.wb_gains[0];
        m.neutral[1] = 1.0;
        m.neutral[2] = 1.0 / shot.wb_gains[1];
    }
}

/* libcamera 0.0.3 ends the program when it is to stop a camera that is gone while it still has
 * requests: such a camera is left as it is, for the rest of the program. */
bool Device::isStuck()
{
    std::lock_guard<std::mutex> guard(lock_);
    return gone_ && underway_ > 0;
}

void Device::abandon()
{
    new std::shared_ptr<CameraManager>(manager_);
    new std::shared_ptr<Camera>(camera_);
    new std::shared_ptr<Buffers>(buffers_);
    for (auto &request : requests_)
        (void)request.release();
    (void)allocator_.release();
    (void)config_.release();
    requests_.clear();
    stream_ = nullptr;
    acquired_ = false;
}

fl_err Device::stop()
{
    if (isStuck())
        return failure(id(), "stop", ENODEV);
    int error = camera_->stop();
    started_ = false;
    std::lock_guard<std::mutex> guard(lock_);
    for (size_t i = 0; i < requests_.size(); i++)
        if (requests_[i]->status() == Request::RequestCancelled)
            buffers_->drop(static_cast<int>(i));
    for (int index : done_)
        if (requests_[static_cast<size_t>(index)]->status() == Request::RequestComplete)
            buffers_->drop(index);
    done_.clear();
    return error && !gone_ ? failure(id(), "stop", error) : fl_success();
}

/* ---- the driver's table: C++ exceptions must not leave ---- */

template <typename F> fl_err guarded(F f)
{
    try {
        return f();
    } catch (const std::exception &e) {
        return fl_error(FL_ERR_MEMORY, "libcamera: %s", e.what());
    }
}

fl_err listCameras(const struct fl_log *log, fl_camera_list *out)
{
    (void)log;
    return guarded([&] {
        int error;
        std::shared_ptr<CameraManager> m = manager(&error);
        if (!m)
            return fl_error(FL_ERR_IO, "libcamera does not start: %s", strerror(-error));
        for (const auto &camera : m->cameras())
            FL_TRY(fl_camera_list_add(out, "libcamera", camera->id().c_str(),
                                      cameraModel(*camera).c_str()));
        return fl_success();
    });
}

fl_err openCamera(const char *id, const struct fl_log *log, struct fl_camera_info *info,
                  void **self)
{
    (void)log;
    return guarded([&] {
        auto device = std::make_unique<Device>();
        FL_TRY(device->open(id));
        snprintf(info->id, sizeof info->id, "libcamera:%s", device->id().c_str());
        snprintf(info->name, sizeof info->name, "%s", device->model().c_str());
        *self = device.release();
        return fl_success();
    });
}

Device *device(void *self)
{
    return static_cast<Device *>(self);
}

} /* namespace */

} /* namespace firstlight */

using firstlight::device;
using firstlight::guarded;

extern "C" const struct fl_camera_driver fl_libcamera_driver = {
    "libcamera",
    firstlight::listCameras,
    firstlight::openCamera,
    [](void *self) { delete device(self); },
    firstlight::modeOf,
    [](const void *self, struct fl_camera_limits *out) {
        static_cast<const firstlight::Device *>(self)->limits(out);
    },
    [](void *self, const fl_camera_config *config, fl_camera_granted *granted) {
        return guarded([&] { return device(self)->configure(*config, granted); });
    },
    [](void *self) { return guarded([&] { return device(self)->start(); }); },
    [](void *self, const fl_camera_controls *controls) {
        return guarded([&] { return device(self)->request(*controls); });
    },
    [](void *self, double timeout, fl_frame **out, fl_camera_shot *shot) {
        return guarded([&] { return device(self)->wait(timeout, out, shot); });
    },
    [](void *self) { return guarded([&] { return device(self)->stop(); }); },
};

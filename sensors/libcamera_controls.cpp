/* Controls and metadata of libcamera by their names.
 *
 * Their set has changed with nearly every version; a name that a camera does not know is left out,
 * whatever the headers say. Numbers of modes are those of libcamera's enumerations. */
#include "libcamera_controls.h"

#include <libcamera/property_ids.h>

#include <cstring>

using namespace libcamera;

namespace firstlight
{

namespace
{

/* rpicam's limits of a still's frame time, in microseconds. */
constexpr int64_t kFrameMin = 100, kFrameMax = 1000000000;

const ControlInfo *find(const Camera &camera, const char *name, const ControlId **id)
{
    for (const auto &entry : camera.controls()) {
        if (entry.first->name() == name) {
            *id = entry.first;
            return &entry.second;
        }
    }
    return nullptr;
}

bool has(const Camera &camera, const char *name)
{
    const ControlId *id;
    return find(camera, name, &id) != nullptr;
}

/* Sets controls of one request. */
class Setter
{
  public:
    Setter(const Camera &camera, ControlList *list) : camera_(camera), list_(list)
    {
    }

    bool set(const char *name, const ControlValue &value)
    {
        const ControlId *id;
        if (!find(camera_, name, &id) || id->type() != value.type())
            return false;
        list_->set(id->id(), value);
        return true;
    }
    bool number(const char *name, double v)
    {
        return set(name, ControlValue(static_cast<float>(v)));
    }
    bool whole(const char *name, int v)
    {
        return set(name, ControlValue(static_cast<int32_t>(v)));
    }
    bool flag(const char *name, bool v)
    {
        return set(name, ControlValue(v));
    }

  private:
    const Camera &camera_;
    ControlList *list_;
};

int32_t microseconds(double seconds)
{
    return seconds < 2000.0 ? static_cast<int32_t>(seconds * 1e6 + 0.5) : 2000000000;
}

void setExposure(Setter &s, const fl_camera_controls &w)
{
    bool fixedTime = w.exposure_s > 0.0, fixedGain = w.gain > 0.0;
    /* since 0.5 each has a mode of its own; before, a value that is set stays */
    s.whole("ExposureTimeMode", fixedTime ? 1 : 0);
    s.whole("AnalogueGainMode", fixedGain ? 1 : 0);
    if (fixedTime)
        s.whole("ExposureTime", microseconds(w.exposure_s));
    if (fixedGain)
        s.number("AnalogueGain", w.gain);
    s.flag("AeEnable", !(fixedTime && fixedGain));
    s.whole("AeMeteringMode", w.metering);
    s.whole("AeExposureMode", w.exposure_mode);
    s.number("ExposureValue", w.ev);
    if (w.flicker_s > 0.0) {
        s.whole("AeFlickerMode", 1);
        s.whole("AeFlickerPeriod", microseconds(w.flicker_s));
    }
    if (w.frame_s > 0.0 || fixedTime) {
        int64_t frame = static_cast<int64_t>(w.frame_s * 1e6 + 0.5);
        const int64_t range[2] = {frame ? frame : kFrameMin, frame ? frame : kFrameMax};
        s.set("FrameDurationLimits", ControlValue(Span<const int64_t>(range)));
    }
}

void setColor(Setter &s, const fl_camera_controls &w)
{
    bool fixed = w.wb_gains[0] > 0.0 && w.wb_gains[1] > 0.0;
    const float gains[2] = {static_cast<float>(w.wb_gains[0]), static_cast<float>(w.wb_gains[1])};
    s.flag("AwbEnable", !fixed);
    s.whole("AwbMode", w.awb);
    if (fixed)
        s.set("ColourGains", ControlValue(Span<const float>(gains)));
}

void setFocus(Setter &s, const fl_camera_controls &w, const Size &size)
{
    if (w.focus != FL_FOCUS_DEFAULT)
        s.whole("AfMode", static_cast<int>(w.focus) - 1);
    s.whole("AfRange", w.focus_range);
    s.whole("AfSpeed", w.focus_speed);
    if (w.has_lens_position)
        s.number("LensPosition", w.lens_position);
    if (w.focus_window[2] > 0.0) {
        const Rectangle window[1] = {
            Rectangle(static_cast<int>(w.focus_window[0] * size.width),
                      static_cast<int>(w.focus_window[1] * size.height),
                      Size(static_cast<unsigned>(w.focus_window[2] * size.width),
                           static_cast<unsigned>(w.focus_window[3] * size.height)))};
        s.whole("AfMetering", 1);
        s.set("AfWindows", ControlValue(Span<const Rectangle>(window)));
    }
    if (w.focus_trigger)
        s.whole("AfTrigger", 0);
}

/* A value of the metadata as numbers, up to `most`; how many there were. */
int numbers(const ControlValue &value, double *out, int most)
{
    int count = 0;
    if (value.type() == ControlTypeFloat && value.isArray()) {
        for (float v : value.get<Span<const float>>())
            if (count < most)
                out[count++] = static_cast<double>(v);
    } else if (value.type() == ControlTypeInteger32 && value.isArray()) {
        for (int32_t v : value.get<Span<const int32_t>>())
            if (count < most)
                out[count++] = v;
    } else if (value.isArray()) {
        return 0;
    } else if (value.type() == ControlTypeFloat) {
        out[count++] = static_cast<double>(value.get<float>());
    } else if (value.type() == ControlTypeInteger32) {
        out[count++] = value.get<int32_t>();
    } else if (value.type() == ControlTypeInteger64) {
        out[count++] = static_cast<double>(value.get<int64_t>());
    } else if (value.type() == ControlTypeBool) {
        out[count++] = value.get<bool>() ? 1.0 : 0.0;
    }
    return count;
}

void readOne(const std::string &name, const ControlValue &value, fl_camera_shot *shot)
{
    double v[9] = {0};
    int count;
    if (name == "SensorTimestamp" && value.type() == ControlTypeInteger64) {
        shot->timestamp_ns = static_cast<uint64_t>(value.get<int64_t>());
        return;
    }
    if (name == "ScalerCrop" && value.type() == ControlTypeRectangle) {
        const Rectangle r = value.get<Rectangle>();
        const int crop[4] = {r.x, r.y, static_cast<int>(r.width), static_cast<int>(r.height)};
        std::memcpy(shot->crop, crop, sizeof crop);
        return;
    }
    count = numbers(value, v, 9);
    if (count == 0)
        return;
    if (name == "ExposureTime")
        shot->exposure_s = v[0] * 1e-6;
    else if (name == "AnalogueGain")
        shot->gain = v[0];
    else if (name == "DigitalGain")
        shot->digital_gain = v[0];
    else if (name == "FrameDuration")
        shot->frame_s = v[0] * 1e-6;
    else if (name == "ColourGains" && count == 2)
        std::memcpy(shot->wb_gains, v, sizeof shot->wb_gains);
    else if (name == "ColourTemperature")
        shot->cct_k = v[0];
    else if (name == "Lux")
        shot->lux = v[0];
    else if (name == "AeLocked")
        shot->exposure_settled = v[0] != 0.0;
    else if (name == "AeState")
        shot->exposure_settled = v[0] >= 2.0; /* converged; 1 is searching */
    else if (name == "SensorTemperature")
        shot->sensor_temperature_c = v[0];
    else if (name == "FocusFoM")
        shot->focus_fom = static_cast<int>(v[0]);
    else if (name == "SensorBlackLevels" && count == 4)
        std::memcpy(shot->black, v, sizeof shot->black);
    else if (name == "LensPosition") {
        shot->has_lens_position = true;
        shot->lens_position = v[0];
    } else if (name == "AfState" && v[0] >= 0.0 && v[0] <= 3.0) {
        shot->focus_state = static_cast<fl_camera_focus_state>(static_cast<int>(v[0]) + 1);
    } else if (name == "ColourCorrectionMatrix" && count == 9) {
        shot->has_ccm = true;
        std::memcpy(shot->ccm, v, sizeof shot->ccm);
    }
}

} /* namespace */

void cameraLimits(const Camera &camera, struct fl_camera_limits *out)
{
    const ControlId *id;
    const ControlInfo *info = find(camera, "ExposureTime", &id);
    out->own_exposure = has(camera, "AeEnable") || has(camera, "ExposureTimeMode");
    out->own_white_balance = has(camera, "AwbEnable");
    out->has_focus = has(camera, "AfMode");
    out->gain_min = out->gain_max = 1.0;
    if (info && info->min().type() == ControlTypeInteger32) {
        out->sets_exposure = true;
        out->exposure_min_s = info->min().get<int32_t>() * 1e-6;
        out->exposure_max_s = info->max().get<int32_t>() * 1e-6;
    }
    info = find(camera, "AnalogueGain", &id);
    if (info && info->min().type() == ControlTypeFloat) {
        out->sets_gain = true;
        out->gain_min = static_cast<double>(info->min().get<float>());
        out->gain_max = static_cast<double>(info->max().get<float>());
    }
}

void setControls(const Camera &camera, const fl_camera_controls &wanted, const Size &size,
                 ControlList *list)
{
    Setter setter(camera, list);
    setExposure(setter, wanted);
    setColor(setter, wanted);
    setFocus(setter, wanted, size);
}

void readMetadata(const ControlList &metadata, fl_camera_shot *shot)
{
    for (const auto &entry : metadata) {
        const auto id = controls::controls.find(entry.first);
        if (id != controls::controls.end())
            readOne(id->second->name(), entry.second, shot);
    }
}

std::string cameraModel(const Camera &camera)
{
    for (const auto &entry : camera.properties()) {
        const auto id = properties::properties.find(entry.first);
        if (id != properties::properties.end() && id->second->name() == "Model" &&
            entry.second.type() == ControlTypeString)
            return entry.second.get<std::string>();
    }
    return camera.id();
}

} /* namespace firstlight */

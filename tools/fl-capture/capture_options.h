/* fl-capture's command line: rpicam-still's names and meanings, and what firstlight adds. */
#ifndef FL_CAPTURE_OPTIONS_H
#define FL_CAPTURE_OPTIONS_H

#include "capture_values.h"
#include "options.h"

#include "firstlight/camera.h"
#include "firstlight/firstlight.h"

enum fl_encoding {
    FL_ENCODE_AUTO = -1, /* by the name */
    FL_ENCODE_JPG = 0,
    FL_ENCODE_PNG,
    FL_ENCODE_TIFF,
    FL_ENCODE_DNG,
    FL_ENCODE_BMP,
    FL_ENCODE_RGB,
    FL_ENCODE_RGB24,
    FL_ENCODE_RGB48,
    FL_ENCODE_YUV420
};
extern const char *const fl_encoding_names[];

enum fl_ai_mode { FL_AI_OFF = 0, FL_AI_AUTO, FL_AI_ON };
enum fl_metadata_format { FL_METADATA_JSON = 0, FL_METADATA_TXT };
enum fl_capture_denoise { FL_CAPTURE_DENOISE_AUTO = 0, FL_CAPTURE_DENOISE_OFF, FL_CAPTURE_CDN_OFF };

struct fl_capture_options {
    /* general */
    bool help, version, list_cameras;
    int camera, verbose;
    const char *source, *config;
    double timeout_s;
    const char *output;
    bool immediate;
    int threads;
    /* size and mode */
    int width, height, rotation;
    bool hflip, vflip, processed;
    double roi[4];
    struct fl_capture_mode mode;
    int buffer_count;
    double framerate;
    /* exposure */
    double shutter_s, gain, ev, flicker_s;
    enum fl_camera_metering metering;
    enum fl_camera_exposure exposure;
    /* colour and picture */
    enum fl_camera_awb awb;
    double awbgains[2];
    struct fl_capture_ccm ccm;
    double brightness, contrast, saturation, sharpness;
    int denoise; /* enum fl_capture_denoise, or what is as automatic */
    enum fl_preset preset;
    enum fl_look look;
    struct fl_text_list set;
    const char *tuning_file;
    enum fl_ai_mode ai;
    /* focus */
    enum fl_camera_focus focus;
    enum fl_camera_focus_range focus_range;
    enum fl_camera_focus_speed focus_speed;
    double focus_window[4];
    struct fl_lens_position lens;
    bool focus_on_capture;
    /* still */
    enum fl_encoding encoding;
    int quality, thumb;
    struct fl_text_list exif;
    double timelapse_s;
    int framestart, wrap, burst;
    bool datetime, timestamp, keypress, signal, raw;
    const char *latest, *metadata;
    enum fl_metadata_format metadata_format;
    /* accepted, without effect; the first three are worth a warning */
    bool preview_bool;
    const char *preview_text;
    int hdr;
    bool quiet_bool;
    const char *quiet_text;
};

void fl_capture_options_init(struct fl_capture_options *options);
void fl_capture_options_free(struct fl_capture_options *options);

/* Reads the configuration file that the command line names, then the command line, which has the
 * last word. `keep` holds texts of the file. Errors: FL_ERR_RANGE (usage), FL_ERR_IO. */
fl_err fl_capture_options_parse(struct fl_capture_options *options, int argc, char *const *argv,
                                struct fl_text_list *keep) FL_MUST_USE;

void fl_capture_help(void);

#endif

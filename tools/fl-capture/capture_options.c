/* fl-capture's option tables and help. */
#include "capture_options.h"
#include "capture_config.h"
#include "capture_name.h"
#include "values.h"

#include <string.h>

const char *const fl_encoding_names[] = {"jpg", "png",   "tiff",  "dng",    "bmp",
                                         "rgb", "rgb24", "rgb48", "yuv420", NULL};
static const char *const meterings[] = {"centre", "spot", "average", "custom", NULL};
static const char *const exposures[] = {"normal", "sport", "long", "custom", NULL};
static const char *const awbs[] = {"auto",     "incandescent", "tungsten", "fluorescent", "indoor",
                                   "daylight", "cloudy",       "custom",   NULL};
static const char *const denoises[] = {"auto", "off", "cdn_off", "cdn_fast", "cdn_hq", NULL};
static const char *const presets[] = {"balanced", "fast", "best", NULL};
static const char *const looks[] = {"standard", "neutral", NULL};
static const char *const focuses[] = {"default", "manual", "auto", "continuous", NULL};
static const char *const ranges[] = {"normal", "macro", "full", NULL};
static const char *const speeds[] = {"normal", "fast", NULL};
static const char *const ais[] = {"off", "auto", "on", NULL};
static const char *const hdrs[] = {"off", "auto", "sensor", "single-exp", NULL};
static const char *const metadata_formats[] = {"json", "txt", NULL};

/* Words that rpicam takes besides the names in the help. */
static fl_err parse_metering(void *field, const char *value)
{
    int choice = FL_METERING_AVERAGE;
    if (strcmp(value, "matrix") != 0)
        FL_TRY(fl_value_choice(value, meterings, &choice));
    *(enum fl_camera_metering *)field = (enum fl_camera_metering)choice;
    return fl_success();
}

static fl_err parse_exposure(void *field, const char *value)
{
    int choice = FL_EXPOSURE_SPORT;
    if (strcmp(value, "short") != 0)
        FL_TRY(fl_value_choice(value, exposures, &choice));
    *(enum fl_camera_exposure *)field = (enum fl_camera_exposure)choice;
    return fl_success();
}

static fl_err parse_encoding(void *field, const char *value)
{
    int choice = FL_ENCODE_JPG;
    if (strcmp(value, "jpeg") != 0)
        FL_TRY(fl_value_choice(value, fl_encoding_names, &choice));
    *(enum fl_encoding *)field = (enum fl_encoding)choice;
    return fl_success();
}

#define TIME(field, name, parser, shown, text)                                                     \
    FL_CUSTOM(fl_capture_options, field, name, 0, parser, "TIME", shown, text)
/* NOLINTBEGIN(bugprone-macro-parentheses): they are designators and values */
#define BARE_TEXT(field, long_name, letter_, value_name, bare_, text)                              \
    {                                                                                              \
        FL_OPT_ENTRY(fl_capture_options, field, FL_OPT_TEXT, long_name, letter_, 0),               \
            .value = value_name, .bare = bare_, .doc = text                                        \
    }
#define LETTERED(field, type_, long_name, letter_, value_name, parser, shown, text)                \
    {                                                                                              \
        FL_OPT_ENTRY(fl_capture_options, field, type_, long_name, letter_, 0),                     \
            .parse = parser, .value = value_name, .def = shown, .doc = text                        \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct fl_opt general_options[] = {
    FL_HEADING("General"),
    FL_FLAG(fl_capture_options, help, "help", 'h', 0, "This text"),
    FL_FLAG(fl_capture_options, version, "version", 0, 0, "Version"),
    FL_FLAG(fl_capture_options, list_cameras, "list-cameras", 0, 0, "Cameras and their modes"),
    FL_INT(fl_capture_options, camera, "camera", 0, 0, 63, NULL,
           "Camera by its number in the list"),
    FL_TEXT(fl_capture_options, source, "source", 0, 0, "ID", "the camera's number",
            "Camera by its name in the list, a device, or sim[:SCENE[,key=value...]], which needs "
            "no camera"),
    BARE_TEXT(config, "config", 'c', "FILE", "config.txt",
              "Options from a file of lines name=value; the command line has the last word"),
    {FL_OPT_ENTRY(fl_capture_options, verbose, FL_OPT_INT, "verbose", 'v', 0), .min = 0, .max = 2,
     .value = "N", .bare = "2", .doc = "0 errors only, 2 a line for each picture"},
    LETTERED(timeout_s, FL_OPT_CUSTOM, "timeout", 't', "TIME", fl_parse_duration_ms, "5s",
             "Time before the picture, and of the whole series; 0 = until a key, a signal or an "
             "interrupt. Without unit: ms"),
    FL_FLAG(fl_capture_options, immediate, "immediate", 0, 0,
            "Take the picture as soon as the exposure is found"),
    FL_TEXT(fl_capture_options, output, "output", 'o', 0, "FILE", "none",
            "Name of the picture; %d or %04d counts, - is standard output. With --datetime or "
            "--timestamp: a folder"),
    FL_INT(fl_capture_options, threads, "threads", 0, 0, 256, "0, one per core",
           "Threads that develop"),
    {0}};

static const struct fl_opt size_options[] = {
    FL_HEADING("Size and mode"),
    FL_INT(fl_capture_options, width, "width", 0, 0, 65534, "0, the camera's",
           "Width of the picture"),
    FL_INT(fl_capture_options, height, "height", 0, 0, 65534, "0, the camera's",
           "Height of the picture"),
    FL_CUSTOM(fl_capture_options, mode, "mode", 0, fl_parse_mode, "W:H[:BITS[:P|U]]", "by size",
              "Mode of the sensor, packed or unpacked"),
    FL_CUSTOM(fl_capture_options, roi, "roi", 0, fl_parse_share_box, "X,Y,W,H", "0,0,0,0",
              "Part of the picture, 0..1"),
    FL_FLAG(fl_capture_options, hflip, "hflip", 0, 0, "Mirror left and right"),
    FL_FLAG(fl_capture_options, vflip, "vflip", 0, 0, "Mirror top and bottom"),
    FL_CUSTOM(fl_capture_options, rotation, "rotation", 0, fl_parse_rotation, "DEGREES", "0",
              "Turn by 0, 90, 180 or 270 degrees"),
    FL_INT(fl_capture_options, buffer_count, "buffer-count", 0, 0, 64, "0, as needed",
           "Buffers of the camera"),
    FL_NUMBER(fl_capture_options, framerate, "framerate", 0, -1, 1000, "FPS", "-1, the camera's",
              "Frames per second; also the longest automatic exposure"),
    FL_FLAG(fl_capture_options, processed, "processed", 0, 0,
            "Take the picture that the camera has developed, not its raw"),
    {0}};

static const struct fl_opt exposure_options[] = {
    FL_HEADING("Exposure"),
    TIME(shutter_s, "shutter", fl_parse_duration_us, "0, automatic",
         "Exposure time. Without unit: us"),
    FL_NUMBER(fl_capture_options, gain, "gain", 0, 0, 1000, "F", "0, automatic", "Analogue gain"),
    FL_NUMBER(fl_capture_options, gain, "analoggain", 0, 0, 1000, "F", "0, automatic", "The same"),
    FL_CUSTOM(fl_capture_options, metering, "metering", 0, parse_metering,
              "centre|spot|average|custom", "centre", "What the exposure is measured on"),
    FL_CUSTOM(fl_capture_options, exposure, "exposure", 0, parse_exposure,
              "normal|sport|long|custom", "normal", "Short times, or low gain"),
    FL_NUMBER(fl_capture_options, ev, "ev", 0, -10, 10, "STOPS", NULL, "Exposure compensation"),
    TIME(flicker_s, "flicker-period", fl_parse_duration_us, "0, none",
         "Exposures are multiples of it: 10000us with 50 Hz light, 8333us with 60 Hz"),
    {0}};

static const struct fl_opt color_options[] = {
    FL_HEADING("Colour and picture"),
    FL_CHOICE(fl_capture_options, awb, "awb", 0, awbs, "White balance: the light that is expected"),
    FL_CUSTOM(fl_capture_options, awbgains, "awbgains", 0, fl_parse_gains, "R,B", "0,0",
              "White balance by gains; 0,0 = automatic"),
    FL_CUSTOM(fl_capture_options, ccm, "ccm", 0, fl_parse_capture_ccm, "M11,...,M33",
              "the camera's", "Colour matrix, white-balanced camera to linear sRGB"),
    FL_NUMBER(fl_capture_options, brightness, "brightness", 0, -1, 1, "F", NULL, "0 is unchanged"),
    FL_NUMBER(fl_capture_options, contrast, "contrast", 0, 0, 15.99, "F", NULL, "1 is unchanged"),
    FL_NUMBER(fl_capture_options, saturation, "saturation", 0, 0, 15.99, "F", NULL,
              "1 is unchanged, 0 grey"),
    FL_NUMBER(fl_capture_options, sharpness, "sharpness", 0, 0, 15.99, "F", NULL,
              "1 is the look's own, 0 none"),
    FL_CHOICE(fl_capture_options, denoise, "denoise", 0, denoises, "Noise reduction"),
    FL_CHOICE(fl_capture_options, preset, "preset", 0, presets, "Quality against speed"),
    FL_CHOICE(fl_capture_options, look, "look", 0, looks,
              "A finished photograph, or colour and curve only"),
    FL_LIST(fl_capture_options, set, "set", 0, "STAGE.PARAM=VALUE",
            "Set a parameter of a stage; may be repeated. fl-convert lists them"),
    FL_TEXT(fl_capture_options, tuning_file, "tuning-file", 0, 0, "FILE", "the camera's",
            "Raspberry Pi tuning file of the sensor"),
    FL_CHOICE(fl_capture_options, ai, "ai", 0, ais, "Neural stage for this shot"),
    {0}};

static const struct fl_opt focus_options[] = {
    FL_HEADING("Focus"),
    FL_CHOICE(fl_capture_options, focus, "autofocus-mode", 0, focuses, "How the lens is moved"),
    FL_CHOICE(fl_capture_options, focus_range, "autofocus-range", 0, ranges,
              "Distances that are searched"),
    FL_CHOICE(fl_capture_options, focus_speed, "autofocus-speed", 0, speeds, "How fast"),
    FL_CUSTOM(fl_capture_options, focus_window, "autofocus-window", 0, fl_parse_share_box,
              "X,Y,W,H", "0,0,0,0", "Part of the picture that must be sharp"),
    FL_CUSTOM(fl_capture_options, lens, "lens-position", 0, fl_parse_lens_position, "DIOPTRES", "",
              "Position of the lens: 0 = infinity, or default"),
    FL_FLAG(fl_capture_options, focus_on_capture, "autofocus-on-capture", 0, 0,
            "Focus before each picture"),
    {0}};

static const struct fl_opt still_options[] = {
    FL_HEADING("Still"),
    LETTERED(encoding, FL_OPT_CUSTOM, "encoding", 'e', "FORMAT", parse_encoding, "jpg",
             "jpg, png, tiff, dng (the raw), bmp, rgb or rgb24, rgb48, yuv420; where it is not "
             "given, the name's extension decides"),
    {FL_OPT_ENTRY(fl_capture_options, quality, FL_OPT_INT, "quality", 'q', 0), .min = 1, .max = 100,
     .value = "N", .doc = "JPEG quality"},
    FL_FLAG(fl_capture_options, raw, "raw", 'r', 0, "Write the raw beside the picture, as DNG"),
    FL_INT(fl_capture_options, burst, "burst", 0, 1, 32, NULL,
           "Frames in a row for each picture, all written as DNG; the first is developed"),
    LETTERED(exif, FL_OPT_LIST, "exif", 'x', "IFD.TAG=VALUE", NULL, NULL,
             "EXIF entry, for example IFD0.Artist=Me; may be repeated"),
    FL_CUSTOM(fl_capture_options, thumb, "thumb", 0, fl_parse_thumb, "W:H:Q|none", "320:240:70",
              "Thumbnail in the EXIF"),
    TIME(timelapse_s, "timelapse", fl_parse_duration_ms, "0, none",
         "Time from picture to picture. Without unit: ms"),
    FL_INT(fl_capture_options, framestart, "framestart", 0, 0, 999999999, NULL, "Where %d begins"),
    FL_INT(fl_capture_options, wrap, "wrap", 0, 0, 999999999, "0, never", "Where %d begins anew"),
    FL_FLAG(fl_capture_options, datetime, "datetime", 0, 0, "Name pictures MMDDhhmmss"),
    FL_FLAG(fl_capture_options, timestamp, "timestamp", 0, 0,
            "Name pictures by seconds since 1970"),
    LETTERED(keypress, FL_OPT_FLAG, "keypress", 'k', NULL, NULL, NULL,
             "A picture for each enter key; x and enter ends"),
    LETTERED(signal, FL_OPT_FLAG, "signal", 's', NULL, NULL, NULL,
             "A picture for each SIGUSR1; SIGUSR2 ends"),
    FL_TEXT(fl_capture_options, latest, "latest", 0, 0, "LINK", "none",
            "Symbolic link to the latest picture"),
    FL_TEXT(fl_capture_options, metadata, "metadata", 0, 0, "FILE", "none",
            "What is known about each picture; - is standard output"),
    FL_CHOICE(fl_capture_options, metadata_format, "metadata-format", 0, metadata_formats,
              "Its format"),
    {0}};

/* Options that are taken and do nothing: `field` is preview_* where the user should know. */
/* NOLINTBEGIN(bugprone-macro-parentheses): they are designators and values */
#define NO_FLAG(field, long_name, letter_)                                                         \
    {                                                                                              \
        FL_OPT_ENTRY(fl_capture_options, field, FL_OPT_FLAG, long_name, letter_, 0),               \
            .doc = "No effect"                                                                     \
    }
#define NO_TEXT(field, long_name, letter_)                                                         \
    {                                                                                              \
        FL_OPT_ENTRY(fl_capture_options, field, FL_OPT_TEXT, long_name, letter_, 0),               \
            .value = "X", .def = "", .doc = "No effect"                                            \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

static const struct fl_opt ignored_options[] = {
    FL_HEADING("Accepted for rpicam-still's sake, without effect"),
    NO_FLAG(quiet_bool, "nopreview", 'n'),
    NO_TEXT(preview_text, "preview", 'p'),
    NO_FLAG(preview_bool, "fullscreen", 'f'),
    NO_FLAG(preview_bool, "qt-preview", 0),
    NO_TEXT(preview_text, "preview-libs", 0),
    NO_TEXT(preview_text, "preview-backend", 0),
    NO_TEXT(preview_text, "info-text", 0),
    NO_TEXT(preview_text, "post-process-file", 0),
    NO_TEXT(preview_text, "post-process-libs", 0),
    NO_TEXT(preview_text, "viewfinder-width", 0),
    NO_TEXT(preview_text, "viewfinder-height", 0),
    NO_TEXT(preview_text, "viewfinder-mode", 0),
    NO_TEXT(preview_text, "viewfinder-buffer-count", 0),
    NO_TEXT(preview_text, "lores-width", 0),
    NO_TEXT(preview_text, "lores-height", 0),
    NO_FLAG(preview_bool, "lores-par", 0),
    {FL_OPT_ENTRY(fl_capture_options, hdr, FL_OPT_CHOICE, "hdr", 0, 0), .choices = hdrs,
     .bare = "auto", .doc = "No effect"},
    NO_FLAG(quiet_bool, "no-raw", 0),
    NO_FLAG(quiet_bool, "zsl", 0),
    NO_FLAG(quiet_bool, "flush", 0),
    NO_TEXT(quiet_text, "restart", 0),
    {0}};

#define SETS 8

static void fill_sets(struct fl_capture_options *options, struct fl_opt_set *sets)
{
    static const struct fl_opt *const tables[SETS] = {
        general_options, size_options,  exposure_options, color_options,
        focus_options,   still_options, ignored_options,  NULL};
    for (int i = 0; i < SETS; i++)
        sets[i] = (struct fl_opt_set){tables[i], options};
}

void fl_capture_options_init(struct fl_capture_options *options)
{
    const struct fl_settings settings = fl_settings_default();
    memset(options, 0, sizeof *options);
    options->verbose = 1;
    options->timeout_s = 5.0;
    options->framerate = -1.0;
    options->brightness = settings.brightness;
    options->contrast = settings.contrast;
    options->saturation = settings.saturation;
    options->sharpness = settings.sharpness;
    options->encoding = FL_ENCODE_AUTO;
    options->quality = 93;
    options->thumb = 320;
    options->burst = 1;
}

void fl_capture_options_free(struct fl_capture_options *options)
{
    fl_text_list_free(&options->set);
    fl_text_list_free(&options->exif);
}

/* The encoding that a name's extension stands for, as far as there is one. */
static enum fl_encoding encoding_of(const char *output)
{
    const char *dot = output ? strrchr(output, '.') : NULL;
    enum fl_file_type type;
    int choice;
    if (!dot || strchr(dot, '/'))
        return FL_ENCODE_JPG;
    if (fl_file_type_parse(dot + 1, &type).code == FL_OK) {
        static const enum fl_encoding by_type[] = {[FL_FILE_JPEG] = FL_ENCODE_JPG,
                                                   [FL_FILE_PNG] = FL_ENCODE_PNG,
                                                   [FL_FILE_TIFF] = FL_ENCODE_TIFF,
                                                   [FL_FILE_DNG] = FL_ENCODE_DNG};
        return by_type[type];
    }
    if (fl_value_choice(dot + 1, fl_encoding_names, &choice).code == FL_OK)
        return (enum fl_encoding)choice;
    return FL_ENCODE_JPG;
}

static fl_err check(struct fl_capture_options *o)
{
    if (o->encoding == FL_ENCODE_AUTO)
        o->encoding = encoding_of(o->output);
    if (o->datetime && o->timestamp)
        return fl_error(FL_ERR_RANGE, "--datetime and --timestamp exclude each other");
    if (o->output && !*o->output)
        return fl_error(FL_ERR_RANGE, "--output is empty");
    if (o->output && !o->datetime && !o->timestamp)
        FL_TRY(fl_error_context(fl_capture_name_check(o->output), "--output '%.100s'", o->output));
    if (o->metadata)
        FL_TRY(fl_error_context(fl_capture_name_check(o->metadata), "--metadata"));
    if (o->output && strcmp(o->output, "-") == 0 && o->metadata && strcmp(o->metadata, "-") == 0)
        return fl_error(FL_ERR_RANGE, "--output - and --metadata - both need standard output");
    if (o->output && strcmp(o->output, "-") == 0 && (o->raw || o->burst > 1 || o->latest))
        return fl_error(FL_ERR_RANGE, "--output - takes one file, no raw, burst or link beside it");
    if (o->processed && (o->raw || o->burst > 1 || o->encoding == FL_ENCODE_DNG))
        return fl_error(FL_ERR_RANGE, "--processed gives no raw to write");
    if (o->wrap > 0 && o->framestart >= o->wrap)
        return fl_error(FL_ERR_RANGE, "--framestart %d is not below --wrap %d", o->framestart,
                        o->wrap);
    return fl_success();
}

fl_err fl_capture_options_parse(struct fl_capture_options *options, int argc, char *const *argv,
                                struct fl_text_list *keep)
{
    struct fl_capture_options first;
    struct fl_opt_set sets[SETS];
    struct fl_text_list operands = {0};
    fl_err err;
    fl_capture_options_init(&first);
    fill_sets(&first, sets);
    err = fl_opt_parse(sets, argc, argv, &operands);
    if (err.code == FL_OK && operands.count > 0)
        err = fl_error(FL_ERR_RANGE, "'%.80s': fl-capture takes no operands, only options",
                       operands.item[0]);
    fill_sets(options, sets);
    if (err.code == FL_OK && first.config)
        err = fl_capture_config_read(first.config, sets, keep);
    fl_text_list_free(&operands);
    fl_capture_options_free(&first);
    if (err.code == FL_OK)
        err = fl_opt_parse(sets, argc, argv, &operands);
    fl_text_list_free(&operands);
    return err.code == FL_OK ? check(options) : err;
}

void fl_capture_help(void)
{
    struct fl_capture_options options;
    struct fl_opt_set sets[SETS];
    fl_capture_options_init(&options);
    fill_sets(&options, sets);
    printf("Usage: fl-capture [options]\n\n"
           "Takes pictures: rpicam-still's options, developed by firstlight.\n");
    fl_opt_help(sets, stdout);
    printf("\nExamples:\n"
           "  fl-capture -o test.jpg                       a picture after five seconds\n"
           "  fl-capture --immediate -r -o test.jpg        at once, with its raw\n"
           "  fl-capture -t 1h --timelapse 10s -o im%%04d.jpg\n"
           "  fl-capture --source sim:portrait -o sim.jpg  without a camera\n"
           "\nExit status: 0 done, 1 a picture was not taken or not written, 2 wrong usage,\n"
           "3 no such camera, 4 camera busy, 5 camera unplugged, 6 no frame in time,\n"
           "130 interrupted.\n");
    fl_capture_options_free(&options);
}

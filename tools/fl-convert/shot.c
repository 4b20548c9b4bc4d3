/* The settings of one shot: option table, defaults, checks. */
#include "shot.h"
#include "raw_options.h"
#include "shot_values.h"

#include <stdlib.h>
#include <string.h>

#define PER_SHOT FL_OPT_PER_SHOT

const char *const fl_preset_names[] = {"balanced", "fast", "best", NULL};
const char *const fl_look_names[] = {"standard", "neutral", "camera", NULL};
const char *const fl_cdn_names[] = {"auto", "cdn_off", "cdn_fast", "cdn_hq", NULL};
const char *const fl_space_names[] = {"srgb", "p3", NULL};
const char *const fl_subsampling_names[] = {"420", "422", "444", NULL};
const char *const fl_compression_names[] = {"lossless", "none", NULL};

/* NOLINTBEGIN(bugprone-macro-parentheses): they are designators and values */
/* An option whose parser fills more than one field gets the shot as a whole. */
#define WHOLE(long_name, parser, value_name, shown, text)                                          \
    {                                                                                              \
        .name = long_name, .type = FL_OPT_CUSTOM, .flags = PER_SHOT, .parse = parser,              \
        .value = value_name, .def = shown, .doc = text                                             \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

const struct fl_opt fl_shot_options[] = {
    FL_HEADING("Format"),
    WHOLE("format", fl_parse_file_type, "jpg|png|tiff|dng", "the output name's, else jpg",
          "Format of the output; dng writes the raw itself with all that is known about it"),
    FL_INT(fl_shot, quality, "quality", PER_SHOT, 1, 100, NULL, "JPEG quality"),
    FL_CHOICE(fl_shot, subsampling, "subsampling", PER_SHOT, fl_subsampling_names,
              "JPEG chroma subsampling"),
    FL_FLAG(fl_shot, progressive, "progressive", 0, PER_SHOT, "Write progressive JPEG"),
    FL_CHOICE(fl_shot, compression, "compression", PER_SHOT, fl_compression_names,
              "Compression of png, tiff and dng: deflate, or lossless JPEG of a raw; or none"),
    FL_CUSTOM(fl_shot, bits, "bits", PER_SHOT, fl_parse_bits, "8|16|32", "8; 16 with --until",
              "Bits of a sample: 16 for png and tiff, 32 for tiff"),
    FL_CUSTOM(fl_shot, size, "size", PER_SHOT, fl_parse_any_size, "WxH|Wx|xH", "full size",
              "Size of the result; the missing side follows. With --raw-format: size of the raw, "
              "and --output-size gives that of the result"),
    FL_CUSTOM(fl_shot, output_size, "output-size", PER_SHOT, fl_parse_any_size, "WxH|Wx|xH", NULL,
              "Size of the result, with or without --raw-format"),
    FL_NUMBER(fl_shot, settings.scale, "scale", PER_SHOT, 0.01, 1, "F", "1",
              "Size of the result as a fraction"),

    FL_HEADING("Picture"),
    FL_CHOICE(fl_shot, settings.preset, "preset", PER_SHOT, fl_preset_names,
              "Quality against speed"),
    FL_CHOICE(
        fl_shot, settings.look, "look", PER_SHOT, fl_look_names,
        "A finished photograph, colour and curve only, or the tone curve of the camera's tuning"),
    FL_CUSTOM(
        fl_shot, settings, "wb", PER_SHOT, fl_parse_wb, "MODE", "as-shot",
        "White balance: as-shot, auto, a temperature with an optional tint (5500K, 5500K,10), "
        "or gains of red and blue (2.1,1.5)"),
    FL_CUSTOM(fl_shot, settings, "wb-box", PER_SHOT, fl_parse_wb_box, "X,Y,W,H", NULL,
              "White balance that makes this box of the picture grey, in pixels at full size"),
    FL_CUSTOM(fl_shot, settings, "awbgains", PER_SHOT, fl_parse_awbgains, "R,B", NULL,
              "White balance by gains, as rpicam names it"),
    FL_NUMBER(
        fl_shot, settings.lux, "lux", PER_SHOT, 0, 1000000, "LUX", "0, from the exposure",
        "Brightness of the scene, for automatic white balance: few lamps are as bright as the "
        "day"),
    FL_NUMBER(fl_shot, settings.ev, "ev", PER_SHOT, -8, 8, "STOPS", NULL, "Exposure compensation"),
    WHOLE("denoise", fl_parse_denoise, "off|auto|STRENGTH", "auto",
          "Noise reduction; a strength 0..4 multiplies what the noise profile asks for. rpicam's "
          "cdn_off, cdn_fast and cdn_hq are understood"),
    FL_NUMBER(fl_shot, settings.sharpness, "sharpness", PER_SHOT, 0, 15.99, "F", NULL,
              "1 is the look's own, 0 none"),
    FL_NUMBER(fl_shot, settings.contrast, "contrast", PER_SHOT, 0, 15.99, "F", NULL,
              "1 is unchanged"),
    FL_NUMBER(fl_shot, settings.saturation, "saturation", PER_SHOT, 0, 15.99, "F", NULL,
              "1 is unchanged, 0 grey"),
    FL_NUMBER(fl_shot, settings.brightness, "brightness", PER_SHOT, -1, 1, "F", NULL,
              "0 is unchanged"),
    FL_CUSTOM(fl_shot, settings, "ccm", PER_SHOT, fl_parse_ccm, "M11,M12,...,M33", "the file's",
              "Colour matrix, white-balanced camera to linear sRGB, row by row"),
    FL_CHOICE(fl_shot, settings.space, "color-space", PER_SHOT, fl_space_names,
              "Colour space of the result"),

    FL_HEADING("Stages"),
    FL_CUSTOM(fl_shot, set, "set", PER_SHOT, fl_parse_override, "STAGE.PARAM=VALUE", NULL,
              "Set one parameter of one stage; may be repeated. --list-params lists them"),
    FL_CUSTOM(fl_shot, settings.until, "until", PER_SHOT, fl_parse_until, "STAGE", NULL,
              "Write what leaves this stage, as 16-bit png or tiff"),
    {0}};

void fl_shot_init(struct fl_shot *shot)
{
    const struct fl_write_options write = fl_write_options_default();
    memset(shot, 0, sizeof *shot);
    shot->settings = fl_settings_default();
    shot->quality = write.quality ? write.quality : 93;
    shot->subsampling = write.subsampling;
    shot->progressive = write.progressive;
}

bool fl_shot_copy(struct fl_shot *to, const struct fl_shot *from)
{
    *to = *from;
    return fl_text_list_copy(&to->set, &from->set);
}

void fl_shot_free(struct fl_shot *shot)
{
    fl_text_list_free(&shot->set);
}

static fl_err derive_size(struct fl_shot *shot)
{
    bool output = shot->output_size[0] || shot->output_size[1];
    const int *size = output || shot->raw.format ? shot->output_size : shot->size;
    if (!shot->raw.format && output && (shot->size[0] || shot->size[1]))
        return fl_error(FL_ERR_RANGE, "size and output-size both set the size of the result");
    if (shot->raw.format) {
        shot->raw.width = shot->size[0];
        shot->raw.height = shot->size[1];
    }
    shot->settings.width = size[0];
    shot->settings.height = size[1];
    return fl_raw_options_check(&shot->raw);
}

static fl_err derive_type(struct fl_shot *shot, const enum fl_file_type *output_type)
{
    if (shot->has_type && output_type && shot->type != *output_type)
        return fl_error(FL_ERR_RANGE, "format is %s, but the output's name says %s",
                        fl_file_type_extension(shot->type), fl_file_type_extension(*output_type));
    if (!shot->has_type)
        shot->type = output_type ? *output_type : shot->settings.until ? FL_FILE_PNG : FL_FILE_JPEG;
    return fl_success();
}

static fl_err derive_bits(struct fl_shot *shot)
{
    int bits = shot->bits ? shot->bits : shot->settings.until ? 16 : 8;
    const char *name = fl_file_type_extension(shot->type);
    if (shot->settings.until && shot->type == FL_FILE_DNG)
        return fl_error(FL_ERR_RANGE, "until needs png or tiff, and format is dng");
    if (shot->settings.until && (bits != 16 || shot->type == FL_FILE_JPEG))
        return fl_error(FL_ERR_RANGE, "until writes 16 bits, and needs png or tiff");
    if (shot->type == FL_FILE_JPEG && bits != 8)
        return fl_error(FL_ERR_RANGE, "bits %d needs png or tiff, and format is %s", bits, name);
    if (shot->type == FL_FILE_PNG && bits > 16)
        return fl_error(FL_ERR_RANGE, "bits %d needs tiff, and format is %s", bits, name);
    shot->settings.bits = bits;
    return fl_success();
}

fl_err fl_shot_finish(struct fl_shot *shot, const enum fl_file_type *output_type)
{
    FL_TRY(derive_size(shot));
    FL_TRY(derive_type(shot, output_type));
    FL_TRY(derive_bits(shot));
    return fl_settings_check(&shot->settings);
}

fl_err fl_shot_apply(const struct fl_shot *shot, struct fl_pipeline *pipeline)
{
    fl_pipeline_reset(pipeline);
    if (shot->cdn == FL_CDN_OFF)
        FL_TRY(fl_pipeline_set(pipeline, "chroma_denoise.strength", "0"));
    for (int i = 0; i < shot->set.count; i++) {
        const char *text = shot->set.item[i], *equals = strchr(text, '=');
        char key[96];
        size_t length = equals ? (size_t)(equals - text) : 0;
        if (length == 0 || length >= sizeof key)
            return fl_error(FL_ERR_RANGE, "no stage has a parameter '%.100s'", text);
        memcpy(key, text, length);
        key[length] = '\0';
        FL_TRY(fl_pipeline_set(pipeline, key, equals + 1));
    }
    return fl_success();
}

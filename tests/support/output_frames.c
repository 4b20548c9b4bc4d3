/* Frames, folders and file contents for the tests that write files. */
#include "output_frames.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void must(int ok)
{
    if (!ok)
        abort();
}

static void add_exif(struct fl_exif *exif, int ifd, int tag, int type, uint32_t count,
                     const void *data, uint32_t size)
{
    must(fl_exif_add(exif, ifd, tag, type, count, data, size).code == FL_OK);
}

static struct fl_exif *make_exif(void)
{
    static const uint32_t exposure[2] = {10, 1200}, latitude[6] = {48, 1, 30, 1, 1234, 100};
    static const uint32_t offset = 4711;
    static const int32_t bias[2] = {-1, 3};
    struct fl_exif *exif = fl_exif_new();
    must(exif != NULL);
    add_exif(exif, 0, 315, 2, 5, "Jane", 5);     /* Artist */
    add_exif(exif, 0, 33432, 2, 4, "(c)", 4);    /* Copyright */
    add_exif(exif, 0, 273, 4, 1, &offset, 4);    /* StripOffsets: not to be kept */
    add_exif(exif, 0, 513, 4, 1, &offset, 4);    /* JPEGInterchangeFormat: not to be kept */
    add_exif(exif, 1, 33434, 5, 1, exposure, 8); /* ExposureTime, the camera's fraction */
    add_exif(exif, 1, 37380, 10, 1, bias, 8);    /* ExposureBiasValue */
    add_exif(exif, 1, 37500, 7, 6, "maker", 6);  /* MakerNote: not to be kept */
    add_exif(exif, 1, 36881, 2, 7, "+01:00", 7); /* OffsetTimeOriginal */
    add_exif(exif, 2, 1, 2, 2, "N", 2);          /* GPSLatitudeRef */
    add_exif(exif, 2, 2, 5, 3, latitude, 24);    /* GPSLatitude */
    return exif;
}

static void fill_meta(struct fl_meta *m)
{
    strcpy(m->make, "Raspberry Pi");
    strcpy(m->model, "imx477");
    strcpy(m->unique_model, "Raspberry Pi HQ");
    strcpy(m->serial, "S123");
    strcpy(m->lens, "6mm \"wide\"");
    strcpy(m->date_time, "2026:11:20 14:00:01");
    m->exposure_s = 1.0 / 120;
    m->iso = 400;
    m->f_number = 2.8;
    m->focal_mm = 4.25;
    m->orientation = 1;
    m->exif = make_exif();
}

static double value_at(int x, int y, int c, int width, int height)
{
    double u = (double)x / width, v = (double)y / height;
    double base = c == 0 ? u : c == 1 ? v : 1 - (u + v) / 2;
    return base * 0.9 + ((x / 3 + y / 5) % 2 ? 0.1 : 0.05);
}

static void put(struct fl_frame *f, int x, int y, int c, double value)
{
    int channels = fl_format_channels(&f->format);
    int plane = f->format.packing == FL_PACK_F32 ? c : 0;
    uint8_t *row = (uint8_t *)f->plane[plane] + (size_t)y * f->stride[plane];
    int index = x * channels + c;
    if (f->format.packing == FL_PACK_U8)
        row[index] = (uint8_t)(value * 255);
    else if (f->format.packing == FL_PACK_U16)
        ((uint16_t *)(void *)row)[index] = (uint16_t)(value * 65535);
    else
        ((float *)(void *)row)[x] = (float)(value * 1.5 - 0.25); /* beyond 0..1, as floats may */
}

struct fl_frame *output_picture(enum fl_color color, enum fl_packing packing, int width, int height)
{
    const int bits = packing == FL_PACK_U8 ? 8 : packing == FL_PACK_U16 ? 16 : 32;
    const struct fl_format format = {color, FL_CFA_NONE, packing, bits};
    struct fl_frame *f;
    int x, y, c;

    must(fl_frame_new(width, height, &format, &f).code == FL_OK);
    for (y = 0; y < height; y++)
        for (x = 0; x < width; x++)
            for (c = 0; c < fl_format_channels(&format); c++)
                put(f, x, y, c, value_at(x, y, c, width, height));
    fill_meta(&f->meta);
    return f;
}

void output_fill_noise(struct fl_frame *f, uint32_t seed)
{
    size_t i, size = f->stride[0] * (size_t)f->height;
    for (i = 0; i < size; i++) {
        seed = seed * 1664525u + 1013904223u;
        ((uint8_t *)f->plane[0])[i] = (uint8_t)(seed >> 24);
    }
}

uint16_t output_raw_code(int bits, int c, int x, int y)
{
    return (uint16_t)((unsigned)(x * 37 + y * 101 + c * 1009) & ((1u << bits) - 1));
}

/* MIPI CSI-2 as its description says: high bytes of a group, then the low bits, first lowest. */
static void pack_row(const uint16_t *codes, int width, int bits, uint8_t *out)
{
    int group = bits == 12 ? 2 : 4, low = bits - 8, bytes = group * bits / 8;
    int x, i;
    for (x = 0; x < width; x += group, out += bytes) {
        uint32_t tail = 0;
        for (i = 0; i < group && x + i < width; i++) {
            out[i] = (uint8_t)(codes[x + i] >> low);
            tail |= (uint32_t)(codes[x + i] & ((1u << low) - 1)) << (i * low);
        }
        for (i = group; i < bytes; i++, tail >>= 8)
            out[i] = (uint8_t)tail;
    }
}

static void fill_codes(struct fl_frame *f)
{
    int channels = fl_format_channels(&f->format);
    uint16_t *codes = malloc((size_t)f->width * (size_t)channels * sizeof *codes);
    int x, y, c;

    must(codes != NULL);
    for (y = 0; y < f->height; y++) {
        uint8_t *row = (uint8_t *)f->plane[0] + (size_t)y * f->stride[0];
        for (x = 0; x < f->width; x++)
            for (c = 0; c < channels; c++)
                codes[x * channels + c] = output_raw_code(f->format.bits, c, x, y);
        if (f->format.packing == FL_PACK_CSI2P)
            pack_row(codes, f->width, f->format.bits, row);
        else if (f->format.packing == FL_PACK_U16)
            memcpy(row, codes, (size_t)(f->width * channels) * sizeof *codes);
        else
            for (x = 0; x < f->width * channels; x++)
                row[x] = (uint8_t)codes[x];
    }
    free(codes);
}

static void fill_calibration(struct fl_calibration *c, int illuminant, double tilt)
{
    static const double color[9] = {0.7, -0.1, -0.05, -0.4, 1.2, 0.2, -0.1, 0.2, 0.6};
    static const double forward[9] = {0.6, 0.2, 0.16, 0.3, 0.6, 0.1, 0.02, 0.1, 0.7};
    int i;
    c->illuminant = illuminant;
    c->has_color_matrix = c->has_forward_matrix = true;
    for (i = 0; i < 9; i++) {
        c->color_matrix[i] = color[i] + tilt;
        c->forward_matrix[i] = forward[i] - tilt;
        c->camera_calibration[i] = i % 4 == 0 ? 1 + tilt : 0;
    }
}

static void fill_raw_meta(struct fl_frame *f)
{
    struct fl_meta *m = &f->meta;
    int i;
    fill_meta(m);
    m->orientation = 6;
    m->active = (struct fl_rect){4, 2, f->width - 6, f->height - 4};
    m->default_crop = (struct fl_rect){2, 3, f->width - 12, f->height - 10};
    m->masked_count = 1;
    m->masked[0] = (struct fl_rect){0, 0, 4, f->height};
    for (i = 0; i < 4; i++) {
        m->black_dn[i] = 16.5f + (float)i;
        m->white_dn[i] = (float)((1u << f->format.bits) - 2);
    }
    for (i = 0; i < 3; i++)
        m->noise[i] = (struct fl_noise){1e-4 * (i + 1), 1e-7 * (i + 1)};
    m->has_neutral = true;
    m->neutral[0] = 0.5;
    m->neutral[1] = 1;
    m->neutral[2] = 0.625;
    m->analog_balance[0] = 1.25;
    m->analog_balance[1] = 1;
    m->analog_balance[2] = 1.5;
    fill_calibration(&m->calibration[0], 17, 0.01);
    fill_calibration(&m->calibration[1], 21, 0.02);
    m->baseline_exposure_ev = -0.25;
    m->is_linear_rgb = f->format.color == FL_COLOR_RGB;
    m->corrections = fl_corrections_new();
    must(m->corrections != NULL);
}

struct fl_frame *output_raw(enum fl_color color, enum fl_cfa cfa, enum fl_packing packing, int bits,
                            int width, int height)
{
    const struct fl_format format = {color, cfa, packing, bits};
    struct fl_frame *f;
    must(fl_frame_new(width, height, &format, &f).code == FL_OK);
    fill_codes(f);
    fill_raw_meta(f);
    return f;
}

char *output_folder_new(void)
{
    char *folder = strdup("/tmp/fl-test-XXXXXX");
    must(folder && mkdtemp(folder));
    return folder;
}

const char *output_path(const char *folder, const char *name)
{
    static char path[4][512];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* Calls fn for each name; returns how many there are. */
static int each_name(const char *folder, void (*fn)(const char *path))
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int count = 0;
    must(dir != NULL);
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (fn)
            fn(output_path(folder, entry->d_name));
    }
    closedir(dir);
    return count;
}

static void remove_any(const char *path)
{
    if (unlink(path) != 0)
        must(rmdir(path) == 0);
}

void output_folder_remove(char *folder)
{
    each_name(folder, remove_any);
    must(rmdir(folder) == 0);
    free(folder);
}

int output_folder_count(const char *folder)
{
    return each_name(folder, NULL);
}

uint8_t *output_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    long end;
    if (!file)
        return NULL;
    must(fseek(file, 0, SEEK_END) == 0);
    end = ftell(file);
    must(end >= 0);
    rewind(file);
    data = malloc((size_t)end + 1);
    must(data && fread(data, 1, (size_t)end, file) == (size_t)end);
    data[end] = 0;
    fclose(file);
    *size = (size_t)end;
    return data;
}

void output_write(const char *path, const struct fl_frame *frame,
                  const struct fl_write_options *options)
{
    fl_err err = fl_write(path, frame, options, NULL);
    if (err.code != FL_OK) {
        fprintf(stderr, "%s\n", err.message);
        abort();
    }
}

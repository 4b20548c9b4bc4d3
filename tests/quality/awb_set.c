/* Measures automatic white balance on the Raspberry Pi set: pictures of 32 x 32 pixels whose grey
 * card gave the true colour temperature.
 *
 * usage: awb_set PICTURES TUNINGS [SENSOR=MIRED]...
 * PICTURES holds USER,SENSOR,ID,TRUE_CT,LUX,CAMERA_CT.png, TUNINGS a pisp_SENSOR.json for each
 * sensor. The pictures were balanced and coloured for 5000 K: that is taken back first, and pixels
 * that were clipped do not count. Prints, for each sensor, the mean error in mired of the estimate
 * with everything that is known, without the brightness, without the tuning, of plain grey world,
 * and of the camera itself; after that, as TAP, whether it stays below the limits. */
#include "awb.h"
#include "flmath.h"

#include "firstlight/tuning.h"

#include <dirent.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE        32
#define CELLS       (SIZE * SIZE)
#define RENDERED_K  5000.0
#define MAX_SENSORS 16

enum { FULL = 0, NO_LUX, NO_TUNING, GREY_WORLD, CAMERA, WAYS };
static const char *const way_names[WAYS] = {"full", "no lux", "no tuning", "grey world", "camera"};

struct sensor {
    char name[32];
    struct fl_tuning *tuning;
    int count;
    double sum[WAYS]; /* of errors in mired */
    double limit;     /* 0 = none */
};

struct shot {
    double true_k, lux, camera_k;
    float level[3][CELLS], clipped[CELLS];
};

static void stop(const char *path, const char *reason)
{
    printf("Bail out! %s: %s\n", path, reason);
    exit(EXIT_FAILURE);
}

/* 16-bit RGB, 0..1. */
static void read_picture(const char *path, float out[CELLS][3])
{
    FILE *f = fopen(path, "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_bytepp rows;
    if (!f || !info)
        stop(path, "cannot be opened");
    if (setjmp(png_jmpbuf(png)))
        stop(path, "not a PNG file");
    png_init_io(png, f);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    if (png_get_image_width(png, info) != SIZE || png_get_image_height(png, info) != SIZE ||
        png_get_bit_depth(png, info) != 16 || png_get_channels(png, info) != 3)
        stop(path, "not a 32 x 32 picture of 16-bit RGB");
    rows = png_get_rows(png, info);
    for (int i = 0; i < CELLS * 3; i++) {
        const png_byte *p = rows[i / (SIZE * 3)] + (size_t)(i % (SIZE * 3)) * 2;
        out[i / 3][i % 3] = (float)(p[0] * 256 + p[1]) / 65535.0F;
    }
    png_destroy_read_struct(&png, &info, NULL);
    fclose(f);
}

/* Camera colour again. */
static void take_back(float rendered[CELLS][3], const struct fl_tuning *tuning, struct shot *shot)
{
    double ccm[9], inverse[9], grey[2];
    if (!fl_tuning_ccm_at(tuning, RENDERED_K, ccm) || !fl_mat3_inverse(ccm, inverse) ||
        !fl_tuning_grey(tuning, RENDERED_K, grey))
        stop("tuning", "has no usable curve and matrices");
    for (int i = 0; i < CELLS; i++) {
        double rgb[3], camera[3];
        shot->clipped[i] = 0.0F;
        for (int c = 0; c < 3; c++) {
            rgb[c] = (double)rendered[i][c];
            if (!(rgb[c] > 0.0 && rgb[c] < 0.999))
                shot->clipped[i] = 1.0F;
        }
        fl_mat3_apply(inverse, rgb, camera);
        shot->level[0][i] = (float)(camera[0] * grey[0]);
        shot->level[1][i] = (float)camera[1];
        shot->level[2][i] = (float)(camera[2] * grey[1]);
    }
}

static double mired_of(const struct sensor *s, const double neutral[3])
{
    const double grey[2] = {neutral[0] / neutral[1], neutral[2] / neutral[1]};
    return 1e6 / fl_tuning_cct(s->tuning, grey);
}

static double estimate(const struct sensor *s, struct shot *shot, bool with_tuning, double lux)
{
    static const struct fl_meta meta = {.has_neutral = false};
    static float no_noise[CELLS];
    struct fl_statistics stats = {.width = SIZE * FL_CELL,
                                  .height = SIZE * FL_CELL,
                                  .cols = SIZE,
                                  .rows = SIZE,
                                  .mean = {shot->level[0], shot->level[1], shot->level[2]},
                                  .clipped = shot->clipped,
                                  .noise = {no_noise, no_noise, no_noise}};
    struct fl_awb_input in = {
        .stats = &stats, .meta = &meta, .tuning = with_tuning ? s->tuning : NULL, .lux = lux};
    double neutral[3];
    if (fl_awb_estimate(&in, neutral).code != FL_OK)
        stop("white balance", "out of memory");
    return mired_of(s, neutral);
}

static double grey_world(const struct sensor *s, const struct shot *shot)
{
    double sum[3] = {1e-9, 1e-9, 1e-9};
    for (int i = 0; i < CELLS; i++)
        for (int c = 0; c < 3 && shot->clipped[i] <= 0.0F; c++)
            sum[c] += (double)shot->level[c][i];
    return mired_of(s, sum);
}

static void measure(struct sensor *s, struct shot *shot)
{
    double truth = 1e6 / shot->true_k;
    s->sum[FULL] += fabs(estimate(s, shot, true, shot->lux) - truth);
    s->sum[NO_LUX] += fabs(estimate(s, shot, true, 0.0) - truth);
    s->sum[NO_TUNING] += fabs(estimate(s, shot, false, shot->lux) - truth);
    s->sum[GREY_WORLD] += fabs(grey_world(s, shot) - truth);
    s->sum[CAMERA] += fabs(1e6 / shot->camera_k - truth);
    s->count++;
}

/* The sensor of that name, with its tuning loaded. */
static struct sensor *find_sensor(struct sensor *list, const char *name, const char *tunings)
{
    char path[1024];
    int i = 0;
    fl_err err;
    while (i < MAX_SENSORS && list[i].name[0] && strcmp(list[i].name, name) != 0)
        i++;
    if (i == MAX_SENSORS || strlen(name) >= sizeof list[i].name)
        stop(name, "too many sensors");
    memcpy(list[i].name, name, strlen(name) + 1);
    if (list[i].tuning)
        return &list[i];
    snprintf(path, sizeof path, "%s/pisp_%s.json", tunings, name);
    err = fl_tuning_load(path, NULL, &list[i].tuning);
    if (err.code != FL_OK)
        stop(path, err.message);
    return &list[i];
}

static void measure_file(struct sensor *list, const char *folder, const char *name,
                         const char *tunings)
{
    static float rendered[CELLS][3];
    static struct shot shot;
    char path[1024], sensor_name[32];
    struct sensor *s;
    if (sscanf(name, "%*[^,],%31[^,],%*[^,],%lf,%lf,%lf", sensor_name, &shot.true_k, &shot.lux,
               &shot.camera_k) != 4)
        return; /* some other file */
    snprintf(path, sizeof path, "%s/%s", folder, name);
    s = find_sensor(list, sensor_name, tunings);
    read_picture(path, rendered);
    take_back(rendered, s->tuning, &shot);
    measure(s, &shot);
}

static void print_results(const struct sensor *list)
{
    int tests = 0;
    printf("# mean error in mired\n# %-10s %5s", "sensor", "shots");
    for (int w = 0; w < WAYS; w++)
        printf(" %10s", way_names[w]);
    for (const struct sensor *s = list; s->name[0]; s++) {
        printf("\n# %-10s %5d", s->name, s->count);
        for (int w = 0; w < WAYS && s->count > 0; w++)
            printf(" %10.1f", s->sum[w] / s->count);
    }
    printf("\n");
    for (const struct sensor *s = list; s->name[0]; s++)
        if (s->limit > 0.0)
            printf("%sok %d - %s within %g mired\n",
                   s->count > 0 && s->sum[FULL] / s->count <= s->limit ? "" : "not ", ++tests,
                   s->name, s->limit);
    printf("1..%d\n", tests);
}

int main(int argc, char **argv)
{
    static struct sensor list[MAX_SENSORS + 1];
    const struct dirent *entry;
    DIR *folder;
    if (argc < 3 || !(folder = opendir(argv[1]))) {
        printf("1..0 # SKIP no folder of pictures\n");
        return EXIT_SUCCESS;
    }
    for (int i = 3; i < argc; i++) {
        char name[32];
        double limit;
        if (sscanf(argv[i], "%31[^=]=%lf", name, &limit) == 2)
            find_sensor(list, name, argv[2])->limit = limit;
    }
    while ((entry = readdir(folder)))
        measure_file(list, argv[1], entry->d_name, argv[2]);
    closedir(folder);
    print_results(list);
    for (struct sensor *s = list; s->name[0]; s++)
        fl_tuning_free(s->tuning);
    return EXIT_SUCCESS;
}

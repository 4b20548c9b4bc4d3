/* Cameras that the kernel of a virtual machine simulates, by way of the public interface. TAP.
 *
 *   vm_camera bayer DEVICE                  vivid: four orders, three depths, its bars of colour
 *   vm_camera loopback DEVICE HASHES        our raws through v4l2loopback, back bit by bit
 *   vm_camera hold CAMERA                   has it, until killed
 *   vm_camera raw DEVICE                    any raw node: frames come, in order, buffers return */
#include "firstlight/camera.h"
#include "firstlight/firstlight.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static int tests, failures;

static bool report(bool good, const char *name, const char *why)
{
    printf("%sok %d - %s%s%s\n", good ? "" : "not ", ++tests, name, good || !*why ? "" : ": ",
           good ? "" : why);
    failures += !good;
    return good;
}

static bool passes(fl_err err, const char *name)
{
    return err.code == FL_OK || report(false, name, err.message);
}

/* A loopback has formats once its writer has written. */
static fl_err open_patiently(const char *device, struct fl_camera **out)
{
    const struct timespec pause = {0, 100000000};
    fl_err err = fl_camera_open(device, NULL, out);
    for (int i = 0; i < 50 && err.code == FL_ERR_UNSUPPORTED; i++) {
        nanosleep(&pause, NULL);
        err = fl_camera_open(device, NULL, out);
    }
    return err;
}

/* Opens, configures and starts; NULL after a report. */
static struct fl_camera *start(const char *device, const struct fl_camera_config *config,
                               struct fl_camera_granted *granted, const char *name)
{
    struct fl_camera *camera;
    if (!passes(open_patiently(device, &camera), name))
        return NULL;
    if (passes(fl_camera_configure(camera, config, granted), name) &&
        passes(fl_camera_start(camera), name))
        return camera;
    fl_camera_close(camera);
    return NULL;
}

static fl_err take(struct fl_camera *camera, struct fl_frame **frame, struct fl_camera_shot *shot)
{
    const struct fl_camera_controls controls = {0};
    FL_TRY(fl_camera_request(camera, &controls));
    return fl_camera_wait(camera, 10.0, frame, shot);
}

/* ---- vivid ---- */

static unsigned sample(const struct fl_frame *f, int x, int y)
{
    const uint8_t *row = (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0];
    uint16_t v;
    if (f->format.packing == FL_PACK_U8)
        return row[x];
    memcpy(&v, row + 2 * x, sizeof v);
    return v;
}

/* Mean of a colour's sites in the bar, 0..1. */
static double mean_of(const struct fl_frame *f, int bar, int color)
{
    double sum = 0, count = 0;
    int begin = (8 * bar + 2) * f->width / 64 & ~1, end = (8 * bar + 6) * f->width / 64;
    for (int y = f->height / 2; y < f->height / 2 + 20; y++)
        for (int x = begin; x < end; x++)
            if (fl_cfa_color(f->format.cfa, x, y) == color) {
                sum += sample(f, x, y);
                count++;
            }
    return sum / count / (double)((1 << f->format.bits) - 1);
}

/* White, yellow, cyan, green, magenta, red, blue, black: which colours are on. */
static bool has_bars(const struct fl_frame *f, char *why, size_t size)
{
    static const char *const bars[8] = {"111", "110", "011", "010", "101", "100", "001", "000"};
    for (int bar = 0; bar < 8; bar++)
        for (int c = 0; c < 3; c++) {
            double v = mean_of(f, bar, c);
            if ((v > 0.4) != (bars[bar][c] == '1')) {
                snprintf(why, size, "bar %d, colour %d is %.2f", bar, c, v);
                return false;
            }
        }
    return true;
}

static void bayer(const char *device)
{
    static const int depths[] = {8, 10, 12};
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++)
        for (int i = 0; i < 3; i++) {
            struct fl_camera_config config = {.width = 640,
                                              .height = 360,
                                              .bits = depths[i],
                                              .cfa = (enum fl_cfa)cfa,
                                              .exact = true};
            struct fl_camera_granted granted;
            struct fl_camera_shot shot;
            struct fl_camera *camera;
            struct fl_frame *frame;
            char name[64], why[FL_MESSAGE_MAX] = "";
            snprintf(name, sizeof name, "vivid %s, %d bits", fl_cfa_name(config.cfa), depths[i]);
            camera = start(device, &config, &granted, name);
            if (!camera)
                continue;
            if (passes(take(camera, &frame, &shot), name)) {
                bool good = frame->width == 640 && frame->format.bits == depths[i] &&
                            has_bars(frame, why, sizeof why);
                report(good && granted.dmabuf && shot.dmabuf_fd >= 0, name, why);
                fl_frame_unref(frame);
            }
            fl_camera_close(camera);
        }
}

/* ---- any raw node ---- */

static void raw(const char *device)
{
    struct fl_camera_config config = {.buffers = 3};
    struct fl_camera_granted granted;
    struct fl_camera *camera = start(device, &config, &granted, "raw node");
    struct fl_frame *held[16];
    struct fl_camera_shot shot;
    uint64_t last = 0;
    bool rising = true;
    int count = 0;
    if (!camera)
        return;
    for (int i = 0; i < 12; i++) {
        if (!passes(take(camera, &held[0], &shot), "raw node"))
            break;
        rising = rising && (i == 0 || shot.sequence >= last);
        last = shot.sequence;
        fl_frame_unref(held[0]);
        count++;
    }
    report(count == 12 && rising, "raw node: twelve frames on three buffers, in order", "");
    for (count = 0; count < 16; count++) {
        const struct fl_camera_controls controls = {0};
        if (fl_camera_request(camera, &controls).code != FL_OK ||
            fl_camera_wait(camera, 10.0, &held[count], &shot).code != FL_OK)
            break;
    }
    report(count == granted.buffers, "raw node: all buffers held is busy, no more", "");
    fl_camera_close(camera);
    for (int i = 0; i < count; i++) { /* memory of frames outlives the camera */
        volatile unsigned v = sample(held[i], 0, held[i]->height - 1);
        (void)v;
        fl_frame_unref(held[i]);
    }
    report(true, "raw node: frames outlive the camera", "");
}

/* ---- v4l2loopback ---- */

struct writer {
    int fd;
    const struct fl_frame *frame;
    atomic_bool stop;
};

static void *write_frames(void *user)
{
    struct writer *w = user;
    const size_t row = fl_format_row_bytes(&w->frame->format, w->frame->width);
    const size_t size = row * (size_t)w->frame->height;
    uint8_t *bytes = malloc(size);
    const struct timespec pause = {0, 20000000};
    for (int y = 0; y < w->frame->height; y++)
        memcpy(bytes + (size_t)y * row,
               (const uint8_t *)w->frame->plane[0] + (size_t)y * w->frame->stride[0], row);
    while (!atomic_load(&w->stop)) {
        if (write(w->fd, bytes, size) < 0 && errno != EAGAIN)
            break;
        nanosleep(&pause, NULL);
    }
    free(bytes);
    return NULL;
}

static bool open_writer(const char *device, uint32_t fourcc, const struct fl_frame *frame,
                        struct writer *w)
{
    struct v4l2_format f;
    w->fd = open(device, O_RDWR);
    w->frame = frame;
    atomic_init(&w->stop, false);
    memset(&f, 0, sizeof f);
    f.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    f.fmt.pix.width = (uint32_t)frame->width;
    f.fmt.pix.height = (uint32_t)frame->height;
    f.fmt.pix.pixelformat = fourcc;
    f.fmt.pix.field = V4L2_FIELD_NONE;
    f.fmt.pix.bytesperline = (uint32_t)fl_format_row_bytes(&frame->format, frame->width);
    f.fmt.pix.sizeimage = f.fmt.pix.bytesperline * f.fmt.pix.height;
    return w->fd >= 0 && ioctl(w->fd, VIDIOC_S_FMT, &f) == 0 && f.fmt.pix.pixelformat == fourcc;
}

static bool same_pixels(const struct fl_frame *a, const struct fl_frame *b)
{
    size_t row = fl_format_row_bytes(&a->format, a->width);
    if (a->width != b->width || a->height != b->height || a->format.bits != b->format.bits ||
        a->format.cfa != b->format.cfa)
        return false;
    for (int y = 0; y < a->height; y++)
        if (memcmp((const char *)a->plane[0] + (size_t)y * a->stride[0],
                   (const char *)b->plane[0] + (size_t)y * b->stride[0], row) != 0)
            return false;
    return true;
}

/* FNV-1a of the finished picture, as the golden test makes it. */
static uint64_t hash_of(const struct fl_frame *raw_frame)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_pipeline *pipeline;
    struct fl_frame *out;
    uint64_t h = 14695981039346656037ULL;
    if (fl_pipeline_new(NULL, &pipeline).code != FL_OK)
        return 0;
    if (fl_pipeline_run(pipeline, raw_frame, &settings, &out, NULL).code == FL_OK) {
        for (int y = 0; y < out->height; y++)
            for (int i = 0; i < 3 * out->width; i++)
                h = (h ^ ((const uint8_t *)out->plane[0])[(size_t)y * out->stride[0] + (size_t)i]) *
                    1099511628211ULL;
        fl_frame_unref(out);
    }
    fl_pipeline_free(pipeline);
    return h;
}

/* The committed hash of the sample's finished picture. */
static uint64_t golden(const char *path, const char *name)
{
    char line[160], sample_name[32], stage[40];
    unsigned long long hash, found = 0;
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%31s %39s %llx", sample_name, stage, &hash) == 3 &&
            strcmp(sample_name, name) == 0 && strcmp(stage, "output") == 0)
            found = hash;
    if (f)
        fclose(f);
    return found;
}

static void through(const char *device, const char *format, uint32_t fourcc, uint64_t want)
{
    /* the golden test's first sample */
    struct fl_sim_config sim = {
        .scene = "chart", .format = format, .width = 240, .height = 162, .iso = 400};
    struct fl_camera_config config = {0};
    struct fl_camera_granted granted;
    struct fl_camera *camera = NULL;
    struct fl_camera_shot shot;
    struct fl_frame *sent, *got = NULL;
    struct writer w;
    pthread_t thread;
    char name[64];
    snprintf(name, sizeof name, "loopback %s", format);
    if (!passes(fl_sim_capture(&sim, &sent), name))
        return;
    if (!open_writer(device, fourcc, sent, &w) ||
        pthread_create(&thread, NULL, write_frames, &w) != 0) {
        report(false, name, "no writer");
    } else {
        camera = start(device, &config, &granted, name);
        if (camera && passes(take(camera, &got, &shot), name)) {
            report(same_pixels(sent, got), name, "pixels differ");
            got->meta = sent->meta; /* what the camera cannot know */
            fl_corrections_ref(got->meta.corrections);
            if (want)
                report(hash_of(got) == want, "loopback: develops to the golden hash", "");
            fl_frame_unref(got);
        }
        atomic_store(&w.stop, true);
        pthread_join(thread, NULL);
        fl_camera_close(camera);
    }
    if (w.fd >= 0)
        close(w.fd);
    fl_frame_unref(sent);
}

static void hold(const char *id)
{
    struct fl_camera *camera;
    fl_err err = fl_camera_open(id, NULL, &camera);
    printf("%s\n", err.code == FL_OK ? "held" : err.message);
    fflush(stdout);
    if (err.code == FL_OK)
        pause();
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "bayer") == 0)
        bayer(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "raw") == 0)
        raw(argv[2]);
    else if (argc == 3 && strcmp(argv[1], "hold") == 0)
        hold(argv[2]);
    else if (argc == 4 && strcmp(argv[1], "loopback") == 0) {
        through(argv[2], "SRGGB12", V4L2_PIX_FMT_SRGGB12, golden(argv[3], "chart"));
        through(argv[2], "SRGGB10", V4L2_PIX_FMT_SRGGB10, 0);
        through(argv[2], "SRGGB16", V4L2_PIX_FMT_SRGGB16, 0);
    } else
        return 2;
    printf("1..%d\n", tests);
    return failures ? 1 : 0;
}

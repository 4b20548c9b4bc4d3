/* What the drivers of cameras share: lists, the choice of a mode, the time of day. */
#include "camera_driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

fl_err fl_camera_list_add(struct fl_camera_list *list, const char *driver, const char *id,
                          const char *name)
{
    struct fl_camera_info *grown =
        realloc(list->camera, ((size_t)list->count + 1) * sizeof *list->camera);
    struct fl_camera_info *info;
    if (!grown)
        return fl_error(FL_ERR_MEMORY, "out of memory for the list of cameras");
    list->camera = grown;
    info = &grown[list->count++];
    memset(info, 0, sizeof *info);
    snprintf(info->id, sizeof info->id, "%s%s%s", driver, *id ? ":" : "", id);
    snprintf(info->name, sizeof info->name, "%s", name);
    snprintf(info->driver, sizeof info->driver, "%s", driver);
    return fl_success();
}

void fl_camera_date(struct fl_meta *m)
{
    struct timespec now = {0, 0};
    struct tm local;
    char zone[8];
    m->date_time[0] = m->sub_seconds[0] = m->utc_offset[0] = '\0';
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || !localtime_r(&now.tv_sec, &local) ||
        !strftime(m->date_time, sizeof m->date_time, "%Y:%m:%d %H:%M:%S", &local))
        return;
    snprintf(m->sub_seconds, sizeof m->sub_seconds, "%03d", (int)(now.tv_nsec / 1000000));
    if (strftime(zone, sizeof zone, "%z", &local) == 5) /* "+0100" */
        snprintf(m->utc_offset, sizeof m->utc_offset, "%.3s:%.2s", zone, zone + 3);
}

static bool is_packed(const struct fl_camera_mode *m)
{
    return m->format.packing == FL_PACK_CSI2P || m->lossy;
}

static bool covers(const struct fl_camera_mode *m, const struct fl_camera_config *c)
{
    return m->width >= c->width && m->height >= c->height;
}

static bool meets(const struct fl_camera_mode *m, const struct fl_camera_config *c)
{
    return (!c->width || m->width == c->width) && (!c->height || m->height == c->height) &&
           (!c->bits || m->format.bits == c->bits);
}

/* Whether a is the better choice: covers the size, is the smallest that does (the largest where
 * none was asked for), has the bits, is not lossy, is packed as asked. */
static bool better(const struct fl_camera_mode *a, const struct fl_camera_mode *b,
                   const struct fl_camera_config *c)
{
    int64_t size_a = (int64_t)a->width * a->height, size_b = (int64_t)b->width * b->height;
    bool small = c->width || c->height;
    if (covers(a, c) != covers(b, c))
        return covers(a, c);
    if (size_a != size_b)
        return small && covers(a, c) ? size_a < size_b : size_a > size_b;
    if (c->bits && (a->format.bits == c->bits) != (b->format.bits == c->bits))
        return a->format.bits == c->bits;
    if (a->lossy != b->lossy && c->packing == FL_CAMERA_UNPACKED)
        return b->lossy;
    if (a->format.bits != b->format.bits)
        return a->format.bits > b->format.bits;
    return is_packed(a) != is_packed(b) && is_packed(a) == (c->packing == FL_CAMERA_PACKED);
}

fl_err fl_camera_choose_mode(const void *self,
                             bool (*mode)(const void *self, int index, struct fl_camera_mode *out),
                             const struct fl_camera_config *config, int *index)
{
    struct fl_camera_mode m, best = {0};
    char known[160] = "";
    size_t used = 0;
    *index = -1;
    for (int i = 0; mode(self, i, &m); i++) {
        if ((m.format.color == FL_COLOR_RGB) != config->processed)
            continue;
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%dx%d:%d",
                                     used ? ", " : "", m.width, m.height, m.format.bits);
        if ((config->exact && !meets(&m, config)) ||
            (config->cfa != FL_CFA_NONE && m.format.cfa != config->cfa))
            continue;
        if (*index < 0 || better(&m, &best, config)) {
            best = m;
            *index = i;
        }
    }
    if (*index >= 0)
        return fl_success();
    if (!known[0])
        return fl_error(FL_ERR_UNSUPPORTED, "the camera has no %s mode",
                        config->processed ? "processed" : "raw");
    return fl_error(FL_ERR_UNSUPPORTED, "the camera has no mode %dx%d:%d; it has %s", config->width,
                    config->height, config->bits, known);
}

/* Which file describes a sensor: by the name that a raw gives its camera, in our own folders and
 * those of libcamera. */
#include "firstlight/tuning.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef FL_TUNING_DATA_DIR
#define FL_TUNING_DATA_DIR "/usr/share/firstlight/tuning"
#endif

/* PiSP before vc4: its tables are finer, and it is the same sensor and lens. */
static const char *const system_folders[] = {FL_TUNING_DATA_DIR,
                                             "/usr/local/share/libcamera/ipa/rpi/pisp",
                                             "/usr/share/libcamera/ipa/rpi/pisp",
                                             "/usr/local/share/libcamera/ipa/rpi/vc4",
                                             "/usr/share/libcamera/ipa/rpi/vc4",
                                             "/usr/share/libcamera/ipa/raspberrypi",
                                             NULL};

bool fl_tuning_sensor_of(const char *model, char *sensor, size_t size)
{
    const char *slash = strrchr(model, '/'), *name = slash ? slash + 1 : model;
    size_t n = 0;
    if (strncmp(name, "RP_", 3) == 0)
        name += 3;
    for (; name[n] && name[n] != '@' && n + 1 < size; n++) {
        if (!isalnum((unsigned char)name[n]) && name[n] != '_' && name[n] != '-')
            break;
        sensor[n] = (char)tolower((unsigned char)name[n]);
    }
    sensor[n] = '\0';
    return n > 0 && (name[n] == '\0' || name[n] == '@') && isalpha((unsigned char)sensor[0]);
}

static bool is_there(const char *folder, int length, const char *sensor, char *path, size_t size)
{
    static const char *const endings[] = {"yaml", "json"};
    for (int i = 0; i < 2; i++) {
        int n = snprintf(path, size, "%.*s/%s.%s", length, folder, sensor, endings[i]);
        if (n > 0 && (size_t)n < size && access(path, R_OK) == 0)
            return true;
    }
    return false;
}

/* Folders of a list like PATH. */
static bool is_in_list(const char *list, const char *sensor, char *path, size_t size)
{
    while (list && *list) {
        size_t length = strcspn(list, ":");
        if (length > 0 && is_there(list, (int)length, sensor, path, size))
            return true;
        list += length + (list[length] == ':');
    }
    return false;
}

static bool is_in_home(const char *sensor, char *path, size_t size)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    char folder[1024];
    int n = data && *data ? snprintf(folder, sizeof folder, "%s/firstlight/tuning", data)
                          : snprintf(folder, sizeof folder, "%s/.local/share/firstlight/tuning",
                                     home ? home : "");
    return (data || home) && n > 0 && (size_t)n < sizeof folder &&
           is_there(folder, n, sensor, path, size);
}

bool fl_tuning_find(const char *sensor, char *path, size_t size)
{
    char plain[64];
    if (!fl_tuning_sensor_of(sensor, plain, sizeof plain))
        return false;
    if (is_in_list(getenv("FIRSTLIGHT_TUNING_PATH"), plain, path, size) ||
        is_in_home(plain, path, size))
        return true;
    for (int i = 0; system_folders[i]; i++)
        if (is_there(system_folders[i], (int)strlen(system_folders[i]), plain, path, size))
            return true;
    return false;
}

fl_err fl_tuning_open(const char *file_or_sensor, const struct fl_log *log, struct fl_tuning **out)
{
    char path[1200];
    *out = NULL;
    if (strchr(file_or_sensor, '/') || strchr(file_or_sensor, '.'))
        return fl_tuning_load(file_or_sensor, log, out);
    if (fl_tuning_find(file_or_sensor, path, sizeof path))
        return fl_tuning_load(path, log, out);
    if (access(file_or_sensor, R_OK) == 0)
        return fl_tuning_load(file_or_sensor, log, out);
    return fl_error(FL_ERR_IO,
                    "no tuning file for a sensor '%.60s' in FIRSTLIGHT_TUNING_PATH, "
                    "~/.local/share/firstlight/tuning or libcamera's folders",
                    file_or_sensor);
}

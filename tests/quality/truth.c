/* Sets of pictures: simulated scenes, folders of PNGs, shrunk photographs. */
#include "truth.h"

#include "firstlight/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_LENGTH 512

static void free_truth(struct truth *t)
{
    picture_free(&t->display);
    free(t->linear);
}

void truth_free(struct truth_set *set)
{
    for (int i = 0; i < set->count; i++)
        free_truth(&set->truth[i]);
    free(set->truth);
    memset(set, 0, sizeof *set);
}

static bool is_wanted(const struct truth_set *set, const struct truth *t)
{
    return strcmp(set->picture, "mean") == 0 || strcmp(set->picture, t->name) == 0;
}

/* The file's name without folder and extension. */
static void set_name(struct truth *t, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dot;
    snprintf(t->name, sizeof t->name, "%.47s", slash ? slash + 1 : path);
    dot = strrchr(t->name, '.');
    if (dot)
        *dot = '\0';
}

/* Takes the truth over into the set, or frees it. */
static fl_err add(struct truth_set *set, struct truth *t)
{
    struct truth *more = realloc(set->truth, (size_t)(set->count + 1) * sizeof *more);
    if (!more) {
        free_truth(t);
        return fl_error(FL_ERR_MEMORY, "out of memory");
    }
    set->truth = more;
    set->truth[set->count++] = *t;
    return fl_success();
}

/* The light that a displayed picture stands for, on whole CFA blocks. */
static fl_err add_picture(struct truth_set *set, struct truth *t)
{
    const double *table = picture_linear_table();
    struct picture *p = &t->display;
    fl_err err = picture_crop(p, 0, 0, p->width & ~1, p->height & ~1);
    if (err.code == FL_OK) {
        size_t samples = (size_t)p->width * (size_t)p->height * 3;
        t->linear = malloc(samples * sizeof *t->linear);
        for (size_t i = 0; t->linear && i < samples; i++)
            t->linear[i] = (float)table[p->rgb[i]];
    }
    return add(set, t);
}

static fl_err add_scene(struct truth_set *set, const char *scene)
{
    struct fl_sim_config config = {.scene = scene, .width = SCENE_WIDTH, .height = SCENE_HEIGHT};
    struct fl_frame *light;
    struct truth t = {{0}, {0, 0, NULL}, NULL};
    snprintf(t.name, sizeof t.name, "%s", scene);
    if (!is_wanted(set, &t))
        return fl_success();
    FL_TRY(fl_sim_truth(&config, &light));
    fl_err err = picture_new(SCENE_WIDTH, SCENE_HEIGHT, &t.display);
    t.linear = malloc((size_t)SCENE_WIDTH * SCENE_HEIGHT * 3 * sizeof *t.linear);
    for (int y = 0; err.code == FL_OK && t.linear && y < SCENE_HEIGHT; y++)
        for (int i = 0; i < SCENE_WIDTH * 3; i++) {
            const char *plane = light->plane[i % 3];
            const float *row = (const float *)(plane + (size_t)y * light->stride[i % 3]);
            size_t at = (size_t)y * SCENE_WIDTH * 3 + (size_t)i;
            t.linear[at] = row[i / 3];
            t.display.rgb[at] = picture_code((double)row[i / 3]);
        }
    fl_frame_unref(light);
    return add(set, &t);
}

static fl_err load_scenes(struct truth_set *set)
{
    for (int i = 0; fl_sim_scene_name(i); i++)
        FL_TRY(add_scene(set, fl_sim_scene_name(i)));
    return fl_success();
}

static int is_png(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 4 && strcmp(entry->d_name + length - 4, ".png") == 0;
}

static fl_err add_png(struct truth_set *set, const char *folder, const char *file)
{
    char path[PATH_MAX_LENGTH];
    struct truth t = {{0}, {0, 0, NULL}, NULL};
    set_name(&t, file);
    if (!is_wanted(set, &t))
        return fl_success();
    if (snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path)
        return fl_error(FL_ERR_IO, "%s: the path is too long", folder);
    FL_TRY(picture_read(path, &t.display));
    return add_picture(set, &t);
}

static fl_err load_folder(struct truth_set *set, const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_png, alphasort);
    fl_err err = fl_success();
    for (int i = 0; i < count; i++) {
        if (err.code == FL_OK)
            err = add_png(set, folder, entries[i]->d_name);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return err;
}

/* One line of a list: file, factor, part, and what to multiply the saturation by, if anything. */
static fl_err add_line(struct truth_set *set, const char *data, const char *line)
{
    char file[200], path[PATH_MAX_LENGTH];
    int factor, x, y, width, height;
    double boost = 1.0;
    struct truth t = {{0}, {0, 0, NULL}, NULL};
    if (sscanf(line, "%199s %d %d %d %d %d %lf", file, &factor, &x, &y, &width, &height, &boost) <
        6)
        return fl_error(FL_ERR_CORRUPT, "list of pictures: '%s'", line);
    set_name(&t, file);
    if (!is_wanted(set, &t))
        return fl_success();
    snprintf(path, sizeof path, "%s/train_rgb/%s", data, file);
    FL_TRY(picture_read(path, &t.display));
    fl_err err = picture_shrink(&t.display, factor);
    if (err.code == FL_OK && (x + width > t.display.width || y + height > t.display.height))
        err = fl_error(FL_ERR_CORRUPT, "%s: has no part %d,%d %dx%d", path, x, y, width, height);
    if (err.code == FL_OK)
        err = picture_crop(&t.display, x, y, width, height);
    if (err.code == FL_OK && boost != 1.0)
        picture_saturate(&t.display, boost);
    if (err.code != FL_OK) {
        free_truth(&t);
        return err;
    }
    return add_picture(set, &t);
}

static bool is_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder)
        closedir(folder);
    return folder != NULL;
}

static fl_err load_list(struct truth_set *set, const struct truth_places *places)
{
    char line[256], path[PATH_MAX_LENGTH];
    fl_err err = fl_success();
    snprintf(path, sizeof path, "%s/%s.txt", places->lists, set->name);
    FILE *file = fopen(path, "r");
    if (!file)
        return fl_error(FL_ERR_IO, "%s: cannot be read", path);
    while (err.code == FL_OK && fgets(line, sizeof line, file))
        if (line[0] != '#')
            err = add_line(set, places->data, line);
    fclose(file);
    return err;
}

static fl_err load(struct truth_set *set, const struct truth_places *places)
{
    char folder[PATH_MAX_LENGTH];
    bool listed = strcmp(set->name, "saturated") == 0 || strcmp(set->name, "boosted") == 0;
    if (strcmp(set->name, "scenes") == 0)
        return load_scenes(set);
    if (listed)
        snprintf(folder, sizeof folder, "%s/train_rgb", places->data);
    else if (strcmp(set->name, "kodak24") == 0)
        snprintf(folder, sizeof folder, "%s/ref_rgb/kodak24", places->data);
    else
        snprintf(folder, sizeof folder, "%s", set->name);
    set->absent = !is_folder(folder);
    if (set->absent)
        return fl_success();
    return listed ? load_list(set, places) : load_folder(set, folder);
}

fl_err truth_load(const char *set, const char *picture, const struct truth_places *places,
                  struct truth_set *out)
{
    fl_err err;
    memset(out, 0, sizeof *out);
    snprintf(out->name, sizeof out->name, "%s", set);
    snprintf(out->picture, sizeof out->picture, "%s", picture);
    err = load(out, places);
    for (int i = 0; err.code == FL_OK && i < out->count; i++)
        if (!out->truth[i].linear || !out->truth[i].display.rgb)
            err = fl_error(FL_ERR_MEMORY, "out of memory");
    if (err.code == FL_OK && out->count == 0 && !out->absent)
        err = fl_error(FL_ERR_RANGE, "set %s has no picture '%s'", set, picture);
    if (err.code != FL_OK)
        truth_free(out);
    return err;
}

/* How good are the pictures? Captures with a known answer, developed and measured.
 *
 *   quality run [OPTIONS]              a table of all combinations of the options, to stdout
 *   quality table [--update] FILE      runs a table's lines again; TAP
 *   quality floors FILE                runs the cases that have floors; TAP
 *   quality pair TRUTH RESULT [N]      the measures of two picture files of the same size, both
 *                                      first made N times smaller
 *   quality export FOLDER [OPTIONS]    the captures as DNG and the truths as PNG, for other tools
 *
 * Options, most with lists: --set scenes,kodak24,saturated,boosted,FOLDER  --picture NAME (default:
 * mean)  --camera imx477,imx477-12,dslr,phone,simcam  --light D65,A,5000K  --iso none,100,...
 * --tag right,none,x4,x0.25,iso100  --preset fast,balanced,best  --every N (pictures)
 * --strength S (of denoise)  --with STAGE.KEY=VALUE (repeatable)  --pictures (each on stderr)
 * --save FOLDER  --jobs N  --data FOLDER (default: $FL_SHARED_DATA)
 * --lists FOLDER (of saturated.txt, boosted.txt) */
#include "quality_table.h"

#include "firstlight/output.h"

#include <stdlib.h>
#include <string.h>

#define CHOICES 24

struct list {
    int count;
    char value[CHOICES][128];
};

struct choice {
    struct run_options run;
    struct list set, picture, camera, light, iso, tag, preset;
};

static void split(const char *text, struct list *out)
{
    out->count = 0;
    while (*text && out->count < CHOICES) {
        size_t length = strcspn(text, ",");
        snprintf(out->value[out->count++], sizeof out->value[0], "%.*s", (int)length, text);
        text += length + (text[length] == ',');
    }
}

static void set_defaults(struct choice *c)
{
    const char *data = getenv("FL_SHARED_DATA");
    memset(c, 0, sizeof *c);
    c->run.places.data = data ? data : "../shared/data";
    c->run.places.lists = "tests/quality";
    c->run.strength = 1.0;
    split("scenes", &c->set);
    split("mean", &c->picture);
    split("imx477", &c->camera);
    split("D65", &c->light);
    split("none,400,1600,6400", &c->iso);
    split("right", &c->tag);
    split("fast,balanced,best", &c->preset);
}

static struct list *list_option(struct choice *c, const char *name)
{
    struct {
        const char *name;
        struct list *list;
    } known[] = {{"--set", &c->set},      {"--picture", &c->picture}, {"--camera", &c->camera},
                 {"--light", &c->light},  {"--iso", &c->iso},         {"--tag", &c->tag},
                 {"--preset", &c->preset}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0)
            return known[i].list;
    return NULL;
}

static fl_err plain_option(struct run_options *o, const char *name, const char *value)
{
    if (strcmp(name, "--every") == 0)
        o->every = atoi(value);
    else if (strcmp(name, "--jobs") == 0)
        o->jobs = atoi(value);
    else if (strcmp(name, "--strength") == 0)
        o->strength = atof(value);
    else if (strcmp(name, "--save") == 0)
        o->save = value;
    else if (strcmp(name, "--data") == 0)
        o->places.data = value;
    else if (strcmp(name, "--lists") == 0)
        o->places.lists = value;
    else if (strcmp(name, "--with") == 0 && o->setting_count < RUN_SETTINGS)
        o->setting[o->setting_count++] = value;
    else
        return fl_error(FL_ERR_ARGUMENT, "unknown option '%s'; see the head of quality.c", name);
    return fl_success();
}

static fl_err parse_options(int argc, char **argv, struct choice *c)
{
    for (int i = 0; i < argc; i++) {
        struct list *list = list_option(c, argv[i]);
        if (strcmp(argv[i], "--pictures") == 0) {
            c->run.per_picture = true;
            continue;
        }
        if (i + 1 == argc)
            return fl_error(FL_ERR_ARGUMENT, "'%s' needs a value", argv[i]);
        if (list)
            split(argv[i + 1], list);
        else
            FL_TRY(plain_option(&c->run, argv[i], argv[i + 1]));
        i++;
    }
    return fl_success();
}

static fl_err make_case(const struct choice *c, int index, struct quality_case *out)
{
    const struct list *lists[] = {&c->preset, &c->tag,     &c->iso, &c->light,
                                  &c->camera, &c->picture, &c->set};
    const char *v[7], *rest;
    char line[512];
    for (int i = 0; i < 7; i++) {
        v[i] = lists[i]->value[index % lists[i]->count];
        index /= lists[i]->count;
    }
    snprintf(line, sizeof line, "%s,%s,%s,%s,%s,%s,%s", v[6], v[5], v[4], v[3], v[2], v[1], v[0]);
    return case_parse(line, out, &rest);
}

static fl_err make_cases(const struct choice *c, struct quality_case **out, int *count)
{
    fl_err err = fl_success();
    *count = c->set.count * c->picture.count * c->camera.count * c->light.count * c->iso.count *
             c->tag.count * c->preset.count;
    *out = calloc((size_t)*count, sizeof **out);
    if (!*out)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    for (int i = 0; i < *count && err.code == FL_OK; i++)
        err = make_case(c, i, &(*out)[i]);
    if (err.code != FL_OK)
        free(*out);
    return err;
}

static fl_err run_all(const struct choice *c)
{
    struct quality_case *cases;
    int count;
    FL_TRY(make_cases(c, &cases, &count));
    fl_err err = run_cases(&c->run, cases, count);
    if (err.code == FL_OK)
        table_print(stdout, cases, count);
    free(cases);
    return err;
}

static fl_err export_one(const char *folder, const struct quality_case *c,
                         const struct truth *truth)
{
    struct fl_write_options options = fl_write_options_default();
    struct fl_frame *raw;
    char path[768];
    FL_TRY(shot_take(&c->shot, truth, &raw));
    options.type = FL_FILE_DNG;
    options.replace = true;
    snprintf(path, sizeof path, "%s/%s.dng", folder, truth->name);
    fl_err err = fl_write(path, raw, &options, NULL);
    fl_frame_unref(raw);
    snprintf(path, sizeof path, "%s/%s.truth.png", folder, truth->name);
    return err.code == FL_OK ? picture_write_png(path, &truth->display) : err;
}

static fl_err export_set(const char *folder, const struct choice *c)
{
    struct quality_case *cases;
    struct truth_set set;
    int count, every = c->run.every > 1 ? c->run.every : 1;
    FL_TRY(make_cases(c, &cases, &count));
    fl_err err = truth_load(cases[0].set, cases[0].picture, &c->run.places, &set);
    for (int i = 0; err.code == FL_OK && i < set.count; i += every)
        err = export_one(folder, &cases[0], &set.truth[i]);
    truth_free(&set);
    free(cases);
    return err;
}

static fl_err print_pair(const char *truth_path, const char *result_path, int shrink)
{
    struct picture truth, result = {0, 0, NULL};
    double value[MEASURES];
    fl_err err = picture_read(truth_path, &truth);
    if (err.code == FL_OK)
        err = picture_read(result_path, &result);
    if (err.code == FL_OK && shrink > 1)
        err = picture_shrink(&truth, shrink);
    if (err.code == FL_OK && shrink > 1)
        err = picture_shrink(&result, shrink);
    if (err.code == FL_OK)
        err = measure_picture(&truth, &result, value);
    for (int m = 0; err.code == FL_OK && m < MEASURES; m++) {
        char text[32];
        measure_format((enum measure)m, value[m], text, sizeof text);
        printf("%s%s", m ? "," : "", text);
    }
    if (err.code == FL_OK)
        printf("\n");
    picture_free(&truth);
    picture_free(&result);
    return err;
}

static int finish(fl_err err)
{
    if (err.code != FL_OK)
        fprintf(stderr, "quality: %s\n", err.message);
    return err.code != FL_OK;
}

/* A command and what follows its operands. */
int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    bool update = argc > 2 && strcmp(argv[2], "--update") == 0;
    bool has_file = strcmp(command, "table") == 0 || strcmp(command, "floors") == 0 ||
                    strcmp(command, "export") == 0;
    int first = 2 + update + has_file;
    struct choice choice;
    set_defaults(&choice);
    if (strcmp(command, "pair") == 0 && (argc == 4 || argc == 5))
        return finish(print_pair(argv[2], argv[3], argc == 5 ? atoi(argv[4]) : 1));
    if (argc < first || (!has_file && strcmp(command, "run") != 0))
        return finish(fl_error(FL_ERR_ARGUMENT, "usage: quality run|table|floors|pair|export ..."));
    fl_err err = parse_options(argc - first, argv + first, &choice);
    if (err.code != FL_OK)
        return finish(err);
    if (strcmp(command, "table") == 0)
        return table_check(&choice.run, argv[first - 1], update);
    if (strcmp(command, "floors") == 0)
        return floors_check(&choice.run, argv[first - 1]);
    return finish(strcmp(command, "run") == 0 ? run_all(&choice)
                                              : export_set(argv[first - 1], &choice));
}

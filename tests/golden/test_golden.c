/* Golden hashes: every stage's output for simulated captures, compared with a committed table for
 * every instruction set, thread count, strip size and executor. Prints TAP.
 *
 *   test_golden hashes.txt            compare
 *   test_golden --short hashes.txt    finished pictures, best instruction set only: for sanitizers
 *   test_golden --update hashes.txt   write the table anew */
#include "firstlight/firstlight.h"
#include "firstlight/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sample {
    const char *name;
    struct fl_sim_config sim;
    enum fl_preset preset;
    enum fl_look look;
    enum fl_wb_mode wb;
    int width; /* of the output; 0 = full */
};

static const struct sample samples[] = {
    {"chart",
     {.scene = "chart", .format = "SRGGB12", .width = 240, .height = 162, .iso = 400},
     FL_PRESET_BALANCED,
     FL_LOOK_STANDARD,
     FL_WB_AS_SHOT,
     0},
    {"leaves",
     {.scene = "leaves",
      .format = "SGBRG10_CSI2P",
      .width = 204,
      .height = 150,
      .iso = 3200,
      .defects_ppm = 400},
     FL_PRESET_BEST,
     FL_LOOK_NEUTRAL,
     FL_WB_AUTO,
     0},
    {"stops",
     {.scene = "stops", .format = "SBGGR14", .width = 196, .height = 178, .cct_k = 3200},
     FL_PRESET_BEST,
     FL_LOOK_STANDARD,
     FL_WB_AS_SHOT,
     101},
    {"portrait",
     {.scene = "portrait",
      .format = "SGRBG16",
      .width = 162,
      .height = 212,
      .iso = 800,
      .exposure_ev = -1},
     FL_PRESET_FAST,
     FL_LOOK_STANDARD,
     FL_WB_KELVIN,
     0},
    {"quick",
     {.scene = "photo", .format = "SGRBG12", .width = 230, .height = 158, .defects_ppm = 300},
     FL_PRESET_FAST,
     FL_LOOK_STANDARD,
     FL_WB_AS_SHOT,
     0},
    {"quick-packed",
     {.scene = "portrait", .format = "SBGGR10_CSI2P", .width = 180, .height = 140},
     FL_PRESET_FAST,
     FL_LOOK_NEUTRAL,
     FL_WB_AUTO,
     0},
    {"edge-mono",
     {.scene = "edge", .format = "R10", .width = 130, .height = 98, .iso = 1600},
     FL_PRESET_BALANCED,
     FL_LOOK_STANDARD,
     FL_WB_AS_SHOT,
     0},
};
#define SAMPLES (sizeof samples / sizeof *samples)

/* FNV-1a over the pixels, without the padding of rows. */
static uint64_t hash_frame(const struct fl_frame *f)
{
    uint64_t h = 14695981039346656037ULL;
    size_t bytes = fl_format_row_bytes(&f->format, f->width);
    for (int p = 0; p < f->planes; p++)
        for (int y = 0; y < f->height; y++) {
            const uint8_t *row = (const uint8_t *)f->plane[p] + (size_t)y * f->stride[p];
            for (size_t i = 0; i < bytes; i++)
                h = (h ^ row[i]) * 1099511628211ULL;
        }
    return h;
}

static void must(fl_err err)
{
    if (err.code == FL_OK)
        return;
    printf("Bail out! %s\n", err.message);
    exit(1);
}

/* Develops up to a stage (NULL: all, 8 bit) and hashes. */
static uint64_t develop(const struct sample *s, const struct fl_frame *raw, const char *until,
                        const struct fl_pipeline_config *config)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_pipeline *pipeline;
    struct fl_frame *out;
    uint64_t hash;
    settings.preset = s->preset;
    settings.look = s->look;
    settings.wb = s->wb;
    settings.width = s->width;
    settings.until = until;
    settings.bits = until ? 32 : 8;
    must(fl_pipeline_new(config, &pipeline));
    must(fl_pipeline_run(pipeline, raw, &settings, &out, NULL));
    hash = hash_frame(out);
    fl_frame_unref(out);
    fl_pipeline_free(pipeline);
    return hash;
}

#define MAX_ROWS 512

struct row {
    char sample[32], stage[40];
    uint64_t hash;
};

static struct row table[MAX_ROWS];
static int rows;

static void read_table(const char *path)
{
    char line[160];
    FILE *f = fopen(path, "r");
    if (!f) {
        printf("Bail out! cannot read %s\n", path);
        exit(1);
    }
    while (rows < MAX_ROWS && fgets(line, sizeof line, f)) {
        struct row *r = &table[rows];
        unsigned long long h;
        if (line[0] != '#' && sscanf(line, "%31s %39s %llx", r->sample, r->stage, &h) == 3) {
            r->hash = h;
            rows++;
        }
    }
    fclose(f);
}

static const struct row *find(const char *sample, const char *stage)
{
    for (int i = 0; i < rows; i++)
        if (strcmp(table[i].sample, sample) == 0 && strcmp(table[i].stage, stage) == 0)
            return &table[i];
    return NULL;
}

/* Name of stage `index`; "output" after the last; NULL past that. */
static const char *stage_name(int index, int stages)
{
    const char *name, *summary;
    const struct fl_param *params;
    if (index == stages)
        return "output";
    return fl_stage_info(index, &name, &summary, &params) ? name : NULL;
}

static int count_stages(void)
{
    const char *name, *summary;
    const struct fl_param *params;
    int n = 0;
    while (fl_stage_info(n, &name, &summary, &params))
        n++;
    return n;
}

static int mismatches;  /* of the current configuration */
static int first_stage; /* that is looked at */

static void check(const struct sample *s, const struct fl_frame *raw,
                  const struct fl_pipeline_config *config, int stages)
{
    for (int i = first_stage; i <= stages; i++) {
        const char *stage = stage_name(i, stages);
        uint64_t h = develop(s, raw, i < stages ? stage : NULL, config);
        const struct row *r = find(s->name, stage);
        if (r && r->hash == h)
            continue;
        printf("# %s %s: %016llx, expected %016llx\n", s->name, stage, (unsigned long long)h,
               r ? (unsigned long long)r->hash : 0ULL);
        mismatches++;
    }
}

static void update(const char *path, struct fl_frame *raw[], int stages)
{
    const struct fl_pipeline_config config = {
        .cpu = FL_CPU_SCALAR, .executor = FL_EXEC_FRAME, .threads = 1};
    FILE *f = fopen(path, "w");
    if (!f) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(1);
    }
    fprintf(f, "# sample, stage, FNV-1a of its output; written by test_golden --update\n");
    for (size_t s = 0; s < SAMPLES; s++)
        for (int i = 0; i <= stages; i++) {
            const char *stage = stage_name(i, stages);
            uint64_t h = develop(&samples[s], raw[s], i < stages ? stage : NULL, &config);
            fprintf(f, "%-10s %-24s %016llx\n", samples[s].name, stage, (unsigned long long)h);
        }
    fclose(f);
}

/* Every instruction set x threads x strips x executor. */
static void check_all(struct fl_frame *raw[], int stages, bool brief)
{
    int first = brief ? FL_CPU_AUTO : FL_CPU_SCALAR, last = brief ? FL_CPU_AUTO : FL_CPU_NEON;
    static const int threads[] = {1, 2, 7}, strips[] = {16, 0};
    int test = 0;
    for (int cpu = first; cpu <= last; cpu++)
        for (int t = 0; t < 3 && fl_cpu_available((enum fl_cpu)cpu); t++)
            for (int strip = 0; strip < 2; strip++)
                for (int executor = FL_EXEC_ROWS; executor <= FL_EXEC_FRAME; executor++) {
                    const struct fl_pipeline_config config = {.cpu = (enum fl_cpu)cpu,
                                                              .executor = executor,
                                                              .threads = threads[t],
                                                              .strip_rows = strips[strip]};
                    mismatches = 0;
                    for (size_t s = 0; s < SAMPLES; s++)
                        check(&samples[s], raw[s], &config, stages);
                    printf("%s %d - %s, %d threads, strips of %d, %s executor\n",
                           mismatches ? "not ok" : "ok", ++test, fl_cpu_name((enum fl_cpu)cpu),
                           threads[t], strips[strip], executor ? "frame" : "row");
                }
    printf("1..%d\n", test);
}

int main(int argc, char **argv)
{
    struct fl_frame *raw[SAMPLES];
    bool updating = argc == 3 && strcmp(argv[1], "--update") == 0;
    bool brief = argc == 3 && strcmp(argv[1], "--short") == 0;
    int stages = count_stages();

    if (argc != 2 && !updating && !brief) {
        fprintf(stderr, "usage: test_golden [--update|--short] hashes.txt\n");
        return 2;
    }
    first_stage = brief ? stages : 0;
    for (size_t s = 0; s < SAMPLES; s++)
        must(fl_sim_capture(&samples[s].sim, &raw[s]));
    if (updating) {
        update(argv[2], raw, stages);
    } else {
        read_table(argv[argc - 1]);
        check_all(raw, stages, brief);
    }
    for (size_t s = 0; s < SAMPLES; s++)
        fl_frame_unref(raw[s]);
    return 0;
}

/* The committed tables: read, run again, compare. */
#include "quality_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE 1024

struct table {
    int count;
    struct quality_case *cases;
    char (*line)[LINE]; /* as in the file */
};

static void table_free(struct table *t)
{
    free(t->cases);
    free(t->line);
}

static fl_err add_line(struct table *t, const char *line)
{
    const char *rest;
    struct quality_case *cases = realloc(t->cases, (size_t)(t->count + 1) * sizeof *cases);
    if (cases)
        t->cases = cases;
    char(*lines)[LINE] = realloc(t->line, (size_t)(t->count + 1) * sizeof *lines);
    if (lines)
        t->line = lines;
    if (!cases || !lines)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    snprintf(t->line[t->count], LINE, "%s", line);
    return case_parse(line, &t->cases[t->count++], &rest);
}

static fl_err table_read(const char *path, struct table *out)
{
    char line[LINE];
    int number = 0;
    fl_err err = fl_success();
    FILE *file = fopen(path, "r");
    memset(out, 0, sizeof *out);
    if (!file)
        return fl_error(FL_ERR_IO, "%s: %s", path, strerror(errno));
    while (err.code == FL_OK && fgets(line, sizeof line, file)) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && strncmp(line, "set,", 4) != 0)
            err = fl_error_context(add_line(out, line), "%s:%d", path, number);
    }
    fclose(file);
    if (err.code != FL_OK)
        table_free(out);
    return err;
}

void table_print(FILE *file, const struct quality_case *cases, int count)
{
    fprintf(file, CASE_KEYS);
    for (int m = 0; m < MEASURES; m++)
        fprintf(file, ",%s", measure_name((enum measure)m));
    fprintf(file, "\n");
    for (int i = 0; i < count; i++) {
        char line[LINE];
        case_format(&cases[i], line, sizeof line);
        if (cases[i].pictures)
            fprintf(file, "%s\n", line);
    }
}

static int bail_out(fl_err err)
{
    printf("Bail out! %s\n", err.message);
    return 2;
}

/* One test per line of the table. */
static int compare(const struct table *t)
{
    int failed = 0;
    printf("1..%d\n", t->count);
    for (int i = 0; i < t->count; i++) {
        char now[LINE], key[LINE];
        bool same;
        case_format_key(&t->cases[i], key, sizeof key);
        case_format(&t->cases[i], now, sizeof now);
        same = strcmp(now, t->line[i]) == 0;
        if (!t->cases[i].pictures) {
            printf("ok %d - %s # SKIP the pictures are absent\n", i + 1, key);
            continue;
        }
        printf("%s %d - %s\n", same ? "ok" : "not ok", i + 1, key);
        if (!same)
            printf("# - %s\n# + %s\n", t->line[i], now);
        failed += !same;
    }
    return failed > 0;
}

static int rewrite(const struct table *t, const char *path)
{
    FILE *file;
    for (int i = 0; i < t->count; i++)
        if (!t->cases[i].pictures) {
            fprintf(stderr, "%s: the pictures of set %s are absent\n", path, t->cases[i].set);
            return 1;
        }
    file = fopen(path, "w");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    table_print(file, t->cases, t->count);
    return fclose(file) != 0;
}

int table_check(const struct run_options *options, const char *path, bool update)
{
    struct table t;
    int status;
    fl_err err = table_read(path, &t);
    if (err.code != FL_OK)
        return bail_out(err);
    err = run_cases(options, t.cases, t.count);
    status = err.code != FL_OK ? bail_out(err) : update ? rewrite(&t, path) : compare(&t);
    table_free(&t);
    return status;
}

/* measure,min|max,value after the key. */
static fl_err parse_floor(const char *line, enum measure *m, bool *most, double *value)
{
    struct quality_case unused;
    char name[32], kind[8];
    const char *rest;
    FL_TRY(case_parse(line, &unused, &rest));
    if (sscanf(rest, "%31[^,],%7[^,],%lf", name, kind, value) != 3)
        return fl_error(FL_ERR_CORRUPT, "needs measure,min|max,value: '%s'", line);
    *most = strcmp(kind, "max") == 0;
    if (!*most && strcmp(kind, "min") != 0)
        return fl_error(FL_ERR_CORRUPT, "'%s': must be min or max", kind);
    for (int i = 0; i < MEASURES; i++)
        if (strcmp(name, measure_name((enum measure)i)) == 0) {
            *m = (enum measure)i;
            return fl_success();
        }
    return fl_error(FL_ERR_CORRUPT, "there is no measure '%s'", name);
}

static int check_floors(const struct table *t)
{
    int failed = 0;
    printf("1..%d\n", t->count);
    for (int i = 0; i < t->count; i++) {
        enum measure m = MEASURE_CPSNR;
        bool most = false, met;
        double limit = 0.0, value;
        fl_err err = parse_floor(t->line[i], &m, &most, &limit);
        if (err.code != FL_OK)
            return bail_out(err);
        value = t->cases[i].value[m];
        met = most ? value <= limit : value >= limit; /* false for NAN */
        if (!t->cases[i].pictures)
            printf("ok %d - %s # SKIP the pictures are absent\n", i + 1, t->line[i]);
        else
            printf("%s %d - %s: %.*f\n", met ? "ok" : "not ok", i + 1, t->line[i],
                   measure_digits(m), value);
        failed += t->cases[i].pictures && !met;
    }
    return failed > 0;
}

int floors_check(const struct run_options *options, const char *path)
{
    struct table t;
    int status;
    fl_err err = table_read(path, &t);
    if (err.code != FL_OK)
        return bail_out(err);
    err = run_cases(options, t.cases, t.count);
    status = err.code != FL_OK ? bail_out(err) : check_floors(&t);
    table_free(&t);
    return status;
}

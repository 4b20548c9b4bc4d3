/* One picture on its way through the stage: the chain's rows are collected in bands, a band is
 * worked on as soon as it and its neighbours are there, by whichever thread brought the last row,
 * and goes to the encoder. So only a few bands are in memory at a time. */
#include "ai_host.h"
#include "mem.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BAND_BYTES ((size_t)16 << 20)
#define BAND_ROWS  256
#define TILE_WIDTH 1024

struct band {
    float *plane[3]; /* the chain's rows; NULL: none yet, or no longer needed */
    int missing;     /* rows that have not come */
    bool taken, done;
    struct fl_ai_findings found;
};

struct fl_ai_picture {
    const struct fl_ai *ai;
    const struct fl_finish_picture *picture;
    const struct fl_finish_target *target;
    int band_rows, bands, tile_width;
    struct band *band;
    void **scratch; /* per worker: planes of a tile, the band's result and its noise */
    bool *busy;     /* per worker */
    double seconds;
    bool failed;
    fl_err err;
    pthread_mutex_t lock; /* guards all of the bands but their rows, busy, seconds, failed, err */
};

static int rows_of(const struct fl_ai_picture *p, int band)
{
    const int left = p->picture->height - band * p->band_rows;
    return left < p->band_rows ? left : p->band_rows;
}

static int stride_of(const struct fl_ai_picture *p)
{
    return (int)fl_round_up((size_t)p->picture->width, FL_ALIGN / sizeof(float));
}

static size_t band_floats(const struct fl_ai_picture *p)
{
    return (size_t)stride_of(p) * (size_t)p->band_rows;
}

static void fail(struct fl_ai_picture *p, fl_err err)
{
    if (!p->failed)
        p->err = err;
    p->failed = true;
}

/* Locked. */
static void drop_rows(struct band *b)
{
    for (int c = 0; c < 3; c++) {
        fl_aligned_free(b->plane[c]);
        b->plane[c] = NULL;
    }
}

static bool done_at(const struct fl_ai_picture *p, int band)
{
    return band < 0 || band >= p->bands || p->band[band].done;
}

static bool whole_at(const struct fl_ai_picture *p, int band)
{
    return band < 0 || band >= p->bands || p->band[band].missing == 0;
}

/* Locked. A band that can be worked on, near one where rows have come; -1: none. */
static int take_band(struct fl_ai_picture *p)
{
    for (int k = 0; k < p->bands && !p->failed; k++)
        if (!p->band[k].taken && whole_at(p, k - 1) && whole_at(p, k) && whole_at(p, k + 1)) {
            p->band[k].taken = true;
            return k;
        }
    return -1;
}

/* Locked. */
static void finish_band(struct fl_ai_picture *p, int band)
{
    p->band[band].done = true;
    for (int k = band > 0 ? band - 1 : 0; k <= band + 1 && k < p->bands; k++)
        if (done_at(p, k - 1) && done_at(p, k) && done_at(p, k + 1))
            drop_rows(&p->band[k]);
}

static const float *source_row(const void *user, int plane, int y)
{
    const struct fl_ai_picture *p = user;
    return p->band[y / p->band_rows].plane[plane] + (ptrdiff_t)(y % p->band_rows) * stride_of(p);
}

/* Adds a cut's residual to the chain's pixels of the band that begins at row y0. */
static void add_residual(const struct fl_ai_picture *p, const struct fl_ai_cut *cut, int y0,
                         const struct fl_ai_rows *rows)
{
    const float strength = (float)p->ai->strength;
    const int begin = cut->x < 0 ? 0 : cut->x;
    const int end = cut->x + cut->out_width < rows->width ? cut->x + cut->out_width : rows->width;
    for (int i = 0; i < rows->n; i++)
        for (int c = 0; c < 3; c++) {
            const ptrdiff_t at = (ptrdiff_t)i * rows->stride;
            const float *add = cut->out[c] + (ptrdiff_t)(y0 + i - cut->y) * cut->out_width - cut->x;
            for (int x = begin; x < end; x++)
                rows->after[c][at + x] = rows->before[c][at + x] + strength * add[x];
        }
}

/* The memory of a worker, cut up. */
static void place_rows(const struct fl_ai_picture *p, int band, int worker, float *noise,
                       struct fl_ai_rows *rows)
{
    float *at = p->scratch[worker];
    *rows = (struct fl_ai_rows){
        .noise = noise, .stride = stride_of(p), .width = p->picture->width, .n = rows_of(p, band)};
    for (int c = 0; c < 3; c++, at += band_floats(p)) {
        rows->before[c] = p->band[band].plane[c];
        rows->after[c] = at;
    }
}

static void predict_noise(const struct fl_ai_picture *p, const struct fl_ai_rows *rows,
                          float *noise)
{
    for (int i = 0; i < rows->n; i++) {
        const ptrdiff_t at = (ptrdiff_t)i * rows->stride;
        const float *const rgb[3] = {rows->before[0] + at, rows->before[1] + at,
                                     rows->before[2] + at};
        p->picture->noise(p->picture->chain, rgb, noise + at, rows->width);
    }
}

static fl_err work_on(struct fl_ai_picture *p, int band, int worker)
{
    const struct fl_ai_source source = {source_row, p, p->picture};
    const int y0 = band * p->band_rows, end = y0 + rows_of(p, band);
    float *noise = (float *)p->scratch[worker] + 3 * band_floats(p);
    void *planes = noise + band_floats(p);
    struct fl_ai_rows rows;
    place_rows(p, band, worker, noise, &rows);
    /* Tiles begin where the mosaic's red stands at an even place. */
    for (int x = -p->picture->red_x; x < p->picture->width; x += p->tile_width) {
        struct fl_ai_cut cut;
        int end_x = x + p->tile_width < p->picture->width ? x + p->tile_width : p->picture->width;
        fl_ai_cut_place(&p->ai->session, x, y0 - p->picture->red_y, end_x, end, planes, &cut);
        fl_ai_cut_fill(&cut, &source, (int)p->ai->session.halo);
        FL_TRY(fl_ai_cut_run(p->ai, &cut, worker));
        add_residual(p, &cut, y0, &rows);
    }
    predict_noise(p, &rows, noise);
    fl_ai_gate(&rows, &p->band[band].found);
    p->target->rows(p->target->self, y0, rows.n, (const float *const *)rows.after, rows.stride);
    return fl_success();
}

/* Locked. */
static int free_worker(const struct fl_ai_picture *p)
{
    for (int w = 0; w < p->ai->workers; w++)
        if (!p->busy[w])
            return w;
    return -1;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Locked: works on what can be worked on, unlocked in between. */
static void work(struct fl_ai_picture *p)
{
    const int worker = free_worker(p);
    int band;
    if (worker < 0)
        return; /* those that are at it will come to it */
    p->busy[worker] = true;
    while ((band = take_band(p)) >= 0) {
        double began = now();
        fl_err err;
        pthread_mutex_unlock(&p->lock);
        err = work_on(p, band, worker);
        pthread_mutex_lock(&p->lock);
        p->seconds += now() - began;
        if (err.code != FL_OK)
            fail(p, err);
        finish_band(p, band);
    }
    p->busy[worker] = false;
}

/* Locked: room for a band's rows. */
static bool open_band(struct fl_ai_picture *p, int band)
{
    struct band *b = &p->band[band];
    for (int c = 0; c < 3 && !b->plane[c]; c++) {
        b->plane[c] = fl_aligned_alloc(band_floats(p) * sizeof(float));
        if (!b->plane[c]) {
            fail(p, fl_error(FL_ERR_MEMORY, "out of memory for the neural stage"));
            drop_rows(b);
            return false;
        }
    }
    return true;
}

static void store_rows(const struct fl_ai_picture *p, int band, int y, int n,
                       const float *const *const row[3], int from)
{
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < n; i++)
            memcpy(p->band[band].plane[c] + (ptrdiff_t)(y + i - band * p->band_rows) * stride_of(p),
                   row[c][from + i], (size_t)p->picture->width * sizeof(float));
}

static void take_rows(void *user, int y, int n, const float *const *const row[3])
{
    struct fl_ai_picture *p = user;
    for (int i = 0; i < n;) {
        const int band = (y + i) / p->band_rows;
        const int left = (band + 1) * p->band_rows - (y + i), count = left < n - i ? left : n - i;
        bool open;
        pthread_mutex_lock(&p->lock);
        open = !p->failed && open_band(p, band);
        pthread_mutex_unlock(&p->lock);
        if (!open)
            return;
        store_rows(p, band, y + i, count, row, i);
        pthread_mutex_lock(&p->lock);
        p->band[band].missing -= count;
        work(p);
        pthread_mutex_unlock(&p->lock);
        i += count;
    }
}

static fl_err alloc_all(struct fl_ai_picture *p)
{
    const size_t rows = 4 * band_floats(p) * sizeof(float);
    const size_t planes = fl_ai_cut_size(&p->ai->session, p->tile_width, p->band_rows);
    p->band = calloc((size_t)p->bands, sizeof *p->band);
    p->scratch = calloc((size_t)p->ai->workers, sizeof *p->scratch);
    p->busy = calloc((size_t)p->ai->workers, sizeof *p->busy);
    if (!p->band || !p->scratch || !p->busy)
        return fl_error(FL_ERR_MEMORY, "out of memory for the neural stage");
    for (int k = 0; k < p->bands; k++)
        p->band[k].missing = rows_of(p, k);
    for (int w = 0; w < p->ai->workers; w++)
        if (!(p->scratch[w] = fl_aligned_alloc(rows + planes)))
            return fl_error(FL_ERR_MEMORY, "out of memory for the neural stage");
    return fl_success();
}

/* Bands are whole blocks high and at least as high as the halo. */
static int choose_rows(const struct fl_ai_picture *p)
{
    const size_t row_bytes = 3 * sizeof(float) * (size_t)stride_of(p);
    const int unit = p->ai->session.align > FL_AI_BLOCK ? (int)p->ai->session.align : FL_AI_BLOCK;
    int rows = p->ai->tile ? p->ai->tile : BAND_ROWS;
    if (!p->ai->tile && (size_t)rows * row_bytes > BAND_BYTES)
        rows = (int)(BAND_BYTES / row_bytes);
    rows = rows > (int)p->ai->session.halo ? rows : (int)p->ai->session.halo;
    rows = (rows + unit - 1) / unit * unit;
    return rows;
}

static fl_err begin(void *user, const struct fl_finish_picture *picture,
                    const struct fl_finish_target *target)
{
    struct fl_ai_picture *p = user;
    const int align = (int)p->ai->session.align;
    fl_err err;
    p->picture = picture;
    p->target = target;
    p->band_rows = choose_rows(p);
    p->bands = (picture->height - 1) / p->band_rows + 1;
    p->tile_width = p->ai->tile ? (p->ai->tile + align - 1) / align * align : TILE_WIDTH;
    err = alloc_all(p);
    if (err.code != FL_OK)
        fail(p, err);
    return err;
}

static fl_err end(void *user, bool complete)
{
    struct fl_ai_picture *p = user;
    fl_err err;
    pthread_mutex_lock(&p->lock);
    if (complete)
        work(p);
    err = p->failed ? p->err : fl_success();
    pthread_mutex_unlock(&p->lock);
    return err;
}

fl_err fl_ai_picture_new(const struct fl_ai *ai, struct fl_ai_picture **out,
                         struct fl_finish *finish)
{
    struct fl_ai_picture *p = calloc(1, sizeof *p);
    *out = p;
    if (!p)
        return fl_error(FL_ERR_MEMORY, "out of memory for the neural stage");
    p->ai = ai;
    pthread_mutex_init(&p->lock, NULL);
    *finish = (struct fl_finish){begin, take_rows, end, p};
    return fl_success();
}

void fl_ai_picture_free(struct fl_ai_picture *p)
{
    if (!p)
        return;
    for (int k = 0; p->band && k < p->bands; k++)
        drop_rows(&p->band[k]);
    for (int w = 0; p->scratch && w < p->ai->workers; w++)
        fl_aligned_free(p->scratch[w]);
    free(p->band);
    free(p->scratch);
    free(p->busy);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

bool fl_ai_picture_begun(const struct fl_ai_picture *p)
{
    return p->bands > 0;
}

bool fl_ai_picture_failed(const struct fl_ai_picture *p, fl_err *err)
{
    *err = p->err;
    return p->failed;
}

void fl_ai_picture_report(const struct fl_ai_picture *p, struct fl_ai_report *report)
{
    double change = 0, noise = 0, pixels = 0;
    for (int k = 0; k < p->bands; k++) { /* in order, so that sums are the same every time */
        const struct fl_ai_findings *f = &p->band[k].found;
        report->blocks += f->blocks;
        report->blocks_back += f->back;
        change += f->change;
        noise += f->noise;
        pixels += f->pixels;
    }
    report->change = pixels > 0 ? sqrt(change / pixels) : 0;
    report->noise = pixels > 0 ? noise / pixels : 0;
    report->seconds = p->seconds;
}

/* Every kernel on rows that stay in the cache. */
#include "bench.h"

#include "cell_sums.h"
#include "curve_make.h"
#include "dct_shrink.h"
#include "defect_rule.h"
#include "filter_taps.h"
#include "green_rule.h"
#include "kernels.h"
#include "mem.h"
#include "opponent_back.h"
#include "sharpen_rule.h"

#include <math.h>
#include <time.h>

#define WIDTH    2048
#define PAD      32 /* pixels around a row that kernels read */
#define STRIDE   (WIDTH + 2 * PAD)
#define BLOCK    16 /* rows that pass at a time */
#define MIDDLE   8  /* kernels look from this row of a plane */
#define ROWS     (BLOCK + 2 * MIDDLE)
#define PLANES   5
#define DCT_STEP 4
#define DCT_ROW  (WIDTH + DCT_STEP * 2 * FL_DCT_SHORTS)
#define BATCHES  7
#define BATCH_NS 2e6

static struct {
    float *memory;
    float *row[PLANES][ROWS]; /* inputs */
    float *out[3][ROWS];
    struct fl_curve curve;
    struct fl_filmic_rule filmic;
    struct fl_sharpen_rule sharpen;
    float gains[FL_TONE_BINS + 1];
    float ones[WIDTH];
    struct fl_dct_shrink shrink;
    int16_t codes[8][DCT_ROW], sums[8][DCT_ROW];
    uint16_t weights[DCT_ROW];
} rows;

static double to_gamma(double x, const void *user)
{
    (void)user;
    return sqrt(x);
}

static void fill_row(float *row, uint32_t seed)
{
    for (int i = -PAD; i < WIDTH + PAD; i++) {
        seed = seed * 1664525u + 1013904223u;
        row[i] = 0.05f + (float)(seed >> 8) * 0x1p-25f;
    }
}

static void fill_dct(void)
{
    struct fl_dct_shrink *s = &rows.shrink;
    *s = (struct fl_dct_shrink){.step = DCT_STEP, .phase = DCT_ROW / DCT_STEP, .scale = 2000.0f};
    for (int k = 0; k < 8; k++) {
        s->column[k] = 4000;
        s->undo[k] = 2000;
    }
    for (int k = 0; k < 64; k++)
        s->coefficient[k] =
            (struct fl_dct_coefficient){{300, 300}, {127, 127}, {258, 258}, {500, 500}};
    s->least = 500.0f;
    s->weight = 3e6f;
    s->unit = 1.0f;
    for (int i = 0; i < 8; i++)
        fl_kernels_for(FL_CPU_SCALAR)->dct_codes(rows.row[0][i], s, rows.codes[i], WIDTH);
}

fl_err bench_kernels_open(void)
{
    const size_t count = (PLANES + 3) * ROWS;
    float *at;
    rows.memory = fl_aligned_alloc(count * STRIDE * sizeof *rows.memory);
    if (!rows.memory)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    at = rows.memory + PAD;
    for (uint32_t i = 0; i < count; i++, at += STRIDE) {
        uint32_t plane = i / ROWS;
        fill_row(at, i + 1);
        *(plane < PLANES ? &rows.row[plane][i % ROWS] : &rows.out[plane - PLANES][i % ROWS]) = at;
    }
    fl_curve_make(&rows.curve, to_gamma, NULL);
    fill_dct();
    fl_parabolas_make(&rows.filmic.film, to_gamma, NULL);
    rows.filmic.encode = rows.filmic.film;
    rows.filmic.scale = 1.0f;
    rows.sharpen = (struct fl_sharpen_rule){{0.5f, 0.2f, 0.05f}, 0.6f, 0.02f, rows.filmic.film};
    for (int i = 0; i < WIDTH; i++)
        rows.ones[i] = 1.0f;
    return fl_success();
}

void bench_kernels_close(void)
{
    fl_aligned_free(rows.memory);
}

/* A kernel's call; returns for how many pixels it stands. */
typedef int call_fn(const struct fl_kernels *k);

#define IN(p, y) (rows.row[p][MIDDLE + (y)])
#define AT(p)    (rows.row[p] + MIDDLE)
#define OUT(p)   (rows.out[p][0])

#define CASE(NAME, CALL)                                                                           \
    static int call_##NAME(const struct fl_kernels *k)                                             \
    {                                                                                              \
        k->NAME CALL;                                                                              \
        return WIDTH;                                                                              \
    }

static const float pair[2] = {0.9f, 0.8f}, small_pair[2] = {0.01f, 0.012f};
static const float unit_matrix[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
static const float block_variance[4] = {3, 1, 2, 0.5f};
static const struct fl_adjust_rule adjust_rule = {1.01f, 0.0f, 0.9f};
static const struct fl_gamut_rule gamut_rule = {{0.2126f, 0.7152f, 0.0722f}, 0.9f};
static const struct fl_green_rule green_rule = {0.01f, 0.01f, {0.01f, 0, 0}, 1};
static const struct fl_defect_rule defect_rule = {{0.09f, 0.36f, 0.00036f, 0.089f},
                                                  {0.16f, 0.64f, 0.00064f, 0.159f}};
static const struct fl_opponent_back opponent_back = {
    0.001f, 0.0316f, 0.0632f, {0.1f, 0.1f, 0.1f}, {0.001f, 0.001f, 0.001f}, {0.01f, 0.01f, 0.01f}};
static const float taps_weight[6] = {0.02f, -0.1f, 0.58f, 0.58f, -0.1f, 0.02f};
static const struct fl_filter_taps taps = {taps_weight, 6, 2, 2};

static const struct fl_tone_segment segment = {rows.gains, rows.gains, 0.1f, 0.001f, 0};

CASE(unpack_u8, ((const uint8_t *)IN(0, 0), OUT(0), WIDTH))
CASE(unpack_u16, ((const uint16_t *)IN(0, 0), OUT(0), WIDTH))
CASE(offset_scale, (IN(0, 0), OUT(0), small_pair, pair, WIDTH))
CASE(multiply, (IN(0, 0), IN(1, 0), OUT(0), WIDTH))
CASE(multiply_between, (IN(0, 0), IN(1, 0), IN(2, 0), 0.3f, OUT(0), WIDTH))
CASE(stabilise, (IN(0, 0), OUT(0), 0.001f, 0.1f, 33.3f, WIDTH))
CASE(unstabilise, (IN(0, 0), OUT(0), 0.001f, 0.1f, 33.3f, WIDTH))
CASE(matrix3, (IN(0, 0), IN(1, 0), IN(2, 0), unit_matrix, WIDTH))
CASE(matrix3_toe, (IN(0, 0), IN(1, 0), IN(2, 0), unit_matrix, 1e-6f, WIDTH))
CASE(scale3, (IN(0, 0), IN(1, 0), IN(2, 0), rows.ones, WIDTH))
CASE(mix, (IN(0, 0), IN(1, 0), 0.3f, OUT(0), WIDTH))
CASE(tone_bin, (IN(0, 0), IN(1, 0), IN(2, 0), OUT(0), 0x3ac00000, 3e-7f, WIDTH))
CASE(tone_gain, (IN(0, 0), OUT(0), &segment, WIDTH))
CASE(gamut, (OUT(0), OUT(1), OUT(2), &gamut_rule, WIDTH))
CASE(curve, (IN(0, 0), OUT(0), &rows.curve, WIDTH))
CASE(filmic, (OUT(0), OUT(1), OUT(2), &rows.filmic, WIDTH))
CASE(adjust, (OUT(0), OUT(1), OUT(2), &adjust_rule, WIDTH))
CASE(encode_u8, (IN(0, 0), IN(1, 0), IN(2, 0), (uint8_t *)OUT(0), WIDTH))
CASE(encode_u16, (IN(0, 0), IN(1, 0), IN(2, 0), (uint16_t *)OUT(0), WIDTH))
CASE(color_difference, (AT(0), OUT(0), OUT(1), 0, WIDTH))
CASE(green_mean, (AT(0), IN(1, 0), AT(2), 0, OUT(0), WIDTH))
CASE(color_even, (AT(0), AT(1), 0, OUT(0), OUT(1), WIDTH))
CASE(green_refine, (AT(0), AT(1), 0, OUT(0), OUT(1), WIDTH))
CASE(green_balance, (AT(0), &green_rule, 0, OUT(0), WIDTH))
CASE(root, (IN(0, 0), OUT(0), 0.001f, WIDTH))
CASE(at_least, (IN(0, 0), pair, (uint64_t *)(void *)OUT(0), WIDTH))
CASE(defect_candidates,
     ((const float *const *)(AT(0) - 1), 2, &defect_rule, (uint64_t *)(void *)OUT(0), WIDTH))
CASE(filter_rows, (IN(0, 0), STRIDE, &taps, OUT(0), WIDTH))
CASE(luma, (IN(0, 0), IN(1, 0), IN(2, 0), OUT(0), WIDTH))
CASE(linear_to_root, (IN(0, 0), OUT(0), 0.001f, 0.1f, WIDTH))
CASE(root_to_linear, (IN(0, 0), OUT(0), 0.001f, 0.1f, WIDTH))
CASE(to_opponent, (OUT(0), OUT(1), OUT(2), 0.1f, WIDTH))
CASE(from_opponent, (IN(0, 0), IN(1, 0), IN(2, 0), &opponent_back, OUT(0), OUT(1), OUT(2), WIDTH))
CASE(edge_mean, (AT(0), 500, OUT(0), WIDTH))

/* Rows of two planes: a cell is higher than one. */
static void cell_rows(float *row[FL_CELL])
{
    for (int y = 0; y < FL_CELL; y++)
        row[y] = rows.row[y / ROWS][y % ROWS];
}

static int call_cell_sums(const struct fl_kernels *k)
{
    const struct fl_cell_sums out = {{rows.out[0][0], rows.out[0][1]},
                                     {rows.out[0][2], rows.out[0][3]},
                                     rows.out[0][4],
                                     rows.out[0][5],
                                     rows.out[0][6]};
    float *row[FL_CELL];
    cell_rows(row);
    k->cell_sums(row, 0.5f, 0, WIDTH / FL_CELL, &out);
    return WIDTH * FL_CELL;
}

static int call_cell_bright(const struct fl_kernels *k)
{
    static const struct fl_bright_rule rule = {{0, 1, 1, 2}, 1, 0.1f, 3, 3};
    float *row[FL_CELL];
    cell_rows(row);
    k->cell_bright(row, &rule, WIDTH / FL_CELL, rows.out[0]);
    return WIDTH * FL_CELL;
}

static int call_gain_line(const struct fl_kernels *k)
{
    k->gain_line(OUT(0), 2, IN(0, 0), 1, 0.001f, WIDTH / 2);
    return WIDTH;
}

static int call_sharpen(const struct fl_kernels *k)
{
    const struct fl_sharpen_rows around = {
        {IN(0, -2), IN(0, -1), IN(0, 0), IN(0, 1), IN(0, 2)},
        {IN(0, 0), IN(1, 0), IN(2, 0)},
        {OUT(0), OUT(1), OUT(2)}};
    k->sharpen(&around, &rows.sharpen, WIDTH);
    return WIDTH;
}

/* Half the width out of the whole. */
static int call_halve(const struct fl_kernels *k)
{
    k->halve(AT(0), NULL, OUT(0), WIDTH / 2);
    return WIDTH / 2;
}

static int call_enlarge(const struct fl_kernels *k)
{
    k->enlarge(AT(0), 1, IN(1, 0), 1, OUT(0), WIDTH);
    return WIDTH;
}

static int call_green_directions(const struct fl_kernels *k)
{
    k->green_directions(AT(0), 0, rows.out[0], WIDTH, BLOCK);
    return BLOCK * WIDTH;
}

static int call_color_weighted(const struct fl_kernels *k)
{
    k->color_weighted(AT(0), AT(1), 0, rows.out[0], rows.out[1], WIDTH, BLOCK);
    return BLOCK * WIDTH;
}

/* Two rows. */
static int call_block_mean(const struct fl_kernels *k)
{
    k->block_mean(AT(0), block_variance, 0.4f, OUT(0), OUT(1), WIDTH);
    return 2 * WIDTH;
}

/* A row of blocks stands for as many rows as there are between two of them. */
static int call_dct_shrink(const struct fl_kernels *k)
{
    const int16_t *codes[8];
    int16_t *sums[8];
    for (int i = 0; i < 8; i++) {
        codes[i] = rows.codes[i];
        sums[i] = rows.sums[i];
    }
    k->dct_shrink(codes, &rows.shrink, WIDTH / DCT_STEP, sums, rows.weights);
    return WIDTH * DCT_STEP;
}

static int call_dct_per_weight(const struct fl_kernels *k)
{
    const uint16_t *weights[2] = {rows.weights, rows.weights};
    k->dct_per_weight(weights, 2, 1.0f, OUT(0), WIDTH / DCT_STEP);
    return WIDTH * DCT_STEP;
}

CASE(dct_codes, (IN(0, 0), &rows.shrink, rows.sums[0], WIDTH))
CASE(dct_remove, (rows.sums[0], IN(1, 0), &rows.shrink, IN(0, 0), OUT(0), WIDTH))

static const struct {
    const char *name;
    call_fn *call;
} cases[] = {
#define ENTRY(NAME)                                                                                \
    {                                                                                              \
#NAME, call_##NAME                                                                         \
    }
    ENTRY(cell_sums),
    ENTRY(cell_bright),
    ENTRY(unpack_u8),
    ENTRY(unpack_u16),
    ENTRY(offset_scale),
    ENTRY(multiply),
    ENTRY(multiply_between),
    ENTRY(gain_line),
    ENTRY(stabilise),
    ENTRY(unstabilise),
    ENTRY(matrix3),
    ENTRY(matrix3_toe),
    ENTRY(scale3),
    ENTRY(mix),
    ENTRY(tone_bin),
    ENTRY(tone_gain),
    ENTRY(gamut),
    ENTRY(curve),
    ENTRY(filmic),
    ENTRY(adjust),
    ENTRY(encode_u8),
    ENTRY(encode_u16),
    ENTRY(color_difference),
    ENTRY(green_mean),
    ENTRY(green_directions),
    ENTRY(color_even),
    ENTRY(color_weighted),
    ENTRY(green_refine),
    ENTRY(green_balance),
    ENTRY(root),
    ENTRY(at_least),
    ENTRY(defect_candidates),
    ENTRY(filter_rows),
    ENTRY(luma),
    ENTRY(sharpen),
    ENTRY(linear_to_root),
    ENTRY(root_to_linear),
    ENTRY(to_opponent),
    ENTRY(from_opponent),
    ENTRY(halve),
    ENTRY(enlarge),
    ENTRY(dct_codes),
    ENTRY(dct_shrink),
    ENTRY(dct_per_weight),
    ENTRY(dct_remove),
    ENTRY(edge_mean),
    ENTRY(block_mean),
};

static double thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* Kernels that work in place would run away to infinity or to denormals. */
static void restore_outputs(void)
{
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < ROWS; y++)
            fill_row(rows.out[p][y], (uint32_t)(p * ROWS + y));
}

bool bench_kernel_run(int index, enum fl_cpu cpu, struct bench_kernel *out)
{
    const struct fl_kernels *k = fl_kernels_for(cpu);
    double batch[BATCHES];
    if (index < 0 || (size_t)index >= sizeof cases / sizeof *cases || !k)
        return false;
    out->name = cases[index].name;
    out->cpu = k->cpu;
    for (int b = 0; b < BATCHES; b++) {
        double pixels = 0.0, start, end;
        restore_outputs();
        start = end = thread_ns();
        while (end - start < BATCH_NS) {
            for (int i = 0; i < 8; i++)
                pixels += cases[index].call(k);
            end = thread_ns();
        }
        batch[b] = (end - start) / pixels;
    }
    out->ns = bench_median(batch, BATCHES);
    return true;
}

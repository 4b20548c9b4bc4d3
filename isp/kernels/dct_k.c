/* Sliding DCT shrinkage, vector source; isp/ref/dct_ref.c says what it must give.
 *
 * A vector holds vertical frequencies of one column: all eight, or half of them where eight lanes
 * do not fit a register. A row of blocks is worked off in tiles of 16 blocks, so that spectra stay
 * in the nearest cache. */
#include "kernel_names.h"

#include "dct_shrink.h"
#include "simd.h"

#if FL_LANES >= 8
#define L 8
#else
#define L 4
#endif
#define HALVES (8 / L)

typedef float vd __attribute__((vector_size(L * 4)));
typedef int32_t vd_mask __attribute__((vector_size(L * 4)));

#define DCT_TYPE    vd
#define DCT_NAME(x) dct8_##x
#include "dct8.h"

#define TILE_BLOCKS  16
#define TILE_COLUMNS (TILE_BLOCKS * 8 + 8)

static inline vd vd_load(const float *p)
{
    vd v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vd_store(float *p, vd v)
{
    memcpy(p, &v, sizeof v);
}

static inline vd vd_select(vd_mask mask, vd a, vd b)
{
    return (vd)((mask & (vd_mask)a) | (~mask & (vd_mask)b));
}

/* 0 where v < 0 or NaN, 1 where v > 1 */
static inline vd vd_clamp(vd v)
{
#if L == 8
    __m256 low = _mm256_max_ps((__m256)v, _mm256_setzero_ps());
    return (vd)_mm256_min_ps(low, _mm256_set1_ps(1.0f));
#else
    return vf_min(vf_max(v, vf_set(0.0f)), vf_set(1.0f));
#endif
}

/* The two halves of all pairs of lanes, pairs of pairs, and so on: no lane leaves its 128 bits
 * before the last step. */
#if L == 8
#define UNPACK_LOW(a, b)   __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define UNPACK_HIGH(a, b)  __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define UNPACK2_LOW(a, b)  __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define UNPACK2_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#else
#define UNPACK_LOW(a, b)   __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define UNPACK_HIGH(a, b)  __builtin_shufflevector(a, b, 2, 6, 3, 7)
#define UNPACK2_LOW(a, b)  __builtin_shufflevector(a, b, 0, 1, 4, 5)
#define UNPACK2_HIGH(a, b) __builtin_shufflevector(a, b, 2, 3, 6, 7)
#endif

/* 4 x 4 in every 128 bits: a[0..3]. */
static inline void transpose4(vd a[4])
{
    vd b0 = UNPACK_LOW(a[0], a[1]), b1 = UNPACK_HIGH(a[0], a[1]);
    vd b2 = UNPACK_LOW(a[2], a[3]), b3 = UNPACK_HIGH(a[2], a[3]);
    a[0] = UNPACK2_LOW(b0, b2);
    a[1] = UNPACK2_HIGH(b0, b2);
    a[2] = UNPACK2_LOW(b1, b3);
    a[3] = UNPACK2_HIGH(b1, b3);
}

/* Rows of L columns become columns of eight rows and back: as many as there are lanes. */
#if L == 8
static inline void rows_to_columns(vd a[8], float *columns)
{
    transpose4(a);
    transpose4(a + 4);
    for (int i = 0; i < 4; i++) {
        vd_store(columns + 8 * i,
                 __builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11));
        vd_store(columns + 8 * (i + 4),
                 __builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15));
    }
}

static inline void columns_to_rows(const float *columns, vd a[8])
{
    for (int i = 0; i < 4; i++) {
        vd low = vd_load(columns + 8 * i), high = vd_load(columns + 8 * (i + 4));
        a[i] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 8, 9, 10, 11);
        a[i + 4] = __builtin_shufflevector(low, high, 4, 5, 6, 7, 12, 13, 14, 15);
    }
    transpose4(a);
    transpose4(a + 4);
}
#else
static inline void rows_to_columns(vd a[8], float *columns)
{
    transpose4(a);
    transpose4(a + 4);
    for (int i = 0; i < 4; i++) {
        vd_store(columns + 8 * i, a[i]);
        vd_store(columns + 8 * i + 4, a[i + 4]);
    }
}

static inline void columns_to_rows(const float *columns, vd a[8])
{
    for (int i = 0; i < 4; i++) {
        a[i] = vd_load(columns + 8 * i);
        a[i + 4] = vd_load(columns + 8 * i + 4);
    }
    transpose4(a);
    transpose4(a + 4);
}
#endif

/* x and columns are multiples of 8 from the first block. */
static void columns_forward(float *const *in, int x, int columns, float *spectrum)
{
    for (int i = 0; i < columns; i += L) {
        vd a[8], b[8];
        for (int k = 0; k < 8; k++)
            a[k] = vd_load(in[k] + x + i);
        dct8_forward(a, b);
        rows_to_columns(b, spectrum + 8 * i);
    }
}

static void columns_inverse(const float *back, int x, int columns, float *const *sum)
{
    for (int i = 0; i < columns; i += L) {
        vd a[8], b[8];
        columns_to_rows(back + 8 * i, a);
        dct8_inverse(a, b);
        for (int k = 0; k < 8; k++)
            vd_store(sum[k] + x + i, vd_load(sum[k] + x + i) + b[k]);
    }
}

/* What a tile's blocks need between the forward and the inverse transform. Work goes block by block
 * through one step after the other, so that no block waits for the roots of its weight. */
struct blocks {
    float coefficient[TILE_BLOCKS][64];
    float noise[TILE_BLOCKS][8]; /* that stays, by vertical frequency */
    float weight[TILE_BLOCKS];
};

/* Half a block: along the rows, then shrinks. */
static inline void shrink(const struct fl_dct_shrink *s, const float *spectrum, int half,
                          float coefficient[64], float noise[8])
{
    const vd_mask first = {-1};
    const vd one = 1.0f - (vd){0};
    vd c[8], d[8], n = {0};
    for (int j = 0; j < 8; j++)
        c[j] = vd_load(spectrum + 8 * j + L * half);
    dct8_forward(c, d);
    for (int j = 0; j < 8; j++) {
        vd a = vd_clamp((d[j] * d[j]) * vd_load(s->per_threshold + 8 * j + L * half) - 0.5f);
        if (j == 0 && half == 0) /* the mean stays */
            a = vd_select(first, one, a);
        vd_store(coefficient + 8 * j + L * half, d[j] * a);
        n += a * vd_load(s->variance + 8 * j + L * half);
    }
    vd_store(noise + L * half, n);
}

static inline void weigh(struct blocks *blocks)
{
    float total[TILE_BLOCKS];
    for (int b = 0; b < TILE_BLOCKS; b++) {
        const float *n = blocks->noise[b];
        total[b] = ((n[0] + n[4]) + (n[2] + n[6])) + ((n[1] + n[5]) + (n[3] + n[7]));
    }
    for (int b = 0; b < TILE_BLOCKS; b += FL_LANES) {
        vf root = vf_sqrt(vf_load(total + b));
        vf_store(blocks->weight + b, 1.0f / (root * vf_sqrt(root)));
    }
}

/* Half a block back along the rows, weighted, to what there is of its columns. */
static inline void add_back(const float coefficient[64], int half, float weight, float *back)
{
    vd c[8], d[8];
    for (int j = 0; j < 8; j++)
        c[j] = vd_load(coefficient + 8 * j + L * half);
    dct8_inverse(c, d);
    for (int j = 0; j < 8; j++) {
        float *at = back + 8 * j + L * half;
        vd_store(at, vd_load(at) + d[j] * weight);
    }
}

static inline void run_blocks(struct blocks *blocks, const struct fl_dct_shrink *s, int count,
                              const float *spectrum, float *back)
{
    const ptrdiff_t step = 8 * s->step;
    for (int b = 0; b < count; b++)
        for (int h = 0; h < HALVES; h++)
            shrink(s, spectrum + b * step, h, blocks->coefficient[b], blocks->noise[b]);
    weigh(blocks);
    for (int b = 0; b < count; b++)
        for (int h = 0; h < HALVES; h++)
            add_back(blocks->coefficient[b], h, blocks->weight[b], back + b * step);
}

/* Weights of columns, sorted by which of the blocks over a column they belong to: blocks add theirs
 * in turn, so column by column that is one addition a slot. A block is number (7 - i) / step over
 * its column i; where a slot has no block, it adds nothing. */
struct weights {
    int slots, first[8]; /* of a slot: the block's first column in it, */
    vd_mask mask[8][2];  /* and the columns of it */
    float slot[8][TILE_COLUMNS + 16];
};

static void weights_init(struct weights *w, int step)
{
    w->slots = (7 + step) / step;
    for (int m = 0; m < w->slots; m++) {
        int first = 8 - (m + 1) * step, end = 8 - m * step;
        w->first[m] = first > 0 ? first : 0;
        for (int i = 0; i < 8; i++)
            w->mask[m][i / L][i % L] = w->first[m] + i < end ? -1 : 0;
        memset(w->slot[m], 0, sizeof w->slot[m]);
    }
}

/* Writes beyond the block's columns, which the next block writes again. */
static inline void weights_put(struct weights *w, int at, float weight)
{
    const vd_mask all = (vd_mask)(weight - (vd){0});
    for (int m = 0; m < w->slots; m++)
        for (int h = 0; h < 8; h += L)
            vd_store(w->slot[m] + at + w->first[m] + h, (vd)(w->mask[m][h / L] & all));
}

/* Inlined with a constant number of slots, so that they stay in registers for the eight rows. */
static inline void add_slots(const struct weights *w, int slots, int x, int columns,
                             float *const *weight)
{
    for (int i = 0; i < columns; i += L) {
        vd slot[8];
        for (int m = 0; m < slots; m++)
            slot[m] = vd_load(w->slot[m] + i);
        for (int k = 0; k < 8; k++) {
            vd v = vd_load(weight[k] + x + i);
            for (int m = 0; m < slots; m++)
                v += slot[m];
            vd_store(weight[k] + x + i, v);
        }
    }
}

static void weights_add(const struct weights *w, int x, int columns, float *const *weight)
{
    if (w->slots == 2) /* step 4, and */
        add_slots(w, 2, x, columns, weight);
    else if (w->slots == 3) /* step 3: those of the presets */
        add_slots(w, 3, x, columns, weight);
    else
        add_slots(w, w->slots, x, columns, weight);
}

/* What reaches into the next tile, to the front; the rest starts anew. */
static void carry(struct weights *w, float *spectrum, float *back, int columns)
{
    memcpy(spectrum, spectrum + (size_t)columns * 8, 64 * sizeof *spectrum);
    memcpy(back, back + (size_t)columns * 8, 64 * sizeof *back);
    memset(back + 64, 0, (size_t)columns * 8 * sizeof *back);
    for (int m = 0; m < w->slots; m++) {
        memcpy(w->slot[m], w->slot[m] + columns, 8 * sizeof(float));
        memset(w->slot[m] + 8, 0, (size_t)(columns + 8) * sizeof(float));
    }
}

void K(dct_shrink)(float *const *in, const struct fl_dct_shrink *s, int x0, int blocks,
                   float *const *sum, float *const *weight)
{
    float spectrum[TILE_COLUMNS * 8], back[TILE_COLUMNS * 8] = {0};
    const int full = TILE_BLOCKS * s->step; /* columns */
    struct blocks work;
    struct weights w;
    memset(work.noise, 0, sizeof work.noise); /* of blocks that a short tile lacks */
    weights_init(&w, s->step);
    columns_forward(in, x0, 8, spectrum);
    for (int done = 0; done < blocks; done += TILE_BLOCKS) {
        int x = x0 + done * s->step;
        bool last = blocks - done <= TILE_BLOCKS;
        int count = last ? blocks - done : TILE_BLOCKS;
        int ready = ((count - 1) * s->step + 7) / 8 * 8; /* columns beyond the first eight */
        int end = last ? ready + 8 : full;
        columns_forward(in, x + 8, last ? ready : full, spectrum + 64);
        run_blocks(&work, s, count, spectrum, back);
        for (int b = 0; b < count; b++)
            weights_put(&w, b * s->step, DCT8_BACK * work.weight[b]);
        columns_inverse(back, x, end, sum);
        weights_add(&w, x, end, weight);
        if (!last)
            carry(&w, spectrum, back, full);
    }
}

void K(ratio)(const float *sum, const float *weight, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load(sum + x) / vf_load(weight + x));
}

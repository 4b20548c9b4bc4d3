/* Cells relative to their surroundings: coarse maps of brightness and sharpness, and the division
 * of each cell by what is around it (as Retinex does, Land 1977, with cells for pixels). */
#include "awb_scene.h"

#include "flmath.h"
#include "mem.h"

#include <math.h>
#include <string.h>

#define ZONES       32   /* of the maps, along each side */
#define LEVEL_SIGMA 2.5  /* zones: the surroundings that brightness is compared with */
#define SHARP_SIGMA 1.0  /* zones: smooth things between sharp edges are in focus too */
#define BRIGHT      2.5  /* times the mean of the surroundings is bright */
#define DARKEST     0.03 /* of the frame's bright level: surroundings are not taken for darker */
#define BLURRED     0.02 /* weight of what is out of focus */
#define DETAIL      0.05 /* relative contrast of neighbouring pixels that makes half sharp */
#define NOISE_SAFE  1.2  /* times the expected variance may still be noise */
#define NOISE_SURE  2.0  /* times that above it is half detail */

typedef double zone_map[ZONES][ZONES];

/* Where each column and row of cells lies in the maps, and the maps. */
struct maps {
    const struct fl_statistics *stats;
    zone_map level, level_count; /* of green */
    zone_map sharp, sharp_count;
};

static double square(double x)
{
    return x * x;
}

/* A cell that says something about colour: neither clipped nor dark. */
static bool cell_counts(const struct fl_statistics *s, size_t i)
{
    return s->clipped[i] <= 0.02F && s->mean[0][i] > 1e-4F && s->mean[1][i] > 2e-4F &&
           s->mean[2][i] > 1e-4F;
}

/* Level of green that few usable cells exceed: the 4-norm, which unlike a percentile is smooth. */
static double bright_level(const struct fl_statistics *s)
{
    double sum = 0.0, weight = 0.0;
    size_t n = (size_t)s->cols * (size_t)s->rows;
    for (size_t i = 0; i < n; i++)
        if (cell_counts(s, i)) {
            sum += square(square(s->mean[1][i]));
            weight += 1.0;
        }
    return weight > 0.0 ? sqrt(sqrt(sum / weight)) : 0.0;
}

/* How much of a cell is detail, 0..1: differences between neighbouring pixels of green beyond
 * noise. What is not clearly above noise is none, because noise changes from shot to shot. */
static double detail(const struct fl_statistics *s, const struct fl_noise noise[3], size_t i)
{
    double seen = 0.0, expected = 0.0, level = 0.0, extra;
    for (int c = 0; c < 3; c++) {
        seen += s->noise[c][i];
        expected += noise[c].s * s->mean[c][i] + noise[c].o;
        level += square(s->mean[c][i]);
    }
    extra = seen - NOISE_SAFE * expected;
    if (!(extra > 0.0))
        return 0.0;
    return extra / (extra + square(DETAIL) * level + NOISE_SURE * expected);
}

static void collect(struct maps *m, const struct fl_noise noise[3])
{
    const struct fl_statistics *s = m->stats;
    for (int row = 0; row < s->rows; row++)
        for (int col = 0; col < s->cols; col++) {
            size_t i = (size_t)row * (size_t)s->cols + (size_t)col;
            int y = row * ZONES / s->rows, x = col * ZONES / s->cols;
            if (!cell_counts(s, i))
                continue;
            m->level[y][x] += s->mean[1][i];
            m->level_count[y][x] += 1.0;
            m->sharp[y][x] += detail(s, noise, i);
            m->sharp_count[y][x] += 1.0;
        }
}

static void blur_line(double *line, int step, const double kernel[ZONES])
{
    double copy[ZONES];
    for (int i = 0; i < ZONES; i++)
        copy[i] = line[i * step];
    for (int i = 0; i < ZONES; i++) {
        double sum = 0.0;
        for (int k = 0; k < ZONES; k++)
            sum += kernel[i > k ? i - k : k - i] * copy[k];
        line[i * step] = sum;
    }
}

static void blur(zone_map map, double sigma)
{
    double kernel[ZONES];
    for (int i = 0; i < ZONES; i++)
        kernel[i] = fl_exp(-0.5 * square(i / sigma));
    for (int i = 0; i < ZONES; i++)
        blur_line(map[i], 1, kernel);
    for (int i = 0; i < ZONES; i++)
        blur_line(&map[0][i], ZONES, kernel);
}

/* Mean of the surroundings from blurred sums. */
static double mean_at(zone_map sum, zone_map count, int x, int y)
{
    return count[y][x] > 1e-9 ? sum[y][x] / count[y][x] : 0.0;
}

static void fill_cells(struct maps *m, double least, struct fl_awb_scene *out)
{
    const struct fl_statistics *s = m->stats;
    for (int row = 0; row < s->rows; row++)
        for (int col = 0; col < s->cols; col++) {
            size_t i = (size_t)row * (size_t)s->cols + (size_t)col;
            int y = row * ZONES / s->rows, x = col * ZONES / s->cols;
            double near = mean_at(m->level, m->level_count, x, y), green = s->mean[1][i];
            double bright = BRIGHT * (near > least ? near : least);
            double scale = 1.0 / (green > bright ? green : bright);
            double sharp = mean_at(m->sharp, m->sharp_count, x, y);
            out->mean_green += green;
            if (!cell_counts(s, i))
                continue;
            for (int c = 0; c < 3; c++)
                out->cell[i].color[c] = (float)(s->mean[c][i] * scale);
            out->cell[i].weight = (float)(BLURRED + (1.0 - BLURRED) * sharp);
        }
    out->mean_green /= (double)s->cols * s->rows;
}

fl_err fl_awb_scene_new(const struct fl_statistics *stats, const struct fl_noise noise[3],
                        struct fl_awb_scene *out)
{
    struct maps maps;
    size_t bytes;
    memset(out, 0, sizeof *out);
    memset(&maps, 0, sizeof maps);
    if (!fl_size_mul((size_t)stats->cols * (size_t)stats->rows, sizeof *out->cell, &bytes) ||
        !(out->cell = fl_aligned_alloc(bytes)))
        return fl_error(FL_ERR_MEMORY, "no memory for white balance of %d x %d cells", stats->cols,
                        stats->rows);
    out->cols = stats->cols;
    out->rows = stats->rows;
    maps.stats = stats;
    collect(&maps, noise);
    blur(maps.level, LEVEL_SIGMA);
    blur(maps.level_count, LEVEL_SIGMA);
    blur(maps.sharp, SHARP_SIGMA);
    blur(maps.sharp_count, SHARP_SIGMA);
    fill_cells(&maps, DARKEST * bright_level(stats) + 1e-9, out);
    return fl_success();
}

void fl_awb_scene_free(struct fl_awb_scene *scene)
{
    fl_aligned_free(scene->cell);
    memset(scene, 0, sizeof *scene);
}

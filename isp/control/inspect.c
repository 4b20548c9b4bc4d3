/* What the codes of a raw frame say: extremes, clipping level, masked black, histogram. */
#include "firstlight/inspect.h"

#include "inspect_cells.h"
#include "mem.h"
#include "unpack_row.h"

#include <string.h>

#define CODES 65536 /* of a 16-bit sample */

/* Counts of every code at each of the four sites. */
struct code_counts {
    uint32_t at[4][CODES];
};

/* The active area, cut to the frame; the whole frame where it is not given or makes no sense. */
static struct fl_rect active_area(const struct fl_frame *raw)
{
    const struct fl_rect *a = &raw->meta.active;
    struct fl_rect whole = {0, 0, raw->width, raw->height};
    if (a->x < 0 || a->y < 0 || a->width < 1 || a->height < 1 || a->width > raw->width - a->x ||
        a->height > raw->height - a->y)
        return whole;
    return *a;
}

static const uint8_t *row_at(const struct fl_frame *raw, int y)
{
    return (const uint8_t *)raw->plane[0] + (size_t)y * raw->stride[0];
}

static void count_codes(const struct fl_frame *raw, const struct fl_rect *area, uint16_t *line,
                        struct code_counts *counts)
{
    for (int y = 0; y < area->height; y++) {
        uint32_t *even = counts->at[2 * (y & 1)], *odd = counts->at[2 * (y & 1) + 1];
        fl_unpack_row(&raw->format, row_at(raw, area->y + y), area->x, area->width, line);
        for (int x = 0; x + 1 < area->width; x += 2) {
            even[line[x]]++;
            odd[line[x + 1]]++;
        }
        if (area->width & 1)
            even[line[area->width - 1]]++;
    }
}

/* Sum of counts of the codes in [first, last]. */
static int64_t count_between(const uint32_t *count, int first, int last)
{
    int64_t sum = 0;
    for (int code = first < 0 ? 0 : first; code <= last; code++)
        sum += count[code];
    return sum;
}

/* The level at which a site piles up, or 0. The highest 1.5 % of the scale must hold several times
 * what the 1.5 % below it do, and lie in the upper half of what is declared. The level is the code
 * that holds most of the pile; where the pile is spread by noise, all but a twentieth of it. */
static double find_clip(const uint32_t *count, int max, double scale)
{
    int width = (int)(scale * 0.015) + 1, code = max - width + 1, top = max;
    int64_t pile = count_between(count, max - width + 1, max), below = 0;
    int64_t before = count_between(count, max - 2 * width + 1, max - width);
    if (max < 0.5 * scale || pile < 8 * before + 32)
        return 0.0;
    code = code < 0 ? 0 : code;
    for (int i = code; i <= max; i++)
        top = count[i] > count[top] ? i : top;
    if (3 * (int64_t)count[top] >= pile)
        return top;
    for (; code < max; code++) {
        below += count[code];
        if (below * 20 > pile)
            break;
    }
    return code;
}

static void describe_site(const uint32_t *count, int site, double declared_white,
                          struct fl_inspection *out)
{
    const double per_code = FL_HISTOGRAM_BINS / (declared_white + 1.0);
    int64_t n = 0, seen = 0;
    int min = -1, max = 0, median = -1;
    double sum = 0.0;
    for (int code = 0; code < CODES; code++) {
        int bin = (int)(code * per_code);
        if (!count[code])
            continue;
        min = min < 0 ? code : min;
        max = code;
        n += count[code];
        sum += (double)count[code] * code;
        out->histogram[site][bin < FL_HISTOGRAM_BINS ? bin : FL_HISTOGRAM_BINS - 1] += count[code];
    }
    if (n == 0)
        return;
    for (int code = min; median < 0; code++) {
        seen += count[code];
        if (2 * seen >= n)
            median = code;
    }
    out->min_dn[site] = min;
    out->max_dn[site] = max;
    out->mean_dn[site] = sum / (double)n;
    out->median_dn[site] = median;
    out->clip_dn[site] = find_clip(count, max, declared_white);
    if (out->clip_dn[site] > 0.0)
        out->clipped_count += count_between(count, (int)out->clip_dn[site], CODES - 1);
}

/* Declared saturation of a site, as a code. */
static double declared_white(const struct fl_frame *raw, int site)
{
    double full = (double)(((int64_t)1 << raw->format.bits) - 1), white = raw->meta.white_dn[site];
    return white >= 1.0 && white <= CODES - 1 ? white : full;
}

/* Means of the optically black pixels. Sites count from the corner of the active area. */
static void measure_masked(const struct fl_frame *raw, const struct fl_rect *active, uint16_t *line,
                           struct fl_inspection *out)
{
    double sum[4] = {0}, n[4] = {0};
    int areas = raw->meta.masked_count < FL_MASKED_MAX ? raw->meta.masked_count : FL_MASKED_MAX;
    for (int i = 0; i < areas; i++) {
        const struct fl_rect *m = &raw->meta.masked[i];
        if (m->x < 0 || m->y < 0 || m->width < 1 || m->height < 1 || m->width > raw->width - m->x ||
            m->height > raw->height - m->y)
            continue;
        for (int y = m->y; y < m->y + m->height; y++) {
            fl_unpack_row(&raw->format, row_at(raw, y), m->x, m->width, line);
            for (int x = 0; x < m->width; x++) {
                int site = 2 * ((y ^ active->y) & 1) + (((m->x + x) ^ active->x) & 1);
                sum[site] += line[x];
                n[site] += 1.0;
            }
        }
    }
    for (int site = 0; site < 4; site++)
        out->masked_black_dn[site] = n[site] > 0.0 ? sum[site] / n[site] : -1.0;
}

static fl_err measure(const struct fl_frame *raw, uint16_t *line, struct code_counts *counts,
                      struct fl_inspection *out)
{
    struct fl_rect active = active_area(raw);
    count_codes(raw, &active, line, counts);
    for (int site = 0; site < 4; site++)
        describe_site(counts->at[site], site, declared_white(raw, site), out);
    measure_masked(raw, &active, line, out);
    return fl_inspect_cells(raw, &active, out);
}

fl_err fl_inspect(const struct fl_frame *raw, struct fl_inspection *out)
{
    struct code_counts *counts;
    uint16_t *line;
    fl_err err;
    memset(out, 0, sizeof *out);
    if (raw->format.color == FL_COLOR_RGB || raw->format.packing == FL_PACK_F32)
        return fl_error(FL_ERR_UNSUPPORTED, "only mosaic and mono raws of integers are inspected");
    if (raw->format.bits < 1 || raw->format.bits > 16)
        return fl_error(FL_ERR_ARGUMENT, "%d bits per sample", raw->format.bits);
    counts = fl_aligned_alloc(sizeof *counts);
    line = fl_aligned_alloc((size_t)raw->width * sizeof *line);
    if (counts && line)
        err = measure(raw, line, counts, out);
    else
        err =
            fl_error(FL_ERR_MEMORY, "no memory to inspect %d x %d pixels", raw->width, raw->height);
    fl_aligned_free(counts);
    fl_aligned_free(line);
    return err;
}

/* Memory for rows with room for mirrored borders. */
#include "rows.h"

#include "mem.h"

#include <string.h>

#define FLOATS_PER_LINE (FL_ALIGN / (int)sizeof(float))

int fl_row_store_init(struct fl_row_store *store, const struct fl_layout *layout, int width,
                      const struct fl_row_need *need, const struct fl_row_store *before)
{
    size_t total = 0, size;
    memset(store, 0, sizeof *store);
    store->layout = *layout;
    store->width = width;
    for (int p = 0; p < layout->planes; p++) {
        int shift = layout->shift[p];
        size_t side = (size_t)fl_shifted(need[p].pad, shift);
        size_t left = fl_round_up(side, FLOATS_PER_LINE);
        store->of[p] = need[p].of;
        if (need[p].of >= 0) {
            store->stride[p] = before->stride[need[p].of];
            store->rows[p] = before->rows[need[p].of];
            continue;
        }
        store->rows[p] = fl_shifted(need[p].rows, shift);
        store->pad[p] = (int)side;
        size = left + (size_t)fl_shifted(width, shift) + side + FL_ROW_SLACK;
        store->stride[p] = (int)(fl_row_stride(size * sizeof(float)) / sizeof(float));
        store->offset[p] = total + left;
        if (!fl_size_mul((size_t)store->stride[p], (size_t)store->rows[p], &size) ||
            !fl_size_add(total, size, &total))
            return 0;
    }
    return fl_size_mul(total, sizeof(float), &store->bytes);
}

void fl_row_store_place(struct fl_row_store *store, void *memory, const struct fl_row_store *before)
{
    for (int p = 0; p < store->layout.planes; p++)
        store->data[p] =
            store->of[p] >= 0 ? before->data[store->of[p]] : (float *)memory + store->offset[p];
}

float *fl_row_store_at(const struct fl_row_store *store, int plane, int row)
{
    return store->data[plane] + (ptrdiff_t)(row % store->rows[plane]) * store->stride[plane];
}

static void mirror_row(float *row, int width, int pad)
{
    /* Borders shorter than the picture, the usual case, need no modulo. */
    if (pad < width) {
        for (int i = 1; i <= pad; i++) {
            row[-i] = row[i];
            row[width - 1 + i] = row[width - 1 - i];
        }
        return;
    }
    for (int i = 1; i <= pad; i++) {
        row[-i] = row[fl_mirror(-i, width)];
        row[width - 1 + i] = row[fl_mirror(width - 1 + i, width)];
    }
}

void fl_row_store_mirror(const struct fl_row_store *store, int y0, int n)
{
    for (int p = 0; p < store->layout.planes; p++) {
        int shift = store->layout.shift[p];
        int end = store->pad[p] > 0 ? fl_shifted(y0 + n, shift) : 0;
        for (int y = y0 >> shift; y < end; y++)
            mirror_row(fl_row_store_at(store, p, y), fl_shifted(store->width, shift),
                       store->pad[p]);
    }
}

void fl_row_store_point(const struct fl_row_store *store, int y0, int n, int halo, int height,
                        float **const table[FL_MAX_PLANES], struct fl_rows *rows)
{
    for (int p = 0; p < store->layout.planes; p++) {
        int shift = store->layout.shift[p];
        int first = (y0 >> shift) - (halo >> shift);
        int end = fl_shifted(y0 + n, shift) + (halo >> shift);
        int plane_height = fl_shifted(height, shift);
        for (int y = first; y < end; y++)
            table[p][y - first] = fl_row_store_at(store, p, fl_mirror(y, plane_height));
        rows->row[p] = table[p] + (halo >> shift);
    }
    rows->x0 = 0;
    rows->y0 = y0;
    rows->n = n;
    rows->width = store->width;
    rows->height = height;
}

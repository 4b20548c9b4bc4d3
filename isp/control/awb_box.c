/* The mean colour of a box of grey, without clipped blocks. */
#include "awb.h"
#include "mem.h"

#include <string.h>

static int block_count(int height)
{
    return (height - 1) / FL_CELL + 1;
}

fl_err fl_awb_box_new(struct fl_awb_box *box)
{
    box->sum = NULL;
    if (box->height < 1 || box->box.width < 1 || box->box.height < 1)
        return fl_error(FL_ERR_ARGUMENT, "grey box of %d x %d pixels", box->box.width,
                        box->box.height);
    box->sum = fl_aligned_alloc((size_t)block_count(box->height) * sizeof *box->sum);
    if (!box->sum)
        return fl_error(FL_ERR_MEMORY, "no memory for the grey box");
    return fl_success();
}

void fl_awb_box_free(struct fl_awb_box *box)
{
    fl_aligned_free(box->sum);
    box->sum = NULL;
}

/* Adds a 2x2 block of every plane, unless a pixel of it is clipped or not a number. */
static void add_block(const struct fl_awb_box *box, const struct fl_rows *rows, int x, int y,
                      int columns, int lines, struct fl_awb_box_sum *sum)
{
    int planes = box->cfa == FL_CFA_NONE ? 3 : 1;
    double level[3] = {0}, count[3] = {0};
    for (int p = 0; p < planes; p++)
        for (int i = 0; i < lines; i++)
            for (int k = 0; k < columns; k++) {
                float v = rows->row[p][y + i][x + k];
                int c = planes == 3 ? p : fl_cfa_color(box->cfa, k, i);
                if (!(v > -1.0F && v < box->clip))
                    return;
                level[c] += v;
                count[c] += 1.0;
            }
    for (int c = 0; c < 3; c++) {
        sum->level[c] += level[c];
        sum->count[c] += count[c];
    }
}

void fl_awb_box_rows(void *user, const struct fl_rows *rows)
{
    const struct fl_awb_box *box = user;
    int x0 = box->box.x & ~1, y0 = box->box.y & ~1;
    int64_t x1 = (int64_t)box->box.x + box->box.width, y1 = (int64_t)box->box.y + box->box.height;
    x0 = x0 < 0 ? 0 : x0;
    x1 = x1 > rows->width ? rows->width : x1;
    for (int y = 0; y < rows->n; y += 2) {
        struct fl_awb_box_sum *sum = box->sum + (rows->y0 + y) / FL_CELL;
        if (rows->y0 + y < y0 || rows->y0 + y >= y1)
            continue;
        for (int x = x0; x < x1; x += 2)
            add_block(box, rows, x, y, x + 1 < rows->width ? 2 : 1, y + 1 < rows->n ? 2 : 1, sum);
    }
}

void fl_awb_box_neutral(const struct fl_awb_box *box, double neutral[3])
{
    double level[3] = {0}, count[3] = {0};
    for (int i = 0; i < block_count(box->height); i++)
        for (int c = 0; c < 3; c++) {
            level[c] += box->sum[i].level[c];
            count[c] += box->sum[i].count[c];
        }
    memset(neutral, 0, 3 * sizeof *neutral);
    for (int c = 0; c < 3; c++)
        if (!(count[c] > 0.0) || !(level[c] > 1e-6 * count[c]))
            return;
    for (int c = 0; c < 3; c++)
        neutral[c] = (level[c] / count[c]) / (level[1] / count[1]);
}

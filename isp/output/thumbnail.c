/* Small versions of a picture, by averaging boxes of encoded values: each source sample counts
 * once, so nothing aliases, and integers make it exact whatever the order of rows. */
#include "thumbnail.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct fl_thumbnail {
    int in_width, in_height, channels;
    int width, height;
    pthread_mutex_t lock;
    uint64_t *sum; /* of each sample's box; guarded by lock */
    uint8_t *data;
};

/* First source line of output line i. */
static int edge(int i, int in, int out)
{
    return (int)((int64_t)i * in / out);
}

/* The output line whose box holds source line y. */
static int box_of(int y, int in, int out)
{
    int i = (int)((int64_t)y * out / in);
    while (edge(i + 1, in, out) <= y)
        i++;
    return i;
}

static int scaled(int side, int longer_in, int longer_out)
{
    int64_t n = ((int64_t)side * longer_out + longer_in / 2) / longer_in;
    return n > 0 ? (int)n : 1;
}

fl_err fl_thumbnail_new(int width, int height, int channels, int longer, struct fl_thumbnail **out)
{
    int longer_in = width > height ? width : height;
    struct fl_thumbnail *t = calloc(1, sizeof *t);
    *out = NULL;
    if (!t)
        return fl_error(FL_ERR_MEMORY, "out of memory for a thumbnail");
    longer = longer < longer_in ? longer : longer_in;
    pthread_mutex_init(&t->lock, NULL);
    t->in_width = width;
    t->in_height = height;
    t->channels = channels;
    t->width = scaled(width, longer_in, longer);
    t->height = scaled(height, longer_in, longer);
    t->sum = calloc((size_t)t->width * (size_t)channels * (size_t)t->height, sizeof *t->sum);
    if (!t->sum) {
        fl_thumbnail_free(t);
        return fl_error(FL_ERR_MEMORY, "out of memory for a thumbnail");
    }
    *out = t;
    return fl_success();
}

void fl_thumbnail_free(struct fl_thumbnail *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    free(t->sum);
    free(t->data);
    free(t);
}

/* Most rows whose sums fit 16 bits, of which a vector holds twice as many as of 32. */
#define MOST_ROWS 257

static void add_row(uint16_t *restrict sum, const uint8_t *restrict row, int samples)
{
    for (int i = 0; i < samples; i++)
        sum[i] = (uint16_t)(sum[i] + row[i]);
}

/* Sums the columns of a few summed source rows into line y of the result. */
static void add_boxes(struct fl_thumbnail *t, const uint16_t *sum, int y)
{
    uint64_t *line = t->sum + (size_t)y * (size_t)t->width * (size_t)t->channels;
    pthread_mutex_lock(&t->lock);
    for (int x = 0; x < t->width; x++) {
        int first = edge(x, t->in_width, t->width), last = edge(x + 1, t->in_width, t->width);
        for (int c = 0; c < t->channels; c++) {
            uint64_t total = 0;
            for (int i = first; i < last; i++)
                total += sum[i * t->channels + c];
            line[x * t->channels + c] += total;
        }
    }
    pthread_mutex_unlock(&t->lock);
}

fl_err fl_thumbnail_add(struct fl_thumbnail *t, int y, const struct fl_pixels *rows)
{
    int samples = t->in_width * t->channels, end = y + rows->height;
    uint16_t *sum = malloc((size_t)samples * sizeof *sum);
    if (!sum)
        return fl_error(FL_ERR_MEMORY, "out of memory for a thumbnail");
    for (int row = y; row < end;) {
        int line = box_of(row, t->in_height, t->height);
        int last = edge(line + 1, t->in_height, t->height);
        last = last < row + MOST_ROWS ? last : row + MOST_ROWS;
        memset(sum, 0, (size_t)samples * sizeof *sum);
        for (; row < last && row < end; row++)
            add_row(sum, rows->data + (size_t)(row - y) * rows->stride, samples);
        add_boxes(t, sum, line);
    }
    free(sum);
    return fl_success();
}

fl_err fl_thumbnail_get(struct fl_thumbnail *t, struct fl_pixels *out)
{
    size_t stride = (size_t)t->width * (size_t)t->channels;
    if (!t->data)
        t->data = malloc(stride * (size_t)t->height);
    if (!t->data)
        return fl_error(FL_ERR_MEMORY, "out of memory for a thumbnail");
    for (int y = 0; y < t->height; y++)
        for (int x = 0; x < t->width; x++) {
            int columns = edge(x + 1, t->in_width, t->width) - edge(x, t->in_width, t->width);
            int rows = edge(y + 1, t->in_height, t->height) - edge(y, t->in_height, t->height);
            uint64_t count = (uint64_t)columns * (uint64_t)rows;
            for (int c = 0; c < t->channels; c++) {
                size_t at = (size_t)y * stride + (size_t)(x * t->channels + c);
                t->data[at] = (uint8_t)((t->sum[at] + count / 2) / count);
            }
        }
    *out = (struct fl_pixels){t->data, stride, t->width, t->height, t->channels};
    return fl_success();
}

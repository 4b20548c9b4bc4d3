/* Small versions of a picture, by averaging boxes of encoded values: each source sample counts
 * once, so nothing aliases, and integers make it exact. */
#include "thumbnail.h"

#include <stdlib.h>
#include <string.h>

/* First source line of output line i. */
static int edge(int i, int in, int out)
{
    return (int)((int64_t)i * in / out);
}

static void add_row(uint32_t *restrict sum, const uint8_t *restrict row, int samples)
{
    int i;
    for (i = 0; i < samples; i++)
        sum[i] += row[i];
}

/* Averages the columns of one band of `rows` summed source rows. */
static void reduce(const uint32_t *sum, const struct fl_pixels *in, int rows, uint8_t *out,
                   int width)
{
    int x, i, c;
    for (x = 0; x < width; x++) {
        int first = edge(x, in->width, width), last = edge(x + 1, in->width, width);
        uint64_t count = (uint64_t)(last - first) * (uint64_t)rows;
        for (c = 0; c < in->channels; c++) {
            uint64_t total = count / 2;
            for (i = first; i < last; i++)
                total += sum[i * in->channels + c];
            out[x * in->channels + c] = (uint8_t)(total / count);
        }
    }
}

static int scaled(int side, int longer_in, int longer_out)
{
    int64_t n = ((int64_t)side * longer_out + longer_in / 2) / longer_in;
    return n > 0 ? (int)n : 1;
}

fl_err fl_thumbnail_scale(const struct fl_pixels *in, int longer, struct fl_pixels *out)
{
    int longer_in = in->width > in->height ? in->width : in->height;
    int samples = in->width * in->channels;
    uint32_t *sum = malloc((size_t)samples * sizeof *sum);
    uint8_t *data;
    int y, row;

    if (longer > longer_in)
        longer = longer_in;
    *out = (struct fl_pixels){NULL, 0, scaled(in->width, longer_in, longer),
                              scaled(in->height, longer_in, longer), in->channels};
    out->stride = (size_t)out->width * (size_t)in->channels;
    data = malloc(out->stride * (size_t)out->height);
    if (!sum || !data) {
        free(sum);
        free(data);
        return fl_error(FL_ERR_MEMORY, "out of memory for a thumbnail");
    }
    for (y = 0; y < out->height; y++) {
        int first = edge(y, in->height, out->height), last = edge(y + 1, in->height, out->height);
        memset(sum, 0, (size_t)samples * sizeof *sum);
        for (row = first; row < last; row++)
            add_row(sum, in->data + (size_t)row * in->stride, samples);
        reduce(sum, in, last - first, data + (size_t)y * out->stride, out->width);
    }
    free(sum);
    out->data = data;
    return fl_success();
}

/* Reads a network's file. All numbers are little-endian; whole numbers of 32 bits unless said:
 *
 *   "FLNET" 0 0 1
 *   planes of the input, for each: e, its floats are multiplied by 2^e
 *   e of the output: its 16-bit numbers are divided by 2^e
 *   number of nodes; for each: kind (enum fl_net_kind), from, add, channels, and for a convolution
 *     side, shift, leak,
 *     biases: one for each channel, in units of sums,
 *     weights: 16 bits, by channel, row, column, input channel
 *
 * The first node is the input, the last makes 12 channels: the residual of red, green and blue as
 * FL_NET_INPUT would cut it up. Sums must fit 32 bits whatever the input. */
#include "mem.h"
#include "net.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_FILE ((size_t)64 << 20)

static const unsigned char magic[8] = {'F', 'L', 'N', 'E', 'T', 0, 0, 1};

struct reader {
    const unsigned char *at;
    size_t left;
    bool short_of;
};

static uint32_t take(struct reader *r, size_t bytes)
{
    uint32_t v = 0;
    if (r->left < bytes) {
        r->short_of = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        v |= (uint32_t)r->at[i] << 8 * i;
    r->at += bytes;
    r->left -= bytes;
    return v;
}

/* A number of an interval; *ok becomes false where it is outside. */
static int take_within(struct reader *r, int least, int most, bool *ok)
{
    int32_t v = (int32_t)take(r, 4);
    if (v >= least && v <= most)
        return v;
    *ok = false;
    return least;
}

/* A channel's weights to their places; the sum of their magnitudes. */
static double take_weights(struct reader *r, struct fl_net_node *n, int k, int inputs)
{
    const int side = n->side, pairs = inputs / 2;
    double sum = 0;
    for (int row = 0; row < side; row++)
        for (int t = 0; t < side; t++)
            for (int c = 0; c < inputs; c++) {
                uint32_t w = take(r, 2);
                size_t block = ((size_t)(k / 4 * side + row) * (size_t)pairs + (size_t)(c / 2));
                int32_t *pair =
                    &n->weight[(block * (size_t)side + (size_t)t) * 4 + (size_t)(k % 4)];
                *pair = (int32_t)((uint32_t)*pair | w << 16 * (c % 2));
                sum += fabs((double)(int16_t)w);
            }
    return sum;
}

static fl_err take_conv(struct reader *r, struct fl_net_node *n, int inputs, int index)
{
    bool ok = true;
    size_t weights;
    n->side = take_within(r, 1, 3, &ok);
    n->shift = take_within(r, 1, 30, &ok);
    n->leak = take_within(r, 0, FL_NET_RELU, &ok);
    if (!ok || n->side == 2 || n->channels % 4)
        return fl_error(FL_ERR_CORRUPT, "node %d of the network: side, shift or leak", index);
    weights = (size_t)n->channels * (size_t)(n->side * n->side) * (size_t)inputs;
    if (r->left < (size_t)n->channels * 4 + weights * 2)
        return fl_error(FL_ERR_CORRUPT, "the network ends in node %d", index);
    n->weight = fl_aligned_alloc(weights / 2 * sizeof *n->weight);
    n->bias = fl_aligned_alloc((size_t)n->channels * sizeof *n->bias);
    if (!n->weight || !n->bias)
        return fl_error(FL_ERR_MEMORY, "out of memory for a network");
    for (int k = 0; k < n->channels; k++)
        n->bias[k] = (int32_t)take(r, 4);
    for (int k = 0; k < n->channels; k++) {
        const double half = ldexp(1.0, n->shift - 1);
        double most = take_weights(r, n, k, inputs) * FL_NET_MOST + fabs((double)n->bias[k]) + half;
        if (most > INT32_MAX)
            return fl_error(FL_ERR_CORRUPT, "node %d of the network: sums may overflow", index);
        n->bias[k] += (int32_t)half; /* which rounds the shift */
    }
    return fl_success();
}

static fl_err take_node(struct reader *r, struct fl_net *net, int index)
{
    struct fl_net_node *n = &net->node[index];
    bool ok = true;
    n->kind = (enum fl_net_kind)take_within(r, FL_NET_INPUT, FL_NET_UP, &ok);
    n->from = take_within(r, index ? 0 : -1, index ? index - 1 : -1, &ok);
    n->add = take_within(r, -1, index - 1, &ok);
    n->channels = take_within(r, 2, FL_NET_CHANNELS, &ok);
    if (!ok || (index == 0 && n->kind != FL_NET_INPUT))
        return fl_error(FL_ERR_CORRUPT, "node %d of the network: kind, inputs or channels", index);
    return n->kind == FL_NET_CONV ? take_conv(r, n, net->node[n->from].channels, index)
                                  : fl_success();
}

static fl_err take_net(struct reader *r, struct fl_net *net)
{
    bool ok = true;
    net->planes = take_within(r, 3, FL_NET_PLANES, &ok);
    for (int p = 0; p < net->planes; p++)
        net->input_scale[p] = ldexpf(1.0f, take_within(r, -16, 24, &ok));
    net->output_scale = ldexpf(1.0f, -take_within(r, -16, 24, &ok));
    net->nodes = take_within(r, 2, FL_NET_NODES, &ok);
    if (!ok || r->short_of)
        return fl_error(FL_ERR_CORRUPT, "the network's first lines make no sense");
    for (int i = 0; i < net->nodes; i++)
        FL_TRY(take_node(r, net, i));
    if (r->left || r->short_of)
        return fl_error(FL_ERR_CORRUPT, "the network's file is longer or shorter than it says");
    return fl_net_plan(net);
}

fl_err fl_net_read(const void *data, size_t size, struct fl_net **out)
{
    struct reader r = {data, size, false};
    struct fl_net *net;
    fl_err err;
    *out = NULL;
    if (size < sizeof magic || memcmp(data, magic, sizeof magic) != 0)
        return fl_error(FL_ERR_UNSUPPORTED, "this is no network of firstlight, version 1");
    if (size > LARGEST_FILE)
        return fl_error(FL_ERR_UNSUPPORTED, "a network of more than 64 MB");
    r.at += sizeof magic;
    r.left -= sizeof magic;
    net = calloc(1, sizeof *net);
    if (!net)
        return fl_error(FL_ERR_MEMORY, "out of memory for a network");
    err = take_net(&r, net);
    if (err.code != FL_OK) {
        fl_net_free(net);
        return err;
    }
    *out = net;
    return err;
}

void fl_net_free(struct fl_net *net)
{
    if (!net)
        return;
    for (int i = 0; i < FL_NET_NODES; i++) {
        fl_aligned_free(net->node[i].weight);
        fl_aligned_free(net->node[i].bias);
    }
    free(net);
}

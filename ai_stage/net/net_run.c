/* A tile through a network: rows in rings, each made as late as possible, so that they stay in the
 * caches between the nodes. */
#include "mem.h"
#include "net_kernels.h"
#include "net_walk.h"

#include <string.h>

#define LEAD FL_NET_STEP /* pixels before a row that may be read */
#define TAIL (3 * FL_NET_STEP)

#define MOST_PAIRS (FL_NET_CHANNELS / 2)

/* 16-bit values from one pair's row to the next, for a tile of so many pixels. */
static size_t pair_stride(const struct fl_net_node *n, int width)
{
    return fl_row_stride(2 * sizeof(int16_t) * (size_t)((width >> n->level) + LEAD + TAIL)) /
           sizeof(int16_t);
}

static size_t ring_size(const struct fl_net_node *n, int width)
{
    return (size_t)n->ring_rows * (size_t)(n->channels / 2) * pair_stride(n, width) *
           sizeof(int16_t);
}

/* Floats of a row that is expanded, or quantised from. */
static size_t line_size(int width)
{
    return fl_round_up(((size_t)width + 4 * FL_NET_STEP) * sizeof(float), FL_ALIGN);
}

size_t fl_net_scratch_size(const struct fl_net *net, int width)
{
    size_t size = line_size(width);
    if (width < 1 || width > 1 << 16)
        return 0;
    for (int i = 0; i < net->nodes; i++)
        size += fl_round_up(ring_size(&net->node[i], width), FL_ALIGN);
    return size;
}

struct run {
    const struct fl_net *net;
    const struct fl_net_kernels *kernels;
    const struct fl_net_tile *tile;
    int16_t *ring[FL_NET_NODES];
    size_t stride[FL_NET_NODES];
    float *line;
};

static int16_t *row_of(const struct run *r, int node, int y, int pair)
{
    const struct fl_net_node *n = &r->net->node[node];
    size_t row = (size_t)(y % n->ring_rows) * (size_t)(n->channels / 2) + (size_t)pair;
    return r->ring[node] + row * r->stride[node] + 2 * LEAD;
}

/* Values that a pair holds are two neighbours of a row of the picture. */
static void make_input(const struct run *r, int y)
{
    const struct fl_net_tile *t = r->tile;
    for (int p = 0; p < r->net->planes; p++)
        for (int odd = 0; odd < 2; odd++) {
            memcpy(r->line, t->in[p] + (2 * y + odd) * t->in_stride,
                   (size_t)t->width * sizeof *r->line);
            r->kernels->quantise(r->line, r->net->input_scale[p], row_of(r, 0, y, 2 * p + odd),
                                 t->width / 2);
        }
}

static void make_conv(const struct run *r, int node, int y)
{
    const struct fl_net_node *n = &r->net->node[node];
    const int pairs = r->net->node[n->from].channels / 2;
    const int16_t *in[3 * MOST_PAIRS], *add[MOST_PAIRS];
    int16_t *out[MOST_PAIRS];
    const struct fl_net_conv c = {.in = in,
                                  .add = n->add >= 0 ? add : NULL,
                                  .out = out,
                                  .weight = n->weight,
                                  .bias = n->bias,
                                  .pairs = pairs,
                                  .channels = n->channels,
                                  .side = n->side,
                                  .shift = n->shift,
                                  .leak = n->leak};
    for (int row = 0; row < n->side; row++)
        for (int p = 0; p < pairs; p++)
            in[row * pairs + p] = row_of(r, n->from, y + row - n->side / 2, p);
    for (int p = 0; p < n->channels / 2; p++) {
        out[p] = row_of(r, node, y, p);
        if (n->add >= 0)
            add[p] = row_of(r, n->add, y, p);
    }
    r->kernels->conv(&c, r->tile->width >> n->level);
}

static void make_down(const struct run *r, int node, int y)
{
    const struct fl_net_node *n = &r->net->node[node];
    const int pairs = n->channels / 8;
    for (int odd = 0; odd < 2; odd++)
        for (int p = 0; p < pairs; p++)
            r->kernels->split(
                row_of(r, n->from, 2 * y + odd, p), row_of(r, node, y, 2 * odd * pairs + p),
                row_of(r, node, y, (2 * odd + 1) * pairs + p), r->tile->width >> n->level);
}

static void make_up(const struct run *r, int node, int y)
{
    const struct fl_net_node *n = &r->net->node[node];
    const int pairs = n->channels / 2, odd = y % 2;
    for (int p = 0; p < pairs; p++)
        r->kernels->join(row_of(r, n->from, y / 2, 2 * odd * pairs + p),
                         row_of(r, n->from, y / 2, (2 * odd + 1) * pairs + p),
                         row_of(r, node, y, p), r->tile->width >> (n->level + 1));
}

/* The last node's rows, to the tile. */
static void deliver(const struct run *r, int y)
{
    const struct fl_net_tile *t = r->tile;
    const int halo = r->net->halo;
    for (int p = 0; p < 3; p++)
        for (int odd = 0; odd < 2; odd++) {
            const int to = 2 * y + odd - halo;
            if (to < 0 || to >= t->height - 2 * halo)
                continue;
            r->kernels->expand(row_of(r, r->net->nodes - 1, y, 2 * p + odd), r->net->output_scale,
                               r->line, t->width / 2);
            memcpy(t->out[p] + to * t->out_stride, r->line + halo,
                   (size_t)(t->width - 2 * halo) * sizeof *r->line);
        }
}

static void make_row(void *user, const struct fl_net_walk *walk, int node, int y)
{
    const struct run *r = user;
    (void)walk;
    switch (r->net->node[node].kind) {
    case FL_NET_INPUT:
        make_input(r, y);
        break;
    case FL_NET_CONV:
        make_conv(r, node, y);
        break;
    case FL_NET_DOWN:
        make_down(r, node, y);
        break;
    case FL_NET_UP:
        make_up(r, node, y);
        break;
    }
    if (node == r->net->nodes - 1)
        deliver(r, y);
}

void fl_net_run(const struct fl_net *net, const struct fl_net_kernels *kernels,
                const struct fl_net_tile *tile, void *scratch)
{
    struct run r = {.net = net, .kernels = kernels, .tile = tile, .line = scratch};
    struct fl_net_walk walk;
    char *at = (char *)scratch + line_size(tile->width);
    for (int i = 0; i < net->nodes; i++) {
        r.ring[i] = (int16_t *)(void *)at;
        r.stride[i] = pair_stride(&net->node[i], tile->width);
        at += fl_round_up(ring_size(&net->node[i], tile->width), FL_ALIGN);
    }
    fl_net_walk_start(&walk, net, make_row, &r);
    fl_net_walk_to(&walk, net->nodes - 1, (tile->height - net->halo) / 2);
}

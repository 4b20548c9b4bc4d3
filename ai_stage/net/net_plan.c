/* What follows from a network's list: resolutions, the border that is lost, and how many rows of
 * each node have to be kept while rows are made one after the other. */
#include "net.h"
#include "net_walk.h"

#define PLAN_ROWS 64 /* of the coarsest level: enough for the rings to reach their length */

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static fl_err fit(const struct fl_net *net, int i)
{
    const struct fl_net_node *n = &net->node[i], *from = n->from >= 0 ? &net->node[n->from] : NULL;
    const char *wrong = NULL;
    if ((n->kind == FL_NET_INPUT) != (i == 0))
        wrong = "the input is not the first";
    else if (i > 0 && (n->from < 0 || n->from >= i || n->add < -1 || n->add >= i))
        wrong = "it reads what comes later";
    else if (n->kind != FL_NET_CONV && n->add >= 0)
        wrong = "only a convolution can add";
    else if (n->kind == FL_NET_INPUT ? n->channels != 4 * net->planes
             : n->kind == FL_NET_DOWN
                 ? n->channels != 4 * from->channels || from->level >= FL_NET_LEVELS
             : n->kind == FL_NET_UP ? 4 * n->channels != from->channels || from->level < 2
                                    : n->channels % 4 != 0)
        wrong = "resolution or channels do not fit";
    else if (n->channels < 2 || n->channels > FL_NET_CHANNELS || n->channels % 2)
        wrong = "its number of channels is none of 2, 4 ... 256";
    return wrong ? fl_error(FL_ERR_CORRUPT, "node %d of the network: %s", i, wrong) : fl_success();
}

static fl_err place(struct fl_net *net, int i)
{
    struct fl_net_node *n = &net->node[i];
    const struct fl_net_node *from = &net->node[i > 0 ? n->from : 0];
    n->level = from->level;
    n->first = from->first;
    switch (n->kind) {
    case FL_NET_INPUT:
        n->level = 1;
        n->first = 0;
        break;
    case FL_NET_CONV:
        n->first += n->side / 2;
        net->macs += (double)n->channels * from->channels * n->side * n->side / (1 << 2 * n->level);
        break;
    case FL_NET_DOWN:
        n->level++;
        n->first = (n->first + 1) / 2;
        break;
    case FL_NET_UP:
        n->level--;
        n->first *= 2;
        break;
    }
    if (n->kind == FL_NET_CONV && n->add >= 0) {
        const struct fl_net_node *add = &net->node[n->add];
        if (add->level != n->level || add->channels != n->channels)
            return fl_error(FL_ERR_CORRUPT, "node %d of the network adds what does not fit", i);
        n->first = largest(n->first, add->first);
    }
    return fl_success();
}

/* Rows that are read at a time have to be there together. */
static void note_rows(void *user, const struct fl_net_walk *walk, int i, int y)
{
    struct fl_net *net = user;
    struct fl_net_node *n = &net->node[i];
    struct fl_net_span rows = fl_net_rows_read(n, y);
    if (i > 0) {
        struct fl_net_node *from = &net->node[n->from];
        from->ring_rows = largest(from->ring_rows, walk->made[n->from] - rows.begin);
    }
    if (n->kind == FL_NET_CONV && n->add >= 0) {
        struct fl_net_node *add = &net->node[n->add];
        add->ring_rows = largest(add->ring_rows, walk->made[n->add] - y);
    }
}

fl_err fl_net_plan(struct fl_net *net)
{
    const struct fl_net_node *last = &net->node[net->nodes - 1];
    struct fl_net_walk walk;
    int levels = 1;
    net->macs = 0;
    for (int i = 0; i < net->nodes; i++) {
        FL_TRY(fit(net, i));
        FL_TRY(place(net, i));
        levels = largest(levels, net->node[i].level);
        net->node[i].ring_rows = 1;
    }
    if (last->kind != FL_NET_CONV || last->channels != 12 || last->level != 1)
        return fl_error(FL_ERR_CORRUPT, "the network does not end in 12 channels at half size");
    net->align = 1 << levels;
    net->halo = (2 * last->first + net->align - 1) / net->align * net->align;
    fl_net_walk_start(&walk, net, note_rows, net);
    fl_net_walk_to(&walk, net->nodes - 1, last->first + PLAN_ROWS * net->align);
    return fl_success();
}

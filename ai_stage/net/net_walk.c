/* The order in which the rows of a network's nodes are made. */
#include "net_walk.h"

struct fl_net_span fl_net_rows_read(const struct fl_net_node *node, int y)
{
    switch (node->kind) {
    case FL_NET_CONV:
        return (struct fl_net_span){y - node->side / 2, y + node->side / 2 + 1};
    case FL_NET_DOWN:
        return (struct fl_net_span){2 * y, 2 * y + 2};
    case FL_NET_UP:
        return (struct fl_net_span){y / 2, y / 2 + 1};
    default:
        return (struct fl_net_span){0, 0};
    }
}

void fl_net_walk_start(struct fl_net_walk *walk, const struct fl_net *net,
                       void (*make)(void *user, const struct fl_net_walk *walk, int node, int y),
                       void *user)
{
    walk->net = net;
    walk->make = make;
    walk->user = user;
    for (int i = 0; i < net->nodes; i++)
        walk->made[i] = net->node[i].first;
}

/* Calls itself at most as deep as there are nodes. */
void fl_net_walk_to(struct fl_net_walk *walk, int node, int end)
{
    const struct fl_net_node *n = &walk->net->node[node];
    while (walk->made[node] < end) {
        int y = walk->made[node];
        if (n->kind != FL_NET_INPUT)
            fl_net_walk_to(walk, n->from, fl_net_rows_read(n, y).end);
        if (n->kind == FL_NET_CONV && n->add >= 0)
            fl_net_walk_to(walk, n->add, y + 1);
        walk->make(walk->user, walk, node, y);
        walk->made[node]++;
    }
}

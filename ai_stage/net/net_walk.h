/* The order in which the rows of a network's nodes are made: each as late as possible. */
#ifndef FL_NET_WALK_H
#define FL_NET_WALK_H

#include "net.h"

struct fl_net_span {
    int begin, end;
};

/* Rows of its input that row y of a node needs. */
struct fl_net_span fl_net_rows_read(const struct fl_net_node *node, int y);

struct fl_net_walk {
    const struct fl_net *net;
    int made[FL_NET_NODES]; /* rows up to here */
    /* Row y of a node can be made: all that it reads is there. */
    void (*make)(void *user, const struct fl_net_walk *walk, int node, int y);
    void *user;
};

void fl_net_walk_start(struct fl_net_walk *walk, const struct fl_net *net,
                       void (*make)(void *user, const struct fl_net_walk *walk, int node, int y),
                       void *user);

/* Makes the rows of a node up to `end`. */
void fl_net_walk_to(struct fl_net_walk *walk, int node, int end);

#endif

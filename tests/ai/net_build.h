/* Makes files of networks for tests, and evaluates them whole and without haste. */
#ifndef NET_BUILD_H
#define NET_BUILD_H

#include "net.h"

#include <stdbool.h>

/* A convolution's numbers as the file has them. */
struct built_node {
    int kind, from, add, channels, side, shift, leak;
    int32_t bias[FL_NET_CHANNELS];
    int16_t *weight;
};

struct built_net {
    int planes, input_exponent[FL_NET_PLANES], output_exponent, nodes;
    struct built_node node[FL_NET_NODES];
};

/* Appends a node; its weights are random, of magnitudes up to `most`. Returns its index. */
int build_node(struct built_net *net, int kind, int from, int add, int channels, int side, int leak,
               int most);

/* 4 planes, two resolutions, convolutions of both sides, all kinds of activations, an added node.
 */
void build_example(struct built_net *net, uint32_t seed);
void build_free(struct built_net *net);

/* The file; to be freed. */
unsigned char *build_file(const struct built_net *net, size_t *size);

/* The residual of a picture, all of it, with zeros around: out[p][y * width + x]. */
void build_evaluate(const struct built_net *net, const float *const in[FL_NET_PLANES], int width,
                    int height, float *const out[3]);

#endif

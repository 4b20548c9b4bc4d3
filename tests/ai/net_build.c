/* Makes files of networks for tests, and evaluates them whole and without haste. */
#include "net_build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint32_t state;

static int random_within(int most)
{
    state = state * 1664525u + 1013904223u;
    return (int)((state >> 8) % (uint32_t)(2 * most + 1)) - most;
}

static size_t weight_count(const struct built_net *net, const struct built_node *n)
{
    return n->kind == FL_NET_CONV
               ? (size_t)(n->channels * n->side * n->side * net->node[n->from].channels)
               : 0;
}

int build_node(struct built_net *net, int kind, int from, int add, int channels, int side, int leak,
               int most)
{
    struct built_node *n = &net->node[net->nodes];
    *n = (struct built_node){kind, from, add, channels, side, 10, leak, {0}, NULL};
    if (kind == FL_NET_CONV) {
        n->weight = malloc(weight_count(net, n) * sizeof *n->weight);
        for (size_t i = 0; i < weight_count(net, n); i++)
            n->weight[i] = (int16_t)random_within(most);
        for (int k = 0; k < channels; k++)
            n->bias[k] = random_within(most * 1000);
    }
    return net->nodes++;
}

void build_example(struct built_net *net, uint32_t seed)
{
    int a, b, c;
    memset(net, 0, sizeof *net);
    state = seed;
    net->planes = 4;
    for (int p = 0; p < 4; p++)
        net->input_exponent[p] = 12;
    net->output_exponent = 14;
    a = build_node(net, FL_NET_INPUT, -1, -1, 16, 0, 0, 0);
    a = build_node(net, FL_NET_CONV, a, -1, 16, 3, FL_NET_RELU, 300);
    b = build_node(net, FL_NET_DOWN, a, -1, 64, 0, 0, 0);
    b = build_node(net, FL_NET_CONV, b, -1, 24, 1, 3, 300);
    c = build_node(net, FL_NET_CONV, b, -1, 24, 3, FL_NET_RELU, 200);
    c = build_node(net, FL_NET_CONV, c, b, 24, 3, 0, 200);
    b = build_node(net, FL_NET_CONV, c, -1, 64, 1, 0, 300);
    b = build_node(net, FL_NET_UP, b, -1, 16, 0, 0, 0);
    b = build_node(net, FL_NET_CONV, b, a, 16, 1, 0, 300);
    build_node(net, FL_NET_CONV, b, -1, 12, 3, 0, 300);
}

void build_free(struct built_net *net)
{
    for (int i = 0; i < net->nodes; i++)
        free(net->node[i].weight);
}

static unsigned char *put(unsigned char *at, int32_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *at++ = (unsigned char)((uint32_t)v >> 8 * i);
    return at;
}

static unsigned char *put_node(unsigned char *at, const struct built_net *net,
                               const struct built_node *n)
{
    at = put(at, n->kind, 4);
    at = put(at, n->from, 4);
    at = put(at, n->add, 4);
    at = put(at, n->channels, 4);
    if (n->kind != FL_NET_CONV)
        return at;
    at = put(at, n->side, 4);
    at = put(at, n->shift, 4);
    at = put(at, n->leak, 4);
    for (int k = 0; k < n->channels; k++)
        at = put(at, n->bias[k], 4);
    for (size_t i = 0; i < weight_count(net, n); i++)
        at = put(at, n->weight[i], 2);
    return at;
}

unsigned char *build_file(const struct built_net *net, size_t *size)
{
    static const unsigned char magic[8] = {'F', 'L', 'N', 'E', 'T', 0, 0, 1};
    size_t room = 256;
    unsigned char *file, *at;
    for (int i = 0; i < net->nodes; i++)
        room += 64 + 4 * FL_NET_CHANNELS + 2 * weight_count(net, &net->node[i]);
    file = at = malloc(room);
    memcpy(at, magic, sizeof magic);
    at = put(at + sizeof magic, net->planes, 4);
    for (int p = 0; p < net->planes; p++)
        at = put(at, net->input_exponent[p], 4);
    at = put(at, net->output_exponent, 4);
    at = put(at, net->nodes, 4);
    for (int i = 0; i < net->nodes; i++)
        at = put_node(at, net, &net->node[i]);
    *size = (size_t)(at - file);
    return file;
}

/* The result of a node: value[(c * height + y) * width + x], zero outside. */
struct field {
    int channels, width, height;
    int *value;
};

static struct field field_new(int channels, int width, int height)
{
    struct field f = {channels, width, height, NULL};
    f.value = calloc((size_t)(channels * width * height), sizeof *f.value);
    return f;
}

static int *place_of(const struct field *f, int c, int y, int x)
{
    return &f->value[(c * f->height + y) * f->width + x];
}

static int value_of(const struct field *f, int c, int y, int x)
{
    return y < 0 || x < 0 || y >= f->height || x >= f->width ? 0 : *place_of(f, c, y, x);
}

static long within(long v)
{
    return v > FL_NET_MOST ? FL_NET_MOST : v < -FL_NET_MOST ? -FL_NET_MOST : v;
}

static int convolved(const struct built_node *n, const struct field *in, const struct field *add,
                     int k, int y, int x)
{
    const int16_t *w = n->weight + k * n->side * n->side * in->channels;
    long v = n->bias[k] + (1L << (n->shift - 1));
    for (int dy = -(n->side / 2); dy <= n->side / 2; dy++)
        for (int dx = -(n->side / 2); dx <= n->side / 2; dx++)
            for (int c = 0; c < in->channels; c++)
                v += *w++ * (long)value_of(in, c, y + dy, x + dx);
    v = (long)floor(ldexp((double)v, -n->shift));
    if (v < 0)
        v = n->leak == FL_NET_RELU ? 0 : (long)floor(ldexp((double)v, -n->leak));
    return (int)within(v + (add ? value_of(add, k, y, x) : 0));
}

static struct field evaluate(const struct built_node *n, const struct field *fields)
{
    const struct field *in = &fields[n->from], *add = n->add >= 0 ? &fields[n->add] : NULL;
    struct field f = n->kind == FL_NET_DOWN ? field_new(n->channels, in->width / 2, in->height / 2)
                     : n->kind == FL_NET_UP ? field_new(n->channels, in->width * 2, in->height * 2)
                                            : field_new(n->channels, in->width, in->height);
    for (int c = 0; c < f.channels; c++)
        for (int y = 0; y < f.height; y++)
            for (int x = 0; x < f.width; x++) {
                int part = c / in->channels, up = 2 * (y % 2) + x % 2;
                *place_of(&f, c, y, x) =
                    n->kind == FL_NET_DOWN
                        ? value_of(in, c % in->channels, 2 * y + part / 2, 2 * x + part % 2)
                    : n->kind == FL_NET_UP ? value_of(in, up * f.channels + c, y / 2, x / 2)
                                           : convolved(n, in, add, c, y, x);
            }
    return f;
}

static struct field quantised(const struct built_net *net, const float *const in[FL_NET_PLANES],
                              int width, int height)
{
    struct field f = field_new(4 * net->planes, width / 2, height / 2);
    for (int c = 0; c < f.channels; c++)
        for (int y = 0; y < f.height; y++)
            for (int x = 0; x < f.width; x++) {
                float v = in[c / 4][(2 * y + c / 2 % 2) * width + 2 * x + c % 2];
                v = ldexpf(v, net->input_exponent[c / 4]);
                *place_of(&f, c, y, x) = (int)within((long)floor((double)(v + 32768.5f)) - 32768);
            }
    return f;
}

void build_evaluate(const struct built_net *net, const float *const in[FL_NET_PLANES], int width,
                    int height, float *const out[3])
{
    struct field fields[FL_NET_NODES];
    const struct field *last = &fields[net->nodes - 1];
    fields[0] = quantised(net, in, width, height);
    for (int i = 1; i < net->nodes; i++)
        fields[i] = evaluate(&net->node[i], fields);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                out[p][y * width + x] =
                    ldexpf((float)value_of(last, 4 * p + 2 * (y % 2) + x % 2, y / 2, x / 2),
                           -net->output_exponent);
    for (int i = 0; i < net->nodes; i++)
        free(fields[i].value);
}

/* The network's kernels as one reads them: the specification of net_k.c, and the fallback. */
#include "net.h"
#include "net_names.h"

static int rounded_up(int n)
{
    return (n + FL_NET_STEP - 1) / FL_NET_STEP * FL_NET_STEP;
}

static int within(int v)
{
    return v < -FL_NET_MOST ? -FL_NET_MOST : v > FL_NET_MOST ? FL_NET_MOST : v;
}

/* The sum of channel k at pixel x. It fits 32 bits: fl_net_read() has made sure. */
static int32_t sum(const struct fl_net_conv *c, int k, int x)
{
    const int side = c->side;
    const int32_t *w = c->weight + (ptrdiff_t)(k / 4) * 4 * side * side * c->pairs + k % 4;
    int32_t s = c->bias[k];
    for (int row = 0; row < side; row++)
        for (int p = 0; p < c->pairs; p++)
            for (int t = 0; t < side; t++, w += 4) {
                const int16_t *v = c->in[row * c->pairs + p] + 2 * (x + t - side / 2);
                s += v[0] * (int16_t)(uint16_t)*w + v[1] * (int16_t)(uint16_t)((uint32_t)*w >> 16);
            }
    return s;
}

void fl_net_conv_ref(const struct fl_net_conv *c, int n)
{
    n = rounded_up(n);
    for (int k = 0; k < c->channels; k++)
        for (int x = 0; x < n; x++) {
            int v = sum(c, k, x) >> c->shift;
            int low = c->leak == FL_NET_RELU ? 0 : v >> c->leak;
            v = v < low ? low : v;
            if (c->add)
                v += c->add[k / 2][2 * x + k % 2];
            c->out[k / 2][2 * x + k % 2] = (int16_t)within(v);
        }
}

void fl_net_split_ref(const int16_t *in, int16_t *even, int16_t *odd, int n)
{
    n = rounded_up(n);
    for (int x = 0; x < n; x++)
        for (int i = 0; i < 2; i++) {
            even[2 * x + i] = in[4 * x + i];
            odd[2 * x + i] = in[4 * x + 2 + i];
        }
}

void fl_net_join_ref(const int16_t *even, const int16_t *odd, int16_t *out, int n)
{
    n = rounded_up(n);
    for (int x = 0; x < n; x++)
        for (int i = 0; i < 2; i++) {
            out[4 * x + i] = even[2 * x + i];
            out[4 * x + 2 + i] = odd[2 * x + i];
        }
}

void fl_net_quantise_ref(const float *in, float scale, int16_t *out, int n)
{
    n = 2 * rounded_up(n);
    for (int i = 0; i < n; i++) {
        float v = in[i] * scale;
        v = v > -(float)FL_NET_MOST ? v : -(float)FL_NET_MOST;
        v = v < (float)FL_NET_MOST ? v : (float)FL_NET_MOST;
        /* Positive, so that cutting off the fraction rounds down. */
        out[i] = (int16_t)((int)(v + 32768.5f) - 32768);
    }
}

void fl_net_expand_ref(const int16_t *in, float scale, float *out, int n)
{
    n = 2 * rounded_up(n);
    for (int i = 0; i < n; i++)
        out[i] = (float)in[i] * scale;
}

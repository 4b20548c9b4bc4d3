/* The backend of firstlight's own: networks in 16-bit integers (ai_stage/net). */
#include "ai_host.h"
#include "mem.h"
#include "net.h"
#include "net_kernels.h"

#include <stdio.h>
#include <stdlib.h>

/* A worker's memory is for tiles of one width. */
struct scratch {
    void *memory;
    int width;
};

struct native {
    struct fl_net *net;
    const struct fl_net_kernels *kernels;
    struct scratch *scratch;
    unsigned workers;
};

static void native_close(void *self)
{
    struct native *n = self;
    if (!n)
        return;
    for (unsigned i = 0; n->scratch && i < n->workers; i++)
        fl_aligned_free(n->scratch[i].memory);
    free(n->scratch);
    fl_net_free(n->net);
    free(n);
}

static int refuse(const struct fl_ai_request *request, const char *why)
{
    snprintf(request->message, request->message_size, "%s", why);
    return 1;
}

static int native_open(const struct fl_ai_request *request, struct fl_ai_session *session)
{
    struct native *n;
    fl_err err;
    if (!request->model)
        return refuse(request, "needs a model");
    n = calloc(1, sizeof *n);
    if (!n)
        return refuse(request, "out of memory");
    n->workers = request->workers;
    n->kernels = fl_net_kernels_for(FL_CPU_AUTO);
    n->scratch = calloc(n->workers, sizeof *n->scratch);
    err = fl_net_read(request->model, request->model_size, &n->net);
    if (err.code == FL_OK && n->net->planes != FL_AI_PLANES)
        err = fl_error(FL_ERR_UNSUPPORTED, "its input has %d planes, not %d", n->net->planes,
                       FL_AI_PLANES);
    if (err.code != FL_OK || !n->scratch) {
        native_close(n);
        return refuse(request, err.code != FL_OK ? err.message : "out of memory");
    }
    session->halo = (uint32_t)n->net->halo;
    session->align = (uint32_t)n->net->align;
    session->macs = n->net->macs;
    session->self = n;
    return 0;
}

static int native_run(void *self, const struct fl_ai_tile *tile)
{
    struct native *n = self;
    struct scratch *s = &n->scratch[tile->worker];
    struct fl_net_tile t = {.in_stride = tile->in_stride,
                            .out_stride = tile->out_stride,
                            .width = tile->width,
                            .height = tile->height};
    if (s->width != tile->width) {
        fl_aligned_free(s->memory);
        s->memory = fl_aligned_alloc(fl_net_scratch_size(n->net, tile->width));
        s->width = s->memory ? tile->width : 0;
    }
    if (!s->memory)
        return 1;
    for (int p = 0; p < FL_AI_PLANES; p++)
        t.in[p] = tile->in[p];
    for (int p = 0; p < 3; p++)
        t.out[p] = tile->out[p];
    fl_net_run(n->net, n->kernels, &t, s->memory);
    return 0;
}

const struct fl_ai_backend fl_ai_native = {
    sizeof(struct fl_ai_backend), FL_AI_ABI, "native", native_open, native_run, native_close};

/* The backend that changes nothing, for tests of what is around it. */
#include "ai_host.h"

#include <string.h>

static int identity_open(const struct fl_ai_request *request, struct fl_ai_session *session)
{
    static int nothing;
    (void)request;
    session->halo = 8;
    session->align = 8;
    session->self = &nothing;
    return 0;
}

static int identity_run(void *self, const struct fl_ai_tile *tile)
{
    const int halo = 8;
    (void)self;
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < tile->height - 2 * halo; y++)
            memset(tile->out[p] + y * tile->out_stride, 0,
                   (size_t)(tile->width - 2 * halo) * sizeof(float));
    return 0;
}

static void identity_close(void *self)
{
    (void)self;
}

const struct fl_ai_backend fl_ai_identity = {sizeof(struct fl_ai_backend),
                                             FL_AI_ABI,
                                             "identity",
                                             identity_open,
                                             identity_run,
                                             identity_close};

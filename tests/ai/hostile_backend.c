/* A backend that does what its model's text says: "fail N" and "nan N" at the call N, "slow",
 * "large", "wild" (a halo that makes no sense), "refuse", "blur". Compiled with -DABI=... it is of
 * another version. */
#include "firstlight/ai.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef ABI
#define ABI FL_AI_ABI
#endif

#define HALO 8

struct hostile {
    char what[16];
    int call;
    atomic_int calls;
};

static int hostile_open(const struct fl_ai_request *request, struct fl_ai_session *session)
{
    struct hostile *h = calloc(1, sizeof *h);
    char text[32] = "";
    if (!h)
        return 1;
    if (request->model && request->model_size < sizeof text)
        memcpy(text, request->model, request->model_size);
    if (sscanf(text, "%15s %d", h->what, &h->call) < 1 || strcmp(h->what, "refuse") == 0) {
        snprintf(request->message, request->message_size, "not today");
        free(h);
        return 1;
    }
    atomic_init(&h->calls, 0);
    session->self = h;
    session->halo = strcmp(h->what, "wild") == 0 ? 100000 : HALO;
    session->align = 8;
    return 0;
}

static float blurred(const struct fl_ai_tile *t, int p, int x, int y)
{
    const float *at = t->in[p] + (y + HALO) * t->in_stride + x + HALO;
    float sum = 0;
    for (int dy = -2; dy <= 2; dy++)
        for (int dx = -2; dx <= 2; dx++)
            sum += at[dy * t->in_stride + dx];
    return sum / 25.0f - at[0];
}

static int hostile_run(void *self, const struct fl_ai_tile *tile)
{
    const struct timespec moment = {0, 5000000};
    struct hostile *h = self;
    int call = atomic_fetch_add(&h->calls, 1);
    float value = strcmp(h->what, "large") == 0                    ? 1e9f
                  : strcmp(h->what, "nan") == 0 && call == h->call ? NAN
                                                                   : 0.0f;
    if (strcmp(h->what, "fail") == 0 && call == h->call)
        return 7;
    if (strcmp(h->what, "slow") == 0)
        nanosleep(&moment, NULL);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < tile->height - 2 * HALO; y++)
            for (int x = 0; x < tile->width - 2 * HALO; x++)
                tile->out[p][y * tile->out_stride + x] =
                    strcmp(h->what, "blur") == 0 ? blurred(tile, p, x, y) : value;
    return 0;
}

static void hostile_close(void *self)
{
    free(self);
}

__attribute__((visibility("default"))) const struct fl_ai_backend *fl_ai_backend(void)
{
    static const struct fl_ai_backend backend = {sizeof backend, ABI,         "hostile",
                                                 hostile_open,   hostile_run, hostile_close};
    return &backend;
}

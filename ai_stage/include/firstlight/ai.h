/* What a backend of the neural stage is: three functions over planes of floats.
 *
 * A backend is a shared library that exports fl_ai_backend(), or part of firstlight. It runs a
 * model on tiles; cutting the picture into tiles, borders, strength, checks and what happens when
 * it fails are the host's. docs/ai-backends.md shows one being made.
 *
 * Structs only grow at their end. Each begins with its size as its maker knew it; who reads one
 * looks at no member beyond that. */
#ifndef FIRSTLIGHT_AI_H
#define FIRSTLIGHT_AI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FL_AI_ABI 1

#define FL_AI_PLANES 4 /* red, green, blue, noise */

/* What the host asks for. */
struct fl_ai_request {
    uint32_t size;
    uint32_t workers;  /* run() is called by so many threads at a time at most */
    const void *model; /* the model's bytes, for this call only; NULL: none was given */
    size_t model_size;
    const char *model_path; /* where they came from; NULL: nowhere */
    char *message;          /* a reason why not, at most message_size - 1 characters */
    size_t message_size;
};

/* What the backend says of the model. */
struct fl_ai_session {
    uint32_t size;  /* set by the host before the call */
    uint32_t halo;  /* pixels at each side of a tile that are only read; a multiple of align */
    uint32_t align; /* a tile's sizes and its place in the picture are multiples of it: a power of
                       2, 2..256 */
    void *self;     /* for run() and close() */
    double macs;    /* multiplications a pixel; 0: unknown */
};

/* Planes of floats: pixel (x, y) of plane p is in[p][y * in_stride + x]. Colours are
 * display-encoded, 0 black, 1 white, a little beyond where the chain sharpened; noise is the
 * standard deviation that the raw's noise has there, in the same units. The first red sample of a
 * mosaic stands at an even column and row. out is the residual, what has to be added to red, green
 * and blue; its pixel (0, 0) is the tile's (halo, halo), and it is smaller by twice the halo. */
struct fl_ai_tile {
    uint32_t size;
    uint32_t worker; /* 0 .. workers - 1, one call at a time for each */
    const float *in[FL_AI_PLANES];
    float *out[3];
    ptrdiff_t in_stride, out_stride;
    int32_t width, height; /* with the halo */
};

struct fl_ai_backend {
    uint32_t size;
    uint32_t abi; /* FL_AI_ABI */
    const char *name;
    /* 0 = done. Otherwise the session is not used, and message says why. */
    int (*open)(const struct fl_ai_request *request, struct fl_ai_session *session);
    /* 0 = done. The same tile gives the same result whatever came before. */
    int (*run)(void *self, const struct fl_ai_tile *tile);
    void (*close)(void *self);
};

/* What a backend's library exports, with C linkage and default visibility: its own constant. */
const struct fl_ai_backend *fl_ai_backend(void);

#ifdef __cplusplus
}
#endif
#endif

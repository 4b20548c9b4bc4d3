/* Where the work runs: firstlight's own pool, or the caller's runner. */
#ifndef FIRSTLIGHT_THREAD_H
#define FIRSTLIGHT_THREAD_H

#include "firstlight/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Runs fn(user, index, worker) for every index in [0, count) and returns when all are done.
 * `worker` is in [0, workers) and never shared by two calls at one time. Order is free: results
 * do not depend on it. */
struct fl_runner {
    void (*run)(void *self, int count, void (*fn)(void *user, int index, int worker), void *user);
    void *self;
    int workers; /* >= 1 */
};

struct fl_pool;

/* Starts a pool. threads 0: one per online core; at most 256. Errors: FL_ERR_ARGUMENT,
 * FL_ERR_MEMORY. One run at a time per pool. */
FL_API fl_err fl_pool_new(int threads, struct fl_pool **out) FL_MUST_USE;
FL_API void fl_pool_free(struct fl_pool *pool);

/* A runner over the pool; valid as long as the pool. */
FL_API struct fl_runner fl_pool_runner(struct fl_pool *pool);

#ifdef __cplusplus
}
#endif
#endif

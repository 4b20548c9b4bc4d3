/* The thread pool: workers sleep on a condition variable and take indices from a counter. */
#include "firstlight/thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 256

struct worker_arg {
    struct fl_pool *pool;
    int worker;
};

struct fl_pool {
    int threads; /* the caller of run() is worker 0; threads - 1 are started */
    int started;
    pthread_t handle[MAX_THREADS];
    struct worker_arg arg[MAX_THREADS];

    pthread_mutex_t lock;
    pthread_cond_t work, done;
    unsigned generation; /* counts runs; guarded by lock */
    int busy;            /* workers that have not finished this run; guarded by lock */
    bool stop;

    /* the current run; written before the generation changes */
    int count;
    void (*fn)(void *user, int index, int worker);
    void *user;
    atomic_int next;
};

static void take_indices(struct fl_pool *pool, int worker)
{
    for (;;) {
        int i = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (i >= pool->count)
            return;
        pool->fn(pool->user, i, worker);
    }
}

static void *worker_main(void *arg)
{
    struct fl_pool *pool = ((struct worker_arg *)arg)->pool;
    int worker = ((struct worker_arg *)arg)->worker;
    unsigned seen = 0;

    for (;;) {
        pthread_mutex_lock(&pool->lock);
        while (pool->generation == seen && !pool->stop)
            pthread_cond_wait(&pool->work, &pool->lock);
        seen = pool->generation;
        pthread_mutex_unlock(&pool->lock);
        if (pool->stop)
            return NULL;
        take_indices(pool, worker);
        pthread_mutex_lock(&pool->lock);
        if (--pool->busy == 0)
            pthread_cond_signal(&pool->done);
        pthread_mutex_unlock(&pool->lock);
    }
}

static void pool_run(void *self, int count, void (*fn)(void *user, int index, int worker),
                     void *user)
{
    struct fl_pool *pool = self;
    pthread_mutex_lock(&pool->lock);
    pool->count = count;
    pool->fn = fn;
    pool->user = user;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->busy = pool->started;
    pool->generation++;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);

    take_indices(pool, 0);

    pthread_mutex_lock(&pool->lock);
    while (pool->busy > 0)
        pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

fl_err fl_pool_new(int threads, struct fl_pool **out)
{
    struct fl_pool *pool;
    int i;
    *out = NULL;
    if (threads < 0 || threads > MAX_THREADS)
        return fl_error(FL_ERR_ARGUMENT, "threads %d: must be 0..%d", threads, MAX_THREADS);
    if (threads == 0) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        threads = online < 1 ? 1 : online > MAX_THREADS ? MAX_THREADS : (int)online;
    }
    pool = calloc(1, sizeof *pool);
    if (!pool)
        return fl_error(FL_ERR_MEMORY, "out of memory for a thread pool");
    pool->threads = threads;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->done, NULL);
    atomic_init(&pool->next, 0);
    for (i = 1; i < threads; i++) {
        pool->arg[i].pool = pool;
        pool->arg[i].worker = i;
        if (pthread_create(&pool->handle[i], NULL, worker_main, &pool->arg[i]) != 0)
            break; /* fewer threads give the same result, only later */
        pool->started++;
    }
    pool->threads = pool->started + 1;
    *out = pool;
    return fl_success();
}

void fl_pool_free(struct fl_pool *pool)
{
    int i;
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (i = 1; i <= pool->started; i++)
        pthread_join(pool->handle[i], NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

struct fl_runner fl_pool_runner(struct fl_pool *pool)
{
    struct fl_runner r = {pool_run, pool, pool->threads};
    return r;
}

/* Buffers that frames borrow. */
#include "camera_pool.h"

#include "mem.h"

#include <pthread.h>
#include <stdlib.h>

struct loan {
    struct fl_camera_pool *pool;
    void *data;
    bool taken;
};

struct fl_camera_pool {
    pthread_mutex_t lock;
    size_t size;
    int count, references; /* the camera's and one for each taken buffer */
    struct loan loan[];
};

fl_err fl_camera_pool_new(int count, size_t size, struct fl_camera_pool **out)
{
    struct fl_camera_pool *p = calloc(1, sizeof *p + (size_t)count * sizeof p->loan[0]);
    *out = NULL;
    if (!p)
        return fl_error(FL_ERR_MEMORY, "out of memory for the camera's buffers");
    pthread_mutex_init(&p->lock, NULL);
    p->size = size;
    p->references = 1;
    for (; p->count < count; p->count++) {
        struct loan *loan = &p->loan[p->count];
        loan->pool = p;
        loan->data = fl_aligned_alloc(size);
        if (!loan->data) {
            fl_camera_pool_release(p);
            return fl_error(FL_ERR_MEMORY, "out of memory for %d buffers of %zu bytes", count,
                            size);
        }
    }
    *out = p;
    return fl_success();
}

/* Called with the lock held; gives it back. */
static void drop(struct fl_camera_pool *p)
{
    bool last = --p->references == 0;
    pthread_mutex_unlock(&p->lock);
    if (!last)
        return;
    for (int i = 0; i < p->count; i++)
        fl_aligned_free(p->loan[i].data);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void fl_camera_pool_release(struct fl_camera_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    drop(pool);
}

static void give_back(void *user)
{
    struct loan *loan = user;
    pthread_mutex_lock(&loan->pool->lock);
    loan->taken = false;
    drop(loan->pool);
}

int fl_camera_pool_free_count(struct fl_camera_pool *pool)
{
    int n = 0;
    pthread_mutex_lock(&pool->lock);
    for (int i = 0; i < pool->count; i++)
        n += !pool->loan[i].taken;
    pthread_mutex_unlock(&pool->lock);
    return n;
}

static struct loan *take(struct fl_camera_pool *pool)
{
    struct loan *found = NULL;
    pthread_mutex_lock(&pool->lock);
    for (int i = 0; i < pool->count && !found; i++)
        if (!pool->loan[i].taken)
            found = &pool->loan[i];
    if (found) {
        found->taken = true;
        pool->references++;
    }
    pthread_mutex_unlock(&pool->lock);
    return found;
}

fl_err fl_camera_pool_frame(struct fl_camera_pool *pool, int width, int height,
                            const struct fl_format *format, size_t stride, struct fl_frame **out)
{
    struct loan *loan = take(pool);
    fl_err err;
    if (!loan)
        return fl_error(FL_ERR_BUSY, "all buffers of the camera are in use");
    err =
        fl_frame_wrap(width, height, format, loan->data, stride, pool->size, give_back, loan, out);
    if (err.code != FL_OK)
        give_back(loan);
    return err;
}

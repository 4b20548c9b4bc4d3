/* What the kernel tests use of libcheck, for targets that have no libcheck: tests run one after the
 * other in the same process, and the first failure ends it. */
#ifndef STAND_IN_CHECK_H
#define STAND_IN_CHECK_H

#include <stdio.h>
#include <stdlib.h>

typedef void test_fn(int _i);

typedef struct {
    struct {
        test_fn *run;
        int first, end;
    } test[32];
    int count;
} TCase, Suite, SRunner;

#define START_TEST(name)                                                                           \
    static void name(int _i)                                                                       \
    {                                                                                              \
        (void)_i;
#define END_TEST }

#define ck_abort_msg(...)                                                                          \
    do {                                                                                           \
        fprintf(stderr, __VA_ARGS__);                                                              \
        fputc('\n', stderr);                                                                       \
        exit(1);                                                                                   \
    } while (0)
#define ck_assert(condition)                                                                       \
    do {                                                                                           \
        if (!(condition))                                                                          \
            ck_abort_msg("%s:%d: not %s", __FILE__, __LINE__, #condition);                         \
    } while (0)
#define ck_assert_uint_eq(a, b)   ck_assert((a) == (b))
#define ck_assert_int_eq(a, b)    ck_assert((a) == (b))
#define ck_assert_double_le(a, b) ck_assert((a) <= (b))

static TCase stand_in;

static inline TCase *tcase_create(const char *name)
{
    (void)name;
    return &stand_in;
}

static inline void tcase_add_loop_test(TCase *c, test_fn *run, int first, int end)
{
    c->test[c->count].run = run;
    c->test[c->count].first = first;
    c->test[c->count++].end = end;
}

#define suite_create(name)          tcase_create(name)
#define srunner_create(suite)       (suite)
#define tcase_add_test(c, run)      tcase_add_loop_test(c, run, 0, 1)
#define tcase_set_timeout(c, s)     (void)(c)
#define suite_add_tcase(s, c)       (void)(s)
#define srunner_ntests_failed(r)    ((r)->count == 0)
#define srunner_free(r)             (void)(r)
#define srunner_run_all(r, verbose) stand_in_run(r)

static inline void stand_in_run(const SRunner *r)
{
    int done = 0;
    for (int t = 0; t < r->count; t++)
        for (int i = r->test[t].first; i < r->test[t].end; i++, done++)
            r->test[t].run(i);
    printf("%d tests passed\n", done);
}

#endif

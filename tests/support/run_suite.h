/* The end of every test program: runs a suite, says what failed, frees it. */
#ifndef FL_RUN_SUITE_H
#define FL_RUN_SUITE_H

#include <check.h>
#include <stdlib.h>

/* The exit status. CK_VERBOSITY in the environment asks for more or fewer lines. */
static inline int run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif

/* SPDX-License-Identifier: MIT */
/* What a unit test begins with: cmocka with the headers that it wants in front, seeded chance, and
 * broken promises that are expected by the thousand. */
#ifndef SUPPORT_TESTING_H
#define SUPPORT_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <libbase/random.h>

/** A stream of numbers from the seed in TN_SEED, or from the time of day; it is printed for replay. */
static inline struct tn_random testing_random(void)
{
    const char *given = getenv("TN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
    struct tn_random random;
    print_message("replay with TN_SEED=0x%llx\n", (unsigned long long)seed);
    tn_random_init(&random, seed);
    return random;
}

/** @p call must fail an assertion, where the kit is built with assertions; without them it is not
 *  made. As expect_assert_failure(), but without a line of output each time. */
#define assert_promise_broken(call)                                                                \
    do {                                                                                           \
        if (!CONFIG_ASSERTIONS) {                                                                  \
            break;                                                                                 \
        }                                                                                          \
        if (setjmp(global_expect_assert_env) == 0) {                                               \
            global_expecting_assert = 1;                                                           \
            call;                                                                                  \
            global_expecting_assert = 0;                                                           \
            fail_msg("no assertion in %s", #call);                                                 \
        }                                                                                          \
        global_expecting_assert = 0;                                                               \
    } while (0)

#endif

/* SPDX-License-Identifier: MIT */
/* What every test here begins with: cmocka with the headers it wants in front, and seeded chance. */
#ifndef LIBBASE_TEST_TESTING_H
#define LIBBASE_TEST_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
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

#endif

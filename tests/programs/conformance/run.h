/* SPDX-License-Identifier: MIT */
/* What runs the cases of a program, and the counters behind its checks. */
#ifndef CONFORMANCE_RUN_H
#define CONFORMANCE_RUN_H

#include "check.h"

/** Cases that are printed under one name. */
struct run_area {
    const char *name;               /**< In front of the names of its cases. */
    const struct check_case *cases; /**< Ends with a case without name. */
};

/** Run the @p count areas and switch the machine off; its exit code is the verdict.
 *  @return 1: it cannot be switched off. */
int run_all(const struct run_area *areas, size_t count);

/** Checks made so far. */
unsigned check_count(void);

/** Checks that failed so far. */
unsigned check_failures(void);

#endif

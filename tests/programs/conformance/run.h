/* SPDX-License-Identifier: MIT */
/* The counters behind the checks. */
#ifndef CONFORMANCE_RUN_H
#define CONFORMANCE_RUN_H

/** Checks made so far. */
unsigned check_count(void);

/** Checks that failed so far. */
unsigned check_failures(void);

#endif

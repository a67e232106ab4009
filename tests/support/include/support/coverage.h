/* SPDX-License-Identifier: MIT */
/* Which operations of a random test followed each other, and how each ended. A pair or an end that
 * never came about is a hole in the test, and fails it. */
#ifndef SUPPORT_COVERAGE_H
#define SUPPORT_COVERAGE_H

#include <stdbool.h>

/** Most operations of a test. */
#define COVERAGE_OPERATIONS 24

/** Most ends of one operation. */
#define COVERAGE_ENDS 10

/** One operation. */
struct coverage_operation {
    const char *name;                /**< For the report. */
    const char *ends[COVERAGE_ENDS]; /**< All that must come about; NULL after the last. */
};

/** The counts of one test; all zero but for the first two fields. */
struct coverage {
    const struct coverage_operation
        *operations;          /**< All of the test, by the number that it notes. */
    unsigned operation_count; /**< At most COVERAGE_OPERATIONS. */
    unsigned last;            /**< The operation that was noted last. */
    unsigned pairs[COVERAGE_OPERATIONS][COVERAGE_OPERATIONS]; /**< First, then second. */
    unsigned ends[COVERAGE_OPERATIONS][COVERAGE_ENDS];        /**< Operation, end. */
};

/** Count that @p operation ended with @p end; fails the test if that is none of its ends. */
void coverage_note(struct coverage *coverage, unsigned operation, const char *end);

/** The same in two steps, for operations of which others may begin before they end. */
void coverage_begin(struct coverage *coverage, unsigned operation);
void coverage_end(struct coverage *coverage, unsigned operation, const char *end);

/** Whether no count is 0. */
bool coverage_is_full(const struct coverage *coverage);

/** Print all counts; fails the test if one is 0. */
void coverage_check(const struct coverage *coverage);

#endif

/* SPDX-License-Identifier: MIT */
/* Time that whoever runs spends, and a record of it. */
#ifndef TEST_SPEND_H
#define TEST_SPEND_H

#include "world.h"

/** Spans that are remembered: more than a period can hold. */
#define SPENT_KEPT 4096

/** The last spans of time that were spent, one behind the other; all 0: none. */
struct spent {
    uint64_t count; /**< How many there were ever. */
    struct {
        uint64_t from_ns;
        uint64_t to_ns;
    } kept[SPENT_KEPT]; /**< The last of them, number n at n % SPENT_KEPT. */
};

/** Whoever runs goes on for @p most_ns, or until a timer stops it. @return how long that was. */
uint64_t spend(uint64_t most_ns);

/** Remember that @p used_ns were spent up to now. */
void spent_add(struct spent *spent, uint64_t used_ns);

/** How much was spent in the @p span_ns up to now. */
uint64_t spent_lately(const struct spent *spent, uint64_t span_ns);

#endif

/* SPDX-License-Identifier: MIT */
/* The dice of tests that do random things.
 *
 * Rules: thrown first after `dice = testing_random()`, which says the seed. */
#ifndef TEST_DICE_H
#define TEST_DICE_H

#include <support/testing.h>

/** Where all that is random comes from. */
extern struct tn_random dice;

/** @return a number from 0 to @p bound - 1. */
static inline uint64_t below(uint64_t bound)
{
    return tn_random_below(&dice, bound);
}

/** @return true @p percent times in a hundred. */
static inline bool chance(unsigned percent)
{
    return below(100) < percent;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Small deterministic random numbers for tests and simulations: the same seed, the same run.
 *
 * SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
 * 2014): a counter and a mixing function. Every seed is good, the period 2^64. Never for secrets.
 * Rules: the caller owns the state. Context: any. Cost: O(1), about ten instructions. */
#ifndef LIBBASE_RANDOM_H
#define LIBBASE_RANDOM_H

#include <stdint.h>

#include <libbase/assert.h>

/** State of one stream of numbers; copy it to replay from there. */
struct tn_random {
    uint64_t state; /**< The counter; any value. */
};

/** Begin the stream that belongs to @p seed, any value. */
static inline void tn_random_init(struct tn_random *random, uint64_t seed)
{
    random->state = seed;
}

/** The next 64 random bits. */
static inline uint64_t tn_random_u64(struct tn_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/** A number in [0, @p bound), from the next 64 bits; @p bound is not 0 (asserted).
 *  No number is more likely than another by more than @p bound in 2^64. */
static inline uint64_t tn_random_below(struct tn_random *random, uint64_t bound)
{
    tn_assert(bound != 0);
    return (uint64_t)((unsigned __int128)tn_random_u64(random) * bound >> 64);
}

#endif

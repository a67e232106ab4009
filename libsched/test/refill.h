/* SPDX-License-Identifier: MIT */
/* A check that two tests of contexts make. */
#ifndef TEST_REFILL_H
#define TEST_REFILL_H

#include <libsched/context.h>

#include <support/testing.h>

/** Refill @p number of @p context is @p amount at @p time. */
static inline void assert_refill(const struct sched_context *context, uint32_t number,
                                 uint64_t time, uint64_t amount)
{
    assert_true(number < context->refill_count);
    assert_int_equal(context->refills[number].time_ns, time);
    assert_int_equal(context->refills[number].amount_ns, amount);
}

#endif

/* SPDX-License-Identifier: MIT */
/* Timeouts: what is due when. One queue serves sleepers, timers, budgets and deadlines of calls.
 *
 * Rules: queue and timeouts are the caller's storage. A timeout stays in place while it is armed, and
 * is in one queue only. What happens when one is due is the caller's business: it pops and looks at
 * kind. Times are nanoseconds of one clock, below SCHED_NEVER. No lock: one caller at a time.
 * Context: any. */
#ifndef LIBSCHED_TIMEOUT_H
#define LIBSCHED_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/tree.h>

/** Never due. */
#define SCHED_NEVER UINT64_MAX

/** Something that is due at a time. */
struct sched_timeout {
    struct tn_tree_node node; /**< In the queue; the key is the deadline. */
    uint32_t kind;            /**< The caller's: what to do when it is due. */
};

/** Timeouts by deadline. All zero is an empty queue. */
struct sched_timeout_queue {
    struct tn_tree tree; /**< By deadline. */
};

/** Make @p queue empty. Cost: O(1). */
void sched_timeout_queue_init(struct sched_timeout_queue *queue);

/** Make @p timeout an unarmed timeout of the caller's kind @p kind. Cost: O(1). */
void sched_timeout_init(struct sched_timeout *timeout, uint32_t kind);

/** Arm the unarmed @p timeout (asserted) for @p deadline_ns: any time, also one that has passed, or
 *  SCHED_NEVER, which is never due. Cost: O(log n).
 *  @return whether it is the earliest now, so that the hardware timer must be set anew. */
bool sched_timeout_arm(struct sched_timeout_queue *queue, struct sched_timeout *timeout,
                       uint64_t deadline_ns);

/** Disarm @p timeout, which is in @p queue; harmless if it is not armed. The hardware timer may stay
 *  as it is: it fires too early, once. Cost: O(log n). */
void sched_timeout_disarm(struct sched_timeout_queue *queue, struct sched_timeout *timeout);

/** Whether @p timeout is armed. Cost: O(1). */
bool sched_timeout_is_armed(const struct sched_timeout *timeout);

/** The earliest deadline, or SCHED_NEVER if the queue is empty. Cost: O(1). */
uint64_t sched_timeout_next_ns(const struct sched_timeout_queue *queue);

/** Take out the earliest timeout whose deadline is at most @p now_ns. Equal deadlines come in the
 *  order in which they were armed. To be called until nothing is due.
 *  @return the timeout, no longer armed; NULL if none is due. Cost: O(log n). */
struct sched_timeout *sched_timeout_pop_due(struct sched_timeout_queue *queue, uint64_t now_ns);

#endif

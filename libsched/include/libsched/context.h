/* SPDX-License-Identifier: MIT */
/* Scheduling contexts: the right to run, as an object.
 *
 * A context has a priority and, in each period, a budget of CPU time. A context whose budget equals
 * its period is never throttled: using it up only sends it behind its equals (a time slice).
 *
 *      remaining > 0  --charge-->  used up:  budget == period  ->  SCHED_ROTATE  (refilled at once)
 *                                            budget <  period  ->  SCHED_THROTTLE until the period ends
 *
 * Rules: contexts are the caller's storage. Time is an argument, in nanoseconds of one clock that
 * never goes back. No lock: the CPU that a context belongs to. Context: any. Cost: O(1). */
#ifndef LIBSCHED_CONTEXT_H
#define LIBSCHED_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/status.h>

/** Shortest budget, in nanoseconds: below it a machine would do nothing but switch. */
#define SCHED_BUDGET_MIN_NS UINT64_C(20000)

/** Longest period, in nanoseconds (one hour). */
#define SCHED_PERIOD_MAX_NS UINT64_C(3600000000000)

/** Priority, budget and period of a context. */
struct sched_params {
    uint32_t priority;  /**< 0 (least urgent) to CONFIG_PRIORITIES - 1. */
    uint64_t budget_ns; /**< CPU time per period; SCHED_BUDGET_MIN_NS to period_ns. */
    uint64_t period_ns; /**< budget_ns to SCHED_PERIOD_MAX_NS. */
};

struct sched_context;

/** The run queue's link inside a context: only the run queue reads or writes it. */
struct sched_link {
    struct sched_context *next; /**< The one behind it; NULL if it is the last, or in no queue. */
    struct sched_context *prev; /**< NULL while in no queue; never followed from the first one. */
};

/** A scheduling context. */
struct sched_context {
    struct sched_link in_queue; /**< Link of the run queue; unlinked while not runnable. */
    struct sched_params params; /**< What it may use. */
    uint64_t remaining_ns;      /**< Budget left in this period. */
    uint64_t debt_ns;           /**< Overuse that later budgets pay; 0 while any budget is left. */
    uint64_t period_start_ns;   /**< When this period began. */
    uint64_t consumed_ns;       /**< CPU time used since creation. */
};

/** What the owner of a context must do after a charge. */
enum sched_verdict {
    SCHED_CONTINUE, /**< It may go on. */
    SCHED_ROTATE,   /**< Its time slice ended: behind its equals, budget is full again. */
    SCHED_THROTTLE, /**< Its budget is used up: not runnable before sched_context_refill_ns(). */
};

/** Whether @p params obeys the ranges of struct sched_params.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID a value is outside its range, the period is 0, or the budget exceeds it. */
TN_MUST_USE tn_status_t sched_params_check(const struct sched_params *params);

/** Make @p context a context with @p params, which must have passed sched_params_check, its first
 *  period beginning at @p now_ns with a full budget. */
void sched_context_init(struct sched_context *context, const struct sched_params *params,
                        uint64_t now_ns);

/** Replace the parameters; the period begins anew at @p now_ns with a full budget. The context must
 *  not be in a run queue. */
void sched_context_configure(struct sched_context *context, const struct sched_params *params,
                             uint64_t now_ns);

/** Charge @p used_ns of CPU time that ended at @p now_ns. Overuse is taken off the next budget, so
 *  the average never exceeds budget / period.
 *  @return what follows from it. */
TN_MUST_USE enum sched_verdict sched_context_charge(struct sched_context *context, uint64_t used_ns,
                                                    uint64_t now_ns);

/** Begin new periods up to @p now_ns, if one is due. To be called when a context becomes runnable and
 *  when a throttled one is released.
 *  @return whether it has budget now. */
TN_MUST_USE bool sched_context_refresh(struct sched_context *context, uint64_t now_ns);

/** When a throttled context has budget again, in the clock of now_ns. */
uint64_t sched_context_refill_ns(const struct sched_context *context);

#endif

/* SPDX-License-Identifier: MIT */
/* Scheduling contexts: the right to run, as an object.
 *
 * A context has a priority and, in each period, a budget of CPU time. A context whose budget equals
 * its period is never throttled: using it up only sends it behind its equals (a time slice).
 *
 *      sched_context_charge()
 *          budget is left ................................... SCHED_CONTINUE
 *          used up, budget == period: full again at once ..... SCHED_ROTATE
 *          used up, budget < period: next period has begun ... SCHED_ROTATE
 *                                    it has not .............. SCHED_THROTTLE until then
 *
 * What is promised: over n periods a context gets at most n + 1 budgets, plus what a single charge
 * may overuse (a timer that fires late). In one span of a period's length it may get two budgets, the
 * end of one period's and the beginning of the next one's. Periods follow each other without drift;
 * only after a pause of at least a whole period does a new one begin at the wake-up instead.
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

/** A scheduling context. Users of the library read it; only the library writes to it. */
struct sched_context {
    struct sched_link in_queue; /**< Link of the run queue; unlinked while not runnable. */
    struct sched_params params; /**< What it may use. */
    uint64_t remaining_ns; /**< Budget left in this period: it may run so long without a charge. */
    uint64_t debt_ns;      /**< Overuse that later budgets pay; 0 while any budget is left. */
    uint64_t period_start_ns; /**< When this period began. */
    uint64_t consumed_ns;     /**< CPU time used since creation. */
};

/** What the owner of a context must do after a charge. */
enum sched_verdict {
    SCHED_CONTINUE, /**< It may go on. */
    SCHED_ROTATE,   /**< Its time slice ended and it has budget again: behind its equals. */
    SCHED_THROTTLE, /**< Its budget is used up: not runnable before sched_context_refill_ns(). */
};

/** Whether @p params obeys the ranges of struct sched_params.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID a value is outside its range, the period is 0, or the budget exceeds it. */
TN_MUST_USE tn_status_t sched_params_check(const struct sched_params *params);

/** Make @p context a context with @p params, which must have passed sched_params_check (asserted),
 *  its first period beginning at @p now_ns with a full budget. It is in no run queue, and whatever
 *  the storage held before is forgotten. */
void sched_context_init(struct sched_context *context, const struct sched_params *params,
                        uint64_t now_ns);

/** Replace the parameters; the period begins anew at @p now_ns with a full budget and without debt.
 *  consumed_ns goes on. @p params must have passed sched_params_check, and the context must not be
 *  in a run queue (both asserted): its place there depends on the priority. */
void sched_context_configure(struct sched_context *context, const struct sched_params *params,
                             uint64_t now_ns);

/** Charge @p used_ns of CPU time that ended at @p now_ns. If the budget is below the period, overuse
 *  is taken off the next budgets; a full time slice is renewed without looking back.
 *  @param used_ns any time since the context was charged last; 0 is allowed.
 *  @return what follows from it. */
TN_MUST_USE enum sched_verdict sched_context_charge(struct sched_context *context, uint64_t used_ns,
                                                    uint64_t now_ns);

/** Begin new periods up to @p now_ns, if one is due. To be called when a context becomes runnable and
 *  when a throttled one is released. Budget that is left from an earlier period is lost, debt is not.
 *  @return whether it has budget now; if not, ask sched_context_refill_ns() again. */
TN_MUST_USE bool sched_context_refresh(struct sched_context *context, uint64_t now_ns);

/** When a throttled context has budget again, in the clock of now_ns: at that time, not before,
 *  sched_context_refresh() returns true. For one that has budget, when its next period begins.
 *  @return UINT64_MAX if that is beyond the end of the clock, which only absurd overuse can reach. */
uint64_t sched_context_refill_ns(const struct sched_context *context);

#endif

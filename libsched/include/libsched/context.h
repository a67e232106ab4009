/* SPDX-License-Identifier: MIT */
/* Scheduling contexts: the right to run, as an object.
 *
 * A context has a priority, a budget of CPU time and a period. What it uses of the budget comes
 * back one period after the use began, so in no span of a period's length, wherever it begins, is
 * more than one budget used. A context whose budget equals its period is never throttled: using the
 * budget up only sends it behind its equals (a time slice).
 *
 *      used       --aaaa--bbb---------------------------aa-----------> time
 *                   |<------------- period ------------>|
 *      comes back --------------------------------------aaaa--bbb---->
 *
 *      refills[0]      what is there, once its time has come; before, nothing is
 *      refills[1], …   what comes back after it, by time; all of them together are the budget
 *
 *      sched_context_charge()
 *          budget is left ................................ SCHED_CONTINUE
 *          used up, budget == period: full again ......... SCHED_ROTATE
 *          used up, but some came back meanwhile ......... SCHED_ROTATE
 *          used up ....................................... SCHED_THROTTLE until refills[0]
 *
 * Use without a break is one refill, which comes back on time. Use that begins within a short span,
 * the period divided by CONFIG_SCHED_REPLENISHMENTS, is one refill too: its earlier parts are moved
 * later until they touch. That bounds the list; nothing comes back later than by that span.
 *
 * Two things a machine cannot help are allowed for, a tick together. What begins within
 * SCHED_LATENESS_NS of a refill counts as punctual, and breaks that sum up to no more as none, so
 * that periods do not drift. And what a late timer lets a context use too much is taken from its next
 * refills, as if it had waited for them.
 *
 * Rules: contexts are the caller's storage. Time is an argument, in nanoseconds of one clock that
 * never goes back and stays below 2^63. No lock: the CPU that a context belongs to. Context: any. */
#ifndef LIBSCHED_CONTEXT_H
#define LIBSCHED_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/assert.h>
#include <libbase/status.h>

/** Shortest budget, in nanoseconds: below it a machine would do nothing but switch. */
#define SCHED_BUDGET_MIN_NS UINT64_C(20000)

/** How late after a refill a context may run and still be on time, in nanoseconds. */
#define SCHED_LATENESS_NS UINT64_C(10000)

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

/** Most refills of a context: the first, and one for each span that a period touches. */
#define SCHED_REFILLS (CONFIG_BUDGETS ? CONFIG_SCHED_REPLENISHMENTS + 2 : 1)

/** A part of a budget. */
struct sched_refill {
    uint64_t time_ns;   /**< When it is there. */
    uint64_t amount_ns; /**< How much it is; above 0. */
};

/** A scheduling context. Users of the library read it; only the library writes to it. */
struct sched_context {
    struct sched_link in_queue; /**< Link of the run queue; unlinked while not runnable. */
    struct sched_params params; /**< What it may use. */
    uint64_t consumed_ns; /**< CPU time used since creation; counted with CONFIG_BUDGETS alone. */
    uint64_t joins_until_ns; /**< Use that begins until then joins the last refill but the first. */
    uint32_t refill_count;   /**< How many refills there are, at least 1. */
    struct sched_refill refills[SCHED_REFILLS]; /**< The budget, by time. */
};

/** What the owner of a context must do after a charge. */
enum sched_verdict {
    SCHED_CONTINUE, /**< It may go on. */
    SCHED_ROTATE,   /**< Its time slice ended and it has budget again: behind its equals. */
    SCHED_THROTTLE, /**< Its budget is used up: not runnable before sched_context_refill_ns(). */
};

/** Whether @p params obeys the ranges of struct sched_params.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID a value is outside its range, the period is 0, or the budget exceeds it.
 *  @retval TN_ERR_NOT_SUPPORTED the budget is below the period, and CONFIG_BUDGETS is 0. */
TN_MUST_USE tn_status_t sched_params_check(const struct sched_params *params);

/** Make @p context a context with @p params, which must have passed sched_params_check (asserted);
 *  from @p now_ns on it has a full budget. It is in no run queue, and whatever the storage held
 *  before is forgotten. */
void sched_context_init(struct sched_context *context, const struct sched_params *params,
                        uint64_t now_ns);

/** Replace the parameters; from @p now_ns on the budget is full and nothing is owed. consumed_ns
 *  goes on. @p params must have passed sched_params_check, and the context must not be in a run
 *  queue (both asserted): its place there depends on the priority. */
void sched_context_configure(struct sched_context *context, const struct sched_params *params,
                             uint64_t now_ns);

/** Whether @p context has a time slice: it is never throttled. Cost: O(1). */
static inline bool sched_context_is_slice(const struct sched_context *context)
{
    return !CONFIG_BUDGETS || context->params.budget_ns == context->params.period_ns;
}

/** A part of a charge: what a budget below the period wants; not for users. */
enum sched_verdict sched_budget_charge(struct sched_context *context, uint64_t used_ns,
                                       uint64_t now_ns);

/** Charge @p used_ns of CPU time that ended at @p now_ns. What exceeds two budgets is counted in
 *  consumed_ns alone: the CPU stood still, which is not the context's fault.
 *  @param used_ns any time since the context was charged last, 0 is allowed; at most @p now_ns
 *         (asserted).
 *  @return what follows from it. Cost: O(1) while budget is left, else O(SCHED_REFILLS). */
TN_MUST_USE static inline enum sched_verdict sched_context_charge(struct sched_context *context,
                                                                  uint64_t used_ns, uint64_t now_ns)
{
    tn_assert(used_ns <= now_ns);
    if (CONFIG_BUDGETS) {
        context->consumed_ns += used_ns;
    }
    if (!sched_context_is_slice(context)) {
        return sched_budget_charge(context, used_ns, now_ns);
    }
    struct sched_refill *slice = &context->refills[0];
    int64_t left_ns = (int64_t)(slice->amount_ns - used_ns); /* Both are below 2^63. */
    if (TN_LIKELY(left_ns > 0)) {
        slice->amount_ns = (uint64_t)left_ns;
        return SCHED_CONTINUE;
    }
    slice->amount_ns = context->params.budget_ns;
    return SCHED_ROTATE;
}

/** Take in what has come back by @p now_ns. To be called when a context becomes runnable and when a
 *  throttled one is released. A time slice keeps what is left of it.
 *  @return whether it has budget now; if not, ask sched_context_refill_ns() again.
 *  Cost: O(1) if nothing has come back, else O(SCHED_REFILLS) for each refill. */
TN_MUST_USE bool sched_context_refresh(struct sched_context *context, uint64_t now_ns);

/** When a throttled context has budget again, in the clock of now_ns: at that time, not before,
 *  sched_context_refresh() returns true. For one that has budget, a time that has passed.
 *  Cost: O(1). */
static inline uint64_t sched_context_refill_ns(const struct sched_context *context)
{
    return context->refills[0].time_ns;
}

/** Budget that is there, of a context that has some: it may run so long without a charge.
 *  Cost: O(1). */
static inline uint64_t sched_context_remaining_ns(const struct sched_context *context)
{
    return context->refills[0].amount_ns;
}

#endif

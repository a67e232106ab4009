/* SPDX-License-Identifier: MIT */
/* Budgets: counted down as time is used; what was used comes back a period later (a sporadic
 * server: Sprunt, Sha and Lehoczky, Real-Time Systems 1, 1989; without what Stanovich, Baker, Wang and
 * González Harbour found wrong with POSIX's, RTAS 2010: nothing comes back early, and nothing is
 * multiplied).
 *
 * Why a span of a period never holds two budgets. A refill of amount A at time T stands for use of
 * which, for each x up to A, at least x had happened by T - period + x. It will be used no faster
 * than time passes, x of it no earlier than T + x. So at each moment at least as much use leaves
 * the span that ends there as can be new in it. Use from s on therefore may join the last refill if
 * T >= s + period - A, and a refill may always be moved later: give_back() does no more. All this is
 * meant with a tolerance of SCHED_LATENESS_NS, by which a refill at most is early.
 *
 * Why the list is never full. A refill that does not join the one before began more than a span
 * (period divided by CONFIG_SCHED_REPLENISHMENTS) after it, and is late by at most a span. So at
 * most CONFIG_SCHED_REPLENISHMENTS others are out when one is added, beside the first one, which is
 * in use. */
#include "budget.h"

#include <libbase/assert.h>

static void drop_first(struct sched_context *context)
{
    context->refill_count--;
    for (uint32_t i = 0; i < context->refill_count; i++) {
        context->refills[i] = context->refills[i + 1];
    }
}

void sched_budget_collect(struct sched_context *context, uint64_t now_ns)
{
    struct sched_refill *refills = context->refills;
    while (context->refill_count > 1 && refills[1].time_ns <= now_ns) {
        refills[1].amount_ns += refills[0].amount_ns;
        drop_first(context);
    }
}

/* What was used of the first refill from @p start_ns on comes back a period later: a period after that
 * refill, if the use was punctual. Starts never go back. */
static void give_back(struct sched_context *context, uint64_t start_ns, uint64_t amount_ns)
{
    uint32_t count = context->refill_count;
    struct sched_refill *last = &context->refills[count - 1];
    uint64_t joined_ns = start_ns + context->params.period_ns - last->amount_ns;
    bool goes_on = joined_ns <= last->time_ns + SCHED_LATENESS_NS;
    if (count > 1 && (goes_on || start_ns <= context->joins_until_ns)) {
        last->time_ns = goes_on ? last->time_ns : joined_ns;
        last->amount_ns += amount_ns;
        return;
    }
    tn_assert(count < SCHED_REFILLS);
    uint64_t refill_ns = context->refills[0].time_ns;
    start_ns = start_ns <= refill_ns + SCHED_LATENESS_NS ? refill_ns : start_ns;
    context->refills[count].time_ns = start_ns + context->params.period_ns;
    context->refills[count].amount_ns = amount_ns;
    context->refill_count = count + 1;
    context->joins_until_ns = start_ns + context->params.period_ns / CONFIG_SCHED_REPLENISHMENTS;
}

/* Use @p used_ns from @p start_ns on; what was not there yet, as if it had been waited for. */
static void use(struct sched_context *context, uint64_t start_ns, uint64_t used_ns)
{
    struct sched_refill *first = &context->refills[0];
    while (used_ns > 0) {
        uint64_t amount_ns = first->amount_ns < used_ns ? first->amount_ns : used_ns;
        start_ns = first->time_ns > start_ns ? first->time_ns : start_ns;
        first->amount_ns -= amount_ns;
        give_back(context, start_ns, amount_ns);
        if (first->amount_ns == 0) {
            drop_first(context);
        }
        start_ns += amount_ns;
        used_ns -= amount_ns;
    }
}

enum sched_verdict sched_budget_charge(struct sched_context *context, uint64_t used_ns,
                                       uint64_t now_ns)
{
    struct sched_refill *first = &context->refills[0];
    uint64_t most_ns = 2 * context->params.budget_ns;
    sched_budget_collect(context, now_ns - used_ns);
    bool is_used_up = used_ns >= first->amount_ns;
    use(context, now_ns - used_ns, used_ns < most_ns ? used_ns : most_ns);
    if (first->time_ns > now_ns) {
        return SCHED_THROTTLE;
    }
    return is_used_up ? SCHED_ROTATE : SCHED_CONTINUE;
}

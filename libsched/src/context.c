/* SPDX-License-Identifier: MIT */
/* Budgets: counted down as time is used, renewed as periods begin (a deferrable server: Strosnider,
 * Lehoczky and Sha, IEEE Transactions on Computers 44(1), 1995; with debt for what it overran).
 *
 *      period_start        + period            + 2 period
 *      |===budget===|------|===budget===|------|===budget...
 *
 * Periods never overlap and each grants one budget, less what was overused before. That is the whole
 * argument why nobody gets more than budget / period in the long run. */
#include <libsched/context.h>

#include <stddef.h>

#include <libbase/assert.h>
#include <libbase/checked.h>

tn_status_t sched_params_check(const struct sched_params *params)
{
    bool valid = params->priority < CONFIG_PRIORITIES && params->budget_ns >= SCHED_BUDGET_MIN_NS &&
                 params->budget_ns <= params->period_ns && params->period_ns <= SCHED_PERIOD_MAX_NS;
    return valid ? TN_OK : TN_ERR_INVALID;
}

void sched_context_init(struct sched_context *context, const struct sched_params *params,
                        uint64_t now_ns)
{
    context->in_queue = (struct sched_link){NULL, NULL};
    context->consumed_ns = 0;
    sched_context_configure(context, params, now_ns);
}

void sched_context_configure(struct sched_context *context, const struct sched_params *params,
                             uint64_t now_ns)
{
    tn_assert(sched_params_check(params) == TN_OK);
    tn_assert(context->in_queue.prev == NULL);
    context->params = *params;
    context->remaining_ns = params->budget_ns;
    context->debt_ns = 0;
    context->period_start_ns = now_ns;
}

enum sched_verdict sched_context_charge(struct sched_context *context, uint64_t used_ns,
                                        uint64_t now_ns)
{
    context->consumed_ns += used_ns;
    if (used_ns < context->remaining_ns) {
        context->remaining_ns -= used_ns;
        return SCHED_CONTINUE;
    }
    const struct sched_params *params = &context->params;
    if (params->budget_ns == params->period_ns) {
        context->remaining_ns = params->budget_ns;
        context->period_start_ns = now_ns;
        return SCHED_ROTATE;
    }
    context->debt_ns += used_ns - context->remaining_ns;
    context->remaining_ns = 0;
    return sched_context_refresh(context, now_ns) ? SCHED_ROTATE : SCHED_THROTTLE;
}

/* Pays at most @p most_ns of the debt and returns how much it was. */
static uint64_t pay_debt(struct sched_context *context, uint64_t most_ns)
{
    uint64_t paid_ns = context->debt_ns < most_ns ? context->debt_ns : most_ns;
    context->debt_ns -= paid_ns;
    return paid_ns;
}

bool sched_context_refresh(struct sched_context *context, uint64_t now_ns)
{
    const struct sched_params *params = &context->params;
    uint64_t begun = (now_ns - context->period_start_ns) / params->period_ns;
    if (begun == 0) {
        return context->remaining_ns > 0;
    }
    /* On time: the next period follows the last without a gap, however late we are called within it.
     * After a longer pause a period begins now, so that it is not cut short by an old rhythm. */
    context->period_start_ns = begun == 1 ? context->period_start_ns + params->period_ns : now_ns;
    /* The periods that passed meanwhile granted their budgets to the debt. This cannot overflow: a
     * budget is no longer than its period. */
    pay_debt(context, (begun - 1) * params->budget_ns);
    context->remaining_ns = params->budget_ns - pay_debt(context, params->budget_ns);
    return context->remaining_ns > 0;
}

uint64_t sched_context_refill_ns(const struct sched_context *context)
{
    /* Whole budgets of debt cost whole periods. */
    uint64_t periods = context->debt_ns / context->params.budget_ns + 1;
    uint64_t wait_ns;
    uint64_t refill_ns;
    if (!tn_mul_u64(periods, context->params.period_ns, &wait_ns) ||
        !tn_add_u64(context->period_start_ns, wait_ns, &refill_ns)) {
        return UINT64_MAX;
    }
    return refill_ns;
}

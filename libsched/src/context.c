/* SPDX-License-Identifier: MIT */
/* Contexts: parameters and time slices. What budgets below the period need is in budgets/budget.c. */
#include <libsched/context.h>

#include <stddef.h>

#include <libbase/assert.h>

#include "budget.h"

tn_status_t sched_params_check(const struct sched_params *params)
{
    bool valid = params->priority < CONFIG_PRIORITIES && params->budget_ns >= SCHED_BUDGET_MIN_NS &&
                 params->budget_ns <= params->period_ns && params->period_ns <= SCHED_PERIOD_MAX_NS;
    if (!CONFIG_BUDGETS && valid && params->budget_ns < params->period_ns) {
        return TN_ERR_NOT_SUPPORTED;
    }
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
    context->joins_until_ns = now_ns;
    context->refill_count = 1;
    context->refills[0] = (struct sched_refill){now_ns, params->budget_ns};
}

bool sched_context_refresh(struct sched_context *context, uint64_t now_ns)
{
    if (!CONFIG_BUDGETS) {
        return true;
    }
    sched_budget_collect(context, now_ns);
    return context->refills[0].time_ns <= now_ns;
}

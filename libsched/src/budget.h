/* SPDX-License-Identifier: MIT */
/* The account of a context whose budget is below its period; built only where CONFIG_BUDGETS is 1.
 *
 * Rules: as <libsched/context.h>. */
#ifndef SCHED_BUDGET_H
#define SCHED_BUDGET_H

#include <libsched/context.h>

/** What is due at @p now_ns becomes one refill. Cost: O(SCHED_REFILLS) for each that is due. */
void sched_budget_collect(struct sched_context *context, uint64_t now_ns);

#endif

/* SPDX-License-Identifier: MIT */
/* Whether help is remembered: who waits and could let somebody run does so, or need not. */

#include "endpoint.h"
#include "found.h"

/* Whether @p runner will run on something that is as urgent as @p context. */
static bool runs_as_urgently(const struct kern_thread *runner, const struct kern_context *context)
{
    for (size_t i = 0; i < found_count; i++) {
        const struct kern_context *other =
            found[i]->type == TN_TYPE_CONTEXT ? kern_context_of(found[i]) : NULL;
        if (other != NULL && (sched_runq_contains(&other->sched) || kern_cpu()->context == other) &&
            sched_runq_rank(&other->sched) <= sched_runq_rank(&context->sched) &&
            kern_context_runner(other) == runner) {
            return true;
        }
    }
    return false;
}

void check_help(const struct kern_object *object, const struct tn_tree *queue)
{
    struct tn_tree_node *node;
    for (node = tn_tree_first(queue); node != NULL; node = tn_tree_next(node)) {
        struct ipc_waiter *waiter = tn_tree_entry(node, struct ipc_waiter, in_senders);
        bool exit = waiter->kind == KERN_WAITER_EXIT;
        const struct kern_thread *thread = exit ? NULL : kern_thread_of_waiter(waiter);
        const struct kern_context *context = exit ? NULL : thread->context;
        if (context == NULL || context->user != thread || kern_thread_is_suspended(thread)) {
            continue;
        }
        const struct kern_thread *runner = kern_context_runner(context);
        if (runner == NULL || (runner->reasons & KERN_REASON_FAR) != 0 ||
            runs_as_urgently(runner, context)) {
            return;
        }
        check(object, sched_timeout_is_armed(&context->refill));
    }
}

/* SPDX-License-Identifier: MIT */
/* Waking who waits for a notification. The common case is that it is more urgent than who signals, and
 * was kept by nothing else: then it runs next, and no queue is touched. */

#include <libbase/assert.h>

#include "cpus.h"
#include "kernel.h"
#include "notification.h"
#include "schedule.h"
#include "trace.h"

/* Whether all that @p thread, which waited, needs to be ready is its context: nobody suspends it, no
 * deadline is armed, its home is that of who runs on @p cpu, this one, and nobody waits for it. */
static inline bool needs_context_alone(const struct kern_thread *thread, const struct kern_cpu *cpu)
{
    return thread->reasons == kern_thread_of_arch(cpu->arch.current)->reasons &&
           (!CONFIG_HELPING || (thread->waiter.serves == NULL && thread->lender == NULL));
}

static TN_COLD void wake_long(struct kern_notification *notification, struct kern_thread *waiter)
{
    uint64_t bits = kern_notification_take(notification);
    arch_thread_set_result(&waiter->arch, (struct kern_result){.value = bits});
    waiter->waiting = NULL;
    kern_thread_ready(waiter);
}

void kern_notification_wake(struct kern_notification *notification, struct kern_thread *waiter)
{
    struct kern_cpu *cpu = kern_cpu();
    struct kern_context *context = waiter->context;
    if (context == NULL || !kern_may_be_next(cpu, context) || !needs_context_alone(waiter, cpu) ||
        !tn_list_is_empty(&notification->fired)) {
        wake_long(notification, waiter);
        return;
    }
    tn_assert(context->user == waiter && !sched_runq_contains(&context->sched));
    uint64_t bits = ipc_notification_take(&notification->ipc);
    arch_thread_set_result(&waiter->arch, (struct kern_result){.value = bits});
    waiter->waiting = NULL;
    waiter->state = TN_THREAD_READY;
    trace(TN_TRACE_WAKE, waiter->object.id, 0);
    kern_switch_context(cpu, context);
}

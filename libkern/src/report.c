/* SPDX-License-Identifier: MIT */
/* Reports to handlers: faults and ends, and what becomes of those nobody can hear. */

#include "report.h"

#include "context.h"
#include "deliver.h"
#include "endpoint.h"
#include "fault.h"
#include "helping.h"
#include "kernel.h"
#include "process.h"

/* Ends of processes come before all messages: rank 0 is the most urgent. */
#define EXIT_RANK 0

bool kern_report_fault(struct kern_endpoint *endpoint, uint64_t badge, struct kern_thread *thread)
{
    struct ipc_waiter *receiver;
    switch (ipc_endpoint_send(&endpoint->ipc, &receiver)) {
    case TN_OK:
        kern_deliver_fault(kern_thread_of_waiter(receiver), thread, badge);
        return true;
    case TN_ERR_WOULD_BLOCK:
        thread->waiter.kind = KERN_WAITER_FAULT;
        ipc_endpoint_wait_send(&endpoint->ipc, &thread->waiter, badge, kern_help_rank(thread));
        kern_thread_block(thread, TN_THREAD_FAULTED);
        kern_help_changed(thread);
        return true;
    default:
        return false;
    }
}

/* A receiver that waits but has nothing to run on cannot hear it, and must go on waiting. */
bool kern_report_exit(struct kern_endpoint *endpoint, uint64_t badge, struct kern_process *process)
{
    struct ipc_waiter *waiter = endpoint->ipc.receivers;
    if (waiter != NULL) {
        struct kern_thread *receiver = kern_thread_of_waiter(waiter);
        if (receiver->own == NULL) {
            return false;
        }
        ipc_waiter_cancel(waiter);
        kern_deliver_exit(receiver, process, badge);
        return true;
    }
    if (endpoint->ipc.dead) {
        return false;
    }
    kern_object_get(&process->object);
    ipc_endpoint_wait_send(&endpoint->ipc, &process->exit_waiter, badge, EXIT_RANK);
    return true;
}

/* Whoever faulted at a dead endpoint has no handler; an exit that nobody hears is dropped. */
static void waiter_end(struct ipc_waiter *waiter)
{
    if (waiter->kind == KERN_WAITER_EXIT) {
        struct kern_process *process = TN_CONTAINER_OF(waiter, struct kern_process, exit_waiter);
        kern_object_put(&process->object);
        return;
    }
    struct kern_thread *thread = kern_thread_of_waiter(waiter);
    kern_help_withdraw(thread);
    if (thread->state == TN_THREAD_FAULTED) {
        kern_fault_answered(thread, false);
        kern_thread_ready(thread);
    } else {
        (void)kern_thread_unwait(thread, TN_ERR_CLOSED);
    }
}

tn_status_t kern_endpoint_reap(struct kern_object *object)
{
    struct kern_endpoint *endpoint = kern_endpoint_of(object);
    struct ipc_waiter *waiter = ipc_endpoint_drain(&endpoint->ipc);
    if (waiter != NULL) {
        waiter_end(waiter);
        return TN_AGAIN;
    }
    return ipc_endpoint_dismiss(&endpoint->ipc) ? TN_AGAIN : TN_OK;
}

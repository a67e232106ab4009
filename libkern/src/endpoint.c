/* SPDX-License-Identifier: MIT */
/* Endpoints and notifications: acting on what libipc decides. */

#include "endpoint.h"

#include <libbase/assert.h>

#include "context.h"
#include "ipc.h"
#include "kernel.h"
#include "process.h"
#include "reap.h"

/* Ends of processes come before all messages: rank 0 is the most urgent. */
#define EXIT_RANK 0

void kern_endpoint_release_receive(struct kern_endpoint *endpoint)
{
    if (ipc_endpoint_receive_right_release(&endpoint->ipc)) {
        kern_object_get(&endpoint->object);
        kern_reap_later(&endpoint->object);
    }
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
    if (thread->state == TN_THREAD_FAULTED) {
        kern_process_end(thread->process, thread->fault_kind, TN_EXIT_FAULT);
    } else {
        (void)kern_thread_unwait(thread, TN_ERR_CLOSED);
    }
}

tn_status_t kern_endpoint_reap(struct kern_endpoint *endpoint)
{
    struct ipc_waiter *waiter = ipc_endpoint_drain(&endpoint->ipc);
    if (waiter == NULL) {
        return TN_OK;
    }
    waiter_end(waiter);
    return TN_AGAIN;
}

bool kern_endpoint_send_fault(struct kern_endpoint *endpoint, uint64_t badge,
                              struct kern_thread *thread)
{
    struct ipc_waiter *receiver;
    thread->waiter.kind = KERN_WAITER_FAULT;
    thread->waiter.badge = badge;
    switch (ipc_endpoint_send(&endpoint->ipc, &receiver)) {
    case TN_OK:
        kern_ipc_deliver_fault(kern_thread_of_waiter(receiver), thread);
        return true;
    case TN_ERR_WOULD_BLOCK:
        ipc_endpoint_wait_send(&endpoint->ipc, &thread->waiter, badge,
                               sched_runq_rank(&thread->context->sched));
        return true;
    default:
        return false;
    }
}

/* A receiver that waits but has nothing to run on cannot hear it, and must go on waiting. */
bool kern_endpoint_send_exit(struct kern_endpoint *endpoint, uint64_t badge,
                             struct kern_process *process)
{
    struct tn_list *first = tn_list_first(&endpoint->ipc.receivers);
    if (first != NULL) {
        struct ipc_waiter *waiter = tn_list_entry(first, struct ipc_waiter, in_receivers);
        struct kern_thread *receiver = kern_thread_of_waiter(waiter);
        if (receiver->own == NULL) {
            return false;
        }
        ipc_waiter_cancel(waiter);
        kern_ipc_deliver_exit(receiver, process, badge);
        return true;
    }
    if (endpoint->ipc.dead) {
        return false;
    }
    kern_object_get(&process->object);
    ipc_endpoint_wait_send(&endpoint->ipc, &process->exit_waiter, badge, EXIT_RANK);
    return true;
}

/* A thread that waits for the notification alone gets the bits as a result; a bound one that waits
 * for messages gets them as one. */
void kern_notification_signal(struct kern_notification *notification, uint64_t bits)
{
    struct kern_thread *waiter = ipc_notification_signal(&notification->ipc, bits);
    if (waiter != NULL) {
        uint64_t taken = ipc_notification_take(&notification->ipc);
        arch_thread_set_result(&waiter->arch, (struct kern_result){.value = taken});
        waiter->waiting = NULL;
        kern_object_put(&notification->object);
        kern_thread_ready(waiter);
        return;
    }
    struct kern_thread *bound = notification->ipc.bound;
    if (bound != NULL && bound->state == TN_THREAD_RECEIVING && bound->own != NULL) {
        uint64_t taken = ipc_notification_take(&notification->ipc);
        if (taken != 0) {
            ipc_waiter_cancel(&bound->waiter);
            kern_ipc_deliver_signal(bound, taken);
        }
    }
}

tn_status_t kern_notification_bind(struct kern_notification *notification,
                                   struct kern_thread *thread)
{
    if (thread->bound != NULL) {
        return TN_ERR_BUSY;
    }
    tn_status_t status = ipc_notification_bind(&notification->ipc, thread);
    if (status == TN_OK) {
        kern_object_get(&notification->object);
        thread->bound = notification;
    }
    return status;
}

void kern_notification_unbind(struct kern_notification *notification)
{
    struct kern_thread *bound = notification->ipc.bound;
    if (bound != NULL) {
        ipc_notification_unbind(&notification->ipc);
        bound->bound = NULL;
        kern_object_put(&notification->object);
    }
}

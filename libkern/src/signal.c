/* SPDX-License-Identifier: MIT */
/* Signals: bits for whoever waits for them. */

#include "deliver.h"
#include "kernel.h"
#include "notification.h"

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
            kern_deliver_signal(bound, taken);
        }
    }
}

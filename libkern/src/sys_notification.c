/* SPDX-License-Identifier: MIT */
/* Signals and waits as system calls. What is right takes the straight line, and why something is not is
 * asked only then. */

#include "notification.h"
#include "syscall.h"

/* Whether @p handle of @p caller names a notification and has @p right.
 * @param[out] notification which; written only then. */
static inline bool find(const struct kern_thread *caller, uint64_t handle, unsigned right,
                        struct kern_notification **notification)
{
    const struct kern_slot *slot =
        kern_handle_with(caller->slots, handle, kern_verb(TN_TYPE_NOTIFICATION, right));
    if (slot == NULL) {
        return false;
    }
    *notification = kern_notification_of(slot->object);
    return true;
}

/* Why find() found nothing. */
static TN_COLD struct kern_result refuse(uint64_t handle, unsigned right)
{
    struct kern_slot *slot;
    return kern_status(kern_decode(handle, TN_TYPE_NOTIFICATION, right, &slot));
}

KERN_SYSCALL2(notification_signal, handle, bits)
{
    struct kern_notification *notification;
    if (!find(kern_current(), handle, TN_RIGHT_SEND, &notification)) {
        return refuse(handle, TN_RIGHT_SEND);
    }
    kern_notification_signal(notification, bits);
    return kern_ok(0);
}

static TN_COLD struct kern_result take(struct kern_notification *notification)
{
    return kern_ok(kern_notification_take(notification));
}

/* The caller is listed as who waits: with a deadline, or on a helper's context. */
static TN_COLD struct kern_result wait_long(struct kern_notification *notification,
                                            uint64_t deadline_ns)
{
    return kern_status(kern_notification_wait(notification, kern_current(), deadline_ns));
}

KERN_SYSCALL2(notification_wait, handle, deadline_ns)
{
    struct kern_cpu *cpu = kern_cpu();
    struct kern_thread *caller = kern_thread_of_arch(cpu->arch.current);
    struct kern_notification *notification;
    if (!find(caller, handle, TN_RIGHT_RECEIVE, &notification)) {
        return refuse(handle, TN_RIGHT_RECEIVE);
    }
    tn_status_t status = ipc_notification_wait(&notification->ipc, caller);
    if (TN_UNLIKELY(status == TN_ERR_STATE)) {
        return take(notification);
    }
    if (TN_UNLIKELY(status != TN_OK)) {
        return kern_status(status);
    }
    if (TN_UNLIKELY(deadline_ns != TN_DEADLINE_NEVER || caller->context != cpu->context)) {
        return wait_long(notification, deadline_ns);
    }
    caller->waiting = notification;
    caller->state = TN_THREAD_WAITING;
    cpu->arch.pending |= KERN_PENDING_SCHEDULE; /* Whoever is best runs next. */
    return kern_ok(0);
}

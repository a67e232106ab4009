/* SPDX-License-Identifier: MIT */
/* System calls on notifications.
 *
 * A signal that nobody waits for is the cheapest thing that one program can do to another, and is written
 * so: what is right takes the straight line, and why something is not is asked only then. */

#include "notification.h"
#include "syscall.h"

/* The notification that @p handle of the caller names, if it has @p right, else NULL. */
static inline struct kern_notification *find(uint64_t handle, unsigned right)
{
    _Static_assert(offsetof(struct kern_notification, object) == 0, "so that NULL stays NULL");
    uint64_t verb = kern_verb(TN_TYPE_NOTIFICATION, right);
    return kern_notification_of(kern_handle_object(kern_current()->slots, handle, verb));
}

/* Why find() found nothing. */
static TN_COLD struct kern_result refuse(uint64_t handle, unsigned right)
{
    struct kern_slot *slot;
    return kern_status(kern_decode(handle, TN_TYPE_NOTIFICATION, right, &slot));
}

KERN_SYSCALL2(notification_signal, handle, bits)
{
    struct kern_notification *notification = find(handle, TN_RIGHT_SEND);
    if (TN_UNLIKELY(notification == NULL)) {
        return refuse(handle, TN_RIGHT_SEND);
    }
    kern_notification_signal(notification, bits);
    return kern_ok(0);
}

static struct kern_result wait_for(struct kern_notification *notification, uint64_t deadline_ns)
{
    struct kern_thread *thread = kern_current();
    tn_status_t status = ipc_notification_wait(&notification->ipc, thread);
    if (status != TN_OK) {
        return kern_status(status);
    }
    thread->waiting = kern_notification_of(kern_object_get(&notification->object));
    kern_thread_arm(thread, deadline_ns);
    kern_thread_block(thread, TN_THREAD_WAITING);
    return kern_ok(0);
}

KERN_SYSCALL2(notification_wait, handle, deadline_ns)
{
    struct kern_notification *notification = find(handle, TN_RIGHT_RECEIVE);
    if (TN_UNLIKELY(notification == NULL)) {
        return refuse(handle, TN_RIGHT_RECEIVE);
    }
    if (ipc_notification_is_taken(&notification->ipc)) {
        return kern_status(TN_ERR_BUSY);
    }
    if (notification->ipc.pending != 0) {
        return kern_ok(kern_notification_take(notification));
    }
    if (deadline_ns == TN_DEADLINE_POLL) {
        return kern_status(TN_ERR_WOULD_BLOCK);
    }
    return wait_for(notification, deadline_ns);
}

static tn_status_t bind(struct kern_notification *notification, struct kern_thread *thread)
{
    if (ipc_notification_is_taken(&notification->ipc)) {
        return TN_ERR_BUSY;
    }
    if (thread->bound != NULL) {
        return TN_ERR_EXISTS;
    }
    if (thread->state == TN_THREAD_DEAD || thread->state == TN_THREAD_RECEIVING) {
        return TN_ERR_STATE;
    }
    return kern_notification_bind(notification, thread);
}

KERN_SYSCALL2(notification_bind, handle, thread_handle)
{
    struct kern_notification *notification = find(handle, TN_RIGHT_RECEIVE);
    struct kern_object *thread;
    if (notification == NULL) {
        return refuse(handle, TN_RIGHT_RECEIVE);
    }
    if (thread_handle == TN_HANDLE_NONE) {
        kern_notification_unbind(notification);
        return kern_ok(0);
    }
    tn_status_t status =
        kern_decode_object(thread_handle, TN_TYPE_THREAD, TN_RIGHT_MANAGE, &thread);
    return kern_status(status == TN_OK ? bind(notification, kern_thread_of(thread)) : status);
}

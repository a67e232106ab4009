/* SPDX-License-Identifier: MIT */
/* System calls on endpoints, timers and notifications, but for signals and waits: sys_notification.c. */

#include "endpoint.h"
#include "notification.h"
#include "syscall.h"
#include "timer.h"

#define TIMER_PERIOD_MIN_NS UINT64_C(20000)
#define TIMER_PERIOD_MAX_NS UINT64_C(3600000000000) /* An hour: sums cannot wrap. */

static struct kern_result create(uint64_t container, unsigned type, size_t bytes, size_t head,
                                 void (*init)(struct kern_object *object))
{
    struct kern_container *payer;
    struct kern_object *object;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_object_create(payer, type, bytes, head, &object);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    init(object);
    return kern_give(object, kern_all_rights(type));
}

static void endpoint_init(struct kern_object *object)
{
    ipc_endpoint_init(&kern_endpoint_of(object)->ipc);
}

static void notification_init(struct kern_object *object)
{
    ipc_notification_init(&kern_notification_of(object)->ipc);
    tn_list_init(&kern_notification_of(object)->fired);
}

KERN_SYSCALL1(endpoint_create, container)
{
    return create(container, TN_TYPE_ENDPOINT, sizeof(struct kern_endpoint),
                  offsetof(struct kern_endpoint, object), endpoint_init);
}

KERN_SYSCALL1(endpoint_rebind, handle)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_ENDPOINT, TN_RIGHT_MANAGE, &object);
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_ok(ipc_endpoint_rebind(&kern_endpoint_of(object)->ipc));
}

KERN_SYSCALL1(notification_create, container)
{
    return create(container, TN_TYPE_NOTIFICATION, sizeof(struct kern_notification),
                  offsetof(struct kern_notification, object), notification_init);
}

KERN_SYSCALL2(notification_bind, handle, thread_handle)
{
    struct kern_object *object;
    struct kern_object *thread;
    tn_status_t status =
        kern_decode_object(handle, TN_TYPE_NOTIFICATION, TN_RIGHT_RECEIVE, &object);
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct kern_notification *notification = kern_notification_of(object);
    if (thread_handle == TN_HANDLE_NONE) {
        kern_notification_unbind(notification);
        return kern_ok(0);
    }
    status = kern_decode_object(thread_handle, TN_TYPE_THREAD, TN_RIGHT_MANAGE, &thread);
    return kern_status(
        status == TN_OK ? kern_notification_bind(notification, kern_thread_of(thread)) : status);
}

KERN_SYSCALL3(timer_create, container, notification_handle, bits)
{
    struct kern_container *payer;
    struct kern_object *notification = NULL;
    struct kern_object *object;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = kern_decode_object(notification_handle, TN_TYPE_NOTIFICATION, TN_RIGHT_SEND,
                                    &notification);
    }
    if (status == TN_OK && bits == 0) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_object_create(payer, TN_TYPE_TIMER, sizeof(struct kern_timer),
                                    offsetof(struct kern_timer, object), &object);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct kern_timer *timer = kern_timer_of(object);
    sched_timeout_init(&timer->timeout, KERN_TIMEOUT_TIMER);
    timer->notification = kern_notification_of(kern_object_get(notification));
    timer->bits = bits;
    tn_list_init(&timer->in_fired);
    return kern_give(object, kern_all_rights(TN_TYPE_TIMER));
}

static bool is_valid_setting(uint64_t deadline_ns, uint64_t period_ns)
{
    if (period_ns == 0) {
        return deadline_ns != TN_DEADLINE_NEVER;
    }
    return period_ns >= TIMER_PERIOD_MIN_NS && period_ns <= TIMER_PERIOD_MAX_NS &&
           deadline_ns != 0 && deadline_ns != TN_DEADLINE_NEVER;
}

KERN_SYSCALL3(timer_set, handle, deadline_ns, period_ns)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_TIMER, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK && !is_valid_setting(deadline_ns, period_ns)) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        kern_timer_set(kern_timer_of(object), deadline_ns, period_ns);
    }
    return kern_status(status);
}

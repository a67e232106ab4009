/* SPDX-License-Identifier: MIT */
/* Endpoints and notifications as objects: libipc decides, this acts.
 *
 * Rules: interrupts off. */
#ifndef KERN_ENDPOINT_H
#define KERN_ENDPOINT_H

#include <libipc/endpoint.h>
#include <libipc/notification.h>

#include "object.h"

struct kern_thread;

/** An endpoint. */
struct kern_endpoint {
    struct kern_object object; /**< Its head. */
    struct ipc_endpoint ipc;   /**< Who waits. */
};

/** A notification. */
struct kern_notification {
    struct kern_object object;   /**< Its head. */
    struct ipc_notification ipc; /**< Bits and who waits. */
};

/** The endpoint, or notification, whose head is @p object. */
static inline struct kern_endpoint *kern_endpoint_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_endpoint, object);
}
static inline struct kern_notification *kern_notification_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_notification, object);
}

/** Set @p bits and wake whoever waits for them. */
void kern_notification_signal(struct kern_notification *notification, uint64_t bits);

/** Bind @p thread, which has no notification; or unbind whoever is bound. */
TN_MUST_USE tn_status_t kern_notification_bind(struct kern_notification *notification,
                                               struct kern_thread *thread);
void kern_notification_unbind(struct kern_notification *notification);

/** A handle with the right to receive went. The last one ends the endpoint: it joins the dying. */
void kern_endpoint_release_receive(struct kern_endpoint *endpoint);

/** End one waiter of a dead endpoint. @retval TN_OK none is left @retval TN_AGAIN one was ended. */
TN_MUST_USE tn_status_t kern_endpoint_reap(struct kern_endpoint *endpoint);

/** @p thread, in state FAULTED with its words set, or @p process, dead, tells @p endpoint.
 *  @return false if nobody can ever receive it. */
struct kern_process;
TN_MUST_USE bool kern_endpoint_send_fault(struct kern_endpoint *endpoint, uint64_t badge,
                                          struct kern_thread *thread);
TN_MUST_USE bool kern_endpoint_send_exit(struct kern_endpoint *endpoint, uint64_t badge,
                                         struct kern_process *process);

#endif

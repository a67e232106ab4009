/* SPDX-License-Identifier: MIT */
/* Endpoints as objects: libipc decides who meets whom, ipc.c and deliver.c act on it.
 *
 * Rules: interrupts off. */
#ifndef KERN_ENDPOINT_H
#define KERN_ENDPOINT_H

#include <libipc/endpoint.h>

#include "object.h"

/** An endpoint. */
struct kern_endpoint {
    struct kern_object object; /**< Its head. */
    struct ipc_endpoint ipc;   /**< Who waits. */
    uint64_t owner; /**< Number of the process that began to receive here last; 0: none. */
};

/** The endpoint whose head is @p object. */
static inline struct kern_endpoint *kern_endpoint_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_endpoint, object);
}

/** A handle with the right to receive went. The last one ends the endpoint: it joins the dying. */
void kern_endpoint_release_receive(struct kern_endpoint *endpoint);

#endif

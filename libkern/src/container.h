/* SPDX-License-Identifier: MIT */
/* Resource containers: who may spend how much memory, and how many threads.
 *
 * A container's limits are taken out of its parent when it is made and returned when it ends, so what
 * one owner spends never depends on another, and no charge walks a chain. So whoever may make a thread finds a
 * slot for it: the root has as many as there are.
 *
 * Rules: bytes, of kernel structures and of pages alike. Interrupts off. Cost: O(1). */
#ifndef KERN_CONTAINER_H
#define KERN_CONTAINER_H

#include "object.h"

/** A resource container. */
struct kern_container {
    struct kern_object object; /**< Its head; the payer is the parent. */
    uint64_t limit;            /**< Bytes it may spend. */
    uint64_t used;             /**< Bytes it spends. */
    uint64_t peak;             /**< The most it ever spent. */
    uint32_t thread_limit;     /**< Threads that it may have. */
    uint32_t threads;          /**< Those that live, and its children's limits. */
};

/** Spend @p bytes of @p container. @retval TN_OK @retval TN_ERR_QUOTA not covered; nothing changed. */
TN_MUST_USE tn_status_t kern_charge(struct kern_container *container, uint64_t bytes);

/** Return @p bytes that were charged. */
void kern_uncharge(struct kern_container *container, uint64_t bytes);

/** Make a container with @p limit bytes and @p threads out of @p parent (NULL: the root, backed by the machine,
 *  with all threads).
 *  @retval TN_OK @retval TN_ERR_QUOTA @retval TN_ERR_NO_MEMORY as kern_object_create. */
TN_MUST_USE tn_status_t kern_container_create(struct kern_container *parent, uint64_t limit,
                                              uint64_t threads, struct kern_container **container);

/** The container whose head is @p object. */
static inline struct kern_container *kern_container_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_container, object);
}

#endif

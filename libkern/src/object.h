/* SPDX-License-Identifier: MIT */
/* Kernel objects: what handles name. Counted, numbered, and paid for by a resource container.
 *
 * Lifetime. Handles and kernel pointers hold references. When the last one goes, a small object ends
 * at once; one that may hold much (a process, a memory object) or many (an endpoint with waiters)
 * joins the list of the dying and is taken apart in bounded steps (reap.h) by whoever ended it.
 *
 * Rules: interrupts off. An object's type never changes. Its memory is charged to `payer`, which it
 * keeps alive. */
#ifndef KERN_OBJECT_H
#define KERN_OBJECT_H

#include <abi/object.h>
#include <libbase/list.h>
#include <libbase/status.h>

struct kern_container;

/** The head of every object. */
struct kern_object {
    uint64_t id;                  /**< Number, never reused. */
    struct kern_container *payer; /**< Charged for it; NULL only for the root container. */
    struct tn_list in_dying;      /**< Link in kernel.dying. */
    uint32_t refs;                /**< References; 0 while it is being taken apart. */
    uint16_t bytes;               /**< Size of its structure, as charged. */
    uint8_t type;                 /**< enum tn_type. */
};

/* What differs from type to type (types.c). */

/** All rights that a new handle has, by enum tn_type. */
extern const uint8_t kern_type_rights[TN_TYPE_COUNT];

/** The last reference is gone: free @p object, or let it join the dying. Cost: O(1). */
void kern_type_end(struct kern_object *object);

/** Take one bounded step of taking @p object, of the dying, apart. @retval TN_OK done @retval TN_AGAIN more
 *  remains. */
TN_MUST_USE tn_status_t kern_type_reap(struct kern_object *object);

/** Make an object of @p type whose structure, of @p bytes, has its head at @p head_offset; the rest is
 *  zero, and the caller holds the one reference.
 *  @param[out] object the head; written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_QUOTA @p payer does not cover it.
 *  @retval TN_ERR_NO_MEMORY the machine does not. Nothing changed on failure. Cost: O(@p bytes). */
TN_MUST_USE tn_status_t kern_object_create(struct kern_container *payer, unsigned type,
                                           size_t bytes, size_t head_offset,
                                           struct kern_object **object);

/** Hold a reference to @p object. @return @p object. */
struct kern_object *kern_object_get(struct kern_object *object);

/** Give a reference back. The object may end. Never waits. Cost: O(1), see reap.h. */
void kern_object_put(struct kern_object *object);

/** Return the memory of @p object, whose parts are gone, to its payer; of a container, its limits, too.
 *  @param base of its structure. */
void kern_object_free(struct kern_object *object, void *base);

#endif

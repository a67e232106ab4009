/* SPDX-License-Identifier: MIT */
/* Resource containers: charge, uncharge, create. */

#include "container.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "kernel.h"
#include "memory_source.h"

tn_status_t kern_charge(struct kern_container *container, uint64_t bytes)
{
    if (bytes > container->limit - container->used) {
        return TN_ERR_QUOTA;
    }
    container->used += bytes;
    if (container->used > container->peak) {
        container->peak = container->used;
    }
    return TN_OK;
}

void kern_uncharge(struct kern_container *container, uint64_t bytes)
{
    tn_assert(bytes <= container->used);
    container->used -= bytes;
}

/* The root has nobody to pay for it: it is made of memory that is not counted in its limit. */
static tn_status_t root_create(uint64_t limit, struct kern_container **container)
{
    struct kern_container *root = kern_alloc(sizeof(*root));
    if (root == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    memset(root, 0, sizeof(*root));
    root->object.id = ++kernel.next_id;
    root->object.refs = 1;
    root->object.bytes = (uint16_t)sizeof(*root);
    root->object.type = TN_TYPE_CONTAINER;
    tn_list_init(&root->object.in_dying);
    root->limit = limit;
    root->thread_limit = CONFIG_MAX_THREADS;
    *container = root;
    return TN_OK;
}

tn_status_t kern_container_create(struct kern_container *parent, uint64_t limit, uint64_t threads,
                                  struct kern_container **container)
{
    if (parent == NULL) {
        return root_create(limit, container);
    }
    if (threads > parent->thread_limit - parent->threads) {
        return TN_ERR_QUOTA;
    }
    tn_status_t status = kern_charge(parent, limit);
    if (status != TN_OK) {
        return status;
    }
    struct kern_object *object;
    status = kern_object_create(parent, TN_TYPE_CONTAINER, sizeof(struct kern_container),
                                offsetof(struct kern_container, object), &object);
    if (status != TN_OK) {
        kern_uncharge(parent, limit);
        return status;
    }
    *container = kern_container_of(object);
    (*container)->limit = limit;
    (*container)->thread_limit = (uint32_t)threads;
    parent->threads += (uint32_t)threads;
    return TN_OK;
}

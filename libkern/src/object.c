/* SPDX-License-Identifier: MIT */
/* Kernel objects: creation, references, and memory. */

#include "object.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "container.h"
#include "kernel.h"
#include "memory_source.h"

tn_status_t kern_object_create(struct kern_container *payer, unsigned type, size_t bytes,
                               size_t head_offset, struct kern_object **object)
{
    tn_status_t status = kern_charge(payer, bytes);
    if (status != TN_OK) {
        return status;
    }
    uint8_t *base = kern_alloc(bytes);
    if (base == NULL) {
        kern_uncharge(payer, bytes);
        return TN_ERR_NO_MEMORY;
    }
    memset(base, 0, bytes);
    struct kern_object *head = (struct kern_object *)(void *)(base + head_offset);
    head->id = ++kernel.next_id;
    head->payer = kern_container_of(kern_object_get(&payer->object));
    head->refs = 1;
    head->bytes = (uint16_t)bytes;
    head->type = (uint8_t)type;
    tn_list_init(&head->in_dying);
    *object = head;
    return TN_OK;
}

struct kern_object *kern_object_get(struct kern_object *object)
{
    object->refs++;
    return object;
}

void kern_object_put(struct kern_object *object)
{
    tn_assert(object->refs > 0);
    object->refs--;
    if (object->refs == 0) {
        kern_type_end(object);
    }
}

/* A container takes from its payer not only what it is, but also what it may spend. */
static void return_limits(const struct kern_container *container)
{
    kern_uncharge(container->object.payer, container->limit);
    container->object.payer->threads -= container->thread_limit;
}

/* The payer may end with the last object it paid for, and so may its payer: a loop, since nesting is
 * up to users and the kernel's stack is not. The root stays: it pays for the first process. */
void kern_object_free(struct kern_object *object, void *base)
{
    do {
        struct kern_container *payer = object->payer;
        size_t bytes = object->bytes;
        if (object->type == TN_TYPE_CONTAINER) {
            return_limits(kern_container_of(object));
        }
        kern_free(base, bytes);
        kern_uncharge(payer, bytes);
        payer->object.refs--;
        object = &payer->object;
        base = payer;
    } while (object->refs == 0);
}

/* SPDX-License-Identifier: MIT */
/* What is derived from what: each child of a handle is a handle to the same object, or a mapping of it. */

#include "endpoint.h"
#include "found.h"
#include "memory.h"

#define FULL_RING 100000

/* A ring of siblings closes, whichever way it is walked. */
static void check_ring(const struct kern_object *object, const struct tn_list *first)
{
    const struct tn_list *node = first;
    unsigned steps = 0;
    do {
        check(object, node->next->prev == node && ++steps < FULL_RING);
        node = node->next;
    } while (node != first);
}

static bool is_mapping(const struct kern_derivation *derivation)
{
    return CONFIG_REVOKE_USES && derivation->children.next == NULL;
}

static void check_child(const struct kern_slot *parent, struct kern_derivation *child)
{
    const struct kern_object *object = parent->object;
    if (is_mapping(child)) {
        const struct kern_region *region = (const struct kern_region *)(const void *)((
            (const char *)child - offsetof(struct kern_region, derived)));
        check(object, &region->memory->object == object && !region->is_pinned);
        return;
    }
    const struct kern_slot *slot = kern_slot_of(child);
    check(object, slot->verbs != 0);
    check(object, slot->object->type == object->type);
    check(object, slot->object == object || object->type == TN_TYPE_IO_RANGE);
}

static void check_slot(const struct kern_process *process, struct kern_slot *slot)
{
    struct kern_derivation *derivation = kern_derivation_of(slot);
    struct tn_list *node;
    check(&process->object, kern_handle_owner(slot) == process);
    check(slot->object, slot->object->type == kern_verbs_type(slot->verbs));
    check_ring(slot->object, &derivation->sibling);
    check_ring(slot->object, &derivation->children);
    tn_list_for_each(node, &derivation->children)
    {
        check_child(slot, tn_list_entry(node, struct kern_derivation, sibling));
    }
}

static void check_table(struct kern_process *process)
{
    struct kern_handle_table *table = &process->handles;
    uint32_t used = 0;
    for (size_t i = 1; has_whole_table(process) && i < CONFIG_MAX_HANDLES; i++) {
        if (table->slots[i].verbs != 0) {
            check_slot(process, &table->slots[i]);
            used++;
        }
    }
    check(&process->object, !has_whole_table(process) || table->count == used);
}

/* Whoever has grants out waits for the reply, or has had it. */
static void check_grants(const struct kern_thread *thread)
{
    bool served = thread->server != NULL;
    bool granted = served && thread->granted == thread->token;
    check(&thread->object, !granted || thread->state == TN_THREAD_REPLY);
    check(&thread->object, !granted || thread->buffer != NULL);
}

void check_handles(void)
{
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->type == TN_TYPE_PROCESS) {
            check_table(kern_process_of(found[i]));
        } else if (found[i]->type == TN_TYPE_THREAD) {
            check_grants(kern_thread_of(found[i]));
        }
    }
}

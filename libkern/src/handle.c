/* SPDX-License-Identifier: MIT */
/* Handle tables and the tree of derivations. */

#include "handle.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "endpoint.h"
#include "kernel.h"
#include "memory_source.h"
#include "revoke.h"
#include "slot.h"

#define BLOCK_BYTES KERN_HANDLE_TABLE_BYTES

/* Slots that one step of filling a table makes. */
#define SLOTS_PER_STEP 64
_Static_assert(CONFIG_MAX_HANDLES % SLOTS_PER_STEP == 0, "the last step ends at slot 1");

/* Entry 0 of the cold half: index 0 is never a handle, so its place describes the table. */
struct table_header {
    struct kern_process *process;
};

static unsigned block_order(void)
{
    unsigned order = 0;
    while ((MM_PAGE_SIZE << order) < BLOCK_BYTES) {
        order++;
    }
    return order;
}

struct kern_process *kern_handle_owner(const struct kern_slot *slot)
{
    uintptr_t block = (uintptr_t)slot & ~(uintptr_t)(BLOCK_BYTES - 1);
    return ((const struct table_header *)(block + BLOCK_BYTES / 2))->process;
}

tn_status_t kern_handle_table_init(struct kern_handle_table *table, struct kern_process *process)
{
    uint64_t frame;
    tn_status_t status = kern_frames_take(block_order(), &frame);
    if (status != TN_OK) {
        return status;
    }
    table->slots = kern_frame_address(frame);
    table->slots[0] = (struct kern_slot){.object = NULL};
    ((struct table_header *)kern_derivation_of(&table->slots[0]))->process = process;
    return TN_OK;
}

/* From the last slot, behind which no free one comes, down to the first: so the head of the list of free
 * ones tells how far it is. */
tn_status_t kern_handle_table_fill(struct kern_handle_table *table)
{
    uint32_t index = table->free_head;
    if (index == 1) {
        return TN_OK;
    }
    do {
        uint32_t next = index;
        index = (index - 1) & (uint32_t)KERN_HANDLE_MASK;
        table->slots[index] =
            (struct kern_slot){.badge = next, .handle = KERN_HANDLE_GENERATION + index};
    } while (index % SLOTS_PER_STEP != 1);
    table->free_head = index;
    return TN_AGAIN;
}

tn_status_t kern_handle_table_fini_step(struct kern_handle_table *table)
{
    uint64_t handle;
    if (table->count != 0 && kern_handle_next(table, 0, &handle) == TN_OK) {
        kern_handle_close(&table->slots[handle & KERN_HANDLE_MASK]);
        return TN_AGAIN;
    }
    kern_frames_give(kern_frame_of(table->slots), block_order());
    table->slots = NULL;
    return TN_OK;
}

tn_status_t kern_handle_find(struct kern_handle_table *table, uint64_t handle,
                             struct kern_slot **slot)
{
    struct kern_slot *candidate = &table->slots[handle & KERN_HANDLE_MASK];
    if (candidate->handle != handle || candidate->verbs == 0) {
        return TN_ERR_HANDLE;
    }
    *slot = candidate;
    return TN_OK;
}

/* Why @p candidate is not what @p handle was to name. */
static tn_status_t refusal(const struct kern_slot *candidate, uint64_t handle, uint64_t wanted)
{
    if (candidate->handle != handle || candidate->verbs == 0) {
        return TN_ERR_HANDLE;
    }
    bool other = kern_verbs_type(candidate->verbs) != kern_verbs_type(wanted);
    return other ? TN_ERR_TYPE : TN_ERR_RIGHTS;
}

tn_status_t kern_handle_get(struct kern_slot *slots, uint64_t handle, uint64_t wanted,
                            struct kern_slot **slot)
{
    struct kern_slot *candidate = &slots[handle & KERN_HANDLE_MASK];
    if (candidate->handle == handle && kern_verbs_allow(candidate->verbs, wanted)) {
        *slot = candidate;
        return TN_OK;
    }
    return refusal(candidate, handle, wanted);
}

tn_status_t kern_handle_insert(struct kern_handle_table *table, struct kern_object *object,
                               unsigned rights, uint64_t badge, struct kern_slot *parent,
                               uint64_t *handle)
{
    if (table->free_head == 0) {
        return TN_ERR_NO_HANDLES;
    }
    struct kern_slot *slot = kern_slot_take(table);
    struct kern_derivation *cold = kern_derivation_of(slot);
    slot->object = kern_object_get(object);
    slot->badge = badge;
    slot->verbs = kern_verbs(object->type, rights);
    tn_list_init(&cold->children);
    tn_list_init(&cold->sibling);
    if (parent != NULL) {
        tn_list_push_back(&kern_derivation_of(parent)->children, &cold->sibling);
    }
    if (kern_slot_receives(slot)) {
        ipc_endpoint_receive_right_acquire(&kern_endpoint_of(object)->ipc);
    }
    *handle = slot->handle;
    return TN_OK;
}

/* The children take the place of the closed handle among its siblings. If it was a root they become
 * roots: a ring without a head, which unlinks and splices like any other. */
static void unlink_family(struct kern_derivation *cold)
{
    tn_list_splice_before(&cold->sibling, &cold->children);
    tn_list_remove(&cold->sibling);
}

void kern_handle_close(struct kern_slot *slot)
{
    struct kern_object *object = slot->object;
    bool receive = kern_slot_receives(slot);
    unlink_family(kern_derivation_of(slot));
    kern_slot_give(&kern_handle_owner(slot)->handles, slot);
    if (receive) {
        kern_endpoint_release_receive(kern_endpoint_of(object));
    }
    kern_object_put(object);
}

bool kern_handle_revoke_one(struct kern_slot *slot)
{
    struct tn_list *child = tn_list_first(&kern_derivation_of(slot)->children);
    if (child == NULL) {
        return false;
    }
    struct kern_derivation *derived = tn_list_entry(child, struct kern_derivation, sibling);
    if (!kern_revoke_use(derived)) {
        kern_handle_close(kern_slot_of(derived));
    }
    return true;
}

tn_status_t kern_handle_next(const struct kern_handle_table *table, uint64_t handle, uint64_t *next)
{
    for (uint64_t i = (handle & KERN_HANDLE_MASK) + 1; i < CONFIG_MAX_HANDLES; i++) {
        if (table->slots[i].verbs != 0) {
            *next = table->slots[i].handle;
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}

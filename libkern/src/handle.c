/* SPDX-License-Identifier: MIT */
/* Handle tables and the tree of derivations. */

#include "handle.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "endpoint.h"
#include "kernel.h"
#include "memory_source.h"
#include "revoke.h"

#define INDEX_BITS     12
#define GENERATION_ONE (UINT64_C(1) << INDEX_BITS)
#define HANDLE_MAX     UINT64_C(0x7fffffff)
#define TABLE_MASK     (CONFIG_MAX_HANDLES - 1)
#define RECEIVE_VERB   (UINT64_C(1) << (KERN_VERBS_SPECIFIC + 4 * TN_TYPE_ENDPOINT + 1))
#define BLOCK_BYTES    KERN_HANDLE_TABLE_BYTES

_Static_assert((CONFIG_MAX_HANDLES & TABLE_MASK) == 0, "the index is masked");
_Static_assert(TN_RIGHT_RECEIVE >> 4 == 1 << 1, "RECEIVE_VERB");

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

struct kern_derivation *kern_derivation_of(struct kern_slot *slot)
{
    uintptr_t block = (uintptr_t)slot & ~(uintptr_t)(BLOCK_BYTES - 1);
    size_t index = ((uintptr_t)slot - block) / sizeof(*slot);
    return (struct kern_derivation *)(block + BLOCK_BYTES / 2) + index;
}

struct kern_slot *kern_slot_of(struct kern_derivation *derivation)
{
    uintptr_t block = (uintptr_t)derivation & ~(uintptr_t)(BLOCK_BYTES - 1);
    size_t index = ((uintptr_t)derivation - block - BLOCK_BYTES / 2) / sizeof(*derivation);
    return (struct kern_slot *)block + index;
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
    table->free_head = 1;
    table->count = 0;
    memset(table->slots, 0, BLOCK_BYTES);
    for (uint64_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
        table->slots[i].handle = GENERATION_ONE | i;
        table->slots[i].badge = (i + 1) & TABLE_MASK;
    }
    ((struct table_header *)kern_derivation_of(&table->slots[0]))->process = process;
    return TN_OK;
}

tn_status_t kern_handle_table_fini_step(struct kern_handle_table *table)
{
    uint64_t handle;
    if (table->slots == NULL) {
        return TN_OK;
    }
    if (kern_handle_next(table, 0, &handle) == TN_OK) {
        kern_handle_close(&table->slots[handle & TABLE_MASK]);
        return TN_AGAIN;
    }
    kern_frames_give(kern_frame_of(table->slots), block_order());
    table->slots = NULL;
    return TN_OK;
}

unsigned kern_verbs_rights(uint64_t verbs)
{
    unsigned specific =
        (unsigned)(verbs >> (KERN_VERBS_SPECIFIC + 4 * kern_verbs_type(verbs))) & 0xf;
    return (unsigned)(verbs & KERN_VERBS_GENERIC) | specific << 4;
}

tn_status_t kern_handle_find(struct kern_handle_table *table, uint64_t handle,
                             struct kern_slot **slot)
{
    struct kern_slot *candidate = &table->slots[handle & TABLE_MASK];
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
    struct kern_slot *candidate = &slots[handle & TABLE_MASK];
    if (candidate->handle == handle && kern_verbs_allow(candidate->verbs, wanted)) {
        *slot = candidate;
        return TN_OK;
    }
    return refusal(candidate, handle, wanted);
}

/* One bit says that it is an endpoint and may be received on. */
static bool is_receive(const struct kern_slot *slot)
{
    return (slot->verbs & RECEIVE_VERB) != 0;
}

/* Take a free slot of @p table, which has one, out of its list of free slots. */
static struct kern_slot *take_slot(struct kern_handle_table *table)
{
    struct kern_slot *slot = &table->slots[table->free_head];
    table->free_head = (uint32_t)slot->badge;
    table->count++;
    return slot;
}

/* Give @p slot back, with another value for its next handle. */
static void give_slot(struct kern_slot *slot)
{
    struct kern_handle_table *table = &kern_handle_owner(slot)->handles;
    slot->object = NULL;
    slot->verbs = 0;
    slot->badge = table->free_head;
    slot->handle += GENERATION_ONE;
    if (slot->handle > HANDLE_MAX) {
        slot->handle = GENERATION_ONE | (slot->handle & TABLE_MASK);
    }
    table->free_head = (uint32_t)(slot->handle & TABLE_MASK);
    table->count--;
}

tn_status_t kern_handle_insert(struct kern_handle_table *table, struct kern_object *object,
                               unsigned rights, uint64_t badge, struct kern_slot *parent,
                               uint64_t *handle)
{
    if (table->free_head == 0) {
        return TN_ERR_NO_HANDLES;
    }
    struct kern_slot *slot = take_slot(table);
    struct kern_derivation *cold = kern_derivation_of(slot);
    slot->object = kern_object_get(object);
    slot->badge = badge;
    slot->verbs = kern_verbs(object->type, rights);
    tn_list_init(&cold->children);
    tn_list_init(&cold->sibling);
    if (parent != NULL) {
        tn_list_push_back(&kern_derivation_of(parent)->children, &cold->sibling);
    }
    if (is_receive(slot)) {
        ipc_endpoint_receive_right_acquire(&kern_endpoint_of(object)->ipc);
    }
    *handle = slot->handle;
    return TN_OK;
}

/* Let @p to be where @p from was: an element of its list, or the head of all that is in it. */
static void replace(struct tn_list *from, struct tn_list *to)
{
    tn_list_init(to);
    if (tn_list_is_linked(from)) {
        *to = *from;
        to->next->prev = to;
        to->prev->next = to;
    }
}

/* The reference to the object moves along, and so does the right to receive, unless it is left behind. */
uint64_t kern_handle_move(struct kern_slot *slot, struct kern_handle_table *table, uint64_t verbs)
{
    tn_assert(table->free_head != 0);
    struct kern_slot *to = take_slot(table);
    struct kern_derivation *from_cold = kern_derivation_of(slot);
    struct kern_derivation *to_cold = kern_derivation_of(to);
    struct kern_object *object = slot->object;
    uint64_t left = slot->verbs & ~verbs;
    to->object = object;
    to->badge = slot->badge;
    to->verbs = verbs;
    replace(&from_cold->sibling, &to_cold->sibling);
    replace(&from_cold->children, &to_cold->children);
    give_slot(slot);
    if ((left & RECEIVE_VERB) != 0) {
        kern_endpoint_release_receive(kern_endpoint_of(object));
    }
    return to->handle;
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
    bool receive = is_receive(slot);
    unlink_family(kern_derivation_of(slot));
    give_slot(slot);
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
    for (uint64_t i = (handle & TABLE_MASK) + 1; i < CONFIG_MAX_HANDLES; i++) {
        if (table->slots[i].verbs != 0) {
            *next = table->slots[i].handle;
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}

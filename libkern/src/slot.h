/* SPDX-License-Identifier: MIT */
/* Slots of handle tables: taking one and giving it back. For handle.c, and for who moves handles.
 *
 * Rules: interrupts off. Free slots are a list through their badges. */
#ifndef KERN_SLOT_H
#define KERN_SLOT_H

#include "handle.h"

/** The generation in a handle: from here up, without the sign of a 32-bit number. */
#define KERN_HANDLE_GENERATION (UINT64_C(1) << 12)
#define KERN_HANDLE_MAX        UINT64_C(0x7fffffff)

_Static_assert(CONFIG_MAX_HANDLES <= KERN_HANDLE_GENERATION, "the index has room");

/** The bit of verbs which says that it is an endpoint and may be received on. */
#define KERN_VERB_RECEIVE (UINT64_C(1) << (KERN_VERBS_SPECIFIC + 4 * TN_TYPE_ENDPOINT + 1))
_Static_assert(TN_RIGHT_RECEIVE >> 4 == 1 << 1, "KERN_VERB_RECEIVE");

/** Whether the handle in @p slot keeps an endpoint alive. */
static inline bool kern_slot_receives(const struct kern_slot *slot)
{
    return (slot->verbs & KERN_VERB_RECEIVE) != 0;
}

/** Take a free slot of @p table, which has one. @return it; its members but `handle` are stale. */
static inline struct kern_slot *kern_slot_take(struct kern_handle_table *table)
{
    struct kern_slot *slot = &table->slots[table->free_head];
    table->free_head = (uint32_t)slot->badge;
    table->count++;
    return slot;
}

/** Give @p slot back to @p table, with another value for its next handle. */
static inline void kern_slot_give(struct kern_handle_table *table, struct kern_slot *slot)
{
    slot->object = NULL;
    slot->verbs = 0;
    slot->badge = table->free_head;
    table->free_head = (uint32_t)(slot->handle & KERN_HANDLE_MASK);
    slot->handle += KERN_HANDLE_GENERATION;
    if (TN_UNLIKELY(slot->handle > KERN_HANDLE_MAX)) {
        slot->handle = KERN_HANDLE_GENERATION | (slot->handle & KERN_HANDLE_MASK);
    }
    table->count--;
}

#endif

/* SPDX-License-Identifier: MIT */
/* A handle changes its table: it keeps its reference, its badge, and its place in the tree.
 *
 * Rules: interrupts off. */
#ifndef KERN_MOVE_H
#define KERN_MOVE_H

#include <libbase/assert.h>

#include "endpoint.h"
#include "slot.h"

/** Let @p to be where @p from was: an element of its list, or the head of all that is in it. */
static inline void kern_move_link(struct tn_list *from, struct tn_list *to)
{
    if (tn_list_is_linked(from)) {
        *to = *from;
        to->next->prev = to;
        to->prev->next = to;
    }
}

/** Let @p to, which is in no tree, stand where @p from did. Most handles that are moved have no family. */
static inline void kern_move_family(struct kern_derivation *from, struct kern_derivation *to)
{
    tn_list_init(&to->children);
    tn_list_init(&to->sibling);
    if (TN_UNLIKELY(tn_list_is_linked(&from->children) || tn_list_is_linked(&from->sibling))) {
        kern_move_link(&from->sibling, &to->sibling);
        kern_move_link(&from->children, &to->children);
    }
}

/** Let the handle in @p slot of @p from become one of @p to, which has room (asserted), with @p verbs: its
 *  type, and all of its rights or fewer. It takes its place in the tree, and @p slot is free. A right to
 *  receive that is left behind is released.
 *  @return its value there. Cost: O(1). */
static inline uint64_t kern_handle_move(struct kern_handle_table *from, struct kern_slot *slot,
                                        struct kern_handle_table *to, uint64_t verbs)
{
    tn_assert(to->free_head != 0);
    struct kern_slot *taken = kern_slot_take(to);
    struct kern_object *object = slot->object;
    uint64_t had = slot->verbs;
    taken->object = object;
    taken->badge = slot->badge;
    taken->verbs = verbs;
    kern_move_family(kern_derivation_of(slot), kern_derivation_of(taken));
    kern_slot_give(from, slot);
    if (TN_UNLIKELY(verbs != had) && (had & ~verbs & KERN_VERB_RECEIVE) != 0) {
        kern_endpoint_release_receive(kern_endpoint_of(object));
    }
    return taken->handle;
}

#endif

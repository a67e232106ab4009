/* SPDX-License-Identifier: MIT */
/* Intrusive doubly linked list: a ring of nodes with the list's head as one of them.
 *
 *      head <-> first <-> ... <-> last <-> head        empty: head <-> head
 *
 * Rules: the caller owns head and nodes and keeps them in place while linked. A node is in at most
 * one list. A node that is in none points to itself (tn_list_init), so removing it twice is
 * harmless and tn_list_is_linked() can tell. No locking: the caller holds whatever guards the list.
 * Context: any. Cost: O(1) each. */
#ifndef LIBBASE_LIST_H
#define LIBBASE_LIST_H

#include <stdbool.h>

#include <libbase/compiler.h>

/** A list head, or the link inside an element. */
struct tn_list {
    struct tn_list *next; /**< First element (head) or successor; itself when alone. */
    struct tn_list *prev; /**< Last element (head) or predecessor; itself when alone. */
};

/** Make @p node an empty list, or an unlinked node. Whatever it held is forgotten, not unlinked. */
static inline void tn_list_init(struct tn_list *node)
{
    node->next = node;
    node->prev = node;
}

/** Whether the list @p head has no element. */
static inline bool tn_list_is_empty(const struct tn_list *head)
{
    return head->next == head;
}

/** Whether @p node is in a list. */
static inline bool tn_list_is_linked(const struct tn_list *node)
{
    return node->next != node;
}

/** Link the unlinked @p node right before @p position: an element, or the head to be the last. */
static inline void tn_list_insert_before(struct tn_list *position, struct tn_list *node)
{
    node->next = position;
    node->prev = position->prev;
    position->prev->next = node;
    position->prev = node;
}

/** Append the unlinked @p node to the list @p head. */
static inline void tn_list_push_back(struct tn_list *head, struct tn_list *node)
{
    tn_list_insert_before(head, node);
}

/** Put the unlinked @p node at the front of the list @p head. */
static inline void tn_list_push_front(struct tn_list *head, struct tn_list *node)
{
    tn_list_insert_before(head->next, node);
}

/** Unlink @p node; afterwards it is in no list. Harmless if it already was in none. */
static inline void tn_list_remove(struct tn_list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    tn_list_init(node);
}

/** First element of @p head without unlinking it, or NULL if the list is empty. */
static inline struct tn_list *tn_list_first(const struct tn_list *head)
{
    return tn_list_is_empty(head) ? NULL : head->next;
}

/** Unlink and return the first element of @p head, or NULL if the list is empty. */
static inline struct tn_list *tn_list_pop_front(struct tn_list *head)
{
    struct tn_list *node = tn_list_first(head);
    if (node != NULL) {
        tn_list_remove(node);
    }
    return node;
}

/** Move all elements of @p from, in order, to right before @p position. @p from is empty then. */
static inline void tn_list_splice_before(struct tn_list *position, struct tn_list *from)
{
    if (tn_list_is_empty(from)) {
        return;
    }
    from->next->prev = position->prev;
    from->prev->next = position;
    position->prev->next = from->next;
    position->prev = from->prev;
    tn_list_init(from);
}

/** Visit each node of @p head in @p node. The list must not change during the walk. */
#define tn_list_for_each(node, head)                                                               \
    for ((node) = (head)->next; (node) != (head); (node) = (node)->next)

/** The element of type @p type that holds @p node in its member @p member. */
#define tn_list_entry(node, type, member) TN_CONTAINER_OF(node, type, member)

#endif

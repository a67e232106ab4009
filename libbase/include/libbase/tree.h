/* SPDX-License-Identifier: MIT */
/* Intrusive ordered tree over 64-bit keys: deadlines, ranks, addresses. FIFO among equal keys.
 *
 * A balanced binary search tree (see tree.c for which and whence), with its least node cached.
 * Rules: the caller owns tree and nodes and keeps them in place while linked; a key must not change
 * while its node is linked. No locking. Context: any. No recursion, no allocation. */
#ifndef LIBBASE_TREE_H
#define LIBBASE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/compiler.h>

/** The link inside an element. */
struct tn_tree_node {
    struct tn_tree_node *parent;   /**< NULL in the root and in an unlinked node. */
    struct tn_tree_node *child[2]; /**< Subtree with lesser, and with greater or equal keys. */
    uint64_t key;                  /**< The order; set by tn_tree_insert. */
    int32_t balance;               /**< The tree's own. */
    uint32_t linked;               /**< 1 while in a tree, else 0. */
};

/** A tree; all zero is an empty one. */
struct tn_tree {
    struct tn_tree_node *root;  /**< NULL if empty. */
    struct tn_tree_node *least; /**< First in order; NULL if empty. */
};

/** Make @p tree empty. Nodes that were in it are forgotten, not unlinked. Cost: O(1). */
void tn_tree_init(struct tn_tree *tree);

/** Make @p node an unlinked node. Whatever it held is forgotten, not unlinked. Cost: O(1). */
void tn_tree_node_init(struct tn_tree_node *node);

/** Whether @p node is in a tree. Cost: O(1). */
static inline bool tn_tree_is_linked(const struct tn_tree_node *node)
{
    return node->linked != 0;
}

/** Link the unlinked @p node (asserted) into @p tree with order @p key, after all equal keys.
 *  Cost: O(log n). */
void tn_tree_insert(struct tn_tree *tree, struct tn_tree_node *node, uint64_t key);

/** Unlink @p node from @p tree, where it must be (that it is in a tree is asserted). The node keeps
 *  its key. Cost: O(log n). */
void tn_tree_remove(struct tn_tree *tree, struct tn_tree_node *node);

/** The first node in order, or NULL if the tree is empty. Cost: O(1). */
static inline struct tn_tree_node *tn_tree_first(const struct tn_tree *tree)
{
    return tree->least;
}

/** The node after @p node in order, or NULL if it is the last. Cost: O(log n), O(1) amortized. */
struct tn_tree_node *tn_tree_next(const struct tn_tree_node *node);

/** The last node in order whose key is at most @p key, or NULL if there is none.
 *  Cost: O(log n). */
struct tn_tree_node *tn_tree_at_most(const struct tn_tree *tree, uint64_t key);

/** The first node in order whose key is at least @p key, or NULL if there is none.
 *  Cost: O(log n). */
struct tn_tree_node *tn_tree_at_least(const struct tn_tree *tree, uint64_t key);

/** The element of type @p type that holds @p node in its member @p member. */
#define tn_tree_entry(node, type, member) TN_CONTAINER_OF(node, type, member)

#endif

/* SPDX-License-Identifier: MIT */
/* The ordered tree is an AVL tree with parent links (Adelson-Velsky and Landis, 1962; Knuth, The
 * Art of Computer Programming, volume 3, section 6.2.3).
 *
 *      balance = height(child[1]) - height(child[0]), always -1, 0 or 1
 *
 * so n nodes are less than 1.45 log2(n + 2) high. AVL rather than red-black, because it is flatter
 * and because the one number per node makes both directions one piece of code. */
#include <libbase/assert.h>
#include <libbase/tree.h>

/* The balance that a node gets when its subtree on @p side alone grows by one. */
static int32_t weight_of(unsigned side)
{
    return side != 0 ? 1 : -1;
}

static unsigned side_of(const struct tn_tree_node *parent, const struct tn_tree_node *child)
{
    return parent->child[1] == child ? 1 : 0;
}

static struct tn_tree_node *leftmost(struct tn_tree_node *node)
{
    while (node->child[0] != NULL) {
        node = node->child[0];
    }
    return node;
}

static void set_child(struct tn_tree_node *parent, unsigned side, struct tn_tree_node *child)
{
    parent->child[side] = child;
    if (child != NULL) {
        child->parent = parent;
    }
}

/* Hang @p heir (NULL for nothing) where @p node hangs. */
static void replace(struct tn_tree *tree, struct tn_tree_node *node, struct tn_tree_node *heir)
{
    struct tn_tree_node *parent = node->parent;
    if (parent != NULL) {
        set_child(parent, side_of(parent, node), heir);
        return;
    }
    tree->root = heir;
    if (heir != NULL) {
        heir->parent = NULL;
    }
}

/* Let the child of @p top on @p side rise above it. Balances are the caller's concern. */
static void rotate(struct tn_tree *tree, struct tn_tree_node *top, unsigned side)
{
    struct tn_tree_node *rising = top->child[side];
    replace(tree, top, rising);
    set_child(top, side, rising->child[!side]);
    set_child(rising, !side, top);
}

/* Repair @p top, whose balance is 2 or -2. Returns what hangs in its place. */
static struct tn_tree_node *rebalance(struct tn_tree *tree, struct tn_tree_node *top)
{
    unsigned heavy = top->balance > 0 ? 1 : 0;
    int32_t weight = weight_of(heavy);
    struct tn_tree_node *child = top->child[heavy];

    if (child->balance != -weight) {
        rotate(tree, top, heavy);
        top->balance = weight - child->balance;
        child->balance -= weight;
        return child;
    }
    struct tn_tree_node *middle = child->child[!heavy];
    rotate(tree, child, !heavy);
    rotate(tree, top, heavy);
    top->balance = middle->balance == weight ? -weight : 0;
    child->balance = middle->balance == -weight ? weight : 0;
    middle->balance = 0;
    return middle;
}

/* The subtree at @p node has become one higher: tell its ancestors, as far as they grow too. */
static void grown(struct tn_tree *tree, struct tn_tree_node *node)
{
    for (struct tn_tree_node *parent = node->parent; parent != NULL; parent = node->parent) {
        parent->balance += weight_of(side_of(parent, node));
        if (parent->balance == 0) {
            return;
        }
        if (parent->balance == 2 || parent->balance == -2) {
            rebalance(tree, parent);
            return;
        }
        node = parent;
    }
}

/* The subtree of @p parent on @p side has become one lower: tell the ancestors that shrink too. */
static void shrunk(struct tn_tree *tree, struct tn_tree_node *parent, unsigned side)
{
    while (parent != NULL) {
        struct tn_tree_node *node = parent;
        node->balance -= weight_of(side);
        if (node->balance == 2 || node->balance == -2) {
            node = rebalance(tree, node);
        }
        if (node->balance != 0) {
            return;
        }
        parent = node->parent;
        side = parent != NULL ? side_of(parent, node) : 0;
    }
}

/* Put the unlinked @p heir into the place, with the children and the balance, of @p node. */
static void take_place(struct tn_tree *tree, struct tn_tree_node *node, struct tn_tree_node *heir)
{
    set_child(heir, 0, node->child[0]);
    set_child(heir, 1, node->child[1]);
    heir->balance = node->balance;
    heir->parent = node->parent;
    replace(tree, node, heir);
}

void tn_tree_init(struct tn_tree *tree)
{
    tree->root = NULL;
    tree->least = NULL;
}

void tn_tree_node_init(struct tn_tree_node *node)
{
    *node = (struct tn_tree_node){0};
}

void tn_tree_insert(struct tn_tree *tree, struct tn_tree_node *node, uint64_t key)
{
    tn_assert(!tn_tree_is_linked(node));
    struct tn_tree_node *parent = NULL;
    unsigned side = 0;
    bool is_least = true;

    for (struct tn_tree_node *at = tree->root; at != NULL; at = at->child[side]) {
        parent = at;
        side = key >= at->key ? 1 : 0; /* Equal keys go after: first in, first out. */
        is_least = is_least && side == 0;
    }
    *node = (struct tn_tree_node){.parent = parent, .key = key, .linked = 1};
    if (is_least) {
        tree->least = node;
    }
    if (parent == NULL) {
        tree->root = node;
        return;
    }
    parent->child[side] = node;
    grown(tree, node);
}

void tn_tree_remove(struct tn_tree *tree, struct tn_tree_node *node)
{
    tn_assert(tn_tree_is_linked(node));
    if (tree->least == node) {
        tree->least = tn_tree_next(node);
    }
    /* The place that vanishes has at most one child: the node's own, or that of its successor,
     * which then moves into the node's place and leaves the order as it was. */
    bool is_inner = node->child[0] != NULL && node->child[1] != NULL;
    struct tn_tree_node *leaver = is_inner ? leftmost(node->child[1]) : node;
    struct tn_tree_node *parent = leaver->parent;
    unsigned side = parent != NULL ? side_of(parent, leaver) : 0;

    replace(tree, leaver, leaver->child[leaver->child[0] == NULL]);
    if (is_inner) {
        take_place(tree, node, leaver);
        parent = parent == node ? leaver : parent;
    }
    shrunk(tree, parent, side);
    *node = (struct tn_tree_node){.key = node->key};
}

struct tn_tree_node *tn_tree_next(const struct tn_tree_node *node)
{
    if (node->child[1] != NULL) {
        return leftmost(node->child[1]);
    }
    struct tn_tree_node *parent = node->parent;
    while (parent != NULL && side_of(parent, node) == 1) {
        node = parent;
        parent = node->parent;
    }
    return parent;
}

struct tn_tree_node *tn_tree_at_most(const struct tn_tree *tree, uint64_t key)
{
    struct tn_tree_node *best = NULL;
    struct tn_tree_node *node = tree->root;
    while (node != NULL) {
        bool fits = node->key <= key;
        best = fits ? node : best;
        node = node->child[fits ? 1 : 0];
    }
    return best;
}

struct tn_tree_node *tn_tree_at_least(const struct tn_tree *tree, uint64_t key)
{
    struct tn_tree_node *best = NULL;
    struct tn_tree_node *node = tree->root;
    while (node != NULL) {
        bool fits = node->key >= key;
        best = fits ? node : best;
        node = node->child[fits ? 0 : 1];
    }
    return best;
}

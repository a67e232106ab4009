/* SPDX-License-Identifier: MIT */
/* The tree against a plain sorted array: after each of many random operations both must agree, and
 * the tree must be a balanced one. */
#include <support/coverage.h>
#include <support/testing.h>

#include <libbase/tree.h>

enum {
    ELEMENTS = 100,
    STEPS = 20000,
    KEYS = 40 /* fewer than elements: many keys are equal */
};

struct element {
    struct tn_tree_node node;
    unsigned height; /* of its subtree; set by measure_heights() */
};

/* The reference: the linked nodes in order, first in first out among equal keys. */
struct model {
    struct tn_tree_node *nodes[ELEMENTS];
    size_t count;
};

static struct element *element_of(struct tn_tree_node *node)
{
    return tn_tree_entry(node, struct element, node);
}

/* The index of the first node in @p model whose key is greater than @p key. */
static size_t model_above(const struct model *model, uint64_t key)
{
    size_t i = 0;
    while (i < model->count && model->nodes[i]->key <= key) {
        i++;
    }
    return i;
}

static void model_insert(struct model *model, struct tn_tree_node *node, uint64_t key)
{
    size_t at = model_above(model, key);
    for (size_t i = model->count++; i > at; i--) {
        model->nodes[i] = model->nodes[i - 1];
    }
    model->nodes[at] = node;
}

static void model_remove(struct model *model, size_t at)
{
    model->count--;
    for (size_t i = at; i < model->count; i++) {
        model->nodes[i] = model->nodes[i + 1];
    }
}

/* Set the height of every element's subtree by climbing from each node to the root. */
static void measure_heights(const struct model *model)
{
    for (size_t i = 0; i < model->count; i++) {
        element_of(model->nodes[i])->height = 1;
    }
    for (size_t i = 0; i < model->count; i++) {
        unsigned height = 1;
        for (struct tn_tree_node *up = model->nodes[i]->parent; up != NULL; up = up->parent) {
            height++;
            if (element_of(up)->height < height) {
                element_of(up)->height = height;
            }
        }
    }
}

static int height_of(struct tn_tree_node *node)
{
    return node != NULL ? (int)element_of(node)->height : 0;
}

static void assert_node_is_sound(const struct tn_tree *tree, struct tn_tree_node *node)
{
    for (unsigned side = 0; side < 2; side++) {
        if (node->child[side] != NULL) {
            assert_ptr_equal(node->child[side]->parent, node);
        }
    }
    if (node->parent == NULL) {
        assert_ptr_equal(tree->root, node);
    }
    assert_true(tn_tree_is_linked(node));
    assert_in_range(node->balance + 1, 0, 2);
    assert_int_equal(node->balance, height_of(node->child[1]) - height_of(node->child[0]));
}

static void assert_tree_equals(const struct tn_tree *tree, const struct model *model)
{
    struct tn_tree_node *node = tn_tree_first(tree);
    for (size_t i = 0; i < model->count; i++) {
        assert_ptr_equal(node, model->nodes[i]);
        node = tn_tree_next(node);
    }
    assert_null(node);
    measure_heights(model);
    for (size_t i = 0; i < model->count; i++) {
        assert_node_is_sound(tree, model->nodes[i]);
    }
}

/* Both, and what the random test does to them. Each step returns which of its two ends it had. */
struct world {
    struct tn_random random;
    struct tn_tree tree;
    struct model model;
    struct element elements[ELEMENTS];
};

static bool insert_one(struct world *world)
{
    struct tn_tree_node *node = &world->elements[tn_random_below(&world->random, ELEMENTS)].node;
    uint64_t key = tn_random_below(&world->random, KEYS);
    if (tn_tree_is_linked(node)) {
        return false;
    }
    tn_tree_insert(&world->tree, node, key);
    model_insert(&world->model, node, key);
    return true;
}

static bool remove_at(struct world *world, size_t at)
{
    if (at >= world->model.count) {
        return false;
    }
    struct tn_tree_node *node = world->model.nodes[at];
    uint64_t key = node->key;
    tn_tree_remove(&world->tree, node);
    model_remove(&world->model, at);
    assert_false(tn_tree_is_linked(node));
    assert_int_equal(node->key, key);
    return true;
}

static bool remove_any(struct world *world)
{
    return remove_at(world, tn_random_below(&world->random, ELEMENTS));
}

static bool remove_first(struct world *world)
{
    return remove_at(world, 0);
}

static bool look_up_at_most(struct world *world)
{
    uint64_t key = tn_random_below(&world->random, KEYS);
    size_t above = model_above(&world->model, key);
    struct tn_tree_node *expected = above != 0 ? world->model.nodes[above - 1] : NULL;
    assert_ptr_equal(tn_tree_at_most(&world->tree, key), expected);
    return expected != NULL;
}

static bool look_up_at_least(struct world *world)
{
    uint64_t key = tn_random_below(&world->random, KEYS);
    size_t at = key != 0 ? model_above(&world->model, key - 1) : 0;
    struct tn_tree_node *expected = at < world->model.count ? world->model.nodes[at] : NULL;
    assert_ptr_equal(tn_tree_at_least(&world->tree, key), expected);
    return expected != NULL;
}

static bool (*const operations[])(struct world *) = {
    insert_one, remove_any, remove_first, look_up_at_most, look_up_at_least,
};

static const struct coverage_operation reported[TN_ARRAY_LEN(operations)] = {
    {"insert", {"done", "linked already"}},   {"remove", {"done", "none there"}},
    {"remove first", {"done", "none there"}}, {"at most", {"found", "none"}},
    {"at least", {"found", "none"}},
};

static void random_operations_agree_with_a_sorted_array(void **state)
{
    (void)state;
    static struct world world;
    struct coverage coverage = {.operations = reported,
                                .operation_count = TN_ARRAY_LEN(operations)};
    world.random = testing_random();

    for (unsigned step = 0; step < STEPS; step++) {
        /* Grow for a while, then shrink: insert with a chance of one half, or of one fifth. */
        bool grows = step / 1000 % 2 == 0;
        unsigned next = grows && step % 2 == 0 ? 0 : (unsigned)tn_random_below(&world.random, 5);
        bool is_first_end = operations[next](&world);
        coverage_note(&coverage, next, reported[next].ends[is_first_end ? 0 : 1]);
        assert_tree_equals(&world.tree, &world.model);
    }
    coverage_check(&coverage);
}

static void equal_keys_leave_in_the_order_they_came(void **state)
{
    (void)state;
    struct tn_tree tree;
    struct tn_tree_node nodes[9] = {0};

    tn_tree_init(&tree);
    for (size_t i = 0; i < 9; i++) {
        tn_tree_insert(&tree, &nodes[i], 7 - i % 3);
    }
    static const size_t order[9] = {2, 5, 8, 1, 4, 7, 0, 3, 6};
    for (size_t i = 0; i < 9; i++) {
        assert_ptr_equal(tn_tree_first(&tree), &nodes[order[i]]);
        tn_tree_remove(&tree, &nodes[order[i]]);
    }
    assert_null(tn_tree_first(&tree));
}

static void sorted_input_stays_logarithmically_high(void **state)
{
    (void)state;
    enum {
        COUNT = 4096,
        LIMIT = 17 /* 1.4405 log2(4096 + 2) - 0.3277 = 16.96, the bound for AVL trees */
    };
    static struct tn_tree_node nodes[COUNT];
    for (unsigned descending = 0; descending < 2; descending++) {
        struct tn_tree tree;
        tn_tree_init(&tree);
        for (uint64_t i = 0; i < COUNT; i++) {
            tn_tree_node_init(&nodes[i]);
            tn_tree_insert(&tree, &nodes[i], descending ? COUNT - i : i);
        }
        for (size_t i = 0; i < COUNT; i++) {
            unsigned depth = 1;
            for (struct tn_tree_node *up = nodes[i].parent; up != NULL; up = up->parent) {
                depth++;
            }
            assert_in_range(depth, 1, LIMIT);
        }
    }
}

static void keys_use_all_64_bits(void **state)
{
    (void)state;
    struct tn_tree tree = {0};
    struct tn_tree_node low = {0};
    struct tn_tree_node high = {0};

    tn_tree_insert(&tree, &high, UINT64_MAX);
    tn_tree_insert(&tree, &low, 0);
    assert_ptr_equal(tn_tree_first(&tree), &low);
    assert_ptr_equal(tn_tree_at_most(&tree, UINT64_MAX), &high);
    assert_ptr_equal(tn_tree_at_most(&tree, UINT64_MAX - 1), &low);
    assert_ptr_equal(tn_tree_at_least(&tree, 1), &high);
}

static void an_empty_tree_has_nothing(void **state)
{
    (void)state;
    struct tn_tree tree;
    tn_tree_init(&tree);
    assert_null(tn_tree_first(&tree));
    assert_null(tn_tree_at_most(&tree, UINT64_MAX));
    assert_null(tn_tree_at_least(&tree, 0));
}

static void inserting_twice_is_a_broken_promise(void **state)
{
    (void)state;
    struct tn_tree tree = {0};
    struct tn_tree_node node = {0};
    tn_tree_insert(&tree, &node, 1);
    assert_promise_broken(tn_tree_insert(&tree, &node, 2));
}

static void removing_what_is_not_in_is_a_broken_promise(void **state)
{
    (void)state;
    struct tn_tree tree = {0};
    struct tn_tree_node node = {0};
    assert_promise_broken(tn_tree_remove(&tree, &node));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations_agree_with_a_sorted_array),
        cmocka_unit_test(equal_keys_leave_in_the_order_they_came),
        cmocka_unit_test(sorted_input_stays_logarithmically_high),
        cmocka_unit_test(keys_use_all_64_bits),
        cmocka_unit_test(an_empty_tree_has_nothing),
        cmocka_unit_test(inserting_twice_is_a_broken_promise),
        cmocka_unit_test(removing_what_is_not_in_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libbase.test_tree", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The reader against libfdt, which others wrote: on random trees that libfdt makes, on the machines of
 * test/data, and on both with damaged bytes, where the two may differ only in what they refuse. */
#include "fdt_file.h"

#include <libfdt.h>

#include <libdrv/fdt.h>

enum {
    ROUNDS = 300,
    DAMAGES = 200,
    CHILDREN = 4,
    DEPTH = 6
};

static uint8_t blob[FDT_FILE_MAX] __attribute__((aligned(8)));
static struct tn_random chance;

static uint32_t below(uint32_t bound)
{
    return (uint32_t)tn_random_below(&chance, bound);
}

/* Whether a name occurs twice in a node, which only damage does. Then the two may disagree on which
 * one counts. */
static bool has_twins(int node)
{
    int one;
    int other;
    fdt_for_each_property_offset(one, blob, node)
    {
        fdt_for_each_property_offset(other, blob, node)
        {
            const char *name;
            const char *other_name;
            (void)fdt_getprop_by_offset(blob, one, &name, NULL);
            (void)fdt_getprop_by_offset(blob, other, &other_name, NULL);
            if (one != other && strcmp(name, other_name) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* A property by libfdt and by the reader: the same bytes, at the same place. */
static void compare_property(const struct drv_fdt *fdt, const struct drv_fdt_node *node, int offset)
{
    const char *name;
    int length;
    struct drv_fdt_value value;
    const void *bytes = fdt_getprop_by_offset(blob, offset, &name, &length);
    assert_non_null(bytes);
    assert_int_equal(drv_fdt_property(fdt, node, name, &value), TN_OK);
    assert_int_equal(value.length, length);
    assert_ptr_equal(value.at, bytes);
}

static void compare_node(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node,
                         int offset)
{
    assert_string_equal(node->name, fdt_get_name(blob, offset, NULL));
    if (has_twins(offset)) {
        return;
    }
    assert_int_equal(node->phandle, fdt_get_phandle(blob, offset));
    int property;
    fdt_for_each_property_offset(property, blob, offset)
    {
        compare_property(walk->fdt, node, property);
    }
    const struct drv_fdt_level *below_it = &walk->levels[node->depth + 1];
    if (fdt_address_cells(blob, offset) >= 0 && fdt_size_cells(blob, offset) >= 0) {
        assert_int_equal(below_it->address_cells, fdt_address_cells(blob, offset));
        assert_int_equal(below_it->size_cells, fdt_size_cells(blob, offset));
    }
}

/* Walk with both, node by node. */
static void compare_trees(void)
{
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    int depth = 0;
    assert_int_equal(drv_fdt_open(&fdt, blob, sizeof(blob)), TN_OK);
    /* libfdt stops at the first empty range, the specification at one that is at address 0 as well. */
    assert_true(fdt.reserved_count >= (uint32_t)fdt_num_mem_rsv(blob));
    drv_fdt_walk_init(&walk, &fdt);
    for (int offset = 0; offset >= 0 && depth >= 0; offset = fdt_next_node(blob, offset, &depth)) {
        assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_OK);
        assert_int_equal(node.depth, depth);
        compare_node(&walk, &node, offset);
    }
    assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_ERR_EMPTY);
}

/* Whether the reader gets to the end of the tree. */
static bool is_readable(void)
{
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    uint64_t base;
    uint64_t length;
    tn_status_t status = drv_fdt_open(&fdt, blob, sizeof(blob));
    if (status != TN_OK) {
        return false;
    }
    drv_fdt_walk_init(&walk, &fdt);
    while ((status = drv_fdt_walk_next(&walk, &node)) == TN_OK) {
        (void)!drv_fdt_reg(&walk, &node, 0, &base, &length);
    }
    return status == TN_ERR_EMPTY;
}

static void put_property(void *tree)
{
    static const char *const names[] = {"compatible", "status",           "label", "ranges",
                                        "model",      "linux,some-thing", "gpios", "x"};
    uint8_t bytes[40];
    for (unsigned i = 0; i < sizeof(bytes); i++) {
        bytes[i] = (uint8_t)below(256);
    }
    assert_int_equal(
        fdt_property(tree, names[below(TN_ARRAY_LEN(names))], bytes, (int)below(sizeof(bytes))), 0);
}

/* Properties of a node, each at most once, as a tree has them. */
static void put_properties(void *tree)
{
    if (below(2)) {
        put_property(tree);
    }
    if (below(3) == 0) {
        assert_int_equal(fdt_property_u32(tree, "#address-cells", below(4)), 0);
    }
    if (below(3) == 0) {
        assert_int_equal(fdt_property_u32(tree, "#size-cells", below(3)), 0);
    }
    if (below(3) == 0) {
        assert_int_equal(fdt_property_u32(tree, "phandle", 1 + below(1000)), 0);
    }
    if (below(2)) {
        assert_int_equal(fdt_property_u64(tree, "reg", tn_random_u64(&chance)), 0);
    }
}

static void put_node(void *tree, unsigned depth)
{
    char name[24];
    (void)snprintf(name, sizeof(name), "%.*s@%x", (int)(1 + below(8)), "node-with", below(99999));
    assert_int_equal(fdt_begin_node(tree, depth == 0 ? "" : name), 0);
    put_properties(tree);
    for (unsigned i = depth < DEPTH ? below(CHILDREN) : 0; i > 0; i--) {
        put_node(tree, depth + 1);
    }
    assert_int_equal(fdt_end_node(tree), 0);
}

static bool make_tree(void)
{
    memset(blob, 0, sizeof(blob));
    assert_int_equal(fdt_create(blob, sizeof(blob)), 0);
    for (unsigned i = below(3); i > 0; i--) {
        assert_int_equal(fdt_add_reservemap_entry(blob, below(1000), 1 + below(1000)), 0);
    }
    assert_int_equal(fdt_finish_reservemap(blob), 0);
    put_node(blob, 0);
    return fdt_finish(blob) == 0;
}

/* Damage one cell at a time. If both find the tree whole, they find the same in it. */
static void damage(void)
{
    static uint8_t before[sizeof(blob)];
    memcpy(before, blob, sizeof(blob));
    uint32_t length = fdt_totalsize(blob);
    for (unsigned i = 0; i < DAMAGES; i++) {
        blob[below(length)] = (uint8_t)below(256);
        if (below(2)) {
            blob[below(length)] ^= (uint8_t)(1u << below(8));
        }
        if (is_readable() && fdt_check_full(blob, sizeof(blob)) == 0) {
            compare_trees();
        }
        memcpy(blob, before, sizeof(blob));
    }
}

static void reads_random_trees_alike(void **state)
{
    (void)state;
    chance = testing_random();
    for (unsigned round = 0; round < ROUNDS; round++) {
        assert_true(make_tree());
        compare_trees();
        damage();
    }
}

static void reads_machines_alike(void **state)
{
    (void)state;
    static const char *const files[] = {"virt-gicv2.dtb", "virt-gicv3.dtb", "soc.dtb"};
    chance = testing_random();
    for (unsigned i = 0; i < TN_ARRAY_LEN(files); i++) {
        memset(blob, 0, sizeof(blob));
        (void)fdt_file_read(files[i], blob);
        compare_trees();
        damage();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_random_trees_alike),
        cmocka_unit_test(reads_machines_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

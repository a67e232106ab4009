/* SPDX-License-Identifier: MIT */
/* The pass over the nodes: order, what a node says and what it inherits, and every way in which a
 * structure block can be broken. */
#include <support/testing.h>

#include "fdt_blob.h"

static struct fdt_blob blob;

static int setup(void **state)
{
    (void)state;
    fdt_blob_init(&blob);
    return 0;
}

static void returns_parents_before_children(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned depth;
    } expected[] = {{"", 0}, {"a@1", 1}, {"b", 2}, {"c", 2}, {"four", 1}};
    fdt_blob_begin(&blob, "");
    fdt_blob_begin(&blob, "a@1");
    fdt_blob_begin(&blob, "b");
    fdt_blob_end(&blob);
    fdt_blob_begin(&blob, "c");
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_begin(&blob, "four");
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);

    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    fdt_blob_open(&blob, &fdt);
    drv_fdt_walk_init(&walk, &fdt);
    for (unsigned i = 0; i < TN_ARRAY_LEN(expected); i++) {
        assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_OK);
        assert_string_equal(node.name, expected[i].name);
        assert_int_equal(node.depth, expected[i].depth);
        assert_true(node.enabled);
        assert_null(node.known[DRV_FDT_COMPATIBLE].at);
        assert_null(node.known[DRV_FDT_REG].at);
    }
    assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_ERR_EMPTY);
    assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_ERR_EMPTY);
}

static void ignores_nop(void **state)
{
    (void)state;
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_begin(&blob, "");
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_cells(&blob, "phandle", 1, 7);
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_begin(&blob, "child");
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_end(&blob);
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_end(&blob);
    fdt_blob_cell(&blob, FDT_NOP);
    fdt_blob_finish(&blob);
    assert_int_equal(fdt_blob_walk(&blob), TN_ERR_EMPTY);
}

/* Also where one name is the end of another in the strings block. */
static void finds_properties_by_name(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    struct drv_fdt_value value;
    fdt_blob_begin(&blob, "");
    fdt_blob_text(&blob, "linux,phandle", "x");
    fdt_blob_bytes(&blob, "empty", "", 0);
    fdt_blob_text(&blob, "model", "board");
    fdt_blob_begin(&blob, "child");
    fdt_blob_text(&blob, "label", "y");
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_property(&fdt, &node, "model", &value), TN_OK);
    assert_true(drv_fdt_is(value, "board"));
    assert_int_equal(drv_fdt_property(&fdt, &node, "empty", &value), TN_OK);
    assert_int_equal(value.length, 0);
    assert_non_null(value.at);
    assert_int_equal(drv_fdt_property(&fdt, &node, "mode", &value), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_property(&fdt, &node, "phandle", &value), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_property(&fdt, &node, "label", &value), TN_ERR_NOT_FOUND);
    assert_null(node.known[DRV_FDT_PHANDLE].at);
}

/* A writer may let a name point into the middle of another. */
static void recognizes_names_that_share_their_end(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "linux,phandle", 1, 5);
    fdt_blob_cell(&blob, FDT_PROPERTY);
    fdt_blob_cell(&blob, 4);
    fdt_blob_cell(&blob, (uint32_t)strlen("linux,"));
    fdt_blob_cell(&blob, 0x1234);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "", &fdt, &walk, &node);
    assert_int_equal(node.phandle, 0x1234);
}

/* Thirty-two remembered names, many more in the tree: forgetting must not confuse them. */
static void recognizes_names_among_many(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    char name[8] = "p00";
    fdt_blob_begin(&blob, "");
    for (unsigned i = 0; i < 100; i++) {
        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        fdt_blob_begin(&blob, name);
        fdt_blob_cells(&blob, "reg", 1, i);
        fdt_blob_bytes(&blob, name, "", 0);
        fdt_blob_end(&blob);
    }
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "", &fdt, &walk, &node);
    for (unsigned i = 0; i < 100; i++) {
        uint32_t cell;
        assert_int_equal(drv_fdt_walk_next(&walk, &node), TN_OK);
        assert_int_equal(drv_fdt_cell(node.known[DRV_FDT_REG], 0, &cell), TN_OK);
        assert_int_equal(cell, i);
    }
}

static void hands_down_interrupt_parent_and_status(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "interrupt-parent", 1, 1);
    fdt_blob_begin(&blob, "bus");
    fdt_blob_text(&blob, "status", "disabled");
    fdt_blob_cells(&blob, "interrupt-parent", 1, 2);
    fdt_blob_begin(&blob, "in-bus");
    fdt_blob_text(&blob, "status", "okay");
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_begin(&blob, "beside");
    fdt_blob_text(&blob, "status", "ok");
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);

    fdt_blob_find(&blob, "bus", &fdt, &walk, &node);
    assert_false(node.enabled);
    assert_int_equal(node.interrupt_parent, 2);
    fdt_blob_find(&blob, "in-bus", &fdt, &walk, &node);
    assert_false(node.enabled);
    assert_int_equal(node.interrupt_parent, 2);
    fdt_blob_find(&blob, "beside", &fdt, &walk, &node);
    assert_true(node.enabled);
    assert_int_equal(node.interrupt_parent, 1);
}

static void refuses_cells_of_another_length(void **state)
{
    (void)state;
    static const char *const names[] = {"#address-cells", "#size-cells", "phandle",
                                        "interrupt-parent"};
    for (unsigned i = 0; i < TN_ARRAY_LEN(names); i++) {
        for (unsigned cells = 0; cells <= 2; cells++) {
            fdt_blob_init(&blob);
            fdt_blob_begin(&blob, "");
            fdt_blob_cells(&blob, names[i], cells, 1, 1);
            fdt_blob_end(&blob);
            fdt_blob_finish(&blob);
            assert_int_equal(fdt_blob_walk(&blob), cells == 1 ? TN_ERR_EMPTY : TN_ERR_FORMAT);
        }
    }
}

static void refuses_trees_that_are_too_deep(void **state)
{
    (void)state;
    for (unsigned depth = DRV_FDT_DEPTH_MAX; depth <= DRV_FDT_DEPTH_MAX + 1; depth++) {
        fdt_blob_init(&blob);
        for (unsigned i = 0; i < depth; i++) {
            fdt_blob_begin(&blob, i == 0 ? "" : "n");
        }
        for (unsigned i = 0; i < depth; i++) {
            fdt_blob_end(&blob);
        }
        fdt_blob_finish(&blob);
        assert_int_equal(fdt_blob_walk(&blob),
                         depth > DRV_FDT_DEPTH_MAX ? TN_ERR_TOO_LONG : TN_ERR_EMPTY);
    }
}

static void refuses_misplaced_tokens(void **state)
{
    (void)state;
    static const struct {
        uint32_t tokens[6];
        unsigned count;
    } broken[] = {
        {{FDT_FINISH}, 1},                                   /* no root */
        {{FDT_END}, 1},                                      /* end of nothing */
        {{FDT_BEGIN, 0, FDT_FINISH}, 3},                     /* root without end */
        {{FDT_BEGIN, 0, FDT_END, FDT_END}, 4},               /* one end too many */
        {{FDT_BEGIN, 0, FDT_END, FDT_BEGIN, 0, FDT_END}, 6}, /* second root */
        {{FDT_BEGIN, 0, 5}, 3},                              /* unknown token */
        {{FDT_BEGIN, 0, 0}, 3},                              /* zeros */
        {{FDT_PROPERTY, 0, 0}, 3},                           /* property of nothing */
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(broken); i++) {
        fdt_blob_init(&blob);
        for (unsigned token = 0; token < broken[i].count; token++) {
            fdt_blob_cell(&blob, broken[i].tokens[token]);
        }
        fdt_blob_finish(&blob);
        assert_int_equal(fdt_blob_walk(&blob), TN_ERR_FORMAT);
    }
}

static void refuses_properties_behind_children(void **state)
{
    (void)state;
    fdt_blob_begin(&blob, "");
    fdt_blob_begin(&blob, "child");
    fdt_blob_end(&blob);
    fdt_blob_text(&blob, "late", "");
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    assert_int_equal(fdt_blob_walk(&blob), TN_ERR_FORMAT);
}

static void refuses_a_property_longer_than_the_block(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {9, 0x7fffffff, 0xfffffffc, 0xffffffff};
    for (unsigned i = 0; i < TN_ARRAY_LEN(lengths); i++) {
        fdt_blob_init(&blob);
        fdt_blob_begin(&blob, "");
        fdt_blob_cell(&blob, FDT_PROPERTY);
        fdt_blob_cell(&blob, lengths[i]);
        fdt_blob_cell(&blob, 0);
        fdt_blob_end(&blob); /* with FINISH, eight bytes are left */
        fdt_blob_finish(&blob);
        blob.bytes[FDT_STRINGS_AT] = 0;
        fdt_blob_poke(&blob, 32, 1);
        assert_int_equal(fdt_blob_walk(&blob), TN_ERR_TRUNCATED);
    }
}

static void refuses_a_name_outside_the_strings(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {1, 0xffffffff};
    for (unsigned i = 0; i < TN_ARRAY_LEN(offsets); i++) {
        fdt_blob_init(&blob);
        fdt_blob_begin(&blob, "");
        fdt_blob_bytes(&blob, "", "", 0); /* the strings block is one byte */
        fdt_blob_cell(&blob, FDT_PROPERTY);
        fdt_blob_cell(&blob, 0);
        fdt_blob_cell(&blob, offsets[i]);
        fdt_blob_end(&blob);
        fdt_blob_finish(&blob);
        assert_int_equal(fdt_blob_walk(&blob), TN_ERR_FORMAT);
    }
}

/* Cut after any cell, a tree is never complete. */
static void refuses_every_truncation(void **state)
{
    (void)state;
    fdt_blob_begin(&blob, "");
    fdt_blob_text(&blob, "model", "a long enough text");
    fdt_blob_begin(&blob, "a-long-name@123456");
    fdt_blob_cells(&blob, "reg", 3, 1, 2, 3);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    for (uint32_t length = 0; length < blob.structure; length += 4) {
        fdt_blob_poke(&blob, 36, length);
        assert_int_equal(fdt_blob_walk(&blob), TN_ERR_TRUNCATED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(returns_parents_before_children, setup),
        cmocka_unit_test_setup(ignores_nop, setup),
        cmocka_unit_test_setup(finds_properties_by_name, setup),
        cmocka_unit_test_setup(recognizes_names_that_share_their_end, setup),
        cmocka_unit_test_setup(recognizes_names_among_many, setup),
        cmocka_unit_test_setup(hands_down_interrupt_parent_and_status, setup),
        cmocka_unit_test_setup(refuses_cells_of_another_length, setup),
        cmocka_unit_test_setup(refuses_trees_that_are_too_deep, setup),
        cmocka_unit_test_setup(refuses_misplaced_tokens, setup),
        cmocka_unit_test_setup(refuses_properties_behind_children, setup),
        cmocka_unit_test_setup(refuses_a_property_longer_than_the_block, setup),
        cmocka_unit_test_setup(refuses_a_name_outside_the_strings, setup),
        cmocka_unit_test_setup(refuses_every_truncation, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

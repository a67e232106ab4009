/* SPDX-License-Identifier: MIT */
/* The header of a device tree: what is refused before anything else is read, and with which status. */
#include <support/testing.h>

#include <libbase/bytes.h>

#include "fdt_blob.h"

enum {
    MAGIC = 0,
    TOTAL = 4,
    STRUCTURE = 8,
    STRINGS = 12,
    RESERVED = 16,
    VERSION = 20,
    COMPATIBLE = 24,
    STRINGS_BYTES = 32,
    STRUCTURE_BYTES = 36
};

static struct fdt_blob blob;

/* A tree of a root with one property. */
static int setup(void **state)
{
    (void)state;
    fdt_blob_init(&blob);
    fdt_blob_begin(&blob, "");
    fdt_blob_text(&blob, "model", "test");
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    return 0;
}

static tn_status_t open_blob(uint64_t limit)
{
    struct drv_fdt fdt;
    return drv_fdt_open(&fdt, blob.bytes, limit);
}

static tn_status_t open_with(uint32_t field, uint32_t value)
{
    uint32_t before = tn_load_be32(blob.bytes + field);
    fdt_blob_poke(&blob, field, value);
    tn_status_t status = open_blob(sizeof(blob.bytes));
    fdt_blob_poke(&blob, field, before);
    return status;
}

static void tells_where_its_blocks_are(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    fdt_blob_open(&blob, &fdt);
    assert_ptr_equal(fdt.structure, blob.bytes + FDT_STRUCTURE_AT);
    assert_ptr_equal(fdt.strings, blob.bytes + FDT_STRINGS_AT);
    assert_int_equal(fdt.structure_bytes, blob.structure);
    assert_int_equal(fdt.strings_bytes, blob.strings);
    assert_int_equal(fdt.reserved_count, 0);
    assert_int_equal(fdt.used_bytes, FDT_STRINGS_AT + blob.strings);
}

static void refuses_what_is_no_tree(void **state)
{
    (void)state;
    assert_int_equal(open_with(MAGIC, 0xd00dfeee), TN_ERR_FORMAT);
    assert_int_equal(open_with(MAGIC, 0xedfe0dd0), TN_ERR_FORMAT);
    assert_int_equal(open_blob(39), TN_ERR_TRUNCATED);
    assert_int_equal(open_blob(0), TN_ERR_TRUNCATED);
    struct drv_fdt fdt;
    assert_int_equal(drv_fdt_open(&fdt, blob.bytes + 2, 1000), TN_ERR_ALIGNMENT);
}

static void reads_version_17_and_what_is_compatible_with_it(void **state)
{
    (void)state;
    assert_int_equal(open_with(VERSION, 16), TN_ERR_VERSION);
    assert_int_equal(open_with(VERSION, 18), TN_OK);
    assert_int_equal(open_with(COMPATIBLE, 17), TN_OK);
    assert_int_equal(open_with(COMPATIBLE, 18), TN_ERR_VERSION);
}

/* Every block must lie in what can be read and in what the header calls the tree. */
static void refuses_blocks_that_end_outside(void **state)
{
    (void)state;
    uint32_t end = FDT_STRINGS_AT + blob.strings;
    assert_int_equal(open_blob(end), TN_OK);
    assert_int_equal(open_blob(end - 1), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(TOTAL, end), TN_OK);
    assert_int_equal(open_with(TOTAL, end - 1), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(TOTAL, 0), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(STRUCTURE, 0xfffffffc), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(STRUCTURE_BYTES, 0xfffffffc), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(STRINGS, 0xffffffff), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(STRINGS_BYTES, FDT_STRINGS_MAX + 1), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(RESERVED, 0xfffffff8), TN_ERR_TRUNCATED);
}

/* QEMU claims 1 MiB for a tree of 8 KiB that it puts at the end of memory. */
static void believes_no_size_beyond_memory(void **state)
{
    (void)state;
    assert_int_equal(open_with(TOTAL, 0x40000000), TN_OK);
}

static void refuses_misplaced_blocks(void **state)
{
    (void)state;
    assert_int_equal(open_with(STRUCTURE, FDT_STRUCTURE_AT + 2), TN_ERR_FORMAT);
    assert_int_equal(open_with(STRUCTURE_BYTES, blob.structure - 1), TN_ERR_FORMAT);
    assert_int_equal(open_with(RESERVED, FDT_RESERVED_AT + 4), TN_ERR_FORMAT);
    assert_int_equal(open_with(RESERVED, 32), TN_ERR_FORMAT);
    assert_int_equal(open_with(STRUCTURE, 36), TN_ERR_TRUNCATED);
    assert_int_equal(open_with(STRINGS, 39), TN_ERR_TRUNCATED);
}

/* Names are read up to their 0: the last one must have it. */
static void refuses_strings_without_end(void **state)
{
    (void)state;
    assert_int_equal(open_with(STRINGS_BYTES, blob.strings - 1), TN_ERR_FORMAT);
    assert_int_equal(open_with(STRINGS_BYTES, 0), TN_OK);
}

static void lists_reserved_memory(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    uint64_t base;
    uint64_t length;
    tn_store_be64(blob.bytes + FDT_RESERVED_AT, UINT64_C(0x123456789abc0000));
    tn_store_be64(blob.bytes + FDT_RESERVED_AT + 8, 0x2000);
    fdt_blob_open(&blob, &fdt);
    assert_int_equal(fdt.reserved_count, 1);
    drv_fdt_reserved(&fdt, 0, &base, &length);
    assert_int_equal(base, UINT64_C(0x123456789abc0000));
    assert_int_equal(length, 0x2000);
}

/* An entry ends the list only if both of its numbers are 0. */
static void reads_reserved_memory_at_address_0(void **state)
{
    (void)state;
    struct drv_fdt fdt;
    tn_store_be64(blob.bytes + FDT_RESERVED_AT + 8, 0x1000);
    fdt_blob_open(&blob, &fdt);
    assert_int_equal(fdt.reserved_count, 1);
}

static void refuses_reserved_memory_without_end(void **state)
{
    (void)state;
    memset(blob.bytes + FDT_STRINGS_AT, 1, FDT_STRINGS_MAX - 8);
    assert_int_equal(open_with(RESERVED, FDT_STRINGS_AT), TN_ERR_FORMAT); /* strings do not end */
    fdt_blob_poke(&blob, STRINGS_BYTES, 0);
    assert_int_equal(open_with(RESERVED, FDT_STRINGS_AT), TN_ERR_TRUNCATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tells_where_its_blocks_are, setup),
        cmocka_unit_test_setup(refuses_what_is_no_tree, setup),
        cmocka_unit_test_setup(reads_version_17_and_what_is_compatible_with_it, setup),
        cmocka_unit_test_setup(refuses_blocks_that_end_outside, setup),
        cmocka_unit_test_setup(believes_no_size_beyond_memory, setup),
        cmocka_unit_test_setup(refuses_misplaced_blocks, setup),
        cmocka_unit_test_setup(refuses_strings_without_end, setup),
        cmocka_unit_test_setup(lists_reserved_memory, setup),
        cmocka_unit_test_setup(reads_reserved_memory_at_address_0, setup),
        cmocka_unit_test_setup(refuses_reserved_memory_without_end, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Values: numbers, texts, kinds of devices, interrupts, and addresses through buses. */
#include <support/testing.h>

#include "fdt_blob.h"

static struct fdt_blob blob;
static struct drv_fdt fdt;
static struct drv_fdt_walk walk;
static struct drv_fdt_node node;

static int setup(void **state)
{
    (void)state;
    fdt_blob_init(&blob);
    return 0;
}

/* A value of these bytes, in aligned storage; the next one takes its place. */
static struct drv_fdt_value value_of(const void *bytes, uint32_t length)
{
    static uint8_t storage[64] __attribute__((aligned(8)));
    assert_true(length <= sizeof(storage));
    memcpy(storage, bytes, length);
    return (struct drv_fdt_value){storage, length};
}

static void reads_cells(void **state)
{
    (void)state;
    struct drv_fdt_value value = value_of("\1\2\3\4\xff\xfe\xfd\xfc\0\0\0", 11);
    uint32_t cell;
    assert_int_equal(drv_fdt_cell(value, 0, &cell), TN_OK);
    assert_int_equal(cell, 0x01020304);
    assert_int_equal(drv_fdt_cell(value, 1, &cell), TN_OK);
    assert_int_equal(cell, 0xfffefdfc);
    assert_int_equal(drv_fdt_cell(value, 2, &cell), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_cell(value, UINT32_MAX, &cell), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_cell((struct drv_fdt_value){NULL, 0}, 0, &cell), TN_ERR_NOT_FOUND);
}

static void reads_numbers_of_four_or_eight_bytes(void **state)
{
    (void)state;
    uint64_t number;
    assert_int_equal(drv_fdt_number(value_of("\x80\0\0\1", 4), &number), TN_OK);
    assert_int_equal(number, 0x80000001u);
    assert_int_equal(drv_fdt_number(value_of("\0\0\0\1\0\0\0\2", 8), &number), TN_OK);
    assert_int_equal(number, UINT64_C(0x100000002));
    for (uint32_t length = 0; length < 16; length++) {
        if (length != 4 && length != 8) {
            assert_int_equal(drv_fdt_number(value_of("0123456789abcdef", length), &number),
                             TN_ERR_FORMAT);
        }
    }
}

static void compares_texts_with_their_end(void **state)
{
    (void)state;
    assert_true(drv_fdt_is(value_of("hvc", 4), "hvc"));
    assert_false(drv_fdt_is(value_of("hvc", 3), "hvc"));
    assert_false(drv_fdt_is(value_of("hvcx", 5), "hvc"));
    assert_false(drv_fdt_is(value_of("hvc\0smc", 8), "hvc"));
    assert_string_equal(drv_fdt_string(value_of("one\0two", 8)), "one");
    assert_null(drv_fdt_string(value_of("open", 4)));
    assert_null(drv_fdt_string(value_of("", 0)));
}

static unsigned match(const char *bytes, uint32_t length)
{
    static const struct drv_fdt_text kinds[] = {
        DRV_FDT_TEXT("arm,pl011"),
        DRV_FDT_TEXT("arm,pl031"),
        DRV_FDT_TEXT("arm"),
    };
    node = (struct drv_fdt_node){.known[DRV_FDT_COMPATIBLE] = value_of(bytes, length)};
    return drv_fdt_match(&node, kinds, TN_ARRAY_LEN(kinds));
}

static void tells_the_kind_of_a_device(void **state)
{
    (void)state;
    assert_int_equal(match("arm,pl011", 10), 0);
    assert_int_equal(match("arm,pl031\0arm,primecell", 24), 1);
    assert_int_equal(match("maker,chip\0arm,pl011", 21), 0);
    assert_int_equal(match("arm", 4), 2);
    assert_int_equal(match("arm,pl01", 9), 3);
    assert_int_equal(match("arm,pl0111", 11), 3);
    assert_int_equal(match("", 0), 3);
    assert_int_equal(match("\0\0\0", 3), 3);
}

/* The node's own order decides: its most specific text that is known. */
static void prefers_what_the_node_names_first(void **state)
{
    (void)state;
    assert_int_equal(match("arm,pl031\0arm,pl011", 20), 1);
    assert_int_equal(match("arm\0arm,pl011", 14), 2);
}

static void matches_no_text_without_end(void **state)
{
    (void)state;
    /* Also where a 0 follows that does not belong to it. */
    assert_int_equal(match("arm,pl011", 10), 0);
    assert_int_equal(match("arm,pl011", 9), 3);
    assert_int_equal(match("x\0arm,pl011", 11), 3);
}

static void reads_interrupts_of_the_gic(void **state)
{
    (void)state;
    static const uint8_t three[] = {0, 0, 0, 0, 0, 0, 0, 16,  0, 0, 0, 1, /* shared 16, rising */
                                    0, 0, 0, 1, 0, 0, 0, 11,  0, 0, 1, 4, /* private 11, level */
                                    0, 0, 0, 0, 0, 0, 3, 219, 0, 0, 0, 8};
    struct drv_fdt_value value = value_of(three, sizeof(three));
    unsigned irq;
    bool edge;
    assert_int_equal(drv_fdt_gic_interrupt(value, 0, &irq, &edge), TN_OK);
    assert_int_equal(irq, 48);
    assert_true(edge);
    assert_int_equal(drv_fdt_gic_interrupt(value, 1, &irq, &edge), TN_OK);
    assert_int_equal(irq, 27);
    assert_false(edge);
    assert_int_equal(drv_fdt_gic_interrupt(value, 2, &irq, &edge), TN_OK);
    assert_int_equal(irq, 1019);
    assert_false(edge);
    assert_int_equal(drv_fdt_gic_interrupt(value, 3, &irq, &edge), TN_ERR_NOT_FOUND);
    value.length -= 4;
    assert_int_equal(drv_fdt_gic_interrupt(value, 2, &irq, &edge), TN_ERR_NOT_FOUND);
}

static void refuses_interrupts_that_a_gic_does_not_have(void **state)
{
    (void)state;
    static const uint8_t bad[][12] = {
        {0, 0, 0, 0, 0, 0, 3, 220, 0, 0, 0, 4}, /* shared 988 would be 1020 */
        {0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff},   /* no number at all */
        {0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 4},  /* private 16 */
        {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 4},   /* extended ranges are not for version 2 */
        {0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 4},
    };
    unsigned irq = 77;
    bool edge = true;
    for (unsigned i = 0; i < TN_ARRAY_LEN(bad); i++) {
        assert_int_equal(drv_fdt_gic_interrupt(value_of(bad[i], 12), 0, &irq, &edge),
                         TN_ERR_FORMAT);
    }
    assert_int_equal(irq, 77);
}

static void reads_addresses_as_wide_as_the_parent_says(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "#address-cells", 1, 2);
    fdt_blob_cells(&blob, "#size-cells", 1, 2);
    fdt_blob_begin(&blob, "wide");
    fdt_blob_cells(&blob, "reg", 8, 1, 0x1000, 0, 0x20, 0, 0x5000, 2, 0);
    fdt_blob_end(&blob);
    fdt_blob_begin(&blob, "cpus");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_cells(&blob, "#size-cells", 1, 0);
    fdt_blob_bytes(&blob, "ranges", "", 0);
    fdt_blob_begin(&blob, "cpu");
    fdt_blob_cells(&blob, "reg", 1, 3);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);

    fdt_blob_find(&blob, "wide", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
    assert_int_equal(base, UINT64_C(0x100001000));
    assert_int_equal(length, 0x20);
    assert_int_equal(drv_fdt_reg(&walk, &node, 1, &base, &length), TN_OK);
    assert_int_equal(base, 0x5000);
    assert_int_equal(length, UINT64_C(0x200000000));
    assert_int_equal(drv_fdt_reg(&walk, &node, 2, &base, &length), TN_ERR_NOT_FOUND);
    fdt_blob_find(&blob, "cpu", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
    assert_int_equal(base, 3);
    assert_int_equal(length, 0);
}

/* Two cells and one are the defaults, whatever nodes further up say. */
static void does_not_inherit_widths(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_cells(&blob, "#size-cells", 1, 1);
    fdt_blob_begin(&blob, "bus");
    fdt_blob_bytes(&blob, "ranges", "", 0);
    fdt_blob_begin(&blob, "device");
    fdt_blob_cells(&blob, "reg", 3, 0, 0x7000, 0x10);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "device", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
    assert_int_equal(base, 0x7000);
    assert_int_equal(length, 0x10);
}

/* A device on a bus on a bus, each of which shows part of its addresses elsewhere. */
static void build_buses(bool inner_shows)
{
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "#address-cells", 1, 2);
    fdt_blob_cells(&blob, "#size-cells", 1, 1);
    fdt_blob_begin(&blob, "outer");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_cells(&blob, "#size-cells", 1, 1);
    fdt_blob_cells(&blob, "ranges", 8, 0x1000, 0, 0x500, 0x100, 0x40000000, 1, 0, 0x10000);
    fdt_blob_begin(&blob, "inner");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_cells(&blob, "#size-cells", 1, 1);
    if (inner_shows) {
        fdt_blob_cells(&blob, "ranges", 3, 0, 0x40008000, 0x1000);
    }
    fdt_blob_begin(&blob, "device");
    fdt_blob_cells(&blob, "reg", 6, 0x100, 0x20, 0x1010, 0x10);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "device", &fdt, &walk, &node);
}

static void translates_through_all_buses(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    build_buses(true);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
    assert_int_equal(base, UINT64_C(0x100008100));
    assert_int_equal(length, 0x20);
    /* The inner bus does not show the second range, though the outer one would. */
    assert_int_equal(drv_fdt_reg(&walk, &node, 1, &base, &length), TN_ERR_NOT_FOUND);
}

/* A range must be shown to its last byte. */
static void shows_no_part_of_a_range(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_begin(&blob, "bus");
    fdt_blob_cells(&blob, "#address-cells", 1, 1);
    fdt_blob_cells(&blob, "ranges", 3, 0, 0x8000, 0x1000);
    fdt_blob_begin(&blob, "device");
    fdt_blob_cells(&blob, "reg", 4, 0xff0, 0x10, 0xff0, 0x11);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "device", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
    assert_int_equal(base, 0x8ff0);
    assert_int_equal(drv_fdt_reg(&walk, &node, 1, &base, &length), TN_ERR_NOT_FOUND);
}

static void shows_nothing_behind_a_bus_without_ranges(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    build_buses(false);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_fdt_reg(&walk, &node, 1, &base, &length), TN_ERR_NOT_FOUND);
}

static void refuses_addresses_that_do_not_fit(void **state)
{
    (void)state;
    uint64_t base;
    uint64_t length;
    fdt_blob_begin(&blob, "");
    fdt_blob_cells(&blob, "#address-cells", 1, 3);
    fdt_blob_begin(&blob, "pci-like");
    fdt_blob_cells(&blob, "reg", 4, 0, 0, 0, 0);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "pci-like", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_ERR_FORMAT);

    fdt_blob_init(&blob);
    fdt_blob_begin(&blob, "");
    fdt_blob_begin(&blob, "wraps");
    fdt_blob_cells(&blob, "reg", 3, 0xffffffff, 0xfffffff0, 0x20);
    fdt_blob_end(&blob);
    fdt_blob_end(&blob);
    fdt_blob_finish(&blob);
    fdt_blob_find(&blob, "wraps", &fdt, &walk, &node);
    assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_ERR_FORMAT);
}

/* Widths of 0, and of 2^32 - 1, which multiplied by 4 would wrap to something small. */
static void survives_senseless_widths(void **state)
{
    (void)state;
    static const uint32_t widths[] = {0, 3, 0x40000000, 0xffffffff};
    uint64_t base;
    uint64_t length;
    for (unsigned i = 0; i < TN_ARRAY_LEN(widths); i++) {
        fdt_blob_init(&blob);
        fdt_blob_begin(&blob, "");
        fdt_blob_cells(&blob, "#address-cells", 1, widths[i]);
        fdt_blob_cells(&blob, "#size-cells", 1, widths[i]);
        fdt_blob_begin(&blob, "bus");
        fdt_blob_cells(&blob, "#address-cells", 1, 1);
        fdt_blob_cells(&blob, "ranges", 3, 0, 0, 0x1000);
        fdt_blob_begin(&blob, "device");
        fdt_blob_cells(&blob, "reg", 2, 0, 0x10);
        fdt_blob_end(&blob);
        fdt_blob_end(&blob);
        fdt_blob_end(&blob);
        fdt_blob_finish(&blob);
        fdt_blob_find(&blob, "bus", &fdt, &walk, &node);
        assert_int_not_equal(drv_fdt_reg(&walk, &node, 0, &base, &length), TN_OK);
        fdt_blob_find(&blob, "device", &fdt, &walk, &node);
        assert_int_equal(drv_fdt_reg(&walk, &node, 0, &base, &length),
                         widths[i] == 0 ? TN_ERR_NOT_FOUND : TN_ERR_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reads_cells, setup),
        cmocka_unit_test_setup(reads_numbers_of_four_or_eight_bytes, setup),
        cmocka_unit_test_setup(compares_texts_with_their_end, setup),
        cmocka_unit_test_setup(tells_the_kind_of_a_device, setup),
        cmocka_unit_test_setup(prefers_what_the_node_names_first, setup),
        cmocka_unit_test_setup(matches_no_text_without_end, setup),
        cmocka_unit_test_setup(reads_interrupts_of_the_gic, setup),
        cmocka_unit_test_setup(refuses_interrupts_that_a_gic_does_not_have, setup),
        cmocka_unit_test_setup(reads_addresses_as_wide_as_the_parent_says, setup),
        cmocka_unit_test_setup(does_not_inherit_widths, setup),
        cmocka_unit_test_setup(translates_through_all_buses, setup),
        cmocka_unit_test_setup(shows_no_part_of_a_range, setup),
        cmocka_unit_test_setup(shows_nothing_behind_a_bus_without_ranges, setup),
        cmocka_unit_test_setup(refuses_addresses_that_do_not_fit, setup),
        cmocka_unit_test_setup(survives_senseless_widths, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

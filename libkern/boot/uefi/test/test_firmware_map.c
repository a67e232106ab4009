/* SPDX-License-Identifier: MIT */
/* From the firmware's memory map to ours. */
#include <support/testing.h>

#include <string.h>

#include <libbase/bytes.h>

#include "firmware_map.h"

enum {
    STRIDE = 48, /* As OVMF has it: 8 bytes more than the fields. */
    ROOM = 200,
    WRITE_BACK = 8,
    RESERVED = 0,
    LOADER_DATA = 2,
    BOOT_DATA = 4,
    RUNTIME_DATA = 6,
    FREE = 7,
    ACPI_TABLES = 9,
    ACPI_FIRMWARE = 10,
    DEVICE = 11,
};

/* A map under construction. */
static struct {
    uint8_t bytes[ROOM * STRIDE];
    struct firmware_map map;
} firmware;

static struct boot_memory scratch[ROOM];
static struct boot_info info;

static int begin(void **state)
{
    (void)state;
    firmware.map = (struct firmware_map){.descriptors = firmware.bytes, .stride = STRIDE};
    return 0;
}

static void add_with(uint32_t type, uint64_t base, uint64_t pages, uint64_t attribute)
{
    uint8_t *at = firmware.bytes + firmware.map.bytes;
    memset(at, 0xee, STRIDE);
    tn_store_le32(at, type);
    tn_store_le64(at + 8, base);
    tn_store_le64(at + 24, pages);
    tn_store_le64(at + 32, attribute);
    firmware.map.bytes += STRIDE;
}

static void add(uint32_t type, uint64_t base, uint64_t pages)
{
    add_with(type, base, pages, WRITE_BACK);
}

static tn_status_t convert(uint32_t most)
{
    memset(&info, 0, sizeof(info));
    return firmware_map_convert(&firmware.map, scratch, ROOM, most, &info);
}

static void expect(uint32_t index, uint64_t base, uint64_t pages, uint64_t kind)
{
    assert_true(index < info.memory_count);
    assert_int_equal(info.memory[index].base, base);
    assert_int_equal(info.memory[index].length, pages * 4096);
    assert_int_equal(info.memory[index].kind, kind);
}

static void what_ends_with_the_boot_services_is_ram(void **state)
{
    (void)state;
    for (uint32_t type = 0; type < 16; type++) {
        firmware.map.bytes = 0;
        add(type, 0x100000, 1);
        assert_int_equal(convert(1), TN_OK);
        bool ram = (type >= 1 && type <= 4) || type == FREE;
        bool tables = type == ACPI_TABLES || type == ACPI_FIRMWARE;
        expect(0, 0x100000, 1,
               ram      ? BOOT_MEMORY_RAM
               : tables ? BOOT_MEMORY_FIRMWARE
                        : BOOT_MEMORY_RESERVED);
    }
}

static void memory_that_is_uncached_or_meant_for_something_is_reserved(void **state)
{
    (void)state;
    add_with(FREE, 0x100000, 1, 1);
    add_with(FREE, 0x101000, 1, WRITE_BACK | 0x40000);
    assert_int_equal(convert(4), TN_OK);
    assert_int_equal(info.memory_count, 1);
    expect(0, 0x100000, 2, BOOT_MEMORY_RESERVED);
}

static void ranges_are_sorted_and_neighbours_of_a_kind_are_joined(void **state)
{
    (void)state;
    add(FREE, 0x300000, 16);
    add(RUNTIME_DATA, 0x310000, 1);
    add(BOOT_DATA, 0x200000, 256);
    add(LOADER_DATA, 0x100000, 256);
    add(ACPI_TABLES, 0x311000, 2);
    add(ACPI_FIRMWARE, 0x313000, 2);
    add(DEVICE, UINT64_C(0xfee00000), 1);
    assert_int_equal(convert(8), TN_OK);
    assert_int_equal(info.memory_count, 4);
    expect(0, 0x100000, 528, BOOT_MEMORY_RAM);
    expect(1, 0x310000, 1, BOOT_MEMORY_RESERVED);
    expect(2, 0x311000, 4, BOOT_MEMORY_FIRMWARE);
    expect(3, UINT64_C(0xfee00000), 1, BOOT_MEMORY_RESERVED);
}

static void what_is_described_twice_is_reserved(void **state)
{
    (void)state;
    add(FREE, 0x100000, 16);
    add(FREE, 0x108000, 16);
    add(FREE, 0x200000, 16);
    add(RUNTIME_DATA, 0x204000, 2);
    add(FREE, 0x300000, 1);
    assert_int_equal(convert(8), TN_OK);
    assert_int_equal(info.memory_count, 3);
    expect(0, 0x100000, 24, BOOT_MEMORY_RESERVED);
    expect(1, 0x200000, 16, BOOT_MEMORY_RESERVED);
    expect(2, 0x300000, 1, BOOT_MEMORY_RAM);
}

static void of_too_many_the_smallest_without_tables_are_left_out(void **state)
{
    (void)state;
    add(FREE, 0x100000, 4);
    add(FREE, 0x200000, 2);
    add(ACPI_TABLES, 0x300000, 1);
    add(RESERVED, 0x400000, 3);
    assert_int_equal(convert(3), TN_OK);
    assert_int_equal(info.memory_count, 3);
    expect(0, 0x100000, 4, BOOT_MEMORY_RAM);
    expect(1, 0x300000, 1, BOOT_MEMORY_FIRMWARE);
    expect(2, 0x400000, 3, BOOT_MEMORY_RESERVED);
    assert_int_equal(convert(1), TN_OK);
    expect(0, 0x300000, 1, BOOT_MEMORY_FIRMWARE);
}

static void as_many_as_there_is_room_for_are_kept(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 2 * BOOT_MEMORY_MAX; i++) {
        add(FREE, 0x100000 + i * 0x10000, 1 + i % 2);
    }
    assert_int_equal(convert(BOOT_MEMORY_MAX), TN_OK);
    assert_int_equal(info.memory_count, BOOT_MEMORY_MAX);
    for (uint32_t i = 0; i < BOOT_MEMORY_MAX; i++) {
        expect(i, 0x110000 + i * UINT64_C(0x20000), 2, BOOT_MEMORY_RAM);
    }
}

static void what_is_no_range_of_addresses_is_skipped(void **state)
{
    (void)state;
    add(FREE, 0x100000, 0);
    add(FREE, UINT64_C(0xfffffffffffff000), 2);
    add(FREE, 0x100000, UINT64_C(1) << 52);
    add(FREE, 0x100000, UINT64_MAX);
    add(FREE, 0x100800, 1);
    assert_int_equal(convert(8), TN_OK);
    assert_int_equal(info.memory_count, 0);
}

static void a_descriptor_that_is_cut_is_skipped(void **state)
{
    (void)state;
    add(FREE, 0x100000, 1);
    add(FREE, 0x200000, 1);
    firmware.map.bytes--;
    assert_int_equal(convert(8), TN_OK);
    assert_int_equal(info.memory_count, 1);
}

static void descriptors_that_are_too_short_are_refused(void **state)
{
    (void)state;
    add(FREE, 0x100000, 1);
    firmware.map.stride = 39;
    assert_int_equal(convert(8), TN_ERR_FORMAT);
    firmware.map.stride = 0;
    assert_int_equal(convert(8), TN_ERR_FORMAT);
}

static void more_than_the_scratch_holds_are_refused(void **state)
{
    (void)state;
    add(FREE, 0x100000, 1);
    add(FREE, 0x200000, 1);
    assert_int_equal(firmware_map_convert(&firmware.map, scratch, 1, 8, &info), TN_ERR_FULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_ends_with_the_boot_services_is_ram, begin),
        cmocka_unit_test_setup(memory_that_is_uncached_or_meant_for_something_is_reserved, begin),
        cmocka_unit_test_setup(ranges_are_sorted_and_neighbours_of_a_kind_are_joined, begin),
        cmocka_unit_test_setup(what_is_described_twice_is_reserved, begin),
        cmocka_unit_test_setup(of_too_many_the_smallest_without_tables_are_left_out, begin),
        cmocka_unit_test_setup(as_many_as_there_is_room_for_are_kept, begin),
        cmocka_unit_test_setup(what_is_no_range_of_addresses_is_skipped, begin),
        cmocka_unit_test_setup(a_descriptor_that_is_cut_is_skipped, begin),
        cmocka_unit_test_setup(descriptors_that_are_too_short_are_refused, begin),
        cmocka_unit_test_setup(more_than_the_scratch_holds_are_refused, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

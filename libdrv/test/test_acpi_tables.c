/* SPDX-License-Identifier: MIT */
/* From the root pointer to a table: what is found, and what is refused with which status. */
#include <support/testing.h>

#include <libbase/bytes.h>
#include <libdrv/acpi.h>

#include "acpi_memory.h"

enum {
    RSDP = 0xf0000,
    RSDT = 0x1000,
    FIRST = 0x2000,
    SECOND = 0x3000
};

/* A machine with a list of two tables. */
struct world {
    struct acpi_memory machine;
    struct drv_acpi acpi;
    uint8_t *rsdp, *rsdt, *first, *second;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    const uint8_t list[8] = {0, FIRST >> 8, 0, 0, 0, SECOND >> 8, 0, 0};
    acpi_memory_init(&world->machine);
    world->rsdp = acpi_memory_put_rsdp(&world->machine, RSDP, RSDT);
    world->rsdt = acpi_memory_put_table(&world->machine, RSDT, "RSDT", list, sizeof(list));
    world->first = acpi_memory_put_table(&world->machine, FIRST, "AAAA", "12345", 5);
    world->second = acpi_memory_put_table(&world->machine, SECOND, "BBBB", NULL, 0);
    *state = world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    acpi_memory_fini(&world->machine);
    free(world);
    return 0;
}

static tn_status_t init(struct world *world)
{
    return drv_acpi_init(&world->acpi, &world->machine.memory, RSDP);
}

static tn_status_t find(struct world *world, const char *signature)
{
    struct drv_acpi_table table;
    assert_int_equal(init(world), TN_OK);
    return drv_acpi_find(&world->acpi, signature, &table);
}

static void finds_each_table_of_the_list(void **state)
{
    struct world *world = *state;
    struct drv_acpi_table table;
    assert_int_equal(init(world), TN_OK);
    assert_int_equal(drv_acpi_find(&world->acpi, "AAAA", &table), TN_OK);
    assert_ptr_equal(table.bytes, world->first);
    assert_int_equal(table.length, ACPI_HEADER + 5);
    assert_int_equal(drv_acpi_find(&world->acpi, "BBBB", &table), TN_OK);
    assert_ptr_equal(table.bytes, world->second);
    assert_int_equal(table.length, ACPI_HEADER);
    assert_int_equal(drv_acpi_find(&world->acpi, "CCCC", &table), TN_ERR_NOT_FOUND);
}

static void an_empty_list_has_no_tables(void **state)
{
    struct world *world = *state;
    tn_store_le32(world->rsdt + 4, ACPI_HEADER);
    acpi_fix_checksum(world->rsdt, ACPI_HEADER, 9);
    assert_int_equal(find(world, "AAAA"), TN_ERR_NOT_FOUND);
}

static void half_an_entry_at_the_end_is_none(void **state)
{
    struct world *world = *state;
    tn_store_le32(world->rsdt + 4, ACPI_HEADER + 7);
    acpi_fix_checksum(world->rsdt, ACPI_HEADER + 7, 9);
    assert_int_equal(find(world, "AAAA"), TN_OK);
    assert_int_equal(find(world, "BBBB"), TN_ERR_NOT_FOUND);
}

static void entries_that_point_nowhere_are_passed_over(void **state)
{
    struct world *world = *state;
    tn_store_le32(world->rsdt + ACPI_HEADER, 0xfffffffc);
    acpi_fix_checksum(world->rsdt, ACPI_HEADER + 8, 9);
    assert_int_equal(find(world, "AAAA"), TN_ERR_NOT_FOUND);
    assert_int_equal(find(world, "BBBB"), TN_OK);
}

static void the_root_pointer_is_checked(void **state)
{
    struct world *world = *state;
    assert_int_equal(drv_acpi_init(&world->acpi, &world->machine.memory, 0), TN_ERR_RANGE);
    assert_int_equal(drv_acpi_init(&world->acpi, &world->machine.memory, RSDP + 1), TN_ERR_RANGE);
    world->rsdp[10] ^= 1;
    assert_int_equal(init(world), TN_ERR_CHECKSUM);
    world->rsdp[10] ^= 1;
    world->rsdp[7] = 'X';
    assert_int_equal(init(world), TN_ERR_FORMAT);
}

static void the_list_is_checked(void **state)
{
    struct world *world = *state;
    world->rsdt[ACPI_HEADER] ^= 1;
    assert_int_equal(init(world), TN_ERR_CHECKSUM);
    world->rsdt[ACPI_HEADER] ^= 1;
    world->rsdt[3] = 'X';
    assert_int_equal(init(world), TN_ERR_FORMAT);
    tn_store_le32(world->rsdp + 16, 0x9000);
    acpi_fix_checksum(world->rsdp, 20, 8);
    assert_int_equal(init(world), TN_ERR_RANGE);
}

/* A length below the header's, above the limit, and behind the end of memory. */
static void lengths_of_tables_are_checked(void **state)
{
    struct world *world = *state;
    tn_store_le32(world->first + 4, ACPI_HEADER - 1);
    assert_int_equal(find(world, "AAAA"), TN_ERR_FORMAT);
    tn_store_le32(world->first + 4, DRV_ACPI_TABLE_MAX + 1);
    assert_int_equal(find(world, "AAAA"), TN_ERR_FORMAT);
    tn_store_le32(world->first + 4, ACPI_HEADER + 6);
    assert_int_equal(find(world, "AAAA"), TN_ERR_RANGE);
}

static void an_altered_table_is_refused(void **state)
{
    struct world *world = *state;
    for (uint32_t i = 8; i < ACPI_HEADER + 5; i++) {
        world->first[i] ^= 0x40;
        assert_int_equal(find(world, "AAAA"), TN_ERR_CHECKSUM);
        world->first[i] ^= 0x40;
    }
    assert_int_equal(find(world, "AAAA"), TN_OK);
}

static void a_signature_without_a_header_behind_it_is_refused(void **state)
{
    struct world *world = *state;
    (void)acpi_memory_put(&world->machine, 0x4000, "DDDD", 4);
    tn_store_le32(world->rsdt + ACPI_HEADER, 0x4000);
    acpi_fix_checksum(world->rsdt, ACPI_HEADER + 8, 9);
    assert_int_equal(find(world, "DDDD"), TN_ERR_RANGE);
}

/* --- Version 2: 64-bit addresses. */

enum {
    RSDP_V2_BYTES = 36
};
#define XSDT  UINT64_C(0x200000000)
#define ABOVE UINT64_C(0x123450000)

static uint8_t *put_rsdp_v2(struct world *world, uint64_t xsdt)
{
    uint8_t rsdp[RSDP_V2_BYTES] = "RSD PTR ";
    rsdp[15] = 2;
    tn_store_le32(rsdp + 16, RSDT);
    tn_store_le32(rsdp + 20, RSDP_V2_BYTES);
    tn_store_le64(rsdp + 24, xsdt);
    acpi_fix_checksum(rsdp, 20, 8);
    acpi_fix_checksum(rsdp, RSDP_V2_BYTES, 32);
    return acpi_memory_put(&world->machine, 0xe0000, rsdp, RSDP_V2_BYTES);
}

static tn_status_t init_v2(struct world *world)
{
    return drv_acpi_init(&world->acpi, &world->machine.memory, 0xe0000);
}

static void version_2_prefers_addresses_of_64_bits(void **state)
{
    struct world *world = *state;
    struct drv_acpi_table table;
    uint8_t list[8];
    tn_store_le64(list, ABOVE);
    (void)put_rsdp_v2(world, XSDT);
    (void)acpi_memory_put_table(&world->machine, XSDT, "XSDT", list, sizeof(list));
    uint8_t *above = acpi_memory_put_table(&world->machine, ABOVE, "EEEE", NULL, 0);
    assert_int_equal(init_v2(world), TN_OK);
    assert_int_equal(drv_acpi_find(&world->acpi, "EEEE", &table), TN_OK);
    assert_ptr_equal(table.bytes, above);
    assert_int_equal(drv_acpi_find(&world->acpi, "AAAA", &table), TN_ERR_NOT_FOUND);
}

static void version_2_without_them_uses_the_old_list(void **state)
{
    struct world *world = *state;
    struct drv_acpi_table table;
    (void)put_rsdp_v2(world, 0);
    assert_int_equal(init_v2(world), TN_OK);
    assert_int_equal(drv_acpi_find(&world->acpi, "AAAA", &table), TN_OK);
}

static void version_2_checks_all_of_the_pointer(void **state)
{
    struct world *world = *state;
    uint8_t *rsdp = put_rsdp_v2(world, XSDT);
    rsdp[33] ^= 1; /* Not covered by the first checksum. */
    assert_int_equal(init_v2(world), TN_ERR_CHECKSUM);
    tn_store_le32(rsdp + 20, RSDP_V2_BYTES - 1);
    assert_int_equal(init_v2(world), TN_ERR_FORMAT);
    tn_store_le32(rsdp + 20, 4097);
    assert_int_equal(init_v2(world), TN_ERR_FORMAT);
    tn_store_le32(rsdp + 20, RSDP_V2_BYTES + 1);
    assert_int_equal(init_v2(world), TN_ERR_RANGE);
    world->rsdp[15] = 2; /* The short one claims to be long, and memory ends. */
    acpi_fix_checksum(world->rsdp, 20, 8);
    assert_int_equal(init(world), TN_ERR_RANGE);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(finds_each_table_of_the_list),
        CASE(an_empty_list_has_no_tables),
        CASE(half_an_entry_at_the_end_is_none),
        CASE(entries_that_point_nowhere_are_passed_over),
        CASE(the_root_pointer_is_checked),
        CASE(the_list_is_checked),
        CASE(lengths_of_tables_are_checked),
        CASE(an_altered_table_is_refused),
        CASE(a_signature_without_a_header_behind_it_is_refused),
        CASE(version_2_prefers_addresses_of_64_bits),
        CASE(version_2_without_them_uses_the_old_list),
        CASE(version_2_checks_all_of_the_pointer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

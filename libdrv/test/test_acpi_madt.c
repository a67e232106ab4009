/* SPDX-License-Identifier: MIT */
/* The interrupt controllers' table: each kind of entry, and lists that end where they should not. */
#include <support/testing.h>

#include <libdrv/acpi.h>

enum {
    FIRST = 44
};

static struct drv_acpi_table make(const uint8_t *entries, uint32_t length)
{
    uint8_t *bytes = calloc(1, FIRST + length);
    if (length > 0) {
        memcpy(bytes + FIRST, entries, length);
    }
    return (struct drv_acpi_table){.bytes = bytes, .length = FIRST + length};
}

static void assert_next(const struct drv_acpi_table *table, uint32_t *offset,
                        struct drv_acpi_madt_entry expected)
{
    struct drv_acpi_madt_entry entry;
    memset(&entry, 0xa5, sizeof(entry));
    assert_int_equal(drv_acpi_madt_next(table, offset, &entry), TN_OK);
    assert_int_equal(entry.kind, expected.kind);
    assert_int_equal(entry.address, expected.address);
    assert_int_equal(entry.gsi, expected.gsi);
    assert_int_equal(entry.id, expected.id);
    assert_int_equal(entry.is_level, expected.is_level);
    assert_int_equal(entry.is_low, expected.is_low);
}

static void assert_processor(const struct drv_acpi_table *table, uint32_t *offset, uint32_t apic,
                             bool enabled)
{
    struct drv_acpi_processor processor;
    memset(&processor, 0xa5, sizeof(processor));
    assert_int_equal(drv_acpi_processor_next(table, offset, &processor), TN_OK);
    assert_int_equal(processor.apic, apic);
    assert_int_equal(processor.enabled, enabled);
}

static void assert_no_processor(const struct drv_acpi_table *table, uint32_t offset,
                                tn_status_t status)
{
    struct drv_acpi_processor processor = {.apic = 42};
    assert_int_equal(drv_acpi_processor_next(table, &offset, &processor), status);
    assert_int_equal(processor.apic, 42);
}

static void assert_end(const struct drv_acpi_table *table, uint32_t offset, tn_status_t status)
{
    struct drv_acpi_madt_entry entry = {.id = 42};
    assert_int_equal(drv_acpi_madt_next(table, &offset, &entry), status);
    assert_int_equal(entry.id, 42);
}

/* What reading @p length bytes of entries comes to at once: as controllers, and as processors. */
static void assert_reads(const uint8_t *entries, uint32_t length, tn_status_t status,
                         tn_status_t processor_status)
{
    struct drv_acpi_table table = make(entries, length);
    assert_end(&table, 0, status);
    assert_no_processor(&table, 0, processor_status);
    free((void *)(uintptr_t)table.bytes);
}

static void assert_status(const uint8_t *entries, uint32_t length, tn_status_t status)
{
    assert_reads(entries, length, status, status);
}

static void each_kind_is_decoded(void **state)
{
    (void)state;
    static const uint8_t entries[] = {
        0, 8,  9, 3, 1, 0, 0,    0,                             /* processor, enabled */
        0, 8,  9, 4, 2, 0, 0,    0,                             /* processor, not yet */
        1, 12, 7, 0, 0, 0, 0xc0, 0xfe, 24, 0, 0, 0,             /* I/O APIC */
        2, 10, 0, 5, 9, 1, 0,    0,    0,  0,                   /* as ISA has it */
        2, 10, 0, 6, 6, 0, 0,    0,    13, 0,                   /* high, level */
        2, 10, 0, 7, 7, 0, 0,    0,    7,  0,                   /* low, edge */
        9, 16, 0, 0, 2, 2, 3,    4,    1,  0, 0, 0, 5, 0, 0, 0, /* x2APIC processor, enabled */
        9, 16, 0, 0, 7, 0, 0,    0,    2,  0, 0, 0, 6, 0, 0, 0, /* the same, not yet */
    };
    struct drv_acpi_table table = make(entries, sizeof(entries));
    uint32_t offset = 0;
    assert_next(&table, &offset,
                (struct drv_acpi_madt_entry){
                    .kind = DRV_ACPI_IO_APIC, .id = 7, .address = 0xfec00000, .gsi = 24});
    assert_next(&table, &offset,
                (struct drv_acpi_madt_entry){.kind = DRV_ACPI_OVERRIDE, .id = 5, .gsi = 265});
    assert_next(&table, &offset,
                (struct drv_acpi_madt_entry){
                    .kind = DRV_ACPI_OVERRIDE, .id = 6, .gsi = 6, .is_level = true});
    assert_next(
        &table, &offset,
        (struct drv_acpi_madt_entry){.kind = DRV_ACPI_OVERRIDE, .id = 7, .gsi = 7, .is_low = true});
    assert_end(&table, offset, TN_ERR_EMPTY);
    offset = 0;
    assert_processor(&table, &offset, 3, true);
    assert_processor(&table, &offset, 4, false);
    assert_processor(&table, &offset, 0x04030202, true);
    assert_processor(&table, &offset, 7, false);
    assert_no_processor(&table, offset, TN_ERR_EMPTY);
    free((void *)(uintptr_t)table.bytes);
}

static void other_kinds_are_passed_over(void **state)
{
    (void)state;
    static const uint8_t entries[] = {4, 6, 255, 0, 0, 1, 200, 2, 0, 8, 1, 1, 1, 0, 0, 0, 8, 3, 0};
    struct drv_acpi_table table = make(entries, sizeof(entries));
    uint32_t offset = 0;
    assert_processor(&table, &offset, 1, true);
    assert_no_processor(&table, offset, TN_ERR_EMPTY);
    assert_end(&table, 0, TN_ERR_EMPTY);
    free((void *)(uintptr_t)table.bytes);
}

static void an_empty_list_ends_at_once(void **state)
{
    (void)state;
    assert_status(NULL, 0, TN_ERR_EMPTY);
}

static void a_table_without_room_for_its_own_fields_is_empty(void **state)
{
    (void)state;
    uint8_t header[36] = {0};
    struct drv_acpi_table table = {.bytes = header, .length = sizeof(header)};
    assert_end(&table, 0, TN_ERR_EMPTY);
    assert_no_processor(&table, 0, TN_ERR_EMPTY);
}

static void entries_that_leave_the_table_are_refused(void **state)
{
    (void)state;
    assert_status((const uint8_t[]){0}, 1, TN_ERR_TRUNCATED);
    assert_status((const uint8_t[]){0, 8, 0, 0, 1, 0, 0}, 7, TN_ERR_TRUNCATED);
    assert_status((const uint8_t[]){200, 3}, 2, TN_ERR_TRUNCATED);
}

static void entries_shorter_than_their_kind_are_refused(void **state)
{
    (void)state;
    static const uint8_t zeros[16];
    assert_status(zeros, sizeof(zeros), TN_ERR_FORMAT); /* Length 0 would never end. */
    assert_status((const uint8_t[]){200, 1}, 2, TN_ERR_FORMAT);
    static const uint8_t apic[] = {0, 7, 0, 0, 0, 0, 0};
    static const uint8_t controller[] = {1, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t override[] = {2, 9, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t x2apic[] = {9, 15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    assert_reads(apic, sizeof(apic), TN_ERR_EMPTY, TN_ERR_FORMAT);
    assert_reads(controller, sizeof(controller), TN_ERR_FORMAT, TN_ERR_EMPTY);
    assert_reads(override, sizeof(override), TN_ERR_FORMAT, TN_ERR_EMPTY);
    assert_reads(x2apic, sizeof(x2apic), TN_ERR_EMPTY, TN_ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_is_decoded),
        cmocka_unit_test(other_kinds_are_passed_over),
        cmocka_unit_test(an_empty_list_ends_at_once),
        cmocka_unit_test(a_table_without_room_for_its_own_fields_is_empty),
        cmocka_unit_test(entries_that_leave_the_table_are_refused),
        cmocka_unit_test(entries_shorter_than_their_kind_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The fixed table and the event timer's: which field counts, in which version. */
#include <support/testing.h>

#include <libbase/bytes.h>
#include <libdrv/acpi.h>

enum {
    V1_BYTES = 116,
    V2_BYTES = 129,
    V3_BYTES = 244,
    V5_BYTES = 268
};

/* Offsets: ACPI 6.5, table 5.9. */
enum {
    REVISION = 8,
    DSDT = 40,
    SMI_COMMAND = 48,
    ACPI_ENABLE = 52,
    PM1A_CONTROL = 64,
    PM1B_CONTROL = 68,
    PM_TIMER = 76,
    BOOT_ARCH = 109,
    FLAGS = 112,
    RESET = 116,
    RESET_VALUE = 128,
    X_DSDT = 140,
    X_PM1A_CONTROL = 172,
    X_PM_TIMER = 208,
    SLEEP_CONTROL = 244
};

/* A table of exactly @p length bytes, so that the sanitizer sees one read too far. */
static struct drv_acpi_table make(uint32_t length)
{
    uint8_t *bytes = calloc(1, length);
    tn_store_le32(bytes + DSDT, 0x7000);
    tn_store_le32(bytes + SMI_COMMAND, 0xb2);
    bytes[ACPI_ENABLE] = 0xf1;
    tn_store_le32(bytes + PM1A_CONTROL, 0x604);
    tn_store_le32(bytes + PM_TIMER, 0x608);
    return (struct drv_acpi_table){.bytes = bytes, .length = length};
}

static uint8_t *bytes_of(const struct drv_acpi_table *table)
{
    return (uint8_t *)(uintptr_t)table->bytes;
}

static void put_gas(const struct drv_acpi_table *table, uint32_t offset, uint8_t space,
                    uint8_t bits, uint64_t address)
{
    bytes_of(table)[offset] = space;
    bytes_of(table)[offset + 1] = bits;
    tn_store_le64(bytes_of(table) + offset + 4, address);
}

static struct drv_acpi_fadt read_and_free(struct drv_acpi_table table)
{
    struct drv_acpi_fadt fadt;
    memset(&fadt, 0xa5, sizeof(fadt));
    assert_int_equal(drv_acpi_fadt_read(&table, &fadt), TN_OK);
    free(bytes_of(&table));
    return fadt;
}

static void assert_port(struct drv_acpi_register reg, uint64_t port, unsigned bits)
{
    assert_true(reg.is_port);
    assert_int_equal(reg.address, port);
    assert_int_equal(reg.bits, bits);
}

static void version_1_names_ports(void **state)
{
    (void)state;
    struct drv_acpi_fadt fadt = read_and_free(make(V1_BYTES));
    assert_int_equal(fadt.dsdt, 0x7000);
    assert_port(fadt.pm1a_control, 0x604, 16);
    assert_int_equal(fadt.pm1b_control.address, 0);
    assert_port(fadt.pm_timer, 0x608, 32);
    assert_false(fadt.pm_timer_is_32_bits);
    assert_int_equal(fadt.smi_command, 0xb2);
    assert_int_equal(fadt.acpi_enable, 0xf1);
    assert_int_equal(fadt.reset.address, 0);
    assert_false(fadt.is_hardware_reduced);
}

static void a_shorter_table_is_refused(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V1_BYTES - 1);
    struct drv_acpi_fadt fadt = {.dsdt = 42};
    assert_int_equal(drv_acpi_fadt_read(&table, &fadt), TN_ERR_TRUNCATED);
    assert_int_equal(fadt.dsdt, 42);
    free(bytes_of(&table));
}

static void longer_fields_replace_shorter_ones(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V3_BYTES);
    tn_store_le64(bytes_of(&table) + X_DSDT, UINT64_C(0x900000000));
    put_gas(&table, X_PM1A_CONTROL, 1, 16, 0x1804);
    put_gas(&table, X_PM_TIMER, 0, 32, UINT64_C(0xfed40008));
    struct drv_acpi_fadt fadt = read_and_free(table);
    assert_int_equal(fadt.dsdt, UINT64_C(0x900000000));
    assert_port(fadt.pm1a_control, 0x1804, 16);
    assert_false(fadt.pm_timer.is_port);
    assert_int_equal(fadt.pm_timer.address, 0xfed40008);
}

static void empty_longer_fields_leave_the_shorter_ones(void **state)
{
    (void)state;
    struct drv_acpi_fadt fadt = read_and_free(make(V3_BYTES));
    assert_int_equal(fadt.dsdt, 0x7000);
    assert_port(fadt.pm1a_control, 0x604, 16);
}

/* Between two versions: the table ends inside the longer field, which then does not count. */
static void half_a_longer_field_is_none(void **state)
{
    (void)state;
    for (uint32_t length = X_PM1A_CONTROL; length < X_PM1A_CONTROL + 12; length++) {
        assert_port(read_and_free(make(length)).pm1a_control, 0x604, 16);
    }
}

/* PCI configuration space (2) is not spoken; the port still is. */
static void a_register_on_another_bus_is_none(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V3_BYTES);
    put_gas(&table, X_PM1A_CONTROL, 2, 16, 0x1804);
    assert_port(read_and_free(table).pm1a_control, 0x604, 16);
}

static void the_reset_register_needs_its_flag(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V2_BYTES);
    put_gas(&table, RESET, 1, 8, 0xcf9);
    bytes_of(&table)[RESET_VALUE] = 0x0e;
    struct drv_acpi_fadt fadt;
    assert_int_equal(drv_acpi_fadt_read(&table, &fadt), TN_OK);
    assert_int_equal(fadt.reset.address, 0);
    tn_store_le32(bytes_of(&table) + FLAGS, 1u << 10);
    fadt = read_and_free(table);
    assert_port(fadt.reset, 0xcf9, 8);
    assert_int_equal(fadt.reset_value, 0x0e);
}

static void the_reset_flag_needs_its_register(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V2_BYTES - 1);
    tn_store_le32(bytes_of(&table) + FLAGS, 1u << 10);
    assert_int_equal(read_and_free(table).reset.address, 0);
}

static void the_timer_may_have_32_bits(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V1_BYTES);
    tn_store_le32(bytes_of(&table) + FLAGS, 1u << 8);
    assert_true(read_and_free(table).pm_timer_is_32_bits);
}

static void hardware_reduced_machines_have_another_register(void **state)
{
    (void)state;
    struct drv_acpi_table table = make(V5_BYTES);
    tn_store_le32(bytes_of(&table) + FLAGS, 1u << 20);
    put_gas(&table, SLEEP_CONTROL, 0, 8, 0xfea00000);
    struct drv_acpi_fadt fadt = read_and_free(table);
    assert_true(fadt.is_hardware_reduced);
    assert_int_equal(fadt.sleep_control.address, 0xfea00000);
    assert_int_equal(fadt.pm1a_control.address, 0);
    assert_int_equal(fadt.pm_timer.address, 0);
}

/* Before version 2 nobody said so, and a PC had both. */
static void boot_flags_count_from_version_2_on(void **state)
{
    (void)state;
    struct drv_acpi_fadt fadt = read_and_free(make(V1_BYTES));
    assert_true(fadt.has_keyboard_controller);
    assert_true(fadt.has_clock);
    struct drv_acpi_table table = make(V2_BYTES);
    bytes_of(&table)[REVISION] = 2;
    tn_store_le16(bytes_of(&table) + BOOT_ARCH, 0x20);
    assert_int_equal(drv_acpi_fadt_read(&table, &fadt), TN_OK);
    assert_false(fadt.has_keyboard_controller);
    assert_false(fadt.has_clock);
    tn_store_le16(bytes_of(&table) + BOOT_ARCH, 0x02);
    fadt = read_and_free(table);
    assert_true(fadt.has_keyboard_controller);
    assert_true(fadt.has_clock);
}

enum {
    HPET_BYTES = 56,
    HPET_ADDRESS = 40
};

static tn_status_t read_hpet(uint32_t length, uint8_t space, uint64_t base, uint64_t *found)
{
    struct drv_acpi_table table = {.bytes = calloc(1, HPET_BYTES), .length = length};
    struct drv_acpi_hpet hpet = {.base = 42};
    put_gas(&table, HPET_ADDRESS, space, 64, base);
    tn_status_t status = drv_acpi_hpet_read(&table, &hpet);
    free(bytes_of(&table));
    *found = hpet.base;
    return status;
}

static void the_event_timer_is_in_memory(void **state)
{
    (void)state;
    uint64_t base;
    assert_int_equal(read_hpet(HPET_BYTES, 0, 0xfed00400, &base), TN_OK);
    assert_int_equal(base, 0xfed00400);
    assert_int_equal(read_hpet(HPET_BYTES - 1, 0, 0xfed00000, &base), TN_ERR_TRUNCATED);
    assert_int_equal(read_hpet(HPET_BYTES, 1, 0xfed00000, &base), TN_ERR_FORMAT);
    assert_int_equal(read_hpet(HPET_BYTES, 0, 0, &base), TN_ERR_FORMAT);
    assert_int_equal(read_hpet(HPET_BYTES, 0, 0xfed00008, &base), TN_ERR_FORMAT);
    assert_int_equal(base, 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_names_ports),
        cmocka_unit_test(a_shorter_table_is_refused),
        cmocka_unit_test(longer_fields_replace_shorter_ones),
        cmocka_unit_test(empty_longer_fields_leave_the_shorter_ones),
        cmocka_unit_test(half_a_longer_field_is_none),
        cmocka_unit_test(a_register_on_another_bus_is_none),
        cmocka_unit_test(the_reset_register_needs_its_flag),
        cmocka_unit_test(the_reset_flag_needs_its_register),
        cmocka_unit_test(the_timer_may_have_32_bits),
        cmocka_unit_test(hardware_reduced_machines_have_another_register),
        cmocka_unit_test(boot_flags_count_from_version_2_on),
        cmocka_unit_test(the_event_timer_is_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

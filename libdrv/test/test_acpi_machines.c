/* SPDX-License-Identifier: MIT */
/* Tables that others wrote: two machines of QEMU, and what the ACPI compiler makes. data/README.md
 * tells where they come from; what is expected is what `iasl -d` prints, or the text it compiled. */
#include <support/testing.h>

#include <libdrv/acpi.h>

#include "acpi_memory.h"

struct world {
    struct acpi_memory machine;
    struct drv_acpi acpi;
    struct drv_acpi_table table;
};

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    acpi_memory_init(&world->machine);
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

/* A file that is one table. */
static void load(struct world *world, const char *file, const char *signature)
{
    (void)acpi_memory_put_file(&world->machine, 0x5000, file, NULL);
    assert_int_equal(drv_acpi_table_at(&world->machine.memory, 0x5000, signature, &world->table),
                     TN_OK);
}

static void find(struct world *world, const char *signature)
{
    assert_int_equal(drv_acpi_find(&world->acpi, signature, &world->table), TN_OK);
}

/* How many entries of each kind there are; @p last the last of each. */
static void count_madt(const struct drv_acpi_table *table, unsigned counts[3],
                       struct drv_acpi_madt_entry last[3])
{
    struct drv_acpi_madt_entry entry;
    uint32_t offset = 0;
    tn_status_t status;
    memset(counts, 0, 3 * sizeof(counts[0]));
    while ((status = drv_acpi_madt_next(table, &offset, &entry)) == TN_OK) {
        counts[entry.kind]++;
        last[entry.kind] = entry;
    }
    assert_int_equal(status, TN_ERR_EMPTY);
}

/* Processors, and the last of them. */
static unsigned count_processors(const struct drv_acpi_table *table,
                                 struct drv_acpi_processor *last)
{
    struct drv_acpi_processor processor = {0};
    uint32_t offset = 0;
    unsigned count = 0;
    tn_status_t status;
    while ((status = drv_acpi_processor_next(table, &offset, &processor)) == TN_OK) {
        *last = processor;
        count++;
    }
    assert_int_equal(status, TN_ERR_EMPTY);
    return count;
}

static void q35(void **state)
{
    struct world *world = *state;
    struct drv_acpi_fadt fadt;
    struct drv_acpi_hpet hpet;
    unsigned counts[3];
    struct drv_acpi_madt_entry last[3];
    struct drv_acpi_processor processor = {0};
    uint8_t types[2];
    (void)acpi_memory_put_file(&world->machine, 0xd0040, "q35-tables.bin", NULL);
    (void)acpi_memory_put_file(&world->machine, 0xf36a0, "q35-rsdp.bin", NULL);
    assert_int_equal(drv_acpi_init(&world->acpi, &world->machine.memory, 0xf36a0), TN_OK);
    find(world, "FACP");
    assert_int_equal(drv_acpi_fadt_read(&world->table, &fadt), TN_OK);
    assert_int_equal(fadt.dsdt, 0xd0040);
    assert_int_equal(fadt.pm_timer.address, 0x608);
    assert_int_equal(fadt.pm1a_control.address, 0x604);
    assert_int_equal(fadt.pm1a_control.bits, 16);
    assert_int_equal(fadt.pm1b_control.address, 0);
    assert_int_equal(fadt.smi_command, 0xb2);
    assert_int_equal(fadt.acpi_enable, 2);
    assert_int_equal(fadt.reset.address, 0xcf9);
    assert_int_equal(fadt.reset_value, 0x0f);
    assert_false(fadt.pm_timer_is_32_bits);
    assert_true(fadt.has_keyboard_controller);
    assert_true(fadt.has_clock);
    find(world, "HPET");
    assert_int_equal(drv_acpi_hpet_read(&world->table, &hpet), TN_OK);
    assert_int_equal(hpet.base, 0xfed00000);
    find(world, "APIC");
    count_madt(&world->table, counts, last);
    assert_int_equal(count_processors(&world->table, &processor), 1);
    assert_true(processor.enabled);
    assert_int_equal(counts[DRV_ACPI_IO_APIC], 1);
    assert_int_equal(last[DRV_ACPI_IO_APIC].address, 0xfec00000);
    assert_int_equal(counts[DRV_ACPI_OVERRIDE], 5);
    assert_int_equal(last[DRV_ACPI_OVERRIDE].gsi, 11);
    assert_true(last[DRV_ACPI_OVERRIDE].is_level);
    assert_false(last[DRV_ACPI_OVERRIDE].is_low);
    assert_int_equal(drv_acpi_table_at(&world->machine.memory, fadt.dsdt, "DSDT", &world->table),
                     TN_OK);
    assert_int_equal(drv_acpi_s5_read(&world->table, types), TN_OK);
    assert_int_equal(types[0], 0);
    assert_int_equal(types[1], 0);
}

/* Hardware-reduced, version 2, and its list lies at an odd address. */
static void microvm(void **state)
{
    struct world *world = *state;
    struct drv_acpi_fadt fadt;
    uint8_t types[2];
    (void)acpi_memory_put_file(&world->machine, 0xefd40, "microvm-tables.bin", NULL);
    (void)acpi_memory_put_file(&world->machine, 0xf34d0, "microvm-rsdp.bin", NULL);
    assert_int_equal(drv_acpi_init(&world->acpi, &world->machine.memory, 0xf34d0), TN_OK);
    assert_int_equal(world->acpi.entry_bytes, 8);
    find(world, "FACP");
    assert_int_equal(drv_acpi_fadt_read(&world->table, &fadt), TN_OK);
    assert_true(fadt.is_hardware_reduced);
    assert_false(fadt.sleep_control.is_port);
    assert_int_equal(fadt.sleep_control.address, 0xfea00200);
    assert_int_equal(fadt.reset.address, 0xfea00202);
    assert_int_equal(fadt.pm_timer.address, 0);
    assert_false(fadt.has_keyboard_controller);
    assert_int_equal(drv_acpi_find(&world->acpi, "HPET", &world->table), TN_ERR_NOT_FOUND);
    assert_int_equal(drv_acpi_table_at(&world->machine.memory, fadt.dsdt, "DSDT", &world->table),
                     TN_OK);
    assert_int_equal(drv_acpi_s5_read(&world->table, types), TN_OK);
    assert_int_equal(types[0], 5);
}

static void compiled_madt(void **state)
{
    struct world *world = *state;
    unsigned counts[3];
    struct drv_acpi_madt_entry last[3];
    struct drv_acpi_processor processor = {0};
    load(world, "madt.aml", "APIC");
    count_madt(&world->table, counts, last);
    assert_int_equal(count_processors(&world->table, &processor), 2);
    assert_int_equal(processor.apic, 0x12);
    assert_false(processor.enabled);
    assert_int_equal(counts[DRV_ACPI_IO_APIC], 2);
    assert_int_equal(last[DRV_ACPI_IO_APIC].id, 9);
    assert_int_equal(last[DRV_ACPI_IO_APIC].address, 0xfec10000);
    assert_int_equal(last[DRV_ACPI_IO_APIC].gsi, 0x18);
    assert_int_equal(counts[DRV_ACPI_OVERRIDE], 2);
    assert_int_equal(last[DRV_ACPI_OVERRIDE].id, 0x0b);
    assert_int_equal(last[DRV_ACPI_OVERRIDE].gsi, 0x14);
    assert_true(last[DRV_ACPI_OVERRIDE].is_level);
    assert_true(last[DRV_ACPI_OVERRIDE].is_low);
}

static void compiled_fadt(void **state)
{
    struct world *world = *state;
    struct drv_acpi_fadt fadt;
    load(world, "fadt.aml", "FACP");
    assert_int_equal(drv_acpi_fadt_read(&world->table, &fadt), TN_OK);
    assert_int_equal(fadt.dsdt, UINT64_C(0x1bffe0000));
    assert_int_equal(fadt.pm1a_control.address, 0x1804);
    assert_int_equal(fadt.pm1b_control.address, 0x1904);
    assert_int_equal(fadt.pm_timer.address, 0x1808);
    assert_true(fadt.pm_timer_is_32_bits);
    assert_int_equal(fadt.smi_command, 0xb2);
    assert_int_equal(fadt.acpi_enable, 0xa0);
    assert_false(fadt.reset.is_port);
    assert_int_equal(fadt.reset.address, 0xfed1c000);
    assert_int_equal(fadt.reset_value, 6);
    assert_false(fadt.has_clock);
}

static void compiled_off(void **state)
{
    struct world *world = *state;
    uint8_t types[2];
    load(world, "off.aml", "DSDT");
    assert_int_equal(drv_acpi_s5_read(&world->table, types), TN_OK);
    assert_int_equal(types[0], 7);
    assert_int_equal(types[1], 3);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(q35), CASE(microvm), CASE(compiled_madt), CASE(compiled_fadt), CASE(compiled_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Finding the machine: ACPI tables in, interrupt controllers, clock and devices out. */
#include <arch/arch.h>

#include <libbase/mem.h>

#include "apic.h"
#include "clock.h"
#include "firmware.h"
#include "instructions.h"
#include "mitigations.h"
#include "processors.h"
#include "tables.h"

/* The pair of 8259s: their mask registers. Intel 8259A datasheet, OCW1. */
#define PIC_MASTER_MASK 0x21
#define PIC_SLAVE_MASK  0xa1

struct drv_acpi_fadt firmware_fadt;
struct isa_interrupt firmware_isa[ISA_INTERRUPTS];

static const uint8_t *window_bytes(const struct drv_acpi_memory *memory, uint64_t pa,
                                   uint32_t length)
{
    (void)memory;
    return tables_window_contains(pa, length) ? arch_window() + pa : NULL;
}

const struct drv_acpi_memory firmware_memory = {.bytes = window_bytes};

static void find_root(const struct boot_info *info, struct drv_acpi *acpi)
{
    if (info->acpi_rsdp == 0) {
        kern_boot_fail("the firmware has no ACPI tables");
    }
    tn_status_t status = drv_acpi_init(acpi, &firmware_memory, info->acpi_rsdp);
    if (status != TN_OK) {
        kern_boot_fail("the ACPI root at 0x%lx is not usable: %s", info->acpi_rsdp,
                       kern_status_text(status));
    }
}

/* A table that helps and need not be there. @return whether it is. */
static bool find_optional(const struct drv_acpi *acpi, const char *signature,
                          struct drv_acpi_table *table)
{
    tn_status_t status = drv_acpi_find(acpi, signature, table);
    if (status != TN_OK && status != TN_ERR_NOT_FOUND) {
        kern_log("ACPI table %s is not usable: %s\n", signature, kern_status_text(status));
    }
    return status == TN_OK;
}

static void read_fixed(const struct drv_acpi *acpi)
{
    struct drv_acpi_table table;
    if (!find_optional(acpi, "FACP", &table) ||
        drv_acpi_fadt_read(&table, &firmware_fadt) != TN_OK) {
        kern_log("no ACPI fixed table: no way to switch off\n");
    }
}

/* @return where its registers are, or 0 */
static uint64_t find_hpet(const struct drv_acpi *acpi)
{
    struct drv_acpi_table table;
    struct drv_acpi_hpet hpet;
    if (!find_optional(acpi, "HPET", &table) || drv_acpi_hpet_read(&table, &hpet) != TN_OK) {
        return 0;
    }
    return hpet.base;
}

/* @return the name of the reference that is used */
static const char *use_reference(uint64_t hpet)
{
    const struct drv_acpi_register *timer = &firmware_fadt.pm_timer;
    if (hpet != 0 && clock_use_hpet(hpet)) {
        return "HPET";
    }
    if (timer->address != 0 && timer->address <= UINT16_MAX && timer->is_port) {
        clock_use_pm_timer((uint16_t)timer->address, firmware_fadt.pm_timer_is_32_bits);
        return "the ACPI timer";
    }
    clock_use_pit();
    return "the 8254";
}

static void add_entry(const struct drv_acpi_madt_entry *entry, unsigned *controllers)
{
    if (entry->kind == DRV_ACPI_IO_APIC) {
        if (ioapic_add(entry->address, entry->gsi)) {
            (*controllers)++;
        } else {
            kern_log("I/O APIC at 0x%lx is ignored: there are too many\n", entry->address);
        }
    } else if (entry->kind == DRV_ACPI_OVERRIDE && entry->id < ISA_INTERRUPTS) {
        firmware_isa[entry->id].gsi = entry->gsi;
        firmware_isa[entry->id].flags =
            (entry->is_level ? 0 : TN_INTERRUPT_EDGE) | (entry->is_low ? TN_INTERRUPT_LOW : 0);
    }
}

static void find_controllers(const struct drv_acpi *acpi)
{
    struct drv_acpi_table table;
    struct drv_acpi_madt_entry entry;
    uint32_t offset = 0;
    unsigned controllers = 0;
    tn_status_t status = drv_acpi_find(acpi, "APIC", &table);
    while (status == TN_OK) {
        status = drv_acpi_madt_next(&table, &offset, &entry);
        if (status == TN_OK) {
            add_entry(&entry, &controllers);
        }
    }
    if (controllers == 0) {
        kern_boot_fail("no I/O APIC in the ACPI table MADT: %s", kern_status_text(status));
    }
    processors_find(&table);
    if (status != TN_ERR_EMPTY) {
        kern_log("the ACPI table MADT is damaged behind byte %u: %s\n", offset,
                 kern_status_text(status));
    }
}

/* The 8259s are masked while they are still connected to the local APIC: what they ask for at this
 * moment, a tick that firmware has left running, is taken back then. */
void arch_machine_init(const struct boot_info *info)
{
    struct drv_acpi acpi;
    mitigations_log();
    find_root(info, &acpi);
    read_fixed(&acpi);
    port_write8(PIC_MASTER_MASK, 0xff);
    port_write8(PIC_SLAVE_MASK, 0xff);
    if (!lapic_init()) {
        kern_boot_fail("no local APIC, or one in x2APIC mode");
    }
    uint64_t hpet = find_hpet(&acpi);
    kern_log("clock: TSC against %s\n", use_reference(hpet));
    clock_start(info->entry_counter);
    for (unsigned i = 0; i < ISA_INTERRUPTS; i++) {
        firmware_isa[i] = (struct isa_interrupt){.gsi = i, .flags = TN_INTERRUPT_EDGE};
    }
    find_controllers(&acpi);
    devices_find(hpet);
}

/* The width comes from the caller's check; a port of the machine answers whatever is asked. */
tn_status_t arch_io_read(unsigned port, unsigned width, uint64_t *value)
{
    switch (width) {
    case 1:
        *value = port_read8((uint16_t)port);
        return TN_OK;
    case 2:
        *value = port_read16((uint16_t)port);
        return TN_OK;
    case 4:
        *value = port_read32((uint16_t)port);
        return TN_OK;
    default:
        return TN_ERR_INVALID;
    }
}

tn_status_t arch_io_write(unsigned port, unsigned width, uint64_t value)
{
    switch (width) {
    case 1:
        port_write8((uint16_t)port, (uint8_t)value);
        return TN_OK;
    case 2:
        port_write16((uint16_t)port, (uint16_t)value);
        return TN_OK;
    case 4:
        port_write32((uint16_t)port, (uint32_t)value);
        return TN_OK;
    default:
        return TN_ERR_INVALID;
    }
}

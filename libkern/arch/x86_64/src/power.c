/* SPDX-License-Identifier: MIT */
/* Switching off and starting again, each by the best way that the machine has. */
#include <arch/arch.h>

#include "firmware.h"
#include "instructions.h"
#include "tables.h"

/* QEMU's isa-debug-exit: a write of v ends it with status 2v + 1. */
#define QEMU_EXIT_PORT 0x501

/* Chipset reset control: Intel PCH datasheet, register RST_CNT. Full reset, in two steps. */
#define RESET_CONTROL 0xcf9
#define RESET_PREPARE 0x02
#define RESET_FULL    0x06

/* PM1 control: ACPI 6.5, 4.8.3.2.1. Sleep control: 4.8.3.7. */
#define PM1_SCI_ENABLED  0x0001u
#define PM1_TYPE_SHIFT   10
#define PM1_SLEEP        (1u << 13)
#define SLEEP_TYPE_SHIFT 2
#define SLEEP_ENABLE     (1u << 5)

#define POLLS_MAX 1000000u

uint64_t firmware_register_read(const struct drv_acpi_register *reg)
{
    if (reg->address == 0 || !reg->is_port || reg->address > UINT16_MAX) {
        return 0;
    }
    return port_read16((uint16_t)reg->address);
}

void firmware_register_write(const struct drv_acpi_register *reg, uint64_t value)
{
    if (reg->address == 0) {
        return;
    }
    if (!reg->is_port) {
        volatile uint8_t *device = tables_map_device(reg->address, 1);
        if (device != NULL) {
            *device = (uint8_t)value; /* Volatile: the access itself is what counts. */
        }
    } else if (reg->address <= UINT16_MAX && reg->bits > 8) {
        port_write16((uint16_t)reg->address, (uint16_t)value);
    } else if (reg->address <= UINT16_MAX) {
        port_write8((uint16_t)reg->address, (uint8_t)value);
    }
}

/* While the firmware still owns the PM1 registers it must be asked for them: ACPI 6.5, 4.8.2.5. */
static void take_registers(void)
{
    const struct drv_acpi_fadt *fadt = &firmware_fadt;
    if (fadt->smi_command == 0 || fadt->smi_command > UINT16_MAX || fadt->acpi_enable == 0 ||
        (firmware_register_read(&fadt->pm1a_control) & PM1_SCI_ENABLED) != 0) {
        return;
    }
    port_write8((uint16_t)fadt->smi_command, fadt->acpi_enable);
    for (unsigned polls = 0; polls < POLLS_MAX; polls++) {
        if ((firmware_register_read(&fadt->pm1a_control) & PM1_SCI_ENABLED) != 0) {
            return;
        }
        __asm__ volatile("pause");
    }
}

/* Returns if the machine does not know how. */
static void power_off(void)
{
    const struct drv_acpi_fadt *fadt = &firmware_fadt;
    struct drv_acpi_table dsdt;
    uint8_t types[2];
    if (fadt->dsdt == 0 ||
        drv_acpi_table_at(&firmware_memory, fadt->dsdt, "DSDT", &dsdt) != TN_OK ||
        drv_acpi_s5_read(&dsdt, types) != TN_OK) {
        return;
    }
    if (fadt->is_hardware_reduced) {
        firmware_register_write(&fadt->sleep_control,
                                (uint64_t)types[0] << SLEEP_TYPE_SHIFT | SLEEP_ENABLE);
        return;
    }
    take_registers();
    firmware_register_write(&fadt->pm1a_control, (uint64_t)types[0] << PM1_TYPE_SHIFT | PM1_SLEEP);
    firmware_register_write(&fadt->pm1b_control, (uint64_t)types[1] << PM1_TYPE_SHIFT | PM1_SLEEP);
}

/* The last way always works: a trap without a descriptor table shuts the CPU down, and the machine
 * resets it. */
static void reboot(void)
{
    static const struct {
        uint16_t limit;
        uint64_t base;
    } __attribute__((packed)) nothing = {0, 0};
    firmware_register_write(&firmware_fadt.reset, firmware_fadt.reset_value);
    port_write8(RESET_CONTROL, RESET_PREPARE);
    port_write8(RESET_CONTROL, RESET_FULL);
    __asm__ volatile("lidt %0\n"
                     "int3"
                     :
                     : "m"(nothing));
}

void arch_power(unsigned action, int code)
{
    if (action == TN_POWER_REBOOT) {
        reboot();
    }
    if (CONFIG_QEMU_EXIT) {
        port_write32(QEMU_EXIT_PORT, (uint32_t)code);
    }
    if (action == TN_POWER_OFF) {
        power_off();
    }
    arch_halt();
}

void arch_halt(void)
{
    for (;;) { /* A non-maskable interrupt ends HLT. */
        __asm__ volatile("cli\n"
                         "hlt");
    }
}

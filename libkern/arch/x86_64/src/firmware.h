/* SPDX-License-Identifier: MIT */
/* What ACPI told at boot and is needed later. */
#ifndef X86_FIRMWARE_H
#define X86_FIRMWARE_H

#include <libdrv/acpi.h>

/** An ISA interrupt as the machine has wired it. */
struct isa_interrupt {
    uint32_t gsi;   /**< Its interrupt number. */
    unsigned flags; /**< TN_INTERRUPT_. */
};

/** Interrupts of the ISA bus, and how they are wired. Set by arch_machine_init. */
#define ISA_INTERRUPTS 16
extern struct isa_interrupt firmware_isa[ISA_INTERRUPTS];

/** The fixed table; all zero if there is none. Set by arch_machine_init. */
extern struct drv_acpi_fadt firmware_fadt;

/** How tables are reached: through the linear map. */
extern const struct drv_acpi_memory firmware_memory;

/** Report the devices of a PC that answer. @param hpet physical address of the event timer, or 0. */
void devices_find(uint64_t hpet);

/** Read or write a register that a table describes; nothing if there is none. */
uint64_t firmware_register_read(const struct drv_acpi_register *reg);
void firmware_register_write(const struct drv_acpi_register *reg, uint64_t value);

#endif

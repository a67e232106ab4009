/* SPDX-License-Identifier: MIT */
/* The I/O APICs: one entry of 64 bits for each pin, behind an index and a data register.
 * Source: Intel 82093AA datasheet, 3.1 and 3.2. */
#include "apic.h"

#include <stddef.h>

#include <arch/arch.h>

#include "tables.h"

#define INDEX     0x00
#define DATA      0x10
#define REGISTERS 0x20

#define REGISTER_VERSION 0x01
#define REGISTER_ENTRY   0x10 /* Two for each pin: low and high half. */

#define ENTRY_LOW    (1u << 13)
#define ENTRY_LEVEL  (1u << 15)
#define ENTRY_MASKED (1u << 16)

#define IOAPIC_MAX 4

struct ioapic {
    volatile uint8_t *registers; /* Volatile: each access is one to the device. */
    uint32_t first;              /* Interrupt number of pin 0. */
    uint32_t count;              /* Pins. */
};
static struct ioapic ioapics[IOAPIC_MAX];
static unsigned ioapic_count;

static uint32_t read(const struct ioapic *ioapic, uint32_t number)
{
    *(volatile uint32_t *)(ioapic->registers + INDEX) = number;
    return *(volatile uint32_t *)(ioapic->registers + DATA);
}

static void write(const struct ioapic *ioapic, uint32_t number, uint32_t value)
{
    *(volatile uint32_t *)(ioapic->registers + INDEX) = number;
    *(volatile uint32_t *)(ioapic->registers + DATA) = value;
}

static const struct ioapic *find(unsigned irq)
{
    for (unsigned i = 0; i < ioapic_count; i++) {
        if (irq >= ioapics[i].first && irq - ioapics[i].first < ioapics[i].count) {
            return &ioapics[i];
        }
    }
    return NULL;
}

static uint32_t entry_of(const struct ioapic *ioapic, unsigned irq)
{
    return REGISTER_ENTRY + 2 * (irq - ioapic->first);
}

bool ioapic_add(uint64_t pa, uint32_t first_gsi)
{
    struct ioapic *ioapic = &ioapics[ioapic_count];
    if (ioapic_count == IOAPIC_MAX) {
        return false;
    }
    ioapic->registers = tables_map_device(pa, REGISTERS);
    if (ioapic->registers == NULL) {
        return false;
    }
    ioapic->first = first_gsi;
    ioapic->count = (read(ioapic, REGISTER_VERSION) >> 16 & 0xff) + 1;
    for (uint32_t pin = 0; pin < ioapic->count; pin++) {
        write(ioapic, REGISTER_ENTRY + 2 * pin, ENTRY_MASKED);
    }
    ioapic_count++;
    return true;
}

bool ioapic_has(unsigned irq)
{
    return irq < ARCH_IRQ_COUNT && find(irq) != NULL;
}

void ioapic_route(unsigned irq, unsigned vector, uint8_t destination, bool level, bool low)
{
    const struct ioapic *ioapic = find(irq);
    uint32_t entry = entry_of(ioapic, irq);
    write(ioapic, entry, ENTRY_MASKED);
    write(ioapic, entry + 1, (uint32_t)destination << 24);
    write(ioapic, entry, ENTRY_MASKED | (level ? ENTRY_LEVEL : 0) | (low ? ENTRY_LOW : 0) | vector);
}

void ioapic_set_mask(unsigned irq, bool masked)
{
    const struct ioapic *ioapic = find(irq);
    uint32_t entry = entry_of(ioapic, irq);
    uint32_t value = read(ioapic, entry);
    write(ioapic, entry, masked ? value | ENTRY_MASKED : value & ~ENTRY_MASKED);
}

/* SPDX-License-Identifier: MIT */
/* Interrupt controllers: the CPU's local APIC with its timer, and the I/O APICs. */
#ifndef X86_APIC_H
#define X86_APIC_H

#include <stdbool.h>
#include <stdint.h>

/** Switch the local APIC on, with every source of its own masked.
 *  @return false if it cannot be used: absent, or in x2APIC mode already. */
bool lapic_init(void);

/** Make the local APIC of a further CPU like the first one's. */
void lapic_start(void);

/** Number of this CPU's local APIC, the destination of its interrupts. */
uint8_t lapic_id(void);

/** The interrupt being handled is over: let the next one of its priority come. */
void lapic_end_of_interrupt(void);

/** Send @p vector to this CPU. */
void lapic_send_self(unsigned vector);

/** Kinds of messages: Intel SDM 3A, figure 11-12. */
#define LAPIC_ASSERT 0x4000u /**< With each of these; alone: interrupt with the vector added. */
#define LAPIC_NMI    0x0400u
#define LAPIC_INIT   0x0500u
#define LAPIC_START  0x0600u /**< With the number of the page where to begin. */

/** Send @p message to local APIC @p to, which need not exist. Interrupts are off. Cost: waits for the
 *  message before it to leave this CPU. */
void lapic_send(uint8_t to, uint32_t message);

/** Count down from @p ticks, at most 2^32 - 1, then interrupt once; 0: never. */
void lapic_timer_start(uint32_t ticks);

/** Start counting down from the highest number without an interrupt, to measure the timer's rate. */
void lapic_timer_measure(void);

/** What is left of the count. */
uint32_t lapic_timer_left(void);

/** Make an I/O APIC known, all its pins masked.
 *  @param pa physical address of its registers. @param first_gsi interrupt number of its first pin.
 *  @return false if it cannot be mapped, or there are more than the port has room for. */
bool ioapic_add(uint64_t pa, uint32_t first_gsi);

/** Whether there is a pin for interrupt @p irq. */
bool ioapic_has(unsigned irq);

/** Let the pin of @p irq send @p vector to the local APIC @p destination; masked.
 *  @param level level-triggered, else edge. @param low active low, else high. */
void ioapic_route(unsigned irq, unsigned vector, uint8_t destination, bool level, bool low);

/** Mask or unmask the pin of @p irq. An edge that arrives while it is masked is lost. */
void ioapic_set_mask(unsigned irq, bool masked);

#endif

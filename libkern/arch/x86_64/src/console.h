/* SPDX-License-Identifier: MIT */
/* Serial ports of a PC. */
#ifndef X86_CONSOLE_H
#define X86_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#define UART_PLACES  4 /**< Where a PC may have one. */
#define UART_CONSOLE 0 /**< The place of the console. */

/** A place. */
struct uart_place {
    uint16_t port; /**< First of eight ports. */
    uint8_t irq;   /**< ISA interrupt. */
};
extern const struct uart_place uart_places[UART_PLACES];

/** Whether a 16550 answers at @p place, below UART_PLACES. It is set up when this is first asked. */
bool uart_is_present(unsigned place);

#endif

/* SPDX-License-Identifier: MIT */
/* Serial ports of a PC. */
#ifndef X86_CONSOLE_H
#define X86_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

/** Ports of the first one, where the console is. */
#define UART_FIRST 0x3f8

/** Whether the 16550 at @p port answers: its scratch register keeps what is written. */
bool uart_is_present(uint16_t port);

/** Set the 16550 at @p port to 115200 baud, 8 bits, no parity, interrupts off. */
void uart_init(uint16_t port);

#endif

/* SPDX-License-Identifier: MIT */
/* The first serial port, polled: for panics and boot failures, at any time.
 * Source: National Semiconductor PC16550D datasheet, section 8. */
#include "console.h"

#include <arch/arch.h>

#include "instructions.h"

/* Registers, from the first port on. */
#define DATA           0
#define DIVISOR_LOW    0 /* While LINE_DIVISOR is set. */
#define DIVISOR_HIGH   1 /* The same. */
#define INTERRUPT_MASK 1
#define FIFO_CONTROL   2
#define LINE_CONTROL   3
#define MODEM_CONTROL  4
#define LINE_STATUS    5
#define SCRATCH        7

#define LINE_8N1        0x03u
#define LINE_DIVISOR    0x80u
#define FIFO_ON         0x07u /* Enabled, both cleared. */
#define MODEM_READY     0x03u /* DTR, RTS. */
#define STATUS_CAN_SEND 0x20u

#define DIVISOR_115200 1

/* At 115200 baud a byte takes 87 us; a status that never comes must not hang a panic. */
#define POLLS_MAX 1000000u

bool uart_is_present(uint16_t port)
{
    for (unsigned pattern = 0x55; pattern <= 0xaa; pattern += 0x55) {
        port_write8((uint16_t)(port + SCRATCH), (uint8_t)pattern);
        if (port_read8((uint16_t)(port + SCRATCH)) != pattern) {
            return false;
        }
    }
    return true;
}

void uart_init(uint16_t port)
{
    port_write8((uint16_t)(port + INTERRUPT_MASK), 0);
    port_write8((uint16_t)(port + LINE_CONTROL), LINE_DIVISOR);
    port_write8((uint16_t)(port + DIVISOR_LOW), DIVISOR_115200);
    port_write8((uint16_t)(port + DIVISOR_HIGH), 0);
    port_write8((uint16_t)(port + LINE_CONTROL), LINE_8N1);
    port_write8((uint16_t)(port + FIFO_CONTROL), FIFO_ON);
    port_write8((uint16_t)(port + MODEM_CONTROL), MODEM_READY);
}

static void send(char byte)
{
    for (unsigned polls = 0; polls < POLLS_MAX; polls++) {
        if ((port_read8(UART_FIRST + LINE_STATUS) & STATUS_CAN_SEND) != 0) {
            break;
        }
        __asm__ volatile("pause");
    }
    port_write8(UART_FIRST + DATA, (uint8_t)byte);
}

/* Terminals want a carriage return before each new line. */
void arch_console_write(const char *text, size_t length)
{
    static enum {
        UNKNOWN,
        ABSENT,
        PRESENT
    } state;
    if (state == UNKNOWN) {
        state = uart_is_present(UART_FIRST) ? PRESENT : ABSENT;
    }
    for (size_t i = 0; i < length && state == PRESENT; i++) {
        if (text[i] == '\n') {
            send('\r');
        }
        send(text[i]);
    }
}

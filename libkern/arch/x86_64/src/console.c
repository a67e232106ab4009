/* SPDX-License-Identifier: MIT */
/* Serial ports of a PC, and the first of them as the console, polled: for panics and boot failures.
 * Source: National Semiconductor PC16550D datasheet, section 8. */
#include "console.h"

#include <arch/arch.h>

#include "instructions.h"

/* Registers, from the first port on. */
#define DATA           0
#define DIVISOR_LOW    0 /* While LINE_DIVISOR is set. */
#define DIVISOR_HIGH   1 /* The same. */
#define INTERRUPT_MASK 1
#define LINE_CONTROL   3
#define MODEM_CONTROL  4
#define LINE_STATUS    5
#define SCRATCH        7

#define LINE_8N1        0x03u
#define LINE_DIVISOR    0x80u
#define MODEM_READY     0x03u /* DTR, RTS. */
#define STATUS_CAN_SEND 0x20u

#define DIVISOR_115200 1

/* At 115200 baud a byte takes 87 us; a status that never comes must not hang a panic. */
#define POLLS_MAX 1000000u

const struct uart_place uart_places[UART_PLACES] = {{.port = 0x3f8, .irq = 4},
                                                    {.port = 0x2f8, .irq = 3},
                                                    {.port = 0x3e8, .irq = 4},
                                                    {.port = 0x2e8, .irq = 3}};

static void write(unsigned place, unsigned reg, uint8_t value)
{
    port_write8((uint16_t)(uart_places[place].port + reg), value);
}

static uint8_t read(unsigned place, unsigned reg)
{
    return port_read8((uint16_t)(uart_places[place].port + reg));
}

/* The scratch register keeps what is written; where nobody answers, all bits read as 1. */
static bool answers(unsigned place)
{
    for (unsigned pattern = 0x55; pattern <= 0xaa; pattern += 0x55) {
        write(place, SCRATCH, (uint8_t)pattern);
        if (read(place, SCRATCH) != pattern) {
            return false;
        }
    }
    return true;
}

/* 115200 baud, 8 bits, no parity, interrupts off. The FIFO stays as it is: turning it on clears what was
 * typed, which only a driver can keep. */
static void init(unsigned place)
{
    write(place, INTERRUPT_MASK, 0);
    write(place, LINE_CONTROL, LINE_DIVISOR);
    write(place, DIVISOR_LOW, DIVISOR_115200);
    write(place, DIVISOR_HIGH, 0);
    write(place, LINE_CONTROL, LINE_8N1);
    write(place, MODEM_CONTROL, MODEM_READY);
}

/* Only the first call touches the device: later it may have a driver, and text in its FIFO. */
bool uart_is_present(unsigned place)
{
    static enum {
        UNKNOWN,
        ABSENT,
        PRESENT
    } states[UART_PLACES];
    if (states[place] == UNKNOWN) {
        states[place] = answers(place) ? PRESENT : ABSENT;
        if (states[place] == PRESENT) {
            init(place);
        }
    }
    return states[place] == PRESENT;
}

static void send(char byte)
{
    for (unsigned polls = 0; polls < POLLS_MAX; polls++) {
        if ((read(UART_CONSOLE, LINE_STATUS) & STATUS_CAN_SEND) != 0) {
            break;
        }
        __asm__ volatile("pause");
    }
    write(UART_CONSOLE, DATA, (uint8_t)byte);
}

/* Terminals want a carriage return before each new line. */
void arch_console_write(const char *text, size_t length)
{
    if (!uart_is_present(UART_CONSOLE)) {
        return;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            send('\r');
        }
        send(text[i]);
    }
}

/* SPDX-License-Identifier: MIT */
/* The polled console for panics and boot failures: a PL011, as the firmware left it, so line speed
 * and format are not touched. Afterwards a driver in user space may own the same device.
 * Source: Arm DDI 0183 3.3 (registers). */
#include "internal.h"

#define UART_DR      0x000u
#define UART_FR      0x018u
#define UART_CR      0x030u
#define FR_TX_FULL   0x20u
#define CR_ENABLE    0x1u
#define CR_TX_ENABLE 0x100u
#define UART_BYTES   0x1000u
#define WAIT_MAX     1000000u

static arm64_device_t uart;

void arm64_console_init(uint64_t pa)
{
    uart = arm64_map_device(pa, UART_BYTES);
}

/** Write one byte; a UART that never gets ready does not keep the kernel from ending. */
static void put(uint8_t byte)
{
    for (unsigned i = 0; i < WAIT_MAX && (arm64_device_read(uart, UART_FR) & FR_TX_FULL) != 0;
         i++) {
        __asm__ volatile("yield");
    }
    arm64_device_write(uart, UART_DR, byte);
}

void arch_console_write(const char *text, size_t length)
{
    if (uart == NULL) {
        return;
    }
    arm64_device_write(uart, UART_CR, arm64_device_read(uart, UART_CR) | CR_ENABLE | CR_TX_ENABLE);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            put('\r');
        }
        put((uint8_t)text[i]);
    }
}

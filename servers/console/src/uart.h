/* SPDX-License-Identifier: MIT */
/* Serial ports, as lines.
 *
 * Turning a chip's FIFO on throws away what it holds, which without FIFO is one byte, and another may
 * come as soon as that one is taken: input that was typed before there was a console would have holes.
 * So a driver leaves the FIFO as it is until the line is quiet: until it has sent many bytes while none
 * came.
 *
 * Rules: those of line.h. */
#ifndef CONSOLE_UART_H
#define CONSOLE_UART_H

#include <stdbool.h>
#include <stdint.h>

#include <console/line.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/start.h>

/** The line is quiet when so many bytes were sent while none came. Under QEMU the next byte that waits
 *  comes within one or two of them; the log that is shown at the start has many more. */
#define UART_QUIET_BYTES 128

/** A serial port that is ready. */
struct uart {
    struct line line; /**< What the console sees of it. */
    uint32_t sent;    /**< Bytes sent since one came, up to UART_QUIET_BYTES. */
};

/** Count a byte that is about to be sent, while the chip @p holds_input or not. @return whether the line
 *  is quiet: the FIFO may be turned on. */
static inline bool uart_is_quiet(struct uart *uart, bool holds_input)
{
    if (holds_input) {
        uart->sent = 0;
    } else if (uart->sent < UART_QUIET_BYTES) {
        uart->sent++;
    }
    return uart->sent == UART_QUIET_BYTES;
}

/** A 16550 behind I/O ports. */
struct uart_16550 {
    struct uart uart;    /**< The port. */
    tn_handle_t ports;   /**< I/O range of its eight registers. */
    uint32_t room;       /**< Bytes that surely fit into its transmit FIFO. */
    uint32_t fifo_bytes; /**< Bytes that it takes when it has none: 1 until its FIFO is on. */
};

/** A PL011 in memory. */
struct uart_pl011 {
    struct uart uart;             /**< The port. */
    volatile uint32_t *registers; /**< Mapped. */
    bool has_fifo;                /**< Its FIFO was turned on. */
};

/** Make the 16550 of @p device ready: 8 bits, no parity, the speed it was left with, input
 *  interrupts; its FIFO is turned on when the line is quiet. Bytes that came stay. @return a status of
 *  io_read or io_write. */
TN_MUST_USE tn_status_t uart_16550_init(struct uart_16550 *port,
                                        const struct sys_start_device *device);

/** Make the PL011 of @p device ready, as uart_16550_init. @return a status of mapping it. */
TN_MUST_USE tn_status_t uart_pl011_init(struct uart_pl011 *port,
                                        const struct sys_start_device *device);

#endif

/* SPDX-License-Identifier: MIT */
/* What the console needs of a serial port, whatever its chip.
 *
 * Rules: none of these waits. A driver embeds struct uart in its own structure. */
#ifndef CONSOLE_UART_H
#define CONSOLE_UART_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/start.h>

struct uart;

/** Operations of a chip. */
struct uart_ops {
    /** Take the next byte that came into @p byte. @return false if there is none. */
    bool (*take)(struct uart *uart, uint8_t *byte);
    /** Send @p byte. @return false if the chip has no room now. */
    bool (*put)(struct uart *uart, uint8_t byte);
    /** Whether the chip shall interrupt when it has @p input, and when it has @p room again. */
    void (*want)(struct uart *uart, bool input, bool room);
};

/** A serial port that is ready. */
struct uart {
    const struct uart_ops *ops; /**< Of its chip. */
};

/** A 16550 behind I/O ports. */
struct uart_16550 {
    struct uart uart;  /**< Its operations. */
    tn_handle_t ports; /**< I/O range of its eight registers. */
    uint32_t room;     /**< Bytes that surely fit into its transmit FIFO. */
};

/** A PL011 in memory. */
struct uart_pl011 {
    struct uart uart;             /**< Its operations. */
    volatile uint32_t *registers; /**< Mapped. */
};

/** Make the 16550 of @p device ready: 8 bits, no parity, the speed it was left with, FIFO on, input
 *  interrupts. Bytes in its FIFO stay. @return a status of io_read or io_write. */
TN_MUST_USE tn_status_t uart_16550_init(struct uart_16550 *port,
                                        const struct sys_start_device *device);

/** Make the PL011 of @p device ready, as uart_16550_init. @return a status of mapping it. */
TN_MUST_USE tn_status_t uart_pl011_init(struct uart_pl011 *port,
                                        const struct sys_start_device *device);

#endif

/* SPDX-License-Identifier: MIT */
/* The PL011 UART in memory. Source: Arm DDI 0183, PrimeCell UART (PL011) TRM, chapter 3. */
#include <libsys/pages.h>
#include <libsys/syscall.h>

#include "uart.h"

/* Registers by index of 32-bit words. */
enum {
    DATA = 0x00 / 4,
    FLAGS = 0x18 / 4,
    LINE_CONTROL = 0x2c / 4,
    CONTROL = 0x30 / 4
};
enum {
    FIFO_LEVELS = 0x34 / 4,
    INTERRUPT_MASK = 0x38 / 4
};
enum {
    FLAG_BUSY = 1 << 3,
    FLAG_RECEIVE_EMPTY = 1 << 4,
    FLAG_TRANSMIT_FULL = 1 << 5
};
enum {
    LINE_FIFO = 0x10,
    LINE_8N1 = 0x60
};
enum {
    CONTROL_ENABLE = 1 << 0,
    CONTROL_TRANSMIT = 1 << 8,
    CONTROL_RECEIVE = 1 << 9
};
enum {
    INTERRUPT_RECEIVE = 1 << 4,
    INTERRUPT_TRANSMIT = 1 << 5,
    INTERRUPT_TIMEOUT = 1 << 6
};

static bool take(struct line *line, uint8_t *byte)
{
    struct uart_pl011 *port = TN_CONTAINER_OF(line, struct uart_pl011, uart.line);
    if ((port->registers[FLAGS] & FLAG_RECEIVE_EMPTY) != 0) {
        return false;
    }
    *byte = (uint8_t)port->registers[DATA];
    port->uart.sent = 0;
    return true;
}

/* The line control register must not change while the chip is enabled (3.3.7). */
static void turn_fifo_on(struct uart_pl011 *port)
{
    port->registers[CONTROL] = 0;
    port->registers[LINE_CONTROL] = LINE_8N1 | LINE_FIFO;
    port->registers[CONTROL] = CONTROL_ENABLE | CONTROL_TRANSMIT | CONTROL_RECEIVE;
    port->has_fifo = true;
}

static bool put(struct line *line, uint8_t byte)
{
    struct uart_pl011 *port = TN_CONTAINER_OF(line, struct uart_pl011, uart.line);
    uint32_t flags = port->registers[FLAGS];
    if ((flags & FLAG_TRANSMIT_FULL) != 0) {
        return false;
    }
    if (uart_is_quiet(&port->uart, (flags & FLAG_RECEIVE_EMPTY) == 0) && !port->has_fifo &&
        (flags & FLAG_BUSY) == 0) {
        turn_fifo_on(port);
    }
    port->registers[DATA] = byte;
    return true;
}

static void want(struct line *line, bool input, bool room)
{
    volatile uint32_t *registers = TN_CONTAINER_OF(line, struct uart_pl011, uart.line)->registers;
    uint32_t receive = input ? INTERRUPT_RECEIVE | INTERRUPT_TIMEOUT : 0;
    registers[INTERRUPT_MASK] = receive | (room ? INTERRUPT_TRANSMIT : 0);
}

tn_status_t uart_pl011_init(struct uart_pl011 *port, const struct sys_start_device *device)
{
    static const struct line_ops ops = {.take = take, .put = put, .want = want};
    uint64_t va;
    tn_handle_t memory = TN_HANDLE_NONE;
    tn_status_t status = sys_memory_device(device->registers, 0, TN_PAGE_SIZE, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = sys_pages_map(memory, 0, TN_PAGE_SIZE, TN_RIGHT_READ | TN_RIGHT_WRITE, &va);
    (void)sys_handle_close(memory); /* The mapping keeps it. */
    if (status != TN_OK) {
        return status;
    }
    port->uart.line.ops = &ops;
    port->registers = (volatile uint32_t *)(uintptr_t)va;
    port->has_fifo = false;
    port->registers[LINE_CONTROL] = LINE_8N1 | (port->registers[LINE_CONTROL] & LINE_FIFO);
    port->registers[FIFO_LEVELS] = 0; /* Interrupt from an eighth of the FIFO on. */
    port->registers[CONTROL] = CONTROL_ENABLE | CONTROL_TRANSMIT | CONTROL_RECEIVE;
    want(&port->uart.line, true, false);
    return TN_OK;
}

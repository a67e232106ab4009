/* SPDX-License-Identifier: MIT */
/* The 16550 UART behind ports. Source: National Semiconductor PC16550D data sheet, section 8. */
#include <libsys/syscall.h>

#include "uart.h"

enum {
    DATA = 0,
    INTERRUPT_ENABLE = 1,
    FIFO_CONTROL = 2,
    LINE_CONTROL = 3,
    MODEM_CONTROL = 4
};
enum {
    LINE_STATUS = 5,
    FIFO_BYTES = 16
};
enum {
    ENABLE_RECEIVE = 0x01,
    ENABLE_TRANSMIT = 0x02
};
enum {
    FIFO_ON = 0x01,
    LINE_8N1 = 0x03
};
/* OUT2 connects the chip's interrupt to the PC's interrupt controller. */
enum {
    MODEM_DTR_RTS_OUT2 = 0x0b
};
enum {
    STATUS_DATA = 0x01,
    STATUS_TRANSMIT_EMPTY = 0x20
};

static uint8_t read_register(const struct uart_16550 *port, unsigned number)
{
    uint64_t value = 0;
    /* The range was checked in init; a chip that is gone reads as nothing. */
    return sys_io_read(port->ports, number, 1, &value) == TN_OK ? (uint8_t)value : 0;
}

static void write_register(const struct uart_16550 *port, unsigned number, uint8_t value)
{
    tn_status_t status = sys_io_write(port->ports, number, 1, value);
    (void)status; /* As above. */
}

static bool take(struct line *line, uint8_t *byte)
{
    struct uart_16550 *port = TN_CONTAINER_OF(line, struct uart_16550, uart.line);
    if ((read_register(port, LINE_STATUS) & STATUS_DATA) == 0) {
        return false;
    }
    *byte = read_register(port, DATA);
    port->uart.sent = 0;
    return true;
}

/* The status tells only when there is no byte to be sent: then all of the FIFO is room, or one byte. */
static uint32_t room(struct uart_16550 *port)
{
    uint8_t status = read_register(port, LINE_STATUS);
    if ((status & STATUS_TRANSMIT_EMPTY) == 0) {
        return 0;
    }
    /* A FIFO that is turned on is cleared (section 8.4); the byte on its way out is not in it. */
    if (uart_is_quiet(&port->uart, (status & STATUS_DATA) != 0) && port->fifo_bytes == 1) {
        write_register(port, FIFO_CONTROL, FIFO_ON);
        port->fifo_bytes = FIFO_BYTES;
    }
    return port->fifo_bytes;
}

static bool put(struct line *line, uint8_t byte)
{
    struct uart_16550 *port = TN_CONTAINER_OF(line, struct uart_16550, uart.line);
    if (port->room == 0) {
        port->room = room(port);
    }
    if (port->room == 0) {
        return false;
    }
    port->room--;
    write_register(port, DATA, byte);
    return true;
}

static void want(struct line *line, bool input, bool output)
{
    struct uart_16550 *port = TN_CONTAINER_OF(line, struct uart_16550, uart.line);
    unsigned receive = input ? ENABLE_RECEIVE : 0;
    unsigned transmit = output ? ENABLE_TRANSMIT : 0;
    write_register(port, INTERRUPT_ENABLE, (uint8_t)(receive | transmit));
}

tn_status_t uart_16550_init(struct uart_16550 *port, const struct sys_start_device *device)
{
    static const struct line_ops ops = {.take = take, .put = put, .want = want};
    uint64_t value;
    port->uart.line.ops = &ops;
    port->ports = device->registers;
    port->room = 0;
    port->fifo_bytes = 1;
    /* The first access tells whether the range is what it should be. */
    tn_status_t status = sys_io_read(port->ports, LINE_STATUS, 1, &value);
    if (status != TN_OK) {
        return status;
    }
    write_register(port, LINE_CONTROL, LINE_8N1);
    write_register(port, MODEM_CONTROL, MODEM_DTR_RTS_OUT2);
    write_register(port, INTERRUPT_ENABLE, ENABLE_RECEIVE);
    return TN_OK;
}

/* SPDX-License-Identifier: MIT */
/* The console server: finds its serial port, takes its interrupt, serves. */
#include <libbase/mem.h>
#include <libsys/clock.h>
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#include "console.h"

/* Without an interrupt the port is looked at this often: as fast as 16 bytes come at 115,200 baud. */
#define POLL_PERIOD_NS UINT64_C(1000000)

/* The port as its chip's driver sees it; one of them is used. */
static union {
    struct uart_16550 a16550;
    struct uart_pl011 pl011;
} port;

static struct uart *open_uart(const struct sys_start_device *device)
{
    tn_status_t status = TN_ERR_NOT_SUPPORTED;
    struct uart *uart = NULL;
    if (strcmp(device->device.model, "16550") == 0) {
        status = uart_16550_init(&port.a16550, device);
        uart = &port.a16550.uart;
    } else if (strcmp(device->device.model, "pl011") == 0) {
        status = uart_pl011_init(&port.pl011, device);
        uart = &port.pl011.uart;
    }
    if (status != TN_OK) {
        sys_log("console: %s (%s): %s", device->device.name, device->device.model,
                tn_status_text(status));
        return NULL;
    }
    return uart;
}

/* Let the port's interrupt set CONSOLE_SIGNAL_UART of @p notification. */
static tn_status_t open_interrupt(struct console *console, const struct sys_start_device *device,
                                  tn_handle_t notification)
{
    if (device->interrupts == TN_HANDLE_NONE) {
        return TN_ERR_NOT_FOUND;
    }
    tn_status_t status =
        sys_interrupt_create(sys_program()->container, device->interrupts, device->device.interrupt,
                             device->device.flags >> TN_DEVICE_IRQ_SHIFT, &console->interrupt);
    if (status == TN_OK) {
        status = sys_interrupt_bind(console->interrupt, notification, CONSOLE_SIGNAL_UART);
    }
    return status == TN_OK ? sys_interrupt_ack(console->interrupt) : status;
}

/* Look at the port regularly instead. */
static tn_status_t open_timer(tn_handle_t notification)
{
    tn_handle_t timer = TN_HANDLE_NONE;
    tn_status_t status =
        sys_timer_create(sys_program()->container, notification, CONSOLE_SIGNAL_UART, &timer);
    return status == TN_OK ? sys_timer_set(timer, sys_clock_now_ns(), POLL_PERIOD_NS) : status;
}

/* The notification that interrupts and news of the log come through, bound to this thread. */
static tn_status_t open_signals(tn_handle_t *notification)
{
    tn_status_t status = TN_OK;
    *notification = sys_start_handle(SYS_START_SIGNALS, NULL);
    if (*notification == TN_HANDLE_NONE) {
        status = sys_notification_create(sys_program()->container, notification);
    }
    return status == TN_OK ? sys_notification_bind(*notification, sys_program()->thread) : status;
}

static tn_status_t open_console(struct console *console)
{
    tn_handle_t notification;
    const struct sys_start_device *device = sys_start_device("uart");
    struct uart *uart = device != NULL ? open_uart(device) : NULL;
    if (uart == NULL) {
        return TN_ERR_DEVICE;
    }
    console_init(console, uart);
    tn_status_t status = open_signals(&notification);
    if (status != TN_OK) {
        return status;
    }
    status = open_interrupt(console, device, notification);
    if (status != TN_OK) {
        sys_log("console: no interrupt (%s); the port is polled", tn_status_text(status));
        console->interrupt = TN_HANDLE_NONE;
        status = open_timer(notification);
    }
    return status;
}

int main(int argc, char **argv)
{
    static struct console console;
    (void)argc;
    (void)argv;
    tn_status_t status = open_console(&console);
    if (status != TN_OK) {
        sys_log("console: cannot start: %s", tn_status_text(status));
        return 1;
    }
    /* Only a machine handle that the manifest gave allows to read the log. */
    console.machine = sys_program()->machine;
    if (sys_program()->start->epoch > 1) {
        console_skip_log(&console);
    }
    console_pump(&console);
    struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &console,
        .request = console_on_request,
        .signal = console_on_signal,
    };
    status = sys_serve(&server);
    sys_log("console: cannot receive: %s", tn_status_text(status));
    return 1;
}

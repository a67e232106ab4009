/* SPDX-License-Identifier: MIT */
/* The console server: finds its serial port and serves it. */
#include <console/run.h>
#include <libbase/mem.h>
#include <libsys/print.h>

#include "uart.h"

/* The port as its chip's driver sees it; one of them is used. */
static union {
    struct uart_16550 a16550;
    struct uart_pl011 pl011;
} port;

static struct line *open_uart(const struct sys_start_device *device)
{
    tn_status_t status = TN_ERR_NOT_SUPPORTED;
    struct line *line = NULL;
    if (strcmp(device->device.model, "16550") == 0) {
        status = uart_16550_init(&port.a16550, device);
        line = &port.a16550.uart.line;
    } else if (strcmp(device->device.model, "pl011") == 0) {
        status = uart_pl011_init(&port.pl011, device);
        line = &port.pl011.uart.line;
    }
    if (status != TN_OK) {
        sys_log("console: %s (%s): %s", device->device.name, device->device.model,
                tn_status_text(status));
        return NULL;
    }
    return line;
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const struct sys_start_device *device = sys_start_device("uart");
    struct line *line = device != NULL ? open_uart(device) : NULL;
    if (line == NULL) {
        sys_log("console: cannot start: %s", tn_status_text(TN_ERR_DEVICE));
        return 1;
    }
    return console_run("console", line, device);
}

/* SPDX-License-Identifier: MIT */
/* From a line to a server: the interrupt, or a timer where there is none, the log, the loop. */
#include <console/console.h>
#include <console/run.h>
#include <libsys/clock.h>
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/syscall.h>

/* Without an interrupt the line is looked at this often: as fast as 16 bytes come at 115,200 baud. */
#define POLL_PERIOD_NS UINT64_C(1000000)

/* Let the line's interrupt set CONSOLE_SIGNAL_LINE of @p notification. */
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
        status = sys_interrupt_bind(console->interrupt, notification, CONSOLE_SIGNAL_LINE);
    }
    return status == TN_OK ? sys_interrupt_ack(console->interrupt) : status;
}

/* Look at the line regularly instead. */
static tn_status_t open_timer(tn_handle_t notification)
{
    tn_handle_t timer = TN_HANDLE_NONE;
    tn_status_t status =
        sys_timer_create(sys_program()->container, notification, CONSOLE_SIGNAL_LINE, &timer);
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

/* How @p console learns that it has something to do. */
static tn_status_t listen(struct console *console, const char *name,
                          const struct sys_start_device *device)
{
    tn_handle_t notification;
    tn_status_t status = open_signals(&notification);
    if (status != TN_OK || device == NULL) {
        return status;
    }
    status = open_interrupt(console, device, notification);
    if (status != TN_OK) {
        sys_log("%s: no interrupt (%s); the port is polled", name, tn_status_text(status));
        console->interrupt = TN_HANDLE_NONE;
        status = open_timer(notification);
    }
    return status;
}

int console_run(const char *name, struct line *line, const struct sys_start_device *device)
{
    static struct console console;
    console_init(&console, line);
    tn_status_t status = listen(&console, name, device);
    if (status != TN_OK) {
        sys_log("%s: cannot start: %s", name, tn_status_text(status));
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
    sys_log("%s: cannot receive: %s", name, tn_status_text(status));
    return 1;
}

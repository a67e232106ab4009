/* SPDX-License-Identifier: MIT */
/* A driver: who calls is answered when the interrupt comes. It never waits in a handler. */
#include <contracts/ticker.h>
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#include "rtc.h"

struct ticker {
    tn_handle_t interrupt;
    uint64_t caller; /* Its token, or 0. */
    uint32_t count;
};

static tn_status_t do_wait(void *self, const struct sys_request *request, uint32_t *interrupts)
{
    struct ticker *ticker = self;
    (void)interrupts;
    if (ticker->caller != 0) {
        return TN_ERR_BUSY;
    }
    ticker->caller = request->token;
    rtc_ask();
    return SYS_DEFERRED;
}

static tn_status_t on_request(void *self, struct sys_request *request)
{
    static const struct ticker_handlers handlers = {.wait = do_wait};
    return ticker_dispatch(&handlers, self, request);
}

/* First the device is quiet, then the kernel may let its interrupt through again. */
static void on_signal(void *self, uint64_t bits)
{
    struct ticker *ticker = self;
    (void)bits;
    rtc_silence();
    (void)!sys_interrupt_ack(ticker->interrupt);
    (void)ticker_wait_reply(ticker->caller, TN_OK, ++ticker->count);
    ticker->caller = 0;
}

/* Let the interrupt of @p device reach this thread, as a signal between two requests. */
static tn_status_t listen(const struct sys_start_device *device, tn_handle_t *interrupt)
{
    tn_handle_t notification = TN_HANDLE_NONE, container = sys_program()->container;
    uint32_t flags = device->device.flags >> TN_DEVICE_IRQ_SHIFT;
    tn_status_t status = sys_notification_create(container, &notification);
    if (status == TN_OK) {
        status = sys_notification_bind(notification, sys_program()->thread);
    }
    if (status == TN_OK) {
        status = sys_interrupt_create(container, device->interrupts, device->device.interrupt,
                                      flags, interrupt);
    }
    if (status == TN_OK) {
        status = sys_interrupt_bind(*interrupt, notification, 1);
    }
    return status == TN_OK ? sys_interrupt_ack(*interrupt) : status;
}

int main(void)
{
    static struct ticker ticker;
    const struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &ticker,
        .request = on_request,
        .signal = on_signal,
    };
    const struct sys_start_device *device = sys_start_device("rtc");
    tn_status_t status = device != NULL ? rtc_open(device) : TN_ERR_DEVICE;
    if (status == TN_OK) {
        status = listen(device, &ticker.interrupt);
    }
    if (status == TN_OK) {
        status = sys_serve(&server);
    }
    sys_log("ticker: %s", tn_status_text(status));
    return 1;
}

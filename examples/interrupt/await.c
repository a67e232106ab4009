/* SPDX-License-Identifier: MIT */
/* Waits for the next interrupt of the clock. */
#include <contracts/ticker.h>
#include <libsys/print.h>
#include <libsys/start.h>

int main(void)
{
    const char *rest;
    tn_handle_t ticker;
    uint32_t interrupts = 0;
    tn_status_t status = sys_name_lookup("/svc/ticker", &ticker, &rest);
    if (status == TN_OK) {
        status = ticker_wait(ticker, &interrupts);
    }
    sys_print("interrupt %u: %s\n", interrupts, tn_status_text(status));
    return status == TN_OK ? 0 : 1;
}

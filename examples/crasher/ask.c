/* SPDX-License-Identifier: MIT */
/* Asks for five squares, with no line of code for a server that dies. */
#include <contracts/fragile.h>
#include <libsys/print.h>
#include <libsys/start.h>

int main(void)
{
    const char *rest;
    tn_handle_t fragile;
    tn_status_t status = sys_name_lookup("/svc/fragile", &fragile, &rest);
    for (uint32_t i = 1; i <= 5 && status == TN_OK; i++) {
        uint64_t square = 0;
        status = fragile_square(fragile, i, &square);
        if (status == TN_OK) {
            sys_print("%u * %u = %lu\n", i, i, square);
        }
    }
    if (status != TN_OK) {
        sys_print("ask: %s\n", tn_status_text(status));
    }
    return status == TN_OK ? 0 : 1;
}

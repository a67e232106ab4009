/* SPDX-License-Identifier: MIT */
/* The keyboard server: makes the controller ready and serves the console contract with it. */
#include <console/run.h>
#include <libsys/print.h>

#include "i8042.h"

int main(int argc, char **argv)
{
    static struct i8042 controller;
    (void)argc;
    (void)argv;
    const struct sys_start_device *device = sys_start_device("kbd");
    tn_status_t status = device != NULL ? i8042_init(&controller, device) : TN_ERR_DEVICE;
    if (status != TN_OK) {
        sys_log("keyboard: cannot start: %s", tn_status_text(status));
        return 1;
    }
    return console_run("keyboard", &controller.line, device);
}

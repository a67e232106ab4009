/* SPDX-License-Identifier: MIT */
/* The smallest program: started as the only one (init=bin/alone), it writes to the kernel log and
 * the serial line, and switches the machine off with code 0. It boots before any server does. */
#include <libsys/print.h>
#include <libsys/serial.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

int main(int argc, char **argv)
{
    (void)argc;
    sys_log("alone: %s speaks", argv[0]);
    sys_serial_print("alone\n");
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, 0);
    return 1;
}

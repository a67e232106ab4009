/* SPDX-License-Identifier: MIT */
/* What the ARM64 port promises beyond the conformance suite (init=bin/board). */
#include <libsys/serial.h>

#include "board.h"
#include "run.h"

static unsigned run_all(const struct check_case *test)
{
    unsigned count = 0;
    for (; test->name != NULL; test++, count++) {
        unsigned failed = check_failures();
        sys_serial_print("[ RUN      ] board.%s\n", test->name);
        test->run();
        sys_serial_print("[ %s ] board.%s\n", failed == check_failures() ? "      OK" : " FAILED ",
                         test->name);
    }
    return count;
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    unsigned cases = run_all(board_cases);
    sys_serial_print("[==========] %u test(s) run, %u checks, %u failed.\n", cases, check_count(),
                     check_failures());
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, check_failures() > 0);
    return 1;
}

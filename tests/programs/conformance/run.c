/* SPDX-License-Identifier: MIT */
/* Runs all cases of a program, prints a line for each, and switches the machine off with 0 if every check
 * held. */
#include "run.h"

#include <libsys/serial.h>

/* Handles of this process: a case must leave as many as it found. */
static uint32_t handle_count(void)
{
    struct tn_process_info info = {0};
    EXPECT(TN_OK, sys_process_info(TN_HANDLE_NONE, &info));
    return info.handle_count;
}

static void run(const char *area, const struct check_case *test)
{
    unsigned failed = check_failures();
    uint32_t handles = handle_count();
    sys_serial_print("[ RUN      ] %s.%s\n", area, test->name);
    test->run();
    EQUAL(handles, handle_count());
    sys_serial_print("[ %s ] %s.%s\n", failed == check_failures() ? "      OK" : " FAILED ", area,
                     test->name);
}

int run_all(const struct run_area *areas, size_t count)
{
    unsigned cases = 0, failed_cases = 0;
    for (size_t i = 0; i < count; i++) {
        for (const struct check_case *test = areas[i].cases; test->name != NULL; test++) {
            unsigned failed = check_failures();
            run(areas[i].name, test);
            cases++;
            failed_cases += failed != check_failures();
        }
    }
    sys_serial_print("[==========] %u test(s) run, %u checks.\n", cases, check_count());
    sys_serial_print("[  PASSED  ] %u test(s).\n", cases - failed_cases);
    if (failed_cases > 0) {
        sys_serial_print("[  FAILED  ] %u test(s).\n", failed_cases);
    }
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, failed_cases > 0);
    return 1;
}

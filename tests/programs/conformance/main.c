/* SPDX-License-Identifier: MIT */
/* The conformance program (init=bin/conformance): runs all cases, prints a line for each, and switches
 * the machine off with 0 if every check held. */
#include <libbase/mem.h>
#include <libsys/serial.h>

#include "check.h"
#include "run.h"

static const struct {
    const char *name;
    const struct check_case *cases;
} areas[] = {
    {"handle", handle_cases},
    {"process", process_cases},
    {"thread", thread_cases},
    {"context", context_cases},
    {"ipc", ipc_cases},
    {"register", register_cases},
    {"notification", notification_cases},
    {"memory", memory_cases},
    {"device", device_cases},
    {"machine", machine_cases},
    {"fault", fault_cases},
    {"program", program_cases},
};

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

int main(int argc, char **argv)
{
    unsigned cases = 0, failed_cases = 0;
    (void)argc;
    (void)argv;
    for (size_t i = 0; i < TN_ARRAY_LEN(areas); i++) {
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

/* SPDX-License-Identifier: MIT */
/* Measurements inside the image (init=bin/bench): lines "BENCH name value rounds" on the serial line.
 * What they mean, and the most they may be: tools/bench/budgets.toml. */
#include <libbase/compiler.h>
#include <libsys/serial.h>

#include "../conformance/check.h"
#include "../conformance/run.h"
#include "cases.h"
#include "measure.h"

_Noreturn void case_failed(const char *what)
{
    sys_serial_print("bench: %s failed within a sample\n", what);
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, 2);
    sys_process_exit(2);
}

static void case_boot(void)
{
    const struct tn_clock_page *clock = (const void *)(uintptr_t)TN_USER_CLOCK;
    struct tn_machine_info info = {0};
    EXPECT(TN_OK, sys_machine_info(sys_program()->machine, &info));
    uint64_t ticks = info.user_counter - info.entry_counter;
    bench_report("boot.entry_to_user", sys_arch_counter_cycles(ticks, clock->frequency_hz), 1);
}

static void case_null_call(void)
{
    BENCH_CALL("kern.null_syscall", (void)!sys_null());
}

static void (*const cases[])(void) = {
    case_null_call, case_short_calls, case_long_calls, case_fpu,     case_handles, case_grants,
    case_signals,   case_faults,      case_yield,      case_threads, case_idle,    case_interrupt,
};

static void measure_all(void)
{
    for (unsigned i = 0; i < TN_ARRAY_LEN(cases); i++) {
        if (cases[i] != case_fpu || CONFIG_FPU) {
            cases[i]();
        }
    }
}

static uint32_t cpu_count(void)
{
    struct tn_machine_info info = {0};
    EXPECT(TN_OK, sys_machine_info(sys_program()->machine, &info));
    return info.cpu_count;
}

/* With several CPUs only what needs them is measured: all else is the figure of one CPU. */
int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    case_boot();
    if (cpu_count() > 1) {
        case_cross_cpu();
    } else {
        measure_all();
    }
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, check_failures() > 0);
    return 1;
}

/* SPDX-License-Identifier: MIT */
/* Commands about the machine. */
#include <contracts/supervisor.h>
#include <libbase/mem.h>
#include <libbase/parse.h>
#include <libsys/print.h>

#include "shell.h"

#define PIECE 512

/* What supervisor_machine tells. */
struct machine {
    uint64_t memory_total, memory_free, kernel_bytes, bundle_bytes, uptime_ns, idle_ns;
    uint32_t cpu_count;
    char version[64];
};

static tn_status_t ask(const struct shell *shell, struct machine *machine)
{
    size_t length;
    return supervisor_machine(shell->supervisor, &machine->memory_total, &machine->memory_free,
                              &machine->kernel_bytes, &machine->bundle_bytes, &machine->uptime_ns,
                              &machine->idle_ns, &machine->cpu_count, machine->version,
                              sizeof(machine->version), &length);
}

void command_mem(struct shell *shell, int argc, char **argv)
{
    struct machine machine;
    uint32_t pid = 0, state, priority, threads, restarts;
    uint64_t cpu_ns, used, limit;
    char name[32];
    size_t length;
    (void)argc;
    (void)argv;
    tn_status_t status = ask(shell, &machine);
    if (status != TN_OK) {
        shell_complain("mem", "machine", status, NULL);
        return;
    }
    sys_print("%-12s %9s %9s\n", "KiB", "USED", "LIMIT");
    while (supervisor_list(shell->supervisor, pid, &pid, &state, &priority, &threads, &restarts,
                           &cpu_ns, &used, &limit, name, sizeof(name), &length) == TN_OK) {
        sys_print("%-12s %9lu %9lu\n", name, used / 1024, limit / 1024);
        pid++;
    }
    sys_print("kernel %lu, bundle %lu, free %lu of %lu KiB\n", machine.kernel_bytes / 1024,
              machine.bundle_bytes / 1024, machine.memory_free / 1024, machine.memory_total / 1024);
}

void command_uptime(struct shell *shell, int argc, char **argv)
{
    struct machine machine;
    (void)argc;
    (void)argv;
    tn_status_t status = ask(shell, &machine);
    if (status != TN_OK) {
        shell_complain("uptime", "machine", status, NULL);
        return;
    }
    uint64_t seconds = machine.uptime_ns / 1000000000;
    sys_print("%s, %u CPU%s, up %lu:%02lu:%02lu, idle %lu s\n", machine.version, machine.cpu_count,
              machine.cpu_count == 1 ? "" : "s", seconds / 3600, seconds / 60 % 60, seconds % 60,
              machine.idle_ns / 1000000000);
}

void command_log(struct shell *shell, int argc, char **argv)
{
    char text[PIECE];
    uint64_t position = 0;
    size_t length;
    (void)argc;
    (void)argv;
    tn_status_t status =
        supervisor_log(shell->supervisor, position, &position, text, sizeof(text), &length);
    while (status == TN_OK && length > 0) {
        sys_write(text, length);
        status =
            supervisor_log(shell->supervisor, position, &position, text, sizeof(text), &length);
    }
    if (status != TN_OK) {
        shell_complain("log", "kernel log", status, NULL);
    }
}

void command_reboot(struct shell *shell, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    tn_status_t status = supervisor_power(shell->supervisor, TN_POWER_REBOOT, 0);
    shell_complain("reboot", "machine", status, NULL);
}

void command_poweroff(struct shell *shell, int argc, char **argv)
{
    uint64_t code = 0;
    if (argc > 1 && (tn_parse_u64(argv[1], strlen(argv[1]), &code) != TN_OK || code > 127)) {
        sys_print("poweroff: %s: write an exit code from 0 to 127.\n", argv[1]);
        return;
    }
    tn_status_t status = supervisor_power(shell->supervisor, TN_POWER_OFF, (int32_t)code);
    shell_complain("poweroff", "machine", status, NULL);
}

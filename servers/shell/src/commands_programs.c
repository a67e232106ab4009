/* SPDX-License-Identifier: MIT */
/* Commands about programs. */
#include <contracts/console.h>
#include <contracts/supervisor.h>
#include <libbase/fmt.h>
#include <libbase/mem.h>
#include <libsys/print.h>
#include <libsys/supervisor.h>
#include <libsys/thread.h>

#include "shell.h"

#define NAME_MAX    31
#define COMMAND_MAX 255

#define KEY_INTERRUPT  3   /* ctrl-c */
#define CODE_INTERRUPT 130 /* What shells report for it: 128 + 2. */

static const char *state_name(uint32_t state)
{
    static const char *const names[] = {
        [SUPERVISOR_RUNNING] = "running",
        [SUPERVISOR_ENDED] = "ended",
        [SUPERVISOR_FAILED] = "failed",
    };
    return state < TN_ARRAY_LEN(names) ? names[state] : "?";
}

void command_ps(struct shell *shell, int argc, char **argv)
{
    uint32_t pid = 0, state, priority, threads, restarts;
    uint64_t cpu_ns, used, limit;
    char name[NAME_MAX + 1];
    size_t length;
    (void)argc;
    (void)argv;
    sys_print("PID NAME         STATE      CPU ms PRIO CPU   MEM KiB THREADS RESTARTS\n");
    while (supervisor_list(shell->supervisor, pid, &pid, &state, &priority, &threads, &restarts,
                           &cpu_ns, &used, &limit, name, sizeof(name), &length) == TN_OK) {
        sys_print("%3u %-12s %-8s %8lu %4u %3u %9lu %7u %8u\n", pid, name, state_name(state),
                  cpu_ns / 1000000, priority & UINT16_MAX, priority >> 16, used / 1024, threads,
                  restarts);
        pid++;
    }
}

/* Rights as letters, in the order of docs/syscalls. */
static void format_rights(uint32_t rights, char text[9])
{
    static const char letters[] = "dmib12xp";
    for (unsigned i = 0; i < 8; i++) {
        text[i] = '-';
        if ((rights & 1u << i) != 0) {
            text[i] = letters[i];
        }
    }
    text[8] = 0;
}

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {
        [TN_TYPE_PROCESS] = "process",
        [TN_TYPE_THREAD] = "thread",
        [TN_TYPE_CONTEXT] = "context",
        [TN_TYPE_ENDPOINT] = "endpoint",
        [TN_TYPE_NOTIFICATION] = "notification",
        [TN_TYPE_MEMORY] = "memory",
        [TN_TYPE_INTERRUPT] = "interrupt",
        [TN_TYPE_IO_RANGE] = "io range",
        [TN_TYPE_TIMER] = "timer",
        [TN_TYPE_CONTAINER] = "container",
        [TN_TYPE_MACHINE] = "machine",
    };
    return type < TN_ARRAY_LEN(names) && names[type] != NULL ? names[type] : "?";
}

void command_caps(struct shell *shell, int argc, char **argv)
{
    uint32_t handle = 0, type, rights;
    uint64_t badge, object;
    char purpose[64], letters[9];
    size_t length;
    (void)argc;
    tn_status_t status =
        supervisor_capability(shell->supervisor, argv[1], handle, &handle, &type, &rights, &badge,
                              &object, purpose, sizeof(purpose), &length);
    if (status != TN_OK) {
        shell_complain("caps", argv[1], status, "ps shows the names of programs.");
        return;
    }
    sys_print("  HANDLE TYPE         RIGHTS   BADGE OBJECT FOR\n");
    while (status == TN_OK) {
        format_rights(rights, letters);
        sys_print("%8x %-12s %s %5lu %6lu %s\n", handle, type_name(type), letters, badge, object,
                  purpose);
        status = supervisor_capability(shell->supervisor, argv[1], handle, &handle, &type, &rights,
                                       &badge, &object, purpose, sizeof(purpose), &length);
    }
    sys_print("d duplicate  m manage  i inspect  b badge  1 send/read/spend  2 receive/write  "
              "x execute  p power\n");
}

void command_kill(struct shell *shell, int argc, char **argv)
{
    (void)argc;
    tn_status_t status = supervisor_kill(shell->supervisor, argv[1], 9);
    if (status == TN_ERR_RIGHTS) {
        sys_print(
            "kill: %s: the supervisor is not for the shell to kill; poweroff ends everything.\n",
            argv[1]);
    } else if (status != TN_OK) {
        shell_complain("kill", argv[1], status, "ps shows the programs that run.");
    }
}

/* How a program ended that was started by hand. */
static void tell_end(const char *name, int32_t code, uint32_t reason)
{
    if (reason == TN_EXIT_FAULT) {
        sys_print("run: %s ended by a fault; log shows which.\n", name);
    } else if (reason == TN_EXIT_KILLED) {
        sys_print("run: %s was killed (code %d).\n", name, code);
    } else if (code != 0) {
        sys_print("run: %s ended with code %d.\n", name, code);
    }
}

/* What the thread needs that listens to the keyboard while a program runs. */
struct watch {
    struct sys_thread thread;
    struct shell *shell;
    char pid[12];
};

/* ctrl-c ends the program; other keys wait for the next line. */
static void watch_keys(void *argument)
{
    struct watch *watch = argument;
    struct shell *shell = watch->shell;
    uint8_t key;
    size_t length;
    while (console_read(shell->console, &key, 1, &length) == TN_OK) {
        if (key == KEY_INTERRUPT) {
            tn_status_t status = supervisor_kill(shell->supervisor, watch->pid, CODE_INTERRUPT);
            (void)status; /* It may just have ended. */
        } else if (shell->ahead_count < SHELL_AHEAD_MAX) {
            shell->ahead[shell->ahead_count++] = key;
        }
    }
}

/* Wait for the end of program @p pid; the keyboard is watched meanwhile, if there is memory for it. */
static tn_status_t wait_for(struct shell *shell, uint32_t pid, int32_t *code, uint32_t *reason)
{
    static struct watch watch;
    uint64_t cpu_ns;
    watch.shell = shell;
    tn_format(watch.pid, sizeof(watch.pid), "%u", pid);
    tn_status_t watched = sys_thread_spawn(&watch.thread, watch_keys, &watch, NULL);
    tn_status_t status = supervisor_wait(shell->supervisor, pid, code, reason, &cpu_ns);
    if (watched == TN_OK) {
        sys_thread_abort(&watch.thread);
    }
    return status;
}

void command_run(struct shell *shell, int argc, char **argv)
{
    char command[COMMAND_MAX + 1] = "";
    uint32_t pid, reason;
    int32_t code;
    size_t length = 0;
    for (int i = 1; i < argc; i++) {
        length +=
            tn_format(command + length, sizeof(command) - length, i > 1 ? " %s" : "%s", argv[i]);
    }
    tn_status_t status = supervisor_run(shell->supervisor, command, &pid);
    if (status != TN_OK) {
        shell_complain("run", argv[1], status,
                       status == TN_ERR_NOT_FOUND ? "ls bin/ shows the programs." : NULL);
        return;
    }
    status = wait_for(shell, pid, &code, &reason);
    if (status != TN_OK) {
        shell_complain("run", argv[1], status, NULL);
        return;
    }
    tell_end(argv[1], code, reason);
}

/* SPDX-License-Identifier: MIT */
/* Faults and exits: told to people, then the restart policy. */
#include <contracts/supervisor.h>
#include <libsys/clock.h>
#include <libsys/serial.h>
#include <libsys/syscall.h>

#include "supervisor.h"

static const char *fault_name(enum tn_fault fault)
{
    static const char *const names[] = {
        [TN_FAULT_PAGE] = "page fault",
        [TN_FAULT_INSTRUCTION] = "illegal instruction",
        [TN_FAULT_ARITHMETIC] = "arithmetic fault",
        [TN_FAULT_ALIGNMENT] = "misaligned access",
        [TN_FAULT_BREAKPOINT] = "breakpoint",
        [TN_FAULT_STEP] = "single step",
        [TN_FAULT_OTHER] = "exception",
    };
    size_t index = (size_t)fault;
    return index < TN_ARRAY_LEN(names) && names[index] != NULL ? names[index] : "unknown fault";
}

static const char *access_name(uint64_t access)
{
    if ((access & TN_FAULT_ACCESS_EXECUTE) != 0) {
        return "executing";
    }
    return (access & TN_FAULT_ACCESS_WRITE) != 0 ? "writing" : "reading";
}

static void report_fault(struct supervisor *supervisor, const struct program *program,
                         enum tn_fault fault, const uint64_t words[TN_MESSAGE_WORDS])
{
    if (fault == TN_FAULT_PAGE) {
        report(supervisor, program, "page fault %s 0x%lx at 0x%lx, thread %lu",
               access_name(words[TN_FAULT_WORD_ACCESS]), words[TN_FAULT_WORD_ADDRESS],
               words[TN_FAULT_WORD_PC], words[TN_FAULT_WORD_THREAD]);
    } else {
        report(supervisor, program, "%s (code 0x%lx) at 0x%lx, thread %lu", fault_name(fault),
               words[TN_FAULT_WORD_CODE], words[TN_FAULT_WORD_PC], words[TN_FAULT_WORD_THREAD]);
    }
}

/* Note how @p program ended, and let go of its process. */
static void note_end(struct program *program, const uint64_t words[TN_MESSAGE_WORDS])
{
    struct tn_process_info info = {0};
    if (sys_process_info(program->process, &info) == TN_OK) {
        program->cpu_ns = info.cpu_ns;
    }
    program->exit_code = (int32_t)words[0];
    program->exit_reason = (uint32_t)words[1];
    program->state = SUPERVISOR_ENDED;
    (void)sys_handle_close(program->process);
    program->process = TN_HANDLE_NONE;
}

static void report_end(struct supervisor *supervisor, const struct program *program)
{
    if (program->exit_reason == TN_EXIT_KILLED) {
        report(supervisor, program, "was killed (code %d)", program->exit_code);
    } else if (program->exit_reason == TN_EXIT_FAULT) {
        report(supervisor, program, "ended by its fault");
    } else {
        report(supervisor, program, "ended with code %d", program->exit_code);
    }
}

/* Tell the program that waits for the end of @p program. */
static void answer_waiter(struct program *program)
{
    if (program->waiter == 0) {
        return;
    }
    uint64_t token = program->waiter;
    program->waiter = 0;
    /* Who waited may be gone by now; then nobody is told. */
    (void)supervisor_wait_reply(token, TN_OK, program->exit_code, program->exit_reason,
                                program->cpu_ns);
}

static void restart(struct supervisor *supervisor, struct program *program)
{
    if (!restart_is_due(&program->history, program->server, sys_clock_now_ns())) {
        if (program->server->restart == TN_RESTART_LIMIT) {
            report(supervisor, program, "ended too often; it is not started again");
            program->state = SUPERVISOR_FAILED;
        }
        close_endpoint(program);
        return;
    }
    program->restarts++;
    if (start_server(supervisor, program) == TN_OK) {
        report(supervisor, program, "started again");
    }
}

/* Nothing is left that could do anything: say so, and end with the code of the last one. */
static void power_off_if_idle(struct supervisor *supervisor, const struct program *last)
{
    if (programs_running(supervisor) > 0) {
        return;
    }
    int32_t code = last->exit_reason == TN_EXIT_NORMAL ? last->exit_code : 1;
    report(supervisor, NULL, "no program runs any more; switching off");
    sys_serial_print("\nNo program runs any more; %s was the last.\n", last->name);
    (void)sys_machine_power(supervisor->root->machine, TN_POWER_OFF, code);
}

static void on_exit(struct supervisor *supervisor, struct program *program,
                    const uint64_t words[TN_MESSAGE_WORDS])
{
    note_end(program, words);
    if ((program->server->flags & TN_SERVER_TEMPLATE) != 0) {
        /* It is not started again: its memory is for others. The entry stays, for `ps` and wait. */
        (void)sys_handle_close(program->container);
        program->container = TN_HANDLE_NONE;
        answer_waiter(program);
    } else {
        report_end(supervisor, program);
        restart(supervisor, program);
    }
    power_off_if_idle(supervisor, program);
}

enum tn_fault_reply on_fault(void *self, uint64_t badge, enum tn_fault fault,
                             const uint64_t words[TN_MESSAGE_WORDS])
{
    struct supervisor *supervisor = self;
    struct program *program = program_of_badge(supervisor, badge);
    if (program == NULL || program->state != SUPERVISOR_RUNNING) {
        return TN_FAULT_KILL;
    }
    if (fault == TN_FAULT_EXIT) {
        on_exit(supervisor, program, words);
    } else {
        report_fault(supervisor, program, fault, words);
    }
    return TN_FAULT_KILL;
}

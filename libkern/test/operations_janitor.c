/* SPDX-License-Identifier: MIT */
/* What the janitor alone does: it makes anew what ended, ends processes, and sleeps. */

#include "operations.h"

#include "thread.h"

static const int process_of[MODEL_THREADS] = {0, 0, 0, 1, 1, 1, 2, 2, 3, 3};

static void endow(struct process *process, int number)
{
    for (int i = 0; i < MODEL_ENDPOINTS; i++) {
        uint64_t badged =
            MUST(TN_SYS_HANDLE_MINT, processes[0].endpoints[i], TN_RIGHTS_ALL, op_badge(number, i));
        process->endpoints[i] =
            MUST(TN_SYS_HANDLE_INSTALL, process->handle, processes[0].endpoints[i], TN_RIGHTS_ALL);
        process->badged[i] = MUST(TN_SYS_HANDLE_INSTALL, process->handle, badged, TN_RIGHTS_ALL);
        MUST(TN_SYS_HANDLE_CLOSE, badged);
    }
    for (int i = 0; i < MODEL_BELLS; i++) {
        process->bells[i] =
            MUST(TN_SYS_HANDLE_INSTALL, process->handle, processes[0].bells[i], TN_RIGHTS_ALL);
    }
}

static void make_process(int number)
{
    processes[number].handle = MUST(TN_SYS_PROCESS_CREATE, world.info.container);
    endow(&processes[number], number);
}

void op_enter(int thread, uint64_t handle, int process)
{
    *at(thread) = (struct model_thread){
        .kern = kern_thread_of(object_of(handle)),
        .handle = handle,
        .process = process,
        .lives = true,
        .is_suspended = true,
        .state = TN_THREAD_READY,
        .own = NONE,
        .on = NONE,
        .serves = NONE,
        .server = NONE,
        .deadline_ns = TN_DEADLINE_NEVER,
        .bound = NONE,
    };
}

/* Others will see to it that it can run. */
static void make_thread(int thread)
{
    struct tn_thread_start start = {.pc = ENTRY, .container = world.info.container};
    uint64_t process = process_of[thread] != 0 ? processes[process_of[thread]].handle : 0;
    op_enter(thread, MUST(TN_SYS_THREAD_CREATE, process, PUT(start)), process_of[thread]);
}

void op_create(int thread)
{
    op_begin(CREATE);
    op_ended(JANITOR, TN_OK);
    if (at(thread)->kern != NULL) {
        MUST(TN_SYS_HANDLE_CLOSE, at(thread)->handle);
    }
    if (processes[process_of[thread]].handle == 0) {
        make_process(process_of[thread]);
    }
    make_thread(thread);
    op_compare();
}

void op_kill_process(int number)
{
    OP_TRAP(KILL_PROCESS, TN_SYS_PROCESS_KILL, processes[number].handle, 0);
    model_kill_process(number);
    op_returns(JANITOR, TN_OK, 0);
    op_compare();
    MUST(TN_SYS_HANDLE_CLOSE, processes[number].handle);
    processes[number].handle = 0;
}

/* No operation: what the others do next follows what the janitor did before. */
void op_turn_in(void)
{
    uint64_t deadline_ns = host_now_ns + 1 + below(3 * LATEST_NS);
    op_aside(SLEEP);
    (void)SYS(TN_SYS_THREAD_SLEEP, deadline_ns);
    model_charge();
    model_sleep(JANITOR, deadline_ns);
}

/* SPDX-License-Identifier: MIT */
/* Waits that are none for messages, signals, and time that passes. */

#include "operations.h"

uint64_t op_some_deadline(void)
{
    if (chance(50)) {
        return TN_DEADLINE_NEVER;
    }
    return chance(15) ? TN_DEADLINE_POLL : host_now_ns + 1 + below(LATEST_NS);
}

void op_sleep(int thread)
{
    uint64_t deadline_ns = chance(5) ? 1 : host_now_ns + 1 + below(LATEST_NS);
    OP_TRAP(SLEEP, TN_SYS_THREAD_SLEEP, deadline_ns);
    model_sleep(thread, deadline_ns);
}

void op_yield(int thread)
{
    OP_TRAP(YIELD, TN_SYS_THREAD_YIELD);
    model.yields = true;
    op_returns(thread, TN_OK, 0);
}

void op_wait(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    uint64_t deadline_ns = op_some_deadline();
    OP_TRAP(WAIT, TN_SYS_NOTIFICATION_WAIT, processes[at(thread)->process].bells[bell],
            deadline_ns);
    model_wait_bell(thread, bell, deadline_ns);
}

void op_signal(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    uint64_t bits = below(8);
    OP_TRAP(SIGNAL, TN_SYS_NOTIFICATION_SIGNAL, processes[at(thread)->process].bells[bell], bits);
    model_signal(bell, bits);
    op_returns(thread, TN_OK, 0);
}

void op_bind_bell(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    int whom = chance(30) ? NONE : 1 + (int)below(MODEL_THREADS - 1);
    uint64_t handle = whom != NONE ? at(whom)->handle : TN_HANDLE_NONE;
    OP_TRAP(BIND_BELL, TN_SYS_NOTIFICATION_BIND, processes[0].bells[bell], handle);
    model_bind_bell(thread, bell, whom);
}

/* Each interrupt of the timer on the way is a trap of its own. */
void op_pass(uint64_t ns)
{
    uint64_t goal_ns = host_now_ns + ns;
    do {
        uint64_t next_ns = host_timer_ns() < goal_ns ? host_timer_ns() : goal_ns;
        world_trap(host_advance(next_ns - host_now_ns));
        model_charge();
        model_due();
        op_compare();
    } while (host_now_ns < goal_ns);
}

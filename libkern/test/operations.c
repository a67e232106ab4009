/* SPDX-License-Identifier: MIT */
/* Which operation is next. */

#include "operations.h"

#define TRAP_MAX_NS UINT64_C(40000)

/* An operation, and how often it is made beside others. */
struct way {
    unsigned weight;
    void (*go)(int thread);
};

/* @p thread goes one of @p count ways. */
static void go(int thread, const struct way *ways, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += ways[i].weight;
    }
    uint64_t which = below(sum);
    while (which >= ways->weight) {
        which -= ways->weight;
        ways++;
    }
    ways->go(thread);
}

static void kill_seldom(int thread)
{
    if (chance(25)) {
        op_kill(thread);
    }
}

static void manage(int thread)
{
    static const struct way ways[] = {
        {2, op_cancel},    {1, op_suspend}, {4, op_resume},   {4, op_bind},      {1, op_unbind},
        {2, op_configure}, {1, op_rebind},  {1, kill_seldom}, {4, op_bind_bell},
    };
    go(thread, ways, TN_ARRAY_LEN(ways));
}

static void talk(int thread)
{
    static const struct way ways[] = {
        {3, op_call}, {1, op_send}, {2, op_receive}, {2, op_reply}, {2, op_reply_receive},
    };
    go(thread, ways, TN_ARRAY_LEN(ways));
}

static void wait_or_yield(int thread)
{
    static const struct way ways[] = {
        {1, op_sleep}, {1, op_yield}, {1, op_wait}, {2, op_signal}, {1, op_call_info},
    };
    go(thread, ways, TN_ARRAY_LEN(ways));
}

static void act(int thread)
{
    if (at(thread)->process == 0 && chance(30)) {
        manage(thread);
    } else if (chance(75)) {
        talk(thread);
    } else {
        wait_or_yield(thread);
    }
}

static void janitor(void)
{
    int dead = op_some_dead_thread();
    int process = 1 + (int)below(MODEL_PROCESSES - 1);
    if (dead != NONE && chance(30)) {
        op_create(dead);
    } else if (chance(2) && processes[process].handle != 0) {
        op_kill_process(process);
    } else if (chance(50)) {
        manage(JANITOR);
    } else {
        op_turn_in();
    }
}

void op_let_time_pass(void)
{
    op_pass(model.current == NONE ? host_timer_ns() - host_now_ns : below(TRAP_MAX_NS));
}

void op_step(void)
{
    if (model.current == JANITOR) {
        janitor();
    } else {
        act(model.current);
    }
    op_compare();
}

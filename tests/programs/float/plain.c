/* SPDX-License-Identifier: MIT */
/* Compiled without FPU and SIMD registers, whatever the program has. */
#include "plain.h"

#include <libsys/clock.h>
#include <libsys/syscall.h>

#define ROUNDS    5
#define MOMENT_NS 1000000

struct keeper keepers[KEEPERS];

static uint32_t done;

uint64_t plain_compete(void *argument)
{
    struct keeper *self = argument;
    for (unsigned i = 0; i < ROUNDS * KEEPERS; i++) {
        const struct keeper *other = &keepers[i % KEEPERS];
        uint64_t before = other->counter;
        while (other->counter == before) {
            self->counter++;
        }
    }
    __atomic_add_fetch(&done, 1, __ATOMIC_RELEASE);
    while (__atomic_load_n(&done, __ATOMIC_ACQUIRE) < KEEPERS) {
        self->counter++;
    }
    return 0;
}

uint64_t plain_look(void *argument)
{
    static struct sys_thread thread;
    tn_status_t status = sys_thread_spawn(&thread, simd_store, argument, NULL);
    if (status == TN_OK) {
        sys_thread_join(&thread);
    }
    return (uint64_t)status;
}

static uint64_t soon(void)
{
    return sys_clock_now_ns() + MOMENT_NS;
}

uint64_t plain_sleep(void *argument)
{
    (void)argument;
    return (uint64_t)sys_thread_sleep(soon());
}

uint64_t plain_yield(void *argument)
{
    (void)argument;
    sys_thread_yield();
    return 0;
}

uint64_t plain_word(void *argument)
{
    static uint32_t word;
    (void)argument;
    return sys_word_wait(&word, 0, soon()) == TN_ERR_TIMEOUT ? 0 : 1;
}

uint64_t plain_wait(void *argument)
{
    uint64_t bits;
    return (uint64_t)sys_notification_wait(*(const tn_handle_t *)argument, TN_DEADLINE_NEVER,
                                           &bits);
}

uint64_t plain_signal(void *argument)
{
    return (uint64_t)sys_notification_signal(*(const tn_handle_t *)argument, 1);
}

uint64_t plain_call(void *argument)
{
    struct exchange *exchange = argument;
    switch (exchange->words) {
    case 0:
        return (uint64_t)sys_ipc_call0(&exchange->message, TN_DEADLINE_NEVER);
    case 4:
        return (uint64_t)sys_ipc_call4(&exchange->message, TN_DEADLINE_NEVER);
    default:
        return (uint64_t)sys_ipc_call8(&exchange->message, TN_DEADLINE_NEVER);
    }
}

uint64_t plain_reply_receive(void *argument)
{
    return (uint64_t)sys_ipc_reply_receive(argument, 0);
}

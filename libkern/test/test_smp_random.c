/* SPDX-License-Identifier: MIT */
/* Several CPUs do everything, in any order (TN_SEED). */

#include "cpus.h"
#include "dice.h"

#define ACTORS 7
#define STEPS  20000

struct chaos {
    struct actor actors[ACTORS];
    uint64_t endpoints[2];
    uint64_t bell;
};

static const struct actor *anybody(const struct chaos *chaos)
{
    return &chaos->actors[below(ACTORS)];
}

static void ipc_step(const struct chaos *chaos)
{
    uint64_t ears = chaos->endpoints[below(2)];
    struct arch_ipc_regs registers = {
        .handle = ears,
        .token = anybody(chaos)->t->token,
        .tag = TN_TAG_LOW | (below(2) == 0 ? TN_TAG_DEADLINE : 0),
        .deadline = host_now_ns + below(100000),
    };
    (void)host_ipc((unsigned)below(TN_SYS_IPC_COUNT), &registers);
}

static void system_call(uint64_t number, uint64_t a0, uint64_t a1)
{
    const uint64_t arguments[6] = {a0, a1};
    (void)host_syscall((unsigned)number, arguments);
}

static void call_step(const struct chaos *chaos)
{
    const struct actor *actor = anybody(chaos);
    switch (below(8)) {
    case 0:
        system_call(TN_SYS_THREAD_SUSPEND, actor->thread, 0);
        break;
    case 1:
    case 2:
        system_call(TN_SYS_THREAD_RESUME, actor->thread, 0);
        break;
    case 3:
        system_call(TN_SYS_CONTEXT_SET_AFFINITY, actor->context, 1 + below(15));
        break;
    case 4:
        system_call(TN_SYS_THREAD_CANCEL, actor->thread, 0);
        break;
    case 5:
        system_call(TN_SYS_NOTIFICATION_SIGNAL, chaos->bell, 1);
        break;
    case 6:
        system_call(TN_SYS_THREAD_SLEEP, host_now_ns + below(100000), 0);
        break;
    default:
        system_call(TN_SYS_THREAD_YIELD, 0, 0);
        break;
    }
}

static void step(const struct chaos *chaos)
{
    host_use_cpu((unsigned)below(CPUS));
    if (below(3) == 0) {
        (void)host_take_ipi();
    }
    if (host_end() != HOST_WAITS && below(4) == 0) {
        (void)host_advance(below(50000));
    }
    if (host_end() == HOST_RUNS) {
        if (below(2) == 0) {
            ipc_step(chaos);
        } else {
            call_step(chaos);
        }
    }
}

/* Timers of all CPUs fire, and whoever waits for nothing that will come is woken. */
static void revive(void)
{
    for (unsigned i = 0; i < CPUS; i++) {
        host_use_cpu(i);
        (void)host_advance(below(200000));
        host_settle();
    }
    host_use_cpu(0);
}

static void any_order_of_steps_and_interrupts_is_right(void **state)
{
    (void)state;
    struct chaos chaos = {.endpoints = {endpoint(), endpoint()}, .bell = notification()};
    dice = testing_random();
    for (unsigned i = 0; i < ACTORS; i++) {
        chaos.actors[i] = spawn_thread(&world.root, PRIORITY - (unsigned)below(3));
        cpus_settle();
    }
    for (unsigned i = 0; i < STEPS; i++) {
        step(&chaos);
        if (i % 16 == 0) {
            cpus_settle();
        }
        if (i % 64 == 0) {
            revive();
        }
        assert_true(host_end() <= HOST_IDLES || host_end() == HOST_WAITS);
    }
    cpus_settle();
}

#define TEST(name) cmocka_unit_test_setup(name, cpus_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_order_of_steps_and_interrupts_is_right),
    };
    return cmocka_run_group_tests_name("smp_random", tests, NULL, NULL);
}

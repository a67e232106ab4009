/* SPDX-License-Identifier: MIT */
/* The storm (init=bin/storm): boxes of processes that hold everything they need to harm each other
 * make random system calls, are disturbed, and are killed. The kernel must neither stop nor lose a byte.
 *
 * The seed of a round is printed; storm-seed=N and storm-rounds=N on the kernel's command line repeat
 * one, or go on for longer. */
#include <libbase/mem.h>
#include <libbase/parse.h>
#include <libsys/clock.h>
#include <libsys/serial.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#include "box.h"

#define ROUNDS     60
#define STEPS      48
#define STEP_NS    200000
#define PERIOD_NS  10000000
#define PRIORITY   (CONFIG_PRIORITIES - 1)
#define PRINT_EACH 20

/* The number behind @p name= in the kernel's command line, or @p otherwise. */
static uint64_t option(const char *name, uint64_t otherwise)
{
    struct tn_machine_info info = {0};
    size_t length = strlen(name);
    uint64_t value = otherwise;
    must(sys_machine_info(sys_program()->machine, &info), "information");
    for (const char *at = info.command_line; *at != '\0'; at++) {
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            const char *number = at + length + 1;
            size_t digits = 0;
            while (number[digits] != '\0' && number[digits] != ' ') {
                digits++;
            }
            must(tn_parse_u64(number, digits, &value), name);
        }
    }
    return value;
}

static uint64_t used_now(void)
{
    struct tn_container_info info = {0};
    must(sys_container_info(sys_program()->container, &info), "information");
    return info.used;
}

/* One box with the random numbers of @p seed. @return whether nothing was lost. */
static bool round_of(uint64_t seed, uint64_t *calls)
{
    struct tn_random random;
    struct box box;
    tn_random_init(&random, seed);
    uint64_t used = used_now();
    box_open(&box, &random);
    uint64_t steps = 1 + tn_random_below(&random, STEPS);
    for (uint64_t i = 0; i < steps; i++) {
        must(sys_thread_sleep(sys_clock_now_ns() + STEP_NS), "sleep");
        box_disturb(&box);
    }
    bool closed = box_close(&box, calls);
    return closed && used_now() == used;
}

int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    uint64_t seed = option("storm-seed", 1);
    uint64_t rounds = option("storm-rounds", ROUNDS);
    uint64_t calls = 0;
    must(sys_context_configure(sys_program()->root->context, PRIORITY, PERIOD_NS, PERIOD_NS),
         "priority");
    for (uint64_t i = 0; i < rounds; i++) {
        if (i % PRINT_EACH == 0) {
            sys_serial_print("storm: seed %lu, %lu calls so far\n", seed + i, calls);
        }
        if (!round_of(seed + i, &calls)) {
            sys_serial_print("storm: FAILED with seed %lu\n", seed + i);
            (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, 1);
        }
    }
    sys_serial_print("storm: %lu rounds, %lu calls, nothing lost\n", rounds, calls);
    (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, 0);
    return 1;
}

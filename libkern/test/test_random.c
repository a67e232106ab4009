/* SPDX-License-Identifier: MIT */
/* Random system calls, from a seed (TN_SEED), by a handful of processes whose threads the test plays.
 *
 * After each trap the checker looks at everything. Beside that, what leaves the kernel is compared with
 * what is known from outside: no call ends with a status that its page does not have, and each message
 * arrives as it was sent, with the badge of the handle that it was sent through, where it was sent to.
 *
 * The root thread is the janitor: more urgent than all others, it never waits but for a time, and makes
 * and ends what the others play with. TN_OPERATIONS traps are made. */

#include "random.h"

#define OPERATIONS 100000

static void make_fault(void)
{
    world_trap(host_fault((unsigned)(1 + below(7)), random_argument('v'), (unsigned)below(8),
                          below(1000)));
}

static void from_outside(void)
{
    switch (below(4)) {
    case 0:
        world_trap(host_interrupt((unsigned)below(RANDOM_LINES)));
        break;
    case 1:
        host_raise_at((unsigned)below(RANDOM_LINES), 1 + below(3));
        break;
    default:
        world_trap(host_advance(below(RANDOM_SLEEP_MAX_NS / 4)));
        break;
    }
}

static void step(void)
{
    static bool idled; /* Since the janitor was last there. */
    if (host_end() == HOST_IDLES) {
        idled = true;
        world_trap(host_until_timer());
    } else if (runs(&world.root)) {
        fail_allocation(0);
        random_janitor(idled);
        idled = false;
    } else if (chance(10)) {
        from_outside();
    } else if (chance(1)) {
        make_fault();
    } else if (chance(45)) {
        random_message();
    } else {
        fail_allocation(chance(5) ? 1 + below(4) : 0);
        random_call();
    }
}

/* All that was made ends, and every byte and every frame is back. */
static void come_home(uint64_t used_before, uint64_t frames_before)
{
    while (!runs(&world.root)) {
        world_trap(host_until_timer());
    }
    random_janitor_ends();
    assert_true(runs(&world.root));
    assert_int_equal(used(), used_before);
    assert_int_equal(free_frames(), frames_before);
}

static void random_calls_keep_all_promises(void **state)
{
    (void)state;
    const char *given = getenv("TN_OPERATIONS");
    uint64_t operations = given != NULL ? strtoull(given, NULL, 0) : OPERATIONS;
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    dice = testing_random();
    host_on_result(random_told);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, RANDOM_JANITOR, PERIOD, PERIOD);
    host_window_cost(50);
    for (uint64_t i = 0; i < operations; i++) {
        step();
    }
    fail_allocation(0);
    come_home(used_before, frames_before);
    random_print();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_calls_keep_all_promises, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}

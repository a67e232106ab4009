/* SPDX-License-Identifier: MIT */
/* From the boot information to the first user instruction, and why it may not get there. */

#include "check.h"
#include "world.h"

static void the_first_program_runs(void **state)
{
    (void)state;
    assert_true(runs(&world.root));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_program_runs, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}

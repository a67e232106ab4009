/* SPDX-License-Identifier: MIT */
/* Which workaround a CPU gets, and what the log must say: what neither CPU nor firmware denies is there. */
#include <support/testing.h>

#include "choose.h"

#define CSV2(n)       ((uint64_t)(n) << 56)
#define CSV3(n)       ((uint64_t)(n) << 60)
#define PROCESSOR(p)  (0x410fd000u | (p) << 4 | 3u)
#define CORTEX_A53    PROCESSOR(0x003u)
#define CORTEX_A57    PROCESSOR(0x007u)
#define CORTEX_A75    PROCESSOR(0x00au)
#define ANOTHER_A53   0x420fd033u /* The same number, of somebody else. */
#define NEEDED        0
#define NOT_NEEDED    1
#define NOT_SUPPORTED (-1)

static struct mitigations_choice choose(uint64_t features, uint64_t processor, int32_t one,
                                        int32_t three)
{
    const struct processor_facts facts = {features, processor, one, three};
    return mitigations_choose(&facts);
}

static void who_says_nothing_is_prone_to_all(void **state)
{
    (void)state;
    struct mitigations_choice choice = choose(0, ANOTHER_A53, NOT_SUPPORTED, NOT_SUPPORTED);
    assert_int_equal(choice.workaround, 0);
    assert_true(choice.is_prone_branch);
    assert_true(choice.is_prone_memory);
}

static void processors_in_order_are_sound(void **state)
{
    (void)state;
    struct mitigations_choice choice = choose(0, CORTEX_A53, NOT_SUPPORTED, NOT_SUPPORTED);
    assert_false(choice.is_prone_branch);
    assert_false(choice.is_prone_memory);
}

static void cortex_a57_trains_branches_but_reads_nothing(void **state)
{
    (void)state;
    struct mitigations_choice choice = choose(0, CORTEX_A57, NOT_SUPPORTED, NOT_SUPPORTED);
    assert_true(choice.is_prone_branch);
    assert_false(choice.is_prone_memory);
}

static void the_firmware_helps_branches_and_not_reads(void **state)
{
    (void)state;
    struct mitigations_choice choice = choose(0, CORTEX_A75, NEEDED, NOT_SUPPORTED);
    assert_int_equal(choice.workaround, SMCCC_WORKAROUND_1);
    assert_false(choice.is_prone_branch);
    assert_true(choice.is_prone_memory);
}

static void the_later_workaround_does_what_the_first_does(void **state)
{
    (void)state;
    assert_int_equal(choose(0, CORTEX_A75, NEEDED, NEEDED).workaround, SMCCC_WORKAROUND_3);
    assert_int_equal(choose(CSV2(1), CORTEX_A75, NEEDED, NEEDED).workaround, SMCCC_WORKAROUND_3);
}

static void who_says_it_is_sound_is_believed(void **state)
{
    (void)state;
    struct mitigations_choice choice =
        choose(CSV2(3) | CSV3(1), ANOTHER_A53, NOT_SUPPORTED, NEEDED);
    assert_int_equal(choice.workaround, 0);
    assert_false(choice.is_prone_branch);
    assert_false(choice.is_prone_memory);
    assert_int_equal(choose(CSV2(1), CORTEX_A75, NEEDED, NOT_SUPPORTED).workaround, 0);
}

static void the_firmware_may_say_that_a_cpu_is_sound(void **state)
{
    (void)state;
    struct mitigations_choice choice = choose(0, CORTEX_A57, NOT_NEEDED, NOT_SUPPORTED);
    assert_int_equal(choice.workaround, 0);
    assert_false(choice.is_prone_branch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_says_nothing_is_prone_to_all),
        cmocka_unit_test(processors_in_order_are_sound),
        cmocka_unit_test(cortex_a57_trains_branches_but_reads_nothing),
        cmocka_unit_test(the_firmware_helps_branches_and_not_reads),
        cmocka_unit_test(the_later_workaround_does_what_the_first_does),
        cmocka_unit_test(who_says_it_is_sound_is_believed),
        cmocka_unit_test(the_firmware_may_say_that_a_cpu_is_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What a mistyped word was meant to be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nearest.h"

static void a_word_is_no_change_away_from_itself(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("poweroff", "poweroff"), 0);
    assert_int_equal(nearest_distance("", ""), 0);
}

static void each_kind_of_slip_is_one_change(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("hlp", "help"), 1);
    assert_int_equal(nearest_distance("heelp", "help"), 1);
    assert_int_equal(nearest_distance("halp", "help"), 1);
    assert_int_equal(nearest_distance("hepl", "help"), 1);
    assert_int_equal(nearest_distance("ehlp", "help"), 1);
}

static void changes_add_up(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("", "help"), 4);
    assert_int_equal(nearest_distance("help", ""), 4);
    assert_int_equal(nearest_distance("ehpl", "help"), 2);
    assert_int_equal(nearest_distance("powreof", "poweroff"), 2);
    assert_int_equal(nearest_distance("abc", "xyz"), 3);
}

static void words_longer_than_any_name_are_far(void **state)
{
    (void)state;
    assert_int_equal(nearest_distance("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ls"), 40);
    assert_int_equal(nearest_distance("l", "fifteen letters"), 14);
}

static void short_words_allow_few_changes(void **state)
{
    (void)state;
    assert_int_equal(nearest_limit(""), 0);
    assert_int_equal(nearest_limit("x"), 0);
    assert_int_equal(nearest_limit("sl"), 1);
    assert_int_equal(nearest_limit("hepl"), 1);
    assert_int_equal(nearest_limit("uptme"), 2);
    assert_int_equal(nearest_limit("powreof"), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_no_change_away_from_itself),
        cmocka_unit_test(each_kind_of_slip_is_one_change),
        cmocka_unit_test(changes_add_up),
        cmocka_unit_test(words_longer_than_any_name_are_far),
        cmocka_unit_test(short_words_allow_few_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

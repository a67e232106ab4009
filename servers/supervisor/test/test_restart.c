/* SPDX-License-Identifier: MIT */
/* Restart policy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "restart.h"

static void never_means_never(void **state)
{
    struct restart_history history = {0};
    const struct tn_manifest_server server = {.restart = TN_RESTART_NEVER};
    (void)state;
    assert_false(restart_is_due(&history, &server, 1));
    assert_int_equal(history.count, 0);
}

static void always_means_always(void **state)
{
    struct restart_history history = {0};
    const struct tn_manifest_server server = {.restart = TN_RESTART_ALWAYS};
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        assert_true(restart_is_due(&history, &server, 5));
    }
    assert_int_equal(history.count, 100);
}

static void a_limit_counts_within_its_window(void **state)
{
    struct restart_history history = {0};
    const struct tn_manifest_server server = {
        .restart = TN_RESTART_LIMIT, .restart_limit = 3, .restart_window_ns = 100};
    (void)state;
    assert_true(restart_is_due(&history, &server, 0));
    assert_true(restart_is_due(&history, &server, 50));
    assert_true(restart_is_due(&history, &server, 60));
    assert_false(restart_is_due(&history, &server, 99));
    assert_true(restart_is_due(&history, &server, 100)); /* The first is out of the window. */
    assert_false(restart_is_due(&history, &server, 149));
    assert_true(restart_is_due(&history, &server, 150));
    assert_true(restart_is_due(&history, &server, 160));
    assert_false(restart_is_due(&history, &server, 160));
}

static void the_largest_limit_works(void **state)
{
    struct restart_history history = {0};
    const struct tn_manifest_server server = {
        .restart = TN_RESTART_LIMIT, .restart_limit = RESTART_LIMIT_MAX, .restart_window_ns = 1000};
    (void)state;
    for (unsigned i = 0; i < RESTART_LIMIT_MAX; i++) {
        assert_true(restart_is_due(&history, &server, i));
    }
    assert_false(restart_is_due(&history, &server, 999));
    assert_true(restart_is_due(&history, &server, 1000));
    assert_false(restart_is_due(&history, &server, 1000));
}

static void a_limit_of_zero_is_never(void **state)
{
    struct restart_history history = {0};
    const struct tn_manifest_server server = {.restart = TN_RESTART_LIMIT};
    (void)state;
    assert_false(restart_is_due(&history, &server, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_means_never),
        cmocka_unit_test(always_means_always),
        cmocka_unit_test(a_limit_counts_within_its_window),
        cmocka_unit_test(the_largest_limit_works),
        cmocka_unit_test(a_limit_of_zero_is_never),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

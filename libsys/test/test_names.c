/* SPDX-License-Identifier: MIT */
/* Finding what the parent gave: handles by kind and name, servers by path, devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libsys/start.h>

#include "fake_kernel.h"
#include "program.h"

static const struct sys_start_handle handles[] = {
    {SYS_START_THREAD, 7, ""},    {SYS_START_CONTAINER, 8, ""},
    {SYS_START_USES, 20, "/"},    {SYS_START_USES, 21, "/svc/console"},
    {SYS_START_USES, 22, "/svc"}, {SYS_START_SERVES, 30, "/own"},
};
static const struct sys_start_device devices[] = {
    {{.name = "uart0", .model = "16550"}, 40, 41},
    {{.name = "uart1", .model = "16550"}, 42, 43},
};
static const struct sys_start start = {
    .version = SYS_START_VERSION,
    .handle_count = sizeof(handles) / sizeof(handles[0]),
    .device_count = 2,
    .handles = handles,
    .devices = devices,
};

static int started(void **state)
{
    (void)state;
    fake_start(&start);
    return 0;
}

static void the_usual_handles_are_at_hand(void **state)
{
    (void)state;
    assert_int_equal(sys_program()->thread, 7);
    assert_int_equal(sys_program()->container, 8);
    assert_int_equal(sys_program()->machine, TN_HANDLE_NONE);
    assert_null(sys_program()->root);
}

static void the_first_program_has_what_the_kernel_gave(void **state)
{
    struct tn_root_info root = {.thread = 1, .container = 2, .machine = 3, .bundle = 4};
    (void)state;
    sys_program_init(&root, NULL);
    assert_int_equal(sys_program()->machine, 3);
    assert_int_equal(sys_program()->bundle, 4);
    assert_int_equal(sys_start_handle(SYS_START_USES, "/"), TN_HANDLE_NONE);
    assert_null(sys_start_device("uart0"));
}

static void handles_are_found_by_kind_and_name(void **state)
{
    (void)state;
    assert_int_equal(sys_start_handle(SYS_START_SERVES, NULL), 30);
    assert_int_equal(sys_start_handle(SYS_START_USES, "/svc"), 22);
    assert_int_equal(sys_start_handle(SYS_START_USES, "/own"), TN_HANDLE_NONE);
}

static void expect_server(const char *path, tn_handle_t endpoint, const char *rest)
{
    tn_handle_t found = 0;
    const char *tail = NULL;
    assert_int_equal(sys_name_lookup(path, &found, &tail), TN_OK);
    assert_int_equal(found, endpoint);
    assert_string_equal(tail, rest);
}

static void the_longest_prefix_wins(void **state)
{
    (void)state;
    expect_server("/readme", 20, "readme");
    expect_server("/", 20, "");
    expect_server("/svc/console", 21, "");
    expect_server("/svc/console/a/b", 21, "a/b");
    expect_server("/svc/other", 22, "other");
}

static void a_prefix_ends_at_a_slash(void **state)
{
    (void)state;
    expect_server("/svc/console2", 22, "console2");
    expect_server("/svcs", 20, "svcs");
}

static void without_a_prefix_there_is_no_server(void **state)
{
    struct sys_start few = start;
    tn_handle_t found;
    const char *tail;
    (void)state;
    few.handle_count = 2;
    fake_start(&few);
    assert_int_equal(sys_name_lookup("/readme", &found, &tail), TN_ERR_NOT_FOUND);
    fake_start(&start);
    assert_int_equal(sys_name_lookup("readme", &found, &tail), TN_ERR_NOT_FOUND);
}

static void devices_are_found_by_name_or_kind(void **state)
{
    (void)state;
    assert_int_equal(sys_start_device("uart1")->registers, 42);
    assert_int_equal(sys_start_device("uart")->registers, 40);
    assert_null(sys_start_device("disk"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_usual_handles_are_at_hand, started),
        cmocka_unit_test_setup(the_first_program_has_what_the_kernel_gave, started),
        cmocka_unit_test_setup(handles_are_found_by_kind_and_name, started),
        cmocka_unit_test_setup(the_longest_prefix_wins, started),
        cmocka_unit_test_setup(a_prefix_ends_at_a_slash, started),
        cmocka_unit_test_setup(without_a_prefix_there_is_no_server, started),
        cmocka_unit_test_setup(devices_are_found_by_name_or_kind, started),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The table of programs: slots, numbers, names, endpoints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "supervisor.h"

static struct supervisor supervisor;
static const struct tn_manifest_item items[] = {{TN_ITEM_SERVES, 1}, {TN_ITEM_USES, 1}};
static const struct tn_manifest_server server = {.first_item = 0, .item_count = 1};
static const struct tn_manifest_server client = {.first_item = 1, .item_count = 1};
static const struct tn_manifest_server template = {.flags = TN_SERVER_TEMPLATE};
static unsigned closed;

static struct sys_result on_call(const struct fake_call *call)
{
    assert_int_equal(call->number, TN_SYS_HANDLE_CLOSE);
    closed++;
    return fake_ok(0);
}

static int set_up(void **state)
{
    (void)state;
    supervisor = (struct supervisor){
        .manifest = {.items = items, .text = "\0/svc/net"},
        .endpoint = 100,
        .last_pid = SUPERVISOR_PID,
    };
    closed = 0;
    fake_kernel_set(on_call, NULL);
    return 0;
}

static void numbers_rise_and_badges_are_slots(void **state)
{
    (void)state;
    struct program *first = program_add(&supervisor, &server, "net");
    struct program *second = program_add(&supervisor, &client, "app");
    assert_int_equal(first->pid, 2);
    assert_int_equal(second->pid, 3);
    assert_ptr_equal(program_of_badge(&supervisor, badge_of(&supervisor, second)), second);
    assert_null(program_of_badge(&supervisor, 0));
    assert_null(program_of_badge(&supervisor, 3));
    assert_null(program_of_badge(&supervisor, PROGRAMS_MAX + 1));
    assert_null(program_of_badge(&supervisor, UINT64_MAX));
}

static void programs_are_found_by_name_and_number(void **state)
{
    (void)state;
    struct program *first = program_add(&supervisor, &server, "net");
    struct program *again = program_add(&supervisor, &template, "net");
    again->state = SUPERVISOR_RUNNING;
    assert_ptr_equal(program_find(&supervisor, "2"), first);
    assert_ptr_equal(program_find(&supervisor, "net"), again); /* The one that runs. */
    assert_null(program_find(&supervisor, "ne"));
    assert_null(program_find(&supervisor, "0"));
    assert_null(program_find(&supervisor, ""));
    assert_ptr_equal(program_from(&supervisor, 0), first);
    assert_ptr_equal(program_from(&supervisor, 3), again);
    assert_null(program_from(&supervisor, 4));
    assert_int_equal(programs_running(&supervisor), 1);
}

static void long_names_are_cut(void **state)
{
    (void)state;
    struct program *program =
        program_add(&supervisor, &server, "a-name-that-is-longer-than-thirty-one-bytes");
    assert_string_equal(program->name, "a-name-that-is-longer-than-thir");
}

static void ended_programs_make_room_oldest_first(void **state)
{
    (void)state;
    struct program *server_slot = program_add(&supervisor, &server, "net");
    struct program *first = program_add(&supervisor, &template, "one");
    first->state = SUPERVISOR_ENDED;
    first->container = 7;
    for (unsigned i = 2; i < PROGRAMS_MAX; i++) {
        program_add(&supervisor, &template, "more")->state = SUPERVISOR_ENDED;
    }
    struct program *next = program_add(&supervisor, &template, "next");
    assert_ptr_equal(next, first);
    assert_int_equal(closed, 1); /* Its container. */
    assert_string_equal(server_slot->name, "net");
}

static void running_programs_and_servers_stay(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROGRAMS_MAX; i++) {
        program_add(&supervisor, i % 2 == 0 ? &template : &server, "x")->state =
            i % 2 == 0 ? SUPERVISOR_RUNNING : SUPERVISOR_ENDED;
    }
    assert_null(program_add(&supervisor, &template, "y"));
}

static void a_prefix_leads_to_its_servers_endpoint(void **state)
{
    (void)state;
    program_add(&supervisor, &client, "app")->endpoint = 50;
    struct program *net = program_add(&supervisor, &server, "net");
    net->endpoint = 51;
    assert_int_equal(endpoint_of_prefix(&supervisor, "/svc/net"), 51);
    assert_int_equal(endpoint_of_prefix(&supervisor, "/svc/supervisor"), 100);
    assert_int_equal(endpoint_of_prefix(&supervisor, "/svc/other"), TN_HANDLE_NONE);
    close_endpoint(net);
    assert_int_equal(closed, 1);
    assert_int_equal(endpoint_of_prefix(&supervisor, "/svc/net"), TN_HANDLE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_rise_and_badges_are_slots, set_up),
        cmocka_unit_test_setup(programs_are_found_by_name_and_number, set_up),
        cmocka_unit_test_setup(long_names_are_cut, set_up),
        cmocka_unit_test_setup(ended_programs_make_room_oldest_first, set_up),
        cmocka_unit_test_setup(running_programs_and_servers_stay, set_up),
        cmocka_unit_test_setup(a_prefix_leads_to_its_servers_endpoint, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Who hears of the end of a process, and when. */

#include <libipc/endpoint.h>

#include "endpoint.h"
#include "exits.h"

static void the_handler_hears_of_a_kill(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 99);
    MUST(TN_SYS_PROCESS_KILL, other.process, (uint64_t)-3);
    assert_int_equal(recv(ears), TN_OK); /* It waited there. */
    check_exit(99, -3, TN_EXIT_KILLED);
}

static void the_handler_hears_of_an_exit(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 5);
    assert_int_equal(recv(ears), BLOCKED); /* It waits here. */
    become(&other);
    assert_int_equal(SYS(TN_SYS_PROCESS_EXIT, 8), BLOCKED);
    assert_true(runs(&world.root));
    check_exit(5, 8, TN_EXIT_NORMAL);
    assert_int_equal(process_info_of(&other).state, TN_PROCESS_DEAD);
}

/* Exits come before messages, whoever came first; in the order in which they came. */
static void exits_come_before_messages(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    struct actor client = spawn(PRIORITY);
    uint64_t ears = watch(&one, 1);
    uint64_t second = MUST(TN_SYS_HANDLE_MINT, ears, TN_RIGHTS_ALL, 2);
    MUST(TN_SYS_PROCESS_SET_HANDLER, two.process, second);
    tn_handle_t there = give(&client, ears, TN_RIGHT_SEND);
    become(&client);
    assert_int_equal(call(there, 0, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, two.process, 22);
    MUST(TN_SYS_PROCESS_KILL, one.process, 11);
    assert_int_equal(recv(ears), TN_OK);
    check_exit(2, 22, TN_EXIT_KILLED);
    assert_int_equal(recv(ears), TN_OK);
    check_exit(1, 11, TN_EXIT_KILLED);
    assert_int_equal(recv(ears), TN_OK);
    assert_int_equal(regs(&world.root)->tag & TN_TAG_KIND_MASK, TN_TAG_KIND_MESSAGE);
}

static void an_exit_that_nobody_can_hear_is_dropped(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    MUST(TN_SYS_HANDLE_CLOSE, ears);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    struct actor second = spawn(PRIORITY);
    ears = watch(&second, 1);
    MUST(TN_SYS_PROCESS_KILL, second.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, ears); /* The exit waits there, and goes with the endpoint. */
}

/* A passive receiver cannot hear an exit, and goes on waiting. */
static void a_passive_receiver_does_not_hear_an_exit(void **state)
{
    (void)state;
    struct actor server = spawn(PRIORITY);
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    tn_handle_t there = give(&server, ears, TN_RIGHTS_ALL);
    become(&server);
    assert_int_equal(recv(there), BLOCKED);
    become(&world.root);
    make_passive(&server);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(state_of(&server), TN_THREAD_RECEIVING);
    assert_int_equal(SYS(TN_SYS_HANDLE_DUPLICATE, ears, TN_RIGHTS_ALL), TN_OK);
}

static void the_handler_may_be_replaced_or_removed(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t first = watch(&other, 1);
    uint64_t second = watch(&other, 2);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(recv_until(first, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(recv(second), TN_OK);
    struct actor quiet = spawn(PRIORITY);
    uint64_t third = watch(&quiet, 3);
    MUST(TN_SYS_PROCESS_SET_HANDLER, quiet.process, 0);
    MUST(TN_SYS_PROCESS_KILL, quiet.process, 0);
    assert_int_equal(recv_until(third, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void a_handler_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = endpoint();
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_PROCESS_SET_HANDLER, other.process, ears);
    REFUSES(1, TN_RIGHT_SEND, TN_SYS_PROCESS_SET_HANDLER, other.process, ears);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_PROCESS_SET_HANDLER, other.process, ears), TN_ERR_STATE);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"process_set_handler"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_handler_hears_of_a_kill),
        TEST(the_handler_hears_of_an_exit),
        TEST(exits_come_before_messages),
        TEST(an_exit_that_nobody_can_hear_is_dropped),
        TEST(a_passive_receiver_does_not_hear_an_exit),
        TEST(the_handler_may_be_replaced_or_removed),
        TEST(a_handler_is_refused_in_this_order),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("exits", tests, NULL, NULL);
}

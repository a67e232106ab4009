/* SPDX-License-Identifier: MIT */
/* Waiting on a word of memory. */

#include "world.h"

static void set_word(uint64_t offset, uint32_t value)
{
    put_at(offset, &value, sizeof(value));
}

static void a_word_is_waited_on_if_it_has_the_value(void **state)
{
    (void)state;
    set_word(0, 7);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH + 2, 7, 0), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, NOWHERE, 7, 0), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 8, 0), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 7, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 7, 900), BLOCKED);
    world_trap(host_advance(900));
    assert_int_equal(sys_status(&world.root), TN_ERR_TIMEOUT);
    assert_int_equal(SYS(TN_SYS_WORD_WAKE, SCRATCH + 1, 1), TN_ERR_ALIGNMENT);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 5), 0);
}

/* Make objects until the next process has a number that shares the bucket of @p process. */
static void share_bucket(const struct kern_process *process)
{
    while ((kernel.next_id + 1 - process->object.id) % KERN_WORD_BUCKETS != 0) {
        close_handle(notification());
    }
}

/* Three threads of a process wait, in order; one of another process at the same address. */
static void waking_takes_so_many_in_order_and_of_this_process(void **state)
{
    (void)state;
    struct actor waiters[3];
    waiters[0] = spawn(PRIORITY);
    waiters[1] = spawn_thread(&waiters[0], PRIORITY);
    waiters[2] = spawn_thread(&waiters[0], PRIORITY);
    struct actor waker = spawn_thread(&waiters[0], PRIORITY);
    share_bucket(waker.p);
    struct actor stranger = spawn(PRIORITY);
    become(&stranger);
    set_word(0, 1);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    for (unsigned i = 0; i < 3; i++) {
        become(&waiters[i]);
        set_word(0, 1);
        assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    }
    become(&waker);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH + 4, 9), 0);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 0), 0);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 1), 1);
    assert_int_equal(state_of(&waiters[0]), TN_THREAD_READY);
    assert_int_equal(state_of(&waiters[1]), TN_THREAD_WAITING);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 9), 2);
    assert_int_equal(state_of(&stranger), TN_THREAD_WAITING);
    become(&waiters[2]);
    assert_int_equal(sys_status(&waiters[2]), TN_OK);
}

static void a_word_wait_is_cancelled_or_ends_with_its_thread(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn_thread(&one, PRIORITY);
    become(&one);
    set_word(0, 1);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    become(&two);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_CANCEL, one.thread);
    become(&one);
    assert_int_equal(sys_status(&one), TN_ERR_CANCELLED);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, two.thread);
    become(&one);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 9), 0);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"word_wake", "word_wait"};
    check_pages(pages,
                TN_ARRAY_LEN(pages) - CONFIG_HELPING); /* Of the last one test_locks has more. */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_word_is_waited_on_if_it_has_the_value),
        TEST(waking_takes_so_many_in_order_and_of_this_process),
        TEST(a_word_wait_is_cancelled_or_ends_with_its_thread),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Threads: how they are made, stopped, resumed and ended. */

#include "world.h"

/* --- Making ------------------------------------------------------------------------------------ */

static struct tn_thread_start start(void)
{
    return (struct tn_thread_start){
        .pc = ENTRY,
        .sp = SCRATCH,
        .argument = 11,
        .argument2 = 22,
        .tls = SCRATCH + 8,
        .container = world.info.container,
    };
}

static tn_status_t create(struct tn_thread_start how)
{
    return SYS(TN_SYS_THREAD_CREATE, 0, PUT(how));
}

static void a_new_thread_is_suspended_and_has_its_arguments(void **state)
{
    (void)state;
    assert_int_equal(create(start()), TN_OK);
    struct kern_thread *made = kern_thread_of(object_of(world.value));
    assert_int_equal(kern_thread_state(made), TN_THREAD_SUSPENDED);
    assert_int_equal(made->arch.frame.pc, ENTRY);
    assert_int_equal(made->arch.frame.sp, SCRATCH);
    assert_int_equal(made->arch.frame.ipc.words[0], 11);
    assert_int_equal(made->arch.frame.ipc.words[1], 22);
    assert_int_equal(made->arch.tls, SCRATCH + 8);
}

static void a_start_outside_of_the_usable_addresses_is_refused(void **state)
{
    (void)state;
    struct tn_thread_start how = start();
    how.flags = 1;
    assert_int_equal(create(how), TN_ERR_INVALID);
    how = start();
    how.sp = SCRATCH + 8;
    assert_int_equal(create(how), TN_ERR_ALIGNMENT);
    how = start();
    how.pc = ENTRY + 1;
    assert_int_equal(create(how), TN_ERR_ALIGNMENT);
    static const uint64_t far[] = {TN_USER_LOW - 16, TN_USER_HIGH, UINT64_MAX - 15};
    for (size_t i = 0; i < TN_ARRAY_LEN(far); i++) {
        how = start();
        how.pc = far[i];
        assert_int_equal(create(how), TN_ERR_RANGE);
    }
    how = start();
    how.sp = TN_USER_HIGH + 16;
    assert_int_equal(create(how), TN_ERR_RANGE);
    how = start();
    how.tls = TN_USER_HIGH + 1;
    assert_int_equal(create(how), TN_ERR_RANGE);
    how = start();
    how.sp = TN_USER_HIGH;
    how.tls = TN_USER_HIGH;
    how.pc = TN_USER_HIGH - 4;
    assert_int_equal(create(how), TN_OK);
}

static void making_a_thread_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    struct tn_thread_start how = start();
    uint64_t at = PUT(how);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_CREATE, other.process, at);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, UINT64_MAX - 8), TN_ERR_ADDRESS);
    how.container = 0;
    assert_int_equal(create(how), TN_ERR_HANDLE);
    how.container = world.info.machine;
    assert_int_equal(create(how), TN_ERR_TYPE);
    how.container = (tn_handle_t)MUST(TN_SYS_HANDLE_DUPLICATE, world.info.container, 0);
    how.flags = 1;
    assert_int_equal(create(how), TN_ERR_RIGHTS);
    how = start();
    uint64_t good = PUT(how);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, other.process, good), TN_ERR_STATE);
}

static void making_a_thread_needs_room_quota_and_memory(void **state)
{
    (void)state;
    struct tn_thread_start how = start();
    uint64_t good = PUT(how);
    unsigned count = fill_handles(world.info.machine);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, good), TN_ERR_NO_HANDLES);
    empty_handles(count);
    how.container = container(64);
    assert_int_equal(create(how), TN_ERR_QUOTA);
    how = start();
    PUT(how);
    fail_allocation(1);
    assert_int_equal(SYS(TN_SYS_THREAD_CREATE, 0, good), TN_ERR_NO_MEMORY);
    fail_allocation(0);
}

static void there_are_so_many_threads_and_no_more(void **state)
{
    (void)state;
    world.unchecked = true;
    uint64_t made = 1;
    tn_status_t status;
    while ((status = create(start())) == TN_OK) {
        MUST(TN_SYS_HANDLE_CLOSE, world.value); /* It lives on. */
        made++;
    }
    assert_int_equal(status, TN_ERR_QUOTA);
    assert_int_equal(made, CONFIG_MAX_THREADS);
}

/* --- Stop and go ------------------------------------------------------------------------------- */

static void resume_and_suspend_toggle(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, other.thread), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, other.thread), TN_ERR_STATE);
    assert_int_equal(state_of(&other), TN_THREAD_SUSPENDED);
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_true(runs(&world.root)); /* Nobody else can. */
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, other.thread), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, other.thread), TN_ERR_STATE);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_SUSPEND, world.info.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_RESUME, world.info.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_KILL, world.info.thread);
}

static void a_thread_may_suspend_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t self = give(&other, other.thread, TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, self), BLOCKED);
    assert_true(runs(&world.root));
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
}

/* It waits on while suspended, its wait may end, and it runs when it is resumed. */
static void a_suspended_thread_goes_on_waiting(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t bell = notification();
    tn_handle_t there = give(&other, bell, TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 6);
    assert_int_equal(state_of(&other), TN_THREAD_SUSPENDED);
    MUST(TN_SYS_THREAD_RESUME, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
    assert_int_equal(other.t->arch.frame.result.value, 6);
}

static void killing_a_thread_leaves_the_others(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    MUST(TN_SYS_THREAD_KILL, other.thread); /* Dead is dead. */
    become(&second);
    become(&world.root);
    struct tn_thread_info info;
    MUST(TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.id, second.t->object.id);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, other.process, 1, SCRATCH), TN_ERR_NOT_FOUND);
}

static void a_thread_may_kill_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    tn_handle_t self = give(&other, other.thread, TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, self), BLOCKED);
    become(&second);
}

static void information_tells_state_and_priority(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct tn_thread_info info;
    MUST(TN_SYS_CONTEXT_CONFIGURE, other.context, 3, PERIOD, PERIOD);
    MUST(TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.id, other.t->object.id);
    assert_int_equal(info.state, TN_THREAD_READY);
    assert_int_equal(info.priority, 3);
    assert_int_equal(info.pc, ENTRY);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_THREAD_INFO, other.process, 0, SCRATCH);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, 0, 1, NOWHERE), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_THREAD_INFO, 0, 0, NOWHERE), TN_ERR_ADDRESS);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"thread_create", "thread_resume", "thread_suspend",
                                        "thread_exit",   "thread_kill",   "thread_info"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_thread_is_suspended_and_has_its_arguments),
        TEST(a_start_outside_of_the_usable_addresses_is_refused),
        TEST(making_a_thread_is_refused_in_this_order),
        TEST(making_a_thread_needs_room_quota_and_memory),
        TEST(there_are_so_many_threads_and_no_more),
        TEST(resume_and_suspend_toggle),
        TEST(a_thread_may_suspend_itself),
        TEST(a_suspended_thread_goes_on_waiting),
        TEST(killing_a_thread_leaves_the_others),
        TEST(a_thread_may_kill_itself),
        TEST(information_tells_state_and_priority),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}

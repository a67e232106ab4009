/* SPDX-License-Identifier: MIT */
/* Locks of user space: who waits on a word is woken in order of urgency, and lets the lock's owner run in
 * its own time. */

#include "context.h"
#include "world.h"

#define SHORT UINT64_C(100000)
#define LONG  UINT64_C(1000000)
#define WORD  SCRATCH

/* Runs as @p actor: waits on WORD, which is 0, for @p owner's lock. */
static tn_status_t lock(const struct actor *actor, tn_handle_t owner, uint64_t deadline_ns)
{
    become(actor);
    return SYS(TN_SYS_WORD_WAIT, WORD, 0, deadline_ns, owner);
}

static void configure(const struct actor *actor, unsigned priority)
{
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, actor->context, priority, PERIOD, PERIOD);
}

/* Threads of one process: one that owns locks, and some that want them. */
struct scene {
    struct actor owner, first, second;
    tn_handle_t at_first, at_second; /* Their names for the owner. */
};

static struct scene make_scene(void)
{
    struct scene scene = {.owner = spawn(PRIORITY)};
    scene.first = spawn_thread(&scene.owner, PRIORITY);
    scene.second = spawn_thread(&scene.owner, PRIORITY);
    scene.at_first = give(&scene.owner, scene.owner.thread, TN_RIGHTS_ALL);
    scene.at_second = scene.at_first;
    return scene;
}

/* Wakes one that waits on WORD, as @p actor. */
static void wake(const struct actor *actor)
{
    become(actor);
    MUST(TN_SYS_WORD_WAKE, WORD, 1);
    assert_int_equal(world.value, 1);
}

static void the_most_urgent_is_woken_first(void **state)
{
    (void)state;
    struct scene s = make_scene();
    struct actor third = spawn_thread(&s.owner, PRIORITY);
    assert_int_equal(lock(&s.first, 0, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(lock(&s.second, 0, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(lock(&third, 0, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    configure(&third, PRIORITY + 1); /* Changed while it waits. */
    become(&s.owner);
    assert_int_equal(SYS(TN_SYS_WORD_WAKE, WORD, 1), BLOCKED);
    assert_true(runs(&third));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    wake(&s.owner); /* Equals: in the order in which they came. */
    assert_int_equal(state_of(&s.first), TN_THREAD_READY);
    assert_int_equal(state_of(&s.second), TN_THREAD_WAITING);
    wake(&s.owner);
    assert_int_equal(state_of(&s.second), TN_THREAD_READY);
}

/* The owner is less urgent than a third one that runs for ever: who waits for the lock is not. */
static void an_owner_is_as_urgent_as_who_waits_for_its_lock(void **state)
{
    (void)state;
    struct scene s = make_scene();
    configure(&s.owner, PRIORITY - 2);
    struct actor middle = spawn(PRIORITY - 1);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&s.owner); /* While root, and the middle one, are ready. */
    assert_ptr_equal(kern_cpu()->context, s.first.t->own);
    uint64_t before = s.first.t->own->sched.consumed_ns;
    uint64_t owners = s.owner.t->own->sched.consumed_ns;
    world_trap(host_advance(5000));
    (void)SYS(TN_SYS_WORD_WAKE, WORD, 1);
    assert_true(s.first.t->own->sched.consumed_ns >= before + 5000); /* It paid. */
    assert_int_equal(s.owner.t->own->sched.consumed_ns, owners);
    become(&s.first);
    assert_int_equal(sys_status(&s.first), TN_OK);
    assert_ptr_equal(kern_cpu()->context, s.first.t->own);
    assert_int_equal(state_of(&middle), TN_THREAD_READY);
}

/* An owner that waits for another lock, or for a server: who has that, or works for it, runs. */
static void help_reaches_through_locks_and_calls(void **state)
{
    (void)state;
    struct scene s = make_scene();
    struct actor server = spawn(PRIORITY);
    uint64_t ears = endpoint();
    tn_handle_t at_server = give(&server, ears, TN_RIGHTS_ALL);
    tn_handle_t at_owner = give(&s.owner, ears, TN_RIGHT_SEND);
    tn_handle_t first = give(&s.first, s.first.thread, TN_RIGHTS_ALL);
    become(&server);
    assert_int_equal(recv_until(at_server, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    become(&s.owner);
    assert_int_equal(call(at_owner, 0, 1), BLOCKED); /* Queued. */
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    configure(&s.owner, PRIORITY - 3);
    configure(&s.first, PRIORITY - 3);
    configure(&server, PRIORITY - 3);
    become(&s.second);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, WORD + 4, 0, TN_DEADLINE_NEVER, first), BLOCKED);
    become(&server);
    assert_ptr_equal(kern_cpu()->context, s.second.t->own);
    assert_true(s.owner.t->waiter.in_senders.key == sched_runq_rank(&s.second.t->own->sched));
    assert_true(s.first.t->waiter.in_senders.key == sched_runq_rank(&s.second.t->own->sched));
}

static void an_owner_waits_with_the_urgency_of_who_waits_for_it(void **state)
{
    (void)state;
    struct scene s = make_scene();
    tn_handle_t second = give(&s.second, s.second.thread, TN_RIGHTS_ALL);
    configure(&s.owner, PRIORITY - 2);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&s.owner);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, WORD + 4, 0, TN_DEADLINE_NEVER, second), BLOCKED);
    assert_true(s.owner.t->waiter.in_senders.key == sched_runq_rank(&s.first.t->own->sched));
}

static void an_owner_that_sleeps_is_helped_when_it_wakes(void **state)
{
    (void)state;
    struct scene s = make_scene();
    become(&s.owner);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    configure(&s.first, PRIORITY + 1);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    configure(&s.owner, PRIORITY - 2);
    assert_false(sched_runq_contains(&s.first.t->own->sched));
    world_trap(host_advance(LONG));
    assert_true(runs(&s.owner));
    assert_ptr_equal(kern_cpu()->context, s.first.t->own);
}

/* A passive owner runs on what it is lent, and gives it back with the lock. */
static void an_owner_without_time_is_lent_some(void **state)
{
    (void)state;
    struct scene s = make_scene();
    make_passive(&s.owner);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&s.owner);
    assert_ptr_equal(s.owner.t->context, s.first.t->own);
    assert_int_equal(SYS(TN_SYS_WORD_WAKE, WORD, 1), BLOCKED); /* With what it ran on. */
    assert_null(s.owner.t->context);
    become(&s.first);
    assert_int_equal(sys_status(&s.first), TN_OK);
}

static void who_gives_up_stops_helping(void **state)
{
    (void)state;
    struct scene s = make_scene();
    configure(&s.owner, PRIORITY - 2);
    assert_int_equal(lock(&s.first, s.at_first, arch_now_ns() + SHORT), BLOCKED);
    become(&s.owner);
    world_trap(host_advance(SHORT));
    become(&s.first);
    assert_int_equal(sys_status(&s.first), TN_ERR_TIMEOUT);
    assert_ptr_equal(kern_cpu()->context, s.first.t->own);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, s.first.thread);
    become(&s.first);
    assert_int_equal(sys_status(&s.first), TN_ERR_CANCELLED);
}

static void an_owner_that_dies_leaves_them_waiting(void **state)
{
    (void)state;
    struct scene s = make_scene();
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, s.owner.thread);
    MUST(TN_SYS_HANDLE_CLOSE, s.owner.thread);
    assert_int_equal(state_of(&s.first), TN_THREAD_WAITING);
    become(&s.second);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, WORD, 0, TN_DEADLINE_POLL, 0), TN_ERR_WOULD_BLOCK);
    assert_int_equal(lock(&s.second, s.at_second, TN_DEADLINE_NEVER), BLOCKED); /* For nobody. */
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, s.first.thread);
    become(&s.first);
    assert_int_equal(sys_status(&s.first), TN_ERR_CANCELLED);
}

static void a_circle_of_locks_is_refused(void **state)
{
    (void)state;
    struct scene s = make_scene();
    tn_handle_t first = give(&s.first, s.first.thread, TN_RIGHTS_ALL);
    assert_int_equal(lock(&s.owner, s.at_first, TN_DEADLINE_NEVER), TN_ERR_DEADLOCK);
    assert_int_equal(lock(&s.first, s.at_first, TN_DEADLINE_NEVER), BLOCKED);
    become(&s.owner);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, WORD + 4, 0, TN_DEADLINE_NEVER, first), TN_ERR_DEADLOCK);
}

/* Each has a lock that the next one waits for; the first sleeps. */
static void a_chain_of_locks_is_no_longer_than_the_kernel_looks(void **state)
{
    (void)state;
    struct actor before = spawn(PRIORITY);
    const struct actor all = before;
    become(&before);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    for (unsigned i = 0; i < CONFIG_CALL_DEPTH; i++) {
        become(&world.root);
        struct actor next = spawn_thread(&all, PRIORITY);
        tn_handle_t owner = give(&all, before.thread, TN_RIGHTS_ALL);
        assert_int_equal(lock(&next, owner, TN_DEADLINE_NEVER), BLOCKED);
        before = next;
    }
    become(&world.root);
    struct actor last = spawn_thread(&all, PRIORITY);
    tn_handle_t owner = give(&all, before.thread, TN_RIGHTS_ALL);
    assert_int_equal(lock(&last, owner, TN_DEADLINE_NEVER), TN_ERR_DEPTH);
}

static void owners_are_named_by_handles_that_may_inspect(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint32_t value = 1;
    uint64_t word = PUT(value);
    REFUSES(3, TN_RIGHT_INSPECT, TN_SYS_WORD_WAIT, word, 1, TN_DEADLINE_NEVER, other.thread);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, word, 0, TN_DEADLINE_NEVER, 77), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, word, 1, TN_DEADLINE_POLL, 77), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, word + 1, 0, 0, 77), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, NOWHERE, 0, 0, 77), TN_ERR_ADDRESS);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"word_wait"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_most_urgent_is_woken_first),
        TEST(an_owner_is_as_urgent_as_who_waits_for_its_lock),
        TEST(help_reaches_through_locks_and_calls),
        TEST(an_owner_waits_with_the_urgency_of_who_waits_for_it),
        TEST(an_owner_that_sleeps_is_helped_when_it_wakes),
        TEST(an_owner_without_time_is_lent_some),
        TEST(who_gives_up_stops_helping),
        TEST(an_owner_that_dies_leaves_them_waiting),
        TEST(a_circle_of_locks_is_refused),
        TEST(a_chain_of_locks_is_no_longer_than_the_kernel_looks),
        TEST(owners_are_named_by_handles_that_may_inspect),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("locks", tests, NULL, NULL);
}

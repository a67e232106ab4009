/* SPDX-License-Identifier: MIT */
/* Making threads: every system call of it fails once, and nothing is left behind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libbase/mem.h>
#include <libsys/pages.h>

#include "fake_kernel.h"
#include "program.h"

#define MEMORY  70
#define CONTEXT 71
#define THREAD  72

static const struct sys_start_handle handles[] = {{SYS_START_CONTAINER, 9, ""}};
static const struct sys_start start = {.handle_count = 1, .handles = handles};

static unsigned calls_left;            /* The call that finds 0 fails. */
static int open_handles, mappings;     /* What exists now. */
static unsigned kills;                 /* Threads that were ended. */
static struct tn_thread_start started; /* How the thread was made. */
static uint64_t params[3];             /* Priority, budget, period of its context. */

static struct sys_result made(tn_handle_t handle)
{
    open_handles++;
    return fake_ok(handle);
}

static struct sys_result give(const struct fake_call *call)
{
    switch (call->number) {
    case TN_SYS_HANDLE_CLOSE:
        open_handles--;
        return fake_ok(0);
    case TN_SYS_MEMORY_UNMAP:
        mappings--;
        return fake_ok(0);
    case TN_SYS_THREAD_KILL:
        kills++;
        return fake_ok(0);
    default:
        fail_msg("unexpected call %u", call->number);
        return fake_status(TN_ERR_NO_SYSCALL);
    }
}

static struct sys_result take(const struct fake_call *call)
{
    switch (call->number) {
    case TN_SYS_MEMORY_CREATE:
        return made(MEMORY);
    case TN_SYS_MEMORY_MAP:
        mappings++;
        return fake_ok(((const struct tn_map_request *)(uintptr_t)call->c)->va);
    case TN_SYS_CONTEXT_CREATE:
        params[0] = call->b;
        params[1] = call->c;
        params[2] = call->d;
        return made(CONTEXT);
    case TN_SYS_THREAD_CREATE:
        memcpy(&started, (const void *)(uintptr_t)call->b, sizeof(started));
        return made(THREAD);
    case TN_SYS_CONTEXT_BIND:
    case TN_SYS_THREAD_RESUME:
        return fake_ok(0);
    default:
        return give(call);
    }
}

/* Calls that give something back never fail. */
static struct sys_result answer(const struct fake_call *call)
{
    if (call->number == TN_SYS_HANDLE_CLOSE || call->number == TN_SYS_MEMORY_UNMAP ||
        call->number == TN_SYS_THREAD_KILL) {
        return give(call);
    }
    if (calls_left == 0) {
        return fake_status(TN_ERR_QUOTA);
    }
    calls_left--;
    return take(call);
}

static int set_up(void **state)
{
    (void)state;
    fake_start(&start);
    fake_kernel_set(answer, NULL);
    calls_left = 100;
    open_handles = mappings = 0;
    kills = 0;
    return 0;
}

static void nothing(void *argument)
{
    (void)argument;
}

static void a_thread_begins_on_its_own_stack(void **state)
{
    struct sys_thread thread;
    (void)state;
    assert_int_equal(sys_thread_spawn(&thread, nothing, NULL, NULL), TN_OK);
    assert_int_equal(started.sp, thread.stack_va + thread.stack_bytes);
    assert_int_equal(started.sp % 16, 0);
    assert_int_equal(started.argument, (uintptr_t)&thread);
    assert_int_equal(*(const uint64_t *)(uintptr_t)started.tls, (uintptr_t)&thread);
    assert_int_equal(open_handles, 2); /* Thread and context; the mapping keeps the memory. */
    sys_thread_abort(&thread);
}

static void options_and_their_defaults(void **state)
{
    struct sys_thread thread;
    struct sys_thread_options options = {
        .stack_bytes = 5000, .priority = 7, .budget_ns = 50000, .period_ns = 100000};
    (void)state;
    assert_int_equal(sys_thread_spawn(&thread, nothing, NULL, &options), TN_OK);
    assert_int_equal(thread.stack_bytes, 8192);
    assert_int_equal(params[0], 7);
    assert_int_equal(params[1], 50000);
    sys_thread_abort(&thread);
    options.budget_ns = 0; /* All of the period. */
    assert_int_equal(sys_thread_spawn(&thread, nothing, NULL, &options), TN_OK);
    assert_int_equal(params[1], 100000);
    sys_thread_abort(&thread);
    assert_int_equal(sys_thread_spawn(&thread, nothing, NULL, NULL), TN_OK);
    assert_int_equal(params[1], params[2]);
    sys_thread_abort(&thread);
}

static void every_failure_leaves_nothing_behind(void **state)
{
    struct sys_thread thread;
    uint64_t first = sys_pages_reserve(8192);
    unsigned failures = 0;
    (void)state;
    sys_pages_release(first, 8192);
    for (unsigned n = 0; n < 20; n++) {
        calls_left = n;
        tn_status_t status = sys_thread_spawn(&thread, nothing, NULL, NULL);
        if (status == TN_OK) {
            sys_thread_abort(&thread);
        } else {
            assert_int_equal(status, TN_ERR_QUOTA);
            failures++;
        }
        assert_int_equal(open_handles, 0);
        assert_int_equal(mappings, 0);
        assert_int_equal(sys_pages_reserve(8192), first); /* Addresses too. */
        sys_pages_release(first, 8192);
    }
    assert_int_equal(failures, 6); /* As many calls as it makes. */
}

static void end_and_join(struct sys_thread *thread)
{
    thread->done = 1; /* As sys_thread_finish leaves it. */
    sys_thread_join(thread);
}

static void joining_ends_the_thread_before_its_stack_goes(void **state)
{
    struct sys_thread thread;
    struct sys_thread_options options = {.stack_bytes = 3 * TN_PAGE_SIZE};
    (void)state;
    assert_int_equal(sys_thread_spawn(&thread, nothing, NULL, &options), TN_OK);
    end_and_join(&thread);
    assert_int_equal(kills, 1);
    assert_int_equal(open_handles, 0);
    assert_int_equal(mappings, 0);
}

static void the_stack_of_a_joined_thread_is_used_again(void **state)
{
    struct sys_thread first, second;
    (void)state;
    assert_int_equal(sys_thread_spawn(&first, nothing, NULL, NULL), TN_OK);
    assert_int_equal(sys_thread_spawn(&second, nothing, NULL, NULL), TN_OK);
    uint64_t stack = first.stack_va;
    end_and_join(&first);
    assert_int_equal(mappings, 2); /* Kept: one is enough. */
    end_and_join(&second);
    assert_int_equal(mappings, 1);
    assert_int_equal(sys_thread_spawn(&first, nothing, NULL, NULL), TN_OK);
    assert_int_equal(first.stack_va, stack);
    assert_int_equal(started.sp, stack + first.stack_bytes);
    assert_int_equal(sys_thread_spawn(&second, nothing, NULL, NULL), TN_OK);
    assert_int_not_equal(second.stack_va, stack);
    assert_int_equal(mappings, 2);
    sys_thread_abort(&first); /* What was interrupted is not kept. */
    sys_thread_abort(&second);
    assert_int_equal(mappings, 0);
    assert_int_equal(open_handles, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_thread_begins_on_its_own_stack, set_up),
        cmocka_unit_test_setup(options_and_their_defaults, set_up),
        cmocka_unit_test_setup(every_failure_leaves_nothing_behind, set_up),
        cmocka_unit_test_setup(joining_ends_the_thread_before_its_stack_goes, set_up),
        cmocka_unit_test_setup(the_stack_of_a_joined_thread_is_used_again, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

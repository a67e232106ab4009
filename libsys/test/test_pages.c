/* SPDX-License-Identifier: MIT */
/* Address space: gaps with guard pages, and what happens when there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libbase/mem.h>
#include <libsys/pages.h>

#include "fake_kernel.h"

static const struct sys_start_handle handles[] = {{SYS_START_CONTAINER, 9, ""}};
static const struct sys_start start = {.handle_count = 1, .handles = handles};

static tn_status_t map_answer;
static unsigned maps, creates, closes, unmaps;
static uint64_t free_from; /* Below, maps are answered with map_answer. */
static struct tn_map_request last_request;

static struct sys_result answer(const struct fake_call *call)
{
    switch (call->number) {
    case TN_SYS_MEMORY_CREATE:
        creates++;
        assert_int_equal(call->a, 9);
        return fake_ok(77);
    case TN_SYS_HANDLE_CLOSE:
        closes++;
        assert_int_equal(call->a, 77);
        return fake_ok(0);
    case TN_SYS_MEMORY_UNMAP:
        unmaps++;
        return fake_ok(0);
    case TN_SYS_MEMORY_MAP:
        maps++;
        memcpy(&last_request, (const void *)(uintptr_t)call->c, sizeof(last_request));
        assert_int_not_equal(last_request.va, 0); /* The kernel is not to choose. */
        if (map_answer != TN_OK && last_request.va < free_from) {
            return fake_status(map_answer);
        }
        return fake_ok(last_request.va);
    default:
        fail_msg("unexpected call %u", call->number);
        return fake_status(TN_ERR_NO_SYSCALL);
    }
}

static int set_up(void **state)
{
    (void)state;
    fake_start(&start);
    fake_kernel_set(answer, NULL);
    map_answer = TN_OK;
    free_from = UINT64_MAX;
    maps = creates = closes = unmaps = 0;
    return 0;
}

static void reservations_do_not_touch(void **state)
{
    (void)state;
    uint64_t first = sys_pages_reserve(4096);
    uint64_t second = sys_pages_reserve(4097);
    uint64_t third = sys_pages_reserve(1);
    assert_int_equal(first, SYS_WINDOW + 4096);
    assert_int_equal(second, first + 2 * 4096); /* A page of its own below. */
    assert_int_equal(third, second + 3 * 4096);
    sys_pages_release(second, 4097);
    assert_int_equal(sys_pages_reserve(8192), second);
    sys_pages_release(first, 4096);
    sys_pages_release(second, 8192);
    sys_pages_release(third, 1);
}

static void the_window_can_be_used_up(void **state)
{
    uint64_t whole = SYS_WINDOW_END - SYS_WINDOW - 4096;
    (void)state;
    assert_int_equal(sys_pages_reserve(whole + 1), 0);
    assert_int_equal(sys_pages_reserve(UINT64_MAX), 0);
    uint64_t all = sys_pages_reserve(whole);
    assert_int_equal(all, SYS_WINDOW + 4096);
    assert_int_equal(sys_pages_reserve(1), 0);
    sys_pages_release(all, whole);
    assert_int_equal(sys_pages_reserve(1), SYS_WINDOW + 4096);
    sys_pages_release(SYS_WINDOW + 4096, 1);
}

static void what_does_not_fit_goes_beyond_the_window(void **state)
{
    uint64_t va;
    (void)state;
    uint64_t size = UINT64_C(2) << 20;
    assert_int_equal(sys_pages_map(5, 0, size, TN_RIGHT_READ, &va), TN_OK);
    assert_int_equal(va, SYS_BEYOND);
    sys_pages_unmap(va, size); /* Nothing of the window is given back. */
    assert_int_equal(unmaps, 1);
    map_answer = TN_ERR_EXISTS;
    free_from = SYS_BEYOND + 1;
    assert_int_equal(sys_pages_map(5, 0, size, TN_RIGHT_READ, &va), TN_OK);
    assert_int_equal(va, SYS_BEYOND + 2 * size); /* With a gap between two. */
}

static void the_search_beyond_the_window_ends(void **state)
{
    uint64_t va;
    (void)state;
    map_answer = TN_ERR_EXISTS;
    assert_int_equal(sys_pages_map(5, 0, UINT64_C(2) << 20, TN_RIGHT_READ, &va), TN_ERR_EXISTS);
    assert_int_equal(maps, 1024);
}

static void an_address_that_is_taken_is_not_tried_again(void **state)
{
    uint64_t va;
    (void)state;
    map_answer = TN_ERR_EXISTS;
    free_from = SYS_BEYOND;
    assert_int_equal(sys_pages_map(5, 0, 4096, TN_RIGHT_READ, &va), TN_OK);
    assert_int_equal(va, SYS_BEYOND);
    assert_int_equal(maps, 2);
    map_answer = TN_OK;
    assert_int_equal(sys_pages_map(5, 0, 4096, TN_RIGHT_READ, &va), TN_OK);
    assert_int_equal(va, SYS_WINDOW + 3 * 4096);
    sys_pages_unmap(va, 4096);
    sys_pages_release(SYS_WINDOW + 4096, 4096);
}

static void a_failed_map_leaves_the_window_as_it_was(void **state)
{
    uint64_t va;
    (void)state;
    map_answer = TN_ERR_QUOTA;
    assert_int_equal(sys_pages_map(5, 0, 4096, TN_RIGHT_READ, &va), TN_ERR_QUOTA);
    assert_int_equal(sys_pages_reserve(1), SYS_WINDOW + 4096);
    sys_pages_release(SYS_WINDOW + 4096, 1);
}

static void allocated_memory_lives_by_its_mapping(void **state)
{
    uint64_t va;
    (void)state;
    assert_int_equal(sys_pages_allocate(5000, &va), TN_OK);
    assert_int_equal(last_request.size, 8192);
    assert_int_equal(last_request.access, TN_RIGHT_READ | TN_RIGHT_WRITE);
    assert_int_equal(creates, 1);
    assert_int_equal(closes, 1);
    sys_pages_unmap(va, 5000);
    map_answer = TN_ERR_NO_MEMORY;
    assert_int_equal(sys_pages_allocate(4096, &va), TN_ERR_NO_MEMORY);
    assert_int_equal(closes, 2); /* And so the object is gone. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(reservations_do_not_touch, set_up),
        cmocka_unit_test_setup(the_window_can_be_used_up, set_up),
        cmocka_unit_test_setup(what_does_not_fit_goes_beyond_the_window, set_up),
        cmocka_unit_test_setup(the_search_beyond_the_window_ends, set_up),
        cmocka_unit_test_setup(an_address_that_is_taken_is_not_tried_again, set_up),
        cmocka_unit_test_setup(a_failed_map_leaves_the_window_as_it_was, set_up),
        cmocka_unit_test_setup(allocated_memory_lives_by_its_mapping, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

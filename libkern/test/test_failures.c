/* SPDX-License-Identifier: MIT */
/* What programs do when they start others, with every allocation failing once, and with every limit
 * from too little to enough. Each call says what it lacked, and when all is taken back, nothing is
 * missing: no byte of a container, no frame. */

#include "world.h"

#define ALL TN_RIGHTS_ALL

/* Handles that a scenario made, to be closed in the end. */
static uint64_t made[16];
static size_t made_count;

/* Whether @p call went well. If not it must lack memory or quota. */
static bool did(const uint64_t call[7])
{
    tn_status_t status = world_sys(call);
    if (status != TN_OK && status != TN_ERR_NO_MEMORY && status != TN_ERR_QUOTA) {
        fail_msg("call %u ended with %s", (unsigned)call[0], tn_status_name(status));
    }
    return status == TN_OK;
}

#define DID(...) did((const uint64_t[7]){__VA_ARGS__})

/* As DID(), for a call that makes a handle. @return the handle, or 0. */
static uint64_t make(const uint64_t call[7])
{
    if (!did(call)) {
        return 0;
    }
    made[made_count++] = world.value;
    return world.value;
}

#define MAKE(...) make((const uint64_t[7]){__VA_ARGS__})

static void take_back(void)
{
    while (made_count > 0) {
        MUST(TN_SYS_HANDLE_CLOSE, made[--made_count]);
    }
}

/* A supervisor starts a server: memory, a mapping, a thread with time, an endpoint to it. */
static bool start_server(uint64_t payer)
{
    uint64_t process = MAKE(TN_SYS_PROCESS_CREATE, payer);
    uint64_t memory = process != 0 ? MAKE(TN_SYS_MEMORY_CREATE, payer, 37 * TN_PAGE_SIZE) : 0;
    struct tn_map_request map = {.va = SOME_VA, .size = 37 * TN_PAGE_SIZE, .access = 0x30};
    if (memory == 0 || !DID(TN_SYS_MEMORY_MAP, process, memory, PUT(map))) {
        return false;
    }
    struct tn_thread_start start = {
        .pc = ENTRY, .sp = SOME_VA + 4096, .container = (tn_handle_t)payer};
    uint64_t thread = MAKE(TN_SYS_THREAD_CREATE, process, PUT(start));
    uint64_t time = thread != 0 ? MAKE(TN_SYS_CONTEXT_CREATE, payer, 1, PERIOD, PERIOD) : 0;
    uint64_t ears = time != 0 ? MAKE(TN_SYS_ENDPOINT_CREATE, payer) : 0;
    return ears != 0 && DID(TN_SYS_CONTEXT_BIND, time, thread) &&
           DID(TN_SYS_HANDLE_INSTALL, process, ears, ALL) &&
           DID(TN_SYS_PROCESS_SET_HANDLER, process, ears) && DID(TN_SYS_THREAD_RESUME, thread) &&
           DID(TN_SYS_PROCESS_KILL, process, 0);
}

/* A driver gets its line, its registers, its bell and its timer. */
static bool start_driver(uint64_t payer)
{
    uint64_t bell = MAKE(TN_SYS_NOTIFICATION_CREATE, payer);
    uint64_t timer = bell != 0 ? MAKE(TN_SYS_TIMER_CREATE, payer, bell, 1) : 0;
    uint64_t line = timer != 0 ? MAKE(TN_SYS_INTERRUPT_CREATE, payer, world.info.io_irqs, 3, 0) : 0;
    uint64_t range = line != 0 ? MAKE(TN_SYS_IO_RANGE_CREATE, payer, world.info.io_memory,
                                      WORLD_BYTES, 2 * TN_PAGE_SIZE)
                               : 0;
    uint64_t device = range != 0 ? MAKE(TN_SYS_MEMORY_DEVICE, range, 0, 2 * TN_PAGE_SIZE) : 0;
    return device != 0 && DID(TN_SYS_TIMER_SET, timer, 50000, 50000) &&
           DID(TN_SYS_INTERRUPT_BIND, line, bell, 2) && DID(TN_SYS_INTERRUPT_ACK, line);
}

/* A process with a thread lives until it is killed; then its end waits at its handler, and keeps it until
 * it is received. Who is no process, or no endpoint, does not mind. */
static void end_process(void)
{
    for (size_t i = 0; i < made_count; i++) {
        (void)SYS(TN_SYS_PROCESS_KILL, made[i], 0);
    }
    for (size_t i = 0; i < made_count; i++) {
        (void)recv_until(made[i], TN_DEADLINE_POLL);
    }
}

static void every_allocation_fails_once(bool (*scenario)(uint64_t payer))
{
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    bool complete = false;
    uint64_t nth = 0;
    while (!complete) {
        fail_allocation(++nth);
        complete = scenario(world.info.container);
        bool failed = fail_allocation(0) >= nth;
        complete = complete && !failed;
        end_process();
        take_back();
        assert_int_equal(used(), used_before);
        assert_int_equal(free_frames(), frames_before);
    }
    print_message("%llu allocations failed\n", (unsigned long long)nth - 1);
    assert_true(nth > 5);
}

static void every_limit_is_enough_or_harmless(bool (*scenario)(uint64_t payer))
{
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    bool complete = false;
    uint64_t limit = 0;
    while (!complete) {
        limit += limit < 8192 ? 40 : 4096;
        uint64_t payer = container(limit);
        complete = scenario(payer);
        end_process();
        take_back();
        MUST(TN_SYS_HANDLE_CLOSE, payer);
        assert_int_equal(used(), used_before);
        assert_int_equal(free_frames(), frames_before);
    }
    print_message("%llu bytes are enough\n", (unsigned long long)limit);
}

static void a_server_is_started_without_memory(void **state)
{
    (void)state;
    every_allocation_fails_once(start_server);
}

static void a_server_is_started_without_quota(void **state)
{
    (void)state;
    every_limit_is_enough_or_harmless(start_server);
}

static void a_driver_is_started_without_memory(void **state)
{
    (void)state;
    every_allocation_fails_once(start_driver);
}

static void a_driver_is_started_without_quota(void **state)
{
    (void)state;
    every_limit_is_enough_or_harmless(start_driver);
}

/* The machine itself runs out, page by page, and comes back. */
static void all_memory_is_taken_and_given_back(void **state)
{
    (void)state;
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    for (uint64_t size = 256 * TN_PAGE_SIZE; size >= TN_PAGE_SIZE; size /= 2) {
        while (made_count < TN_ARRAY_LEN(made) &&
               MAKE(TN_SYS_MEMORY_CREATE, world.info.container, size) != 0) {
        }
    }
    take_back();
    assert_int_equal(used(), used_before);
    assert_int_equal(free_frames(), frames_before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_is_started_without_memory), TEST(a_server_is_started_without_quota),
        TEST(a_driver_is_started_without_memory), TEST(a_driver_is_started_without_quota),
        TEST(all_memory_is_taken_and_given_back),
    };
    return cmocka_run_group_tests_name("failures", tests, NULL, NULL);
}

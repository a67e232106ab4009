/* SPDX-License-Identifier: MIT */
/* Memory objects: made, paid for, given up half-made; and the registers of devices. */

#include "mapping.h"
#include "memory.h"

/* --- Objects ----------------------------------------------------------------------------------- */

static void a_new_object_is_zero_and_paid_for(void **state)
{
    (void)state;
    uint64_t before = used();
    uint64_t memory = memory_of(5);
    assert_true(used() >= before + 5 * PAGE);
    assert_int_equal(memory_info_of(memory).size, 5 * PAGE);
    assert_int_equal(memory_info_of(memory).committed, 5 * PAGE);
    assert_int_equal(memory_info_of(memory).physical, 0);
    assert_int_equal(memory_info_of(memory).device, 0);
    assert_int_equal(map(0, memory, at(SOME_VA, 5, R)), TN_OK);
    for (uint64_t offset = 0; offset < 5 * PAGE; offset += 8) {
        uint64_t word = 1;
        assert_true(host_user_load(&word, SOME_VA + offset, sizeof(word)));
        assert_int_equal(word, 0);
    }
    assert_int_equal(memory_info_of(memory).mappings, 1);
    MUST(TN_SYS_HANDLE_CLOSE, memory);
    assert_true(used() >= before + 5 * PAGE); /* The mapping keeps it. */
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 5 * PAGE);
    assert_true(used() < before + 5 * PAGE);
}

static void making_memory_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_MEMORY_CREATE, payer, PAGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, payer, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, payer, PAGE + 1), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, payer, UINT64_MAX - PAGE + 1), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, payer, WORLD_BYTES), TN_ERR_QUOTA);
    CREATES(0, TN_SYS_MEMORY_CREATE, payer, 7 * PAGE);
}

/* Whatever is left of the machine, an object that does not fit leaves nothing behind. */
static void fragmented_memory_is_used_to_the_last_page(void **state)
{
    (void)state;
    uint64_t keep[64];
    unsigned kept = 0;
    uint64_t used_before = used();
    for (unsigned i = 0; i < 40; i++) { /* Every other page: no block of two is free between. */
        uint64_t memory = memory_of(1);
        if (i % 2 == 0) {
            keep[kept++] = memory;
        } else {
            MUST(TN_SYS_HANDLE_CLOSE, memory);
        }
    }
    uint64_t large = memory_of(150);
    assert_int_equal(memory_info_of(large).committed, 150 * PAGE);
    MUST(TN_SYS_HANDLE_CLOSE, large);
    while (kept > 0) {
        MUST(TN_SYS_HANDLE_CLOSE, keep[--kept]);
    }
    assert_int_equal(used(), used_before);
}

static void information_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t memory = memory_of(1);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_MEMORY_INFO, memory, SCRATCH);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, NOWHERE), TN_ERR_ADDRESS);
}

static void the_bundle_tells_where_it_lies(void **state)
{
    (void)state;
    struct tn_memory_info info = memory_info_of(world.info.bundle);
    assert_int_equal(info.physical, BUNDLE_BASE);
    assert_int_equal(info.size, world.info.bundle_bytes);
}

/* Somebody more urgent comes in the middle: the object is finished later, the program sees one call. */
static void making_memory_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    host_window_cost(1000);
    uint64_t pc = world.root.t->arch.frame.pc;
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, world.info.container, 20 * PAGE), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(world.root.t->arch.frame.pc, pc); /* At the call, to make it again. */
    assert_non_null(world.root.t->unfinished);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(world.root.t->arch.frame.pc, pc + ARCH_PC_ALIGN);
    assert_int_equal(memory_info_of(world.root.t->arch.frame.result.value).committed, 20 * PAGE);
}

static void an_unfinished_object_goes_with_its_thread(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t purse = give(&other, world.info.container, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    assert_true(runs(&other));
    host_window_cost(1000);
    uint64_t before = used();
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, purse, 20 * PAGE), BLOCKED);
    assert_true(runs(&world.root));
    assert_true(used() > before);
    host_window_cost(0);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_true(used() < before);
}

/* The thread was made to do something else instead: what it had begun is given up when it begins anew. */
static void an_object_that_is_not_finished_is_given_up(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t purse = give(&other, world.info.container, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, purse, 20 * PAGE), BLOCKED);
    host_window_cost(0);
    redirect(&other);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY, PERIOD, PERIOD);
    become(&other);
    uint64_t made = MUST(TN_SYS_MEMORY_CREATE, purse, 3 * PAGE);
    struct tn_memory_info info;
    MUST(TN_SYS_MEMORY_INFO, made, SCRATCH);
    GET(info);
    assert_int_equal(info.committed, 3 * PAGE);
    assert_null(other.t->unfinished);
}

/* --- Devices ----------------------------------------------------------------------------------- */

static void registers_are_mapped_from_a_range_and_never_memory(void **state)
{
    (void)state;
    uint64_t range = world.info.io_memory;
    REFUSES(0, TN_RIGHT_READ, TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, PAGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, world.info.io_ports, 0, PAGE), TN_ERR_TYPE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, 5), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES + 8, PAGE), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES - PAGE, PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, 0, PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES - PAGE, 2 * PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, UINT64_C(1) << 52, PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, 0 - PAGE, 2 * PAGE), TN_ERR_RANGE);
    unsigned count = fill_handles(world.info.machine);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, PAGE), TN_ERR_NO_HANDLES);
    empty_handles(count);
    FAILS_CLEANLY(close_handle, TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, PAGE);
    uint64_t device = MUST(TN_SYS_MEMORY_DEVICE, range, WORLD_BYTES, PAGE);
    assert_int_equal(memory_info_of(device).device, 1);
    assert_int_equal(memory_info_of(device).committed, 0);
    assert_int_equal(memory_info_of(device).physical, WORLD_BYTES);
    assert_int_equal(map(0, device, at(SOME_VA, 1, R | X)), TN_ERR_RIGHTS);
    assert_int_equal(map(0, device, at(SOME_VA, 1, R | W)), TN_OK);
    assert_int_equal(map(0, device, at(SOME_VA + PAGE, 1, R)), TN_OK);
}

static void registers_are_paid_by_the_container_of_the_range(void **state)
{
    (void)state;
    uint64_t purse = container(sizeof(struct kern_memory));
    uint64_t part = MUST(TN_SYS_IO_RANGE_CREATE, purse, world.info.io_memory, WORLD_BYTES, PAGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_DEVICE, part, 0, PAGE), TN_ERR_QUOTA);
    uint64_t weak = MUST(TN_SYS_HANDLE_DUPLICATE, world.info.io_memory, R | TN_RIGHT_DUPLICATE);
    uint64_t device = MUST(TN_SYS_MEMORY_DEVICE, weak, WORLD_BYTES, PAGE);
    assert_int_equal(map(0, device, at(SOME_VA, 1, R | W)), TN_ERR_RIGHTS);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"memory_create", "memory_device", "memory_info"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_object_is_zero_and_paid_for),
        TEST(making_memory_is_refused_in_this_order),
        TEST(fragmented_memory_is_used_to_the_last_page),
        TEST(information_is_refused_in_this_order),
        TEST(the_bundle_tells_where_it_lies),
        TEST(making_memory_can_be_preempted_and_goes_on),
        TEST(an_unfinished_object_goes_with_its_thread),
        TEST(an_object_that_is_not_finished_is_given_up),
        TEST(registers_are_mapped_from_a_range_and_never_memory),
        TEST(registers_are_paid_by_the_container_of_the_range),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Memory objects and mappings: what is there, who may touch it, what it costs. */

#include "memory.h"
#include "world.h"

#define ALL  TN_RIGHTS_ALL
#define PAGE TN_PAGE_SIZE
#define R    TN_RIGHT_READ
#define W    TN_RIGHT_WRITE
#define X    TN_RIGHT_EXECUTE

static uint64_t memory_of(uint64_t pages)
{
    return MUST(TN_SYS_MEMORY_CREATE, world.info.container, pages * PAGE);
}

static tn_status_t map(uint64_t process, uint64_t memory, struct tn_map_request request)
{
    return SYS(TN_SYS_MEMORY_MAP, process, memory, PUT(request));
}

static struct tn_map_request at(uint64_t va, uint64_t pages, uint32_t access)
{
    return (struct tn_map_request){.va = va, .size = pages * PAGE, .access = access};
}

static struct tn_memory_info info_of(uint64_t memory)
{
    struct tn_memory_info info;
    MUST(TN_SYS_MEMORY_INFO, memory, SCRATCH);
    GET(info);
    return info;
}

/* --- Objects ----------------------------------------------------------------------------------- */

static void a_new_object_is_zero_and_paid_for(void **state)
{
    (void)state;
    uint64_t before = used();
    uint64_t memory = memory_of(5);
    assert_true(used() >= before + 5 * PAGE);
    assert_int_equal(info_of(memory).size, 5 * PAGE);
    assert_int_equal(info_of(memory).committed, 5 * PAGE);
    assert_int_equal(info_of(memory).physical, 0);
    assert_int_equal(info_of(memory).device, 0);
    assert_int_equal(map(0, memory, at(SOME_VA, 5, R)), TN_OK);
    for (uint64_t offset = 0; offset < 5 * PAGE; offset += 8) {
        uint64_t word = 1;
        assert_true(host_user_load(&word, SOME_VA + offset, sizeof(word)));
        assert_int_equal(word, 0);
    }
    assert_int_equal(info_of(memory).mappings, 1);
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
    assert_int_equal(info_of(large).committed, 150 * PAGE);
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
    struct tn_memory_info info = info_of(world.info.bundle);
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
    assert_int_equal(info_of(world.root.t->arch.frame.result.value).committed, 20 * PAGE);
}

static void an_unfinished_object_goes_with_its_thread(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t purse = give(&other, world.info.container, ALL);
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
    tn_handle_t purse = give(&other, world.info.container, ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, purse, 20 * PAGE), BLOCKED);
    host_window_cost(0);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    struct tn_registers registers = {.pc = ENTRY, .valid = UINT64_C(1) << 32};
    MUST(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers));
    MUST(TN_SYS_THREAD_RESUME, other.thread);
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
    assert_int_equal(info_of(device).device, 1);
    assert_int_equal(info_of(device).committed, 0);
    assert_int_equal(info_of(device).physical, WORLD_BYTES);
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

/* --- Mapping ----------------------------------------------------------------------------------- */

static void mapping_gives_the_access_that_was_asked_for(void **state)
{
    (void)state;
    uint64_t memory = memory_of(3);
    static const uint32_t accesses[] = {R, R | W, R | X};
    for (unsigned i = 0; i < 3; i++) {
        uint64_t va = SOME_VA + i * PAGE;
        assert_int_equal(map(0, memory, at(va, 1, accesses[i])), TN_OK);
        assert_true(host_user_may(va, MM_ATTR_READ));
        assert_int_equal(host_user_may(va, MM_ATTR_WRITE), (accesses[i] & W) != 0);
        assert_int_equal(host_user_may(va, MM_ATTR_EXECUTE), (accesses[i] & X) != 0);
    }
    assert_int_equal(info_of(memory).mappings, 3);
}

static void two_mappings_show_the_same_memory(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t memory = memory_of(4);
    struct tn_map_request request = at(SOME_VA, 1, R | W);
    request.offset = 2 * PAGE;
    assert_int_equal(map(other.process, memory, request), TN_OK);
    assert_int_equal(map(0, memory, at(SOME_VA, 4, R)), TN_OK);
    become(&other);
    uint32_t word = 0x600d;
    assert_true(host_user_store(SOME_VA + 8, &word, sizeof(word)));
    become(&world.root);
    assert_true(host_user_load(&word, SOME_VA + 2 * PAGE + 8, sizeof(word)));
    assert_int_equal(word, 0x600d);
}

/* Seven pages are three blocks of frames: each page on its own is the right one. */
static void any_part_of_an_object_is_mapped(void **state)
{
    (void)state;
    uint64_t memory = memory_of(7);
    assert_int_equal(map(0, memory, at(SOME_VA, 7, R | W)), TN_OK);
    for (uint64_t page = 0; page < 7; page++) {
        assert_true(host_user_store(SOME_VA + page * PAGE, &page, sizeof(page)));
    }
    for (uint64_t page = 0; page < 7; page++) {
        struct tn_map_request request = at(SOME_VA + (10 + page) * PAGE, 1, R);
        uint64_t word = 99;
        request.offset = page * PAGE;
        assert_int_equal(map(0, memory, request), TN_OK);
        assert_true(host_user_load(&word, request.va, sizeof(word)));
        assert_int_equal(word, page);
    }
}

static void the_kernel_chooses_a_gap(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(0, 2, R)), TN_OK);
    uint64_t first = world.value;
    assert_true(first >= TN_USER_IMAGE && first % PAGE == 0);
    assert_int_equal(map(0, memory, at(0, 2, R)), TN_OK);
    assert_int_not_equal(world.value, first);
    assert_true(host_user_may(world.value, R >> 4));
}

static void mapping_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    uint64_t reader = MUST(TN_SYS_HANDLE_DUPLICATE, memory, R | TN_RIGHT_DUPLICATE);
    struct actor other = spawn_process();
    struct tn_map_request request = at(SOME_VA, 2, R | W);
    uint64_t from = PUT(request);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_MAP, other.process, memory, from);
    REFUSES(1, 0, TN_SYS_MEMORY_MAP, 0, memory, from);
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(map(0, reader, at(SOME_VA, 2, R | W)), TN_ERR_RIGHTS);
    static const uint32_t bad[] = {0, W, X, R | W | X, R | 1};
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        assert_int_equal(map(0, memory, at(SOME_VA + 1, 2, bad[i])), TN_ERR_INVALID);
    }
    assert_int_equal(map(0, memory, at(SOME_VA + 1, 0, R)), TN_ERR_INVALID);
    request.flags = 1;
    assert_int_equal(map(0, memory, request), TN_ERR_INVALID);
    assert_int_equal(map(0, memory, at(SOME_VA + 1, 1, R)), TN_ERR_ALIGNMENT);
    request = at(SOME_VA, 1, R);
    request.offset = 8;
    assert_int_equal(map(0, memory, request), TN_ERR_ALIGNMENT);
    request.offset = 2 * PAGE;
    assert_int_equal(map(0, memory, request), TN_ERR_RANGE);
    request.offset = 0 - PAGE;
    assert_int_equal(map(0, memory, request), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(PAGE, 1, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(TN_USER_HIGH, 1, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(0 - PAGE, 2, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(TN_USER_CLOCK, 1, R)), TN_ERR_EXISTS);
    assert_int_equal(map(0, memory, at(SCRATCH - PAGE, 2, R)), TN_ERR_EXISTS);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(map(other.process, memory, at(SOME_VA, 1, R)), TN_ERR_STATE);
}

static void mapping_needs_quota_and_memory_for_tables(void **state)
{
    (void)state;
    uint64_t memory = memory_of(1);
    uint64_t poor = container(65536);
    uint64_t process = MUST(TN_SYS_PROCESS_CREATE, poor);
    for (uint64_t rest = 65536; rest >= 16; rest /= 2) {
        (void)SYS(TN_SYS_CONTAINER_CREATE, poor, rest);
    }
    assert_int_equal(map(process, memory, at(SOME_VA, 1, R)), TN_ERR_QUOTA);
    struct actor rich = spawn_process();
    uint64_t mapped = rich.p->mapped_bytes;
    unsigned failures = 0;
    for (uint64_t nth = 1; nth < 20; nth++) {
        fail_allocation(nth);
        tn_status_t status = map(rich.process, memory, at(SOME_VA, 1, R));
        if (fail_allocation(0) < nth) {
            assert_int_equal(status, TN_OK);
            break;
        }
        assert_int_equal(status, TN_ERR_NO_MEMORY);
        assert_int_equal(rich.p->mapped_bytes, mapped);
        failures++;
    }
    assert_true(failures >= 2);
}

/* Two pages are in the table when the next table cannot be had: they go again. */
static void a_mapping_that_fails_half_way_leaves_no_page(void **state)
{
    (void)state;
    uint64_t memory = memory_of(4);
    uint64_t va = SOME_VA + (UINT64_C(2) << 20) - 2 * PAGE;
    assert_int_equal(map(0, memory, at(va - PAGE, 1, R)), TN_OK);
    struct tn_map_request request = at(va, 4, R);
    uint64_t from = PUT(request);
    fail_allocation(2); /* The first is the region. */
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, from), TN_ERR_NO_MEMORY);
    fail_allocation(0);
    assert_false(host_user_may(va, MM_ATTR_READ));
    assert_false(host_user_may(va + PAGE, MM_ATTR_READ));
    assert_int_equal(map(0, memory, at(va, 4, R)), TN_OK);
}

/* --- Unmapping --------------------------------------------------------------------------------- */

static void unmapping_takes_the_access_away_at_once(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R | W)), TN_OK);
    uint64_t word = 1;
    assert_true(host_user_store(SOME_VA + PAGE, &word, sizeof(word))); /* The MMU remembers it. */
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 2 * PAGE);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
    assert_false(host_user_may(SOME_VA + PAGE, MM_ATTR_READ));
    assert_int_equal(info_of(memory).mappings, 0);
}

static void unmapping_takes_all_whole_mappings_of_the_range(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R)), TN_OK);
    assert_int_equal(map(0, memory, at(SOME_VA + 4 * PAGE, 1, R)), TN_OK);
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA - PAGE, 7 * PAGE);
    assert_int_equal(info_of(memory).mappings, 0);
}

static void unmapping_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t memory = memory_of(3);
    assert_int_equal(map(0, memory, at(SOME_VA, 3, R)), TN_OK);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_UNMAP, other.process, SOME_VA, PAGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + 1, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + 1, PAGE), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 1), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, 0, PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 0 - PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 2 * PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + PAGE, 2 * PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, TN_USER_CLOCK, PAGE), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, NOWHERE, PAGE), TN_ERR_NOT_FOUND);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, other.process, SCRATCH, SCRATCH_BYTES),
                     TN_ERR_NOT_FOUND);
}

static void a_large_mapping_goes_step_by_step(void **state)
{
    (void)state;
    uint64_t memory = memory_of(200);
    assert_int_equal(map(0, memory, at(SOME_VA, 200, R | W)), TN_OK);
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 2000), BLOCKED);
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 200 * PAGE), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(info_of(memory).mappings, 0);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
}

/* --- Protection -------------------------------------------------------------------------------- */

static void protection_changes_at_once(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R | W)), TN_OK);
    uint64_t word = 1;
    assert_true(host_user_store(SOME_VA, &word, sizeof(word)));
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R);
    assert_false(host_user_store(SOME_VA, &word, sizeof(word)));
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, SOME_VA),
                     TN_ERR_ADDRESS); /* Nor the kernel. */
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | X);
    assert_true(host_user_may(SOME_VA, MM_ATTR_EXECUTE));
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | W);
    assert_false(host_user_may(SOME_VA, MM_ATTR_EXECUTE));
}

static void protection_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t memory = memory_of(2);
    uint64_t reader = MUST(TN_SYS_HANDLE_DUPLICATE, memory, R);
    assert_int_equal(map(0, reader, at(SOME_VA, 2, R)), TN_OK);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_PROTECT, other.process, SOME_VA, PAGE, R);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 0, R), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, R | W | X), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, W), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA + 8, PAGE, R), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, R), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, TN_USER_CLOCK, PAGE, R), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, NOWHERE, PAGE, R), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | W), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R), TN_OK);
}

/* --- User memory ------------------------------------------------------------------------------- */

/* A structure across two pages of which the second is missing, is read-only, or leaves the half. */
static void structures_at_the_edge_are_copied_or_refused(void **state)
{
    (void)state;
    uint64_t memory = memory_of(1);
    assert_int_equal(map(0, memory, at(SOME_VA, 1, R | W)), TN_OK);
    uint64_t edge = SOME_VA + PAGE - 16;
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_ERR_ADDRESS);
    assert_int_equal(map(0, memory, at(SOME_VA + PAGE, 1, R)), TN_OK);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_ERR_ADDRESS);
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA + PAGE, PAGE, R | W);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_OK);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, SOME_VA + 3), TN_OK); /* Any alignment. */
    static const uint64_t outside[] = {
        0,         TN_USER_CLOCK, TN_USER_HIGH, UINT64_C(1) << 47, UINT64_C(0xffff800000000000),
        UINT64_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(outside); i++) {
        assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, outside[i]), TN_ERR_ADDRESS);
    }
}

static void every_process_reads_the_clock_and_none_writes_it(void **state)
{
    (void)state;
    struct tn_clock_page page;
    assert_true(host_user_load(&page, TN_USER_CLOCK, sizeof(page)));
    assert_int_equal(page.frequency_hz, 1000000000);
    assert_false(host_user_may(TN_USER_CLOCK, MM_ATTR_WRITE));
    struct actor other = spawn(PRIORITY);
    become(&other);
    assert_true(host_user_may(TN_USER_CLOCK, MM_ATTR_READ));
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"memory_create", "memory_device",  "memory_map",
                                        "memory_unmap",  "memory_protect", "memory_info"};
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
        TEST(any_part_of_an_object_is_mapped),
        TEST(registers_are_mapped_from_a_range_and_never_memory),
        TEST(registers_are_paid_by_the_container_of_the_range),
        TEST(mapping_gives_the_access_that_was_asked_for),
        TEST(two_mappings_show_the_same_memory),
        TEST(the_kernel_chooses_a_gap),
        TEST(mapping_is_refused_in_this_order),
        TEST(mapping_needs_quota_and_memory_for_tables),
        TEST(a_mapping_that_fails_half_way_leaves_no_page),
        TEST(unmapping_takes_the_access_away_at_once),
        TEST(unmapping_takes_all_whole_mappings_of_the_range),
        TEST(unmapping_is_refused_in_this_order),
        TEST(a_large_mapping_goes_step_by_step),
        TEST(protection_changes_at_once),
        TEST(protection_is_refused_in_this_order),
        TEST(structures_at_the_edge_are_copied_or_refused),
        TEST(every_process_reads_the_clock_and_none_writes_it),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

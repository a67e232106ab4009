/* SPDX-License-Identifier: MIT */
/* Calls on many pages, and those that make a process: they pause, others run meanwhile, and whoever made them
 * sees one call; or is killed in the middle, and nobody sees anything. */

#include "exits.h"
#include "mapping.h"
#include "memory.h"

#define PAGES 300 /* Five steps. */

/* Whoever is called now is more urgent than others, sleeps, and wakes when another is so many steps further. */
static void sleep_for_steps(unsigned steps)
{
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + UINT64_C(1000) * steps), BLOCKED);
}

static void sleep_for_two_steps(void)
{
    sleep_for_steps(2);
}

/* An actor of its own, more urgent than root, that wakes two steps into what root does next. */
static struct actor urgent_in_two_steps(void)
{
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_true(runs(&urgent));
    return urgent;
}

static void back_to_root(void)
{
    host_window_cost(0);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
}

static uint64_t mapped_bytes(void)
{
    struct tn_process_info info;
    MUST(TN_SYS_PROCESS_INFO, 0, SCRATCH);
    GET(info);
    return info.mapped_bytes;
}

static uint64_t pages_that_may(uint64_t attr)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < PAGES; i++) {
        count += host_user_may(SOME_VA + i * PAGE, (unsigned)attr);
    }
    return count;
}

/* --- Mapping ----------------------------------------------------------------------------------- */

static void mapping_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    struct tn_map_request request = at(SOME_VA, PAGES, R | W);
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t process = give(&urgent, world.info.process, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    sleep_for_two_steps();
    uint64_t pc = world.root.t->arch.frame.pc;
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, PUT(request)), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(world.root.t->arch.frame.pc, pc); /* At the call, to make it again. */
    const struct kern_region *region = world.root.t->mapping.region;
    assert_non_null(region);
    assert_in_range(region->done, 1, PAGES - 1);
    /* Its range is taken, and nobody else's. */
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, process, SOME_VA, PAGES * PAGE), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, process, SOME_VA, PAGES * PAGE, R), TN_ERR_BUSY);
    back_to_root();
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(world.root.t->arch.frame.pc, pc + ARCH_PC_ALIGN);
    assert_int_equal(world.root.t->arch.frame.result.value, SOME_VA);
    assert_int_equal(pages_that_may(MM_ATTR_WRITE), PAGES);
    assert_null(world.root.t->mapping.region);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, PAGES * PAGE), TN_OK);
}

/* Another process maps into root's; root ends it in the middle. @return what it is. */
static struct actor begin_to_map_into_root(uint64_t memory)
{
    struct actor other = spawn(PRIORITY);
    tn_handle_t process = give(&other, world.info.process, TN_RIGHTS_ALL);
    tn_handle_t given = give(&other, memory, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    sleep_for_two_steps();
    assert_true(runs(&other));
    struct tn_map_request request = at(SOME_VA, PAGES, R | W);
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, process, given, PUT(request)), BLOCKED);
    assert_true(runs(&world.root));
    host_window_cost(0);
    assert_in_range(pages_that_may(MM_ATTR_READ), 1, PAGES - 1);
    return other;
}

static void a_mapping_that_is_not_finished_goes_with_its_thread(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    uint64_t before = mapped_bytes();
    struct actor other = begin_to_map_into_root(memory);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(pages_that_may(MM_ATTR_READ), 0);
    assert_int_equal(mapped_bytes(), before);
    assert_int_equal(memory_info_of(memory).mappings, 0);
    assert_int_equal(map(0, memory, at(SOME_VA, PAGES, R)), TN_OK);
}

static void revoking_ends_a_mapping_that_is_not_finished(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    uint64_t before = mapped_bytes();
    struct actor other = begin_to_map_into_root(memory);
    MUST(TN_SYS_HANDLE_REVOKE, memory);
    assert_int_equal(pages_that_may(MM_ATTR_READ), 0);
    assert_int_equal(mapped_bytes(), before);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 1000), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(sys_status(&other), TN_ERR_HANDLE);
    assert_null(other.t->mapping.region);
}

/* The thread was made to ask for something else instead: what it had begun is taken back, then that is
 * begun. */
static void a_mapping_that_is_not_asked_for_any_more_is_taken_back(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    struct actor other = begin_to_map_into_root(memory);
    tn_handle_t own = give(&other, memory_of(1), TN_RIGHTS_ALL);
    redirect(&other);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY, PERIOD, PERIOD);
    become(&other);
    assert_int_equal(map(0, own, at(SOME_VA, 1, R)), TN_OK);
    assert_null(other.t->mapping.region);
    become(&world.root);
    assert_int_equal(pages_that_may(MM_ATTR_READ), 0);
}

static void a_mapping_that_fails_after_a_pause_leaves_no_page(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    uint64_t before = mapped_bytes();
    /* 256 pages of one table, which is there, and 44 of one that is not. */
    uint64_t va = TN_ALIGN_UP(SOME_VA, UINT64_C(2) << 20) + (UINT64_C(1) << 20);
    assert_int_equal(map(0, memory, at(va - PAGE, 1, R)), TN_OK);
    struct tn_map_request request = at(va, PAGES, R);
    struct actor urgent = urgent_in_two_steps();
    sleep_for_two_steps();
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, PUT(request)), BLOCKED);
    assert_true(runs(&urgent));
    fail_allocation(1);
    back_to_root();
    fail_allocation(0);
    assert_int_equal(sys_status(&world.root), TN_ERR_NO_MEMORY);
    assert_null(world.root.t->mapping.region);
    assert_false(host_user_may(va, MM_ATTR_READ));
    assert_int_equal(mapped_bytes(), before + PAGE);
    assert_int_equal(map(0, memory, at(va, PAGES, R)), TN_OK);
}

/* --- Protection -------------------------------------------------------------------------------- */

static void protection_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    assert_int_equal(map(0, memory, at(SOME_VA, PAGES, R | W)), TN_OK);
    struct actor urgent = urgent_in_two_steps();
    sleep_for_two_steps();
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGES * PAGE, R), BLOCKED);
    assert_true(runs(&urgent));
    back_to_root();
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(pages_that_may(MM_ATTR_WRITE), 0);
    assert_int_equal(pages_that_may(MM_ATTR_READ), PAGES);
}

/* Somebody asks for another access while the first call pauses: the one that ends last decides. */
static void protections_that_meet_follow_each_other(void **state)
{
    (void)state;
    uint64_t memory = memory_of(PAGES);
    assert_int_equal(map(0, memory, at(SOME_VA, PAGES, R | W)), TN_OK);
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t process = give(&urgent, world.info.process, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    sleep_for_two_steps();
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGES * PAGE, R), BLOCKED);
    host_window_cost(0);
    MUST(TN_SYS_MEMORY_PROTECT, process, SOME_VA, PAGES * PAGE, R | X);
    back_to_root();
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(pages_that_may(MM_ATTR_EXECUTE), 0);
    assert_int_equal(pages_that_may(MM_ATTR_READ), PAGES);
}

/* --- Processes --------------------------------------------------------------------------------- */

/* Pauses in the making of a process: behind its table, each 64 handles, and its root. */
#define PAUSES (2 + CONFIG_MAX_HANDLES / 64)

static const struct kern_object *unfinished_process(const struct actor *actor)
{
    assert_non_null(actor->t->unfinished);
    assert_int_equal(actor->t->unfinished->type, TN_TYPE_PROCESS);
    return actor->t->unfinished;
}

static void making_a_process_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    struct actor urgent = urgent_in_two_steps();
    for (unsigned steps = 1; steps <= PAUSES; steps++) {
        sleep_for_steps(steps);
        uint64_t pc = world.root.t->arch.frame.pc;
        assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container), BLOCKED);
        assert_true(runs(&urgent));
        assert_int_equal(world.root.t->arch.frame.pc, pc); /* At the call, to make it again. */
        const struct kern_object *begun = unfinished_process(&world.root);
        back_to_root();
        assert_int_equal(sys_status(&world.root), TN_OK);
        assert_int_equal(world.root.t->arch.frame.pc, pc + ARCH_PC_ALIGN);
        assert_null(world.root.t->unfinished);
        struct actor made = {.process = (tn_handle_t)world.root.t->arch.frame.result.value};
        assert_ptr_equal(object_of(made.process), begun);
        struct tn_process_info info = process_info_of(&made);
        assert_int_equal(info.state, TN_PROCESS_ALIVE);
        assert_int_equal(info.mapped_bytes, PAGE);
        assert_int_equal(info.handle_count, 0);
        for (unsigned i = 1; i < CONFIG_MAX_HANDLES; i++) {
            give(&made, world.info.machine, TN_RIGHTS_ALL);
        }
        assert_int_equal(SYS(TN_SYS_HANDLE_INSTALL, made.process, world.info.machine, 0, 0),
                         TN_ERR_NO_HANDLES);
        MUST(TN_SYS_PROCESS_KILL, made.process, 0);
        MUST(TN_SYS_HANDLE_CLOSE, made.process);
        assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, urgent.thread), BLOCKED); /* It runs. */
    }
}

/* Another process begins to make one; root, more urgent, runs so many steps later. */
static struct actor begin_to_make(unsigned steps)
{
    struct actor other = spawn(PRIORITY);
    tn_handle_t purse = give(&other, world.info.container, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    sleep_for_steps(steps);
    assert_true(runs(&other));
    assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, purse), BLOCKED);
    assert_true(runs(&world.root));
    host_window_cost(0);
    unfinished_process(&other);
    return other;
}

static void a_process_that_is_not_finished_goes_with_its_thread(void **state)
{
    (void)state;
    uint64_t bytes = used(), frames = free_frames();
    for (unsigned steps = 1; steps <= PAUSES; steps++) {
        struct actor other = begin_to_make(steps);
        MUST(TN_SYS_PROCESS_KILL, other.process, 0);
        MUST(TN_SYS_HANDLE_CLOSE, other.thread);
        MUST(TN_SYS_HANDLE_CLOSE, other.context);
        MUST(TN_SYS_HANDLE_CLOSE, other.process);
        assert_int_equal(used(), bytes);
        assert_int_equal(free_frames(), frames);
    }
}

static void a_process_that_fails_after_a_pause_leaves_nothing(void **state)
{
    (void)state;
    struct actor urgent = urgent_in_two_steps();
    uint64_t bytes = used(), frames = free_frames();
    for (unsigned steps = 1; steps <= PAUSES; steps++) {
        sleep_for_steps(steps);
        assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container), BLOCKED);
        assert_true(runs(&urgent));
        fail_allocation(1);
        back_to_root();
        fail_allocation(0);
        assert_int_equal(sys_status(&world.root), TN_ERR_NO_MEMORY);
        assert_null(world.root.t->unfinished);
        assert_int_equal(used(), bytes);
        assert_int_equal(free_frames(), frames);
        assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, urgent.thread), BLOCKED); /* It runs. */
    }
}

/* A debugger makes @p actor, which pauses in a call, forget that. Root goes behind it. */
static void make_it_forget(const struct actor *actor)
{
    MUST(TN_SYS_THREAD_SUSPEND, actor->thread);
    struct tn_registers registers = {.pc = ENTRY, .valid = UINT64_C(1) << 32};
    MUST(TN_SYS_THREAD_WRITE_REGS, actor->thread, PUT(registers));
    MUST(TN_SYS_THREAD_RESUME, actor->thread);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY, PERIOD, PERIOD);
    become(actor);
}

/* What was begun is given up for an object of another type, of whichever. */
static void a_process_that_is_not_asked_for_any_more_is_given_up(void **state)
{
    (void)state;
    uint64_t bytes = used(), frames = free_frames();
    struct actor other = begin_to_make(PAUSES);
    tn_handle_t purse = give(&other, world.info.container, TN_RIGHTS_ALL);
    make_it_forget(&other);
    host_window_cost(1000);
    become(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    sleep_for_two_steps();
    assert_true(runs(&other));
    assert_int_equal(SYS(TN_SYS_MEMORY_CREATE, purse, 20 * PAGE), BLOCKED);
    assert_true(runs(&world.root));
    host_window_cost(0);
    assert_int_equal(other.t->unfinished->type, TN_TYPE_MEMORY);
    make_it_forget(&other);
    uint64_t made = MUST(TN_SYS_PROCESS_CREATE, purse);
    struct tn_process_info info;
    MUST(TN_SYS_PROCESS_INFO, made, SCRATCH);
    GET(info);
    assert_int_equal(info.mapped_bytes, PAGE);
    assert_null(other.t->unfinished);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, other.thread);
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
    MUST(TN_SYS_HANDLE_CLOSE, other.process);
    assert_int_equal(used(), bytes);
    assert_int_equal(free_frames(), frames);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mapping_can_be_preempted_and_goes_on),
        TEST(a_mapping_that_is_not_finished_goes_with_its_thread),
        TEST(revoking_ends_a_mapping_that_is_not_finished),
        TEST(a_mapping_that_is_not_asked_for_any_more_is_taken_back),
        TEST(a_mapping_that_fails_after_a_pause_leaves_no_page),
        TEST(protection_can_be_preempted_and_goes_on),
        TEST(protections_that_meet_follow_each_other),
        TEST(making_a_process_can_be_preempted_and_goes_on),
        TEST(a_process_that_is_not_finished_goes_with_its_thread),
        TEST(a_process_that_fails_after_a_pause_leaves_nothing),
        TEST(a_process_that_is_not_asked_for_any_more_is_given_up),
    };
    return cmocka_run_group_tests_name("pauses", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Registers of a stopped thread: read, written, and single-stepping. */

#include "world.h"

#define VALID_PC (UINT64_C(1) << 32)
#define VALID_SP (UINT64_C(1) << 31)

static void registers_of_a_stopped_thread_are_read_and_written(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    struct tn_registers registers = {.pc = ENTRY + 64, .valid = VALID_PC | 1u << 2};
    registers.general[2] = 222;
    registers.general[3] = 333;
    MUST(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers));
    MUST(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH);
    GET(registers);
    assert_int_equal(registers.pc, ENTRY + 64);
    assert_int_equal(registers.general[2], 222);
    assert_int_equal(registers.general[3], 0); /* Was not meant. */
    assert_int_equal(registers.sp, SCRATCH + SCRATCH_BYTES);
    assert_int_equal(registers.valid, UINT64_C(0xf) << 31 | 0xfff);
}

static void what_an_ipc_call_does_not_keep_is_marked(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, endpoint(), TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(recv(there), BLOCKED);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    struct tn_registers registers;
    MUST(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH);
    GET(registers);
    assert_int_equal(registers.valid, UINT64_C(0xf) << 31);
    uint64_t at = PUT(registers);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, at), TN_ERR_STATE);
}

static void registers_are_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct tn_registers registers = {.valid = VALID_PC, .pc = ENTRY};
    uint64_t at = PUT(registers);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_WRITE_REGS, other.thread, at);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_THREAD_READ_REGS, other.thread, at);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, NOWHERE), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, world.info.thread, at), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, at), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, world.info.thread, at), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, NOWHERE), TN_ERR_ADDRESS);
    registers.pc = ENTRY + 2;
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_ALIGNMENT);
    registers.pc = TN_USER_HIGH;
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_RANGE);
    registers = (struct tn_registers){.valid = VALID_SP, .sp = TN_USER_HIGH + 1};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_RANGE);
    registers = (struct tn_registers){.valid = UINT64_C(1) << 35};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_INVALID);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    registers = (struct tn_registers){.valid = VALID_PC, .pc = ENTRY};
    assert_int_equal(SYS(TN_SYS_THREAD_WRITE_REGS, other.thread, PUT(registers)), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_THREAD_READ_REGS, other.thread, SCRATCH), TN_ERR_STATE);
}

static void stepping_is_set_on_stopped_threads(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_SET_STEP, other.thread, 1);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_STEP, other.thread, 2), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_STEP, other.thread, 1), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    MUST(TN_SYS_THREAD_SET_STEP, other.thread, 1);
    assert_true(other.t->arch.steps);
    MUST(TN_SYS_THREAD_SET_STEP, other.thread, 0);
    assert_false(other.t->arch.steps);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"thread_read_regs", "thread_write_regs", "thread_set_step"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(registers_of_a_stopped_thread_are_read_and_written),
        TEST(what_an_ipc_call_does_not_keep_is_marked),
        TEST(registers_are_refused_in_this_order),
        TEST(stepping_is_set_on_stopped_threads),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("registers", tests, NULL, NULL);
}

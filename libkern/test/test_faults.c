/* SPDX-License-Identifier: MIT */
/* Faults are messages to the handler of the process; without one they end it. */

#include <libipc/endpoint.h>

#include "endpoint.h"
#include "exits.h"

static void a_fault_is_a_message_that_is_answered(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 77);
    assert_int_equal(recv(ears), BLOCKED);
    become(&other);
    world_trap(host_fault(TN_FAULT_PAGE, NOWHERE, TN_FAULT_ACCESS_WRITE, 0x1234));
    assert_true(runs(&world.root));
    assert_int_equal(state_of(&other), TN_THREAD_FAULTED);
    const struct arch_ipc_regs *got = regs(&world.root);
    assert_int_equal(got->tag, tn_tag_make(TN_FAULT_PAGE, TN_TAG_KIND_FAULT | 3));
    assert_int_equal(got->handle, 77);
    assert_int_equal(got->words[TN_FAULT_WORD_PC], ENTRY);
    assert_int_equal(got->words[TN_FAULT_WORD_ADDRESS], NOWHERE);
    assert_int_equal(got->words[TN_FAULT_WORD_ACCESS], TN_FAULT_ACCESS_WRITE);
    assert_int_equal(got->words[TN_FAULT_WORD_CODE], 0x1234);
    assert_int_equal(got->words[TN_FAULT_WORD_THREAD], other.t->object.id);
    assert_int_equal(got->words[TN_FAULT_WORD_SP], SCRATCH + SCRATCH_BYTES);
    assert_int_equal(got->words[6] | got->words[7], 0);
    (void)reply(got->token, tn_tag_make(TN_FAULT_RESUME, 0), 0);
    assert_int_equal(ipc_status(&world.root), TN_OK);
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    assert_int_equal(other.t->arch.kind, HOST_FRAME_FULL);
    assert_int_equal(other.t->arch.frame.pc, ENTRY);
}

static void a_fault_waits_for_its_handler(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    become(&other);
    world_trap(host_fault(TN_FAULT_BREAKPOINT, 0, 0, 3));
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, other.thread), TN_ERR_STATE);
    assert_int_equal(recv(ears), TN_OK);
    assert_int_equal(tn_tag_label(regs(&world.root)->tag), TN_FAULT_BREAKPOINT);
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, other.thread),
                     CONFIG_CANCEL_FLAG ? TN_OK : TN_ERR_NOT_SUPPORTED);
    assert_int_equal(state_of(&other), TN_THREAD_FAULTED);
}

static void the_handler_may_end_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    become(&other);
    world_trap(host_fault(TN_FAULT_ARITHMETIC, 0, 0, 0));
    assert_int_equal(recv(ears), TN_OK);
    uint64_t token = regs(&world.root)->token;
    /* The handler receives on: the process takes itself apart, in its own time. */
    (void)reply_recv(ears, token, tn_tag_make(TN_FAULT_KILL, 0), 0);
    check_exit(1, TN_FAULT_ARITHMETIC, TN_EXIT_FAULT);
    assert_true(runs(&world.root));
}

static void a_fault_without_handler_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    become(&other);
    world_trap(host_fault(TN_FAULT_INSTRUCTION, 0, 0, 6));
    assert_true(runs(&world.root));
    struct tn_process_info info = process_info_of(&other);
    assert_int_equal(info.state, TN_PROCESS_DEAD);
    assert_int_equal(info.exit_code, TN_FAULT_INSTRUCTION);
}

static void a_fault_at_a_dead_handler_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    MUST(TN_SYS_HANDLE_CLOSE, ears);
    become(&other);
    world_trap(host_fault(TN_FAULT_OTHER, 0, 0, 0));
    assert_int_equal(process_info_of(&other).state, TN_PROCESS_DEAD);
}

static void a_fault_whose_handler_closes_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    become(&other);
    world_trap(host_fault(TN_FAULT_OTHER, 0, 0, 0));
    assert_int_equal(state_of(&other), TN_THREAD_FAULTED);
    (void)SYS(TN_SYS_HANDLE_CLOSE, ears);
    become(&world.root);
    assert_int_equal(process_info_of(&other).state, TN_PROCESS_DEAD);
    assert_int_equal(process_info_of(&other).exit_code, TN_FAULT_OTHER);
}

static void a_fault_in_the_hands_of_a_dying_handler_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor handler = spawn(PRIORITY);
    uint64_t ears = watch(&other, 1);
    tn_handle_t there = give(&handler, ears, TN_RIGHTS_ALL);
    become(&other);
    world_trap(host_fault(TN_FAULT_STEP, 0, 0, 0));
    become(&handler);
    assert_int_equal(back(&handler, recv(there)), TN_OK);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, handler.process, 0);
    for (unsigned i = 0; i < 10; i++) {
        (void)SYS(TN_SYS_THREAD_YIELD);
    }
    become(&world.root);
    assert_int_equal(process_info_of(&other).state, TN_PROCESS_DEAD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_fault_is_a_message_that_is_answered),
        TEST(a_fault_waits_for_its_handler),
        TEST(the_handler_may_end_the_process),
        TEST(a_fault_without_handler_ends_the_process),
        TEST(a_fault_at_a_dead_handler_ends_the_process),
        TEST(a_fault_whose_handler_closes_ends_the_process),
        TEST(a_fault_in_the_hands_of_a_dying_handler_ends_the_process),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Faults become messages; the others run on. */
#include <abi/layout.h>

#include "arch_tests.h"
#include "child.h"

static void a_missing_page_is_reported_with_address_and_access(void)
{
    struct sys_message report;
    child_expect_fault(arch_entry_write, 0, TN_FAULT_PAGE, &report);
    EQUAL((uintptr_t)arch_entry_write, report.words[TN_FAULT_WORD_PC]);
    EQUAL(0, report.words[TN_FAULT_WORD_ADDRESS]);
    EQUAL(TN_FAULT_ACCESS_WRITE, report.words[TN_FAULT_WORD_ACCESS]);
    EQUAL(0x600000, report.words[TN_FAULT_WORD_SP]);
    CHECK(report.words[TN_FAULT_WORD_THREAD] != 0);
    child_expect_fault(arch_entry_read, 0x7000008, TN_FAULT_PAGE, &report);
    EQUAL(0x7000008, report.words[TN_FAULT_WORD_ADDRESS]);
    EQUAL(0, report.words[TN_FAULT_WORD_ACCESS]);
    child_expect_fault(arch_entry_jump, 0x7000000, TN_FAULT_PAGE, &report);
    EQUAL(0x7000000, report.words[TN_FAULT_WORD_ADDRESS]);
    EQUAL(TN_FAULT_ACCESS_EXECUTE, report.words[TN_FAULT_WORD_ACCESS]);
}

static void a_mapping_is_used_only_as_it_allows(void)
{
    struct sys_message report;
    /* Code cannot be written, stack and clock cannot be executed. */
    child_expect_fault(arch_entry_write, (uintptr_t)arch_entry_write, TN_FAULT_PAGE, &report);
    EQUAL(TN_FAULT_ACCESS_WRITE | TN_FAULT_ACCESS_PRESENT, report.words[TN_FAULT_WORD_ACCESS]);
    child_expect_fault(arch_entry_jump, 0x5ff000, TN_FAULT_PAGE, &report);
    EQUAL(TN_FAULT_ACCESS_EXECUTE | TN_FAULT_ACCESS_PRESENT, report.words[TN_FAULT_WORD_ACCESS]);
    child_expect_fault(arch_entry_write, TN_USER_CLOCK, TN_FAULT_PAGE, &report);
    EQUAL(TN_FAULT_ACCESS_WRITE | TN_FAULT_ACCESS_PRESENT, report.words[TN_FAULT_WORD_ACCESS]);
}

static void the_kernel_cannot_be_touched(void)
{
    struct sys_message report;
    struct child child;
    child_expect_fault(arch_entry_read, UINT64_C(0xffffffff80100000), TN_FAULT_PAGE, &report);
    child_expect_fault(arch_entry_write, UINT64_C(0xffffffff80100000), TN_FAULT_PAGE, &report);
    /* An address between the halves: x86_64 reports a protection fault, like a bad instruction. */
    child_make(&child, arch_entry_read, UINT64_C(0x0000800000000000));
    child_start(&child);
    child_report(&child, &report);
    uint32_t fault = tn_tag_label(report.tag);
    CHECK(fault == TN_FAULT_PAGE || fault == TN_FAULT_INSTRUCTION);
    child_answer(&child, &report, TN_FAULT_KILL);
    child_expect_end(&child, (int32_t)fault, TN_EXIT_FAULT);
}

static void instructions_that_are_not_allowed_are_reported(void)
{
    struct sys_message report;
    child_expect_fault(arch_entry_illegal, 0, TN_FAULT_INSTRUCTION, &report);
    EQUAL((uintptr_t)arch_entry_illegal, report.words[TN_FAULT_WORD_PC]);
    EQUAL(0, report.words[TN_FAULT_WORD_ADDRESS]);
    child_expect_fault(arch_entry_privileged, 0, TN_FAULT_INSTRUCTION, &report);
    child_expect_fault(arch_entry_float, 0, TN_FAULT_INSTRUCTION, &report);
    if (ARCH_HAS_ARITHMETIC) {
        child_expect_fault(arch_entry_arithmetic, 0, TN_FAULT_ARITHMETIC, &report);
    }
}

static void floating_point_is_allowed_where_it_was_asked_for(void)
{
    struct child child;
    tn_handle_t endpoint = new_endpoint();
    if (CONFIG_FPU) {
        child_make_flagged(&child, arch_entry_float, endpoint, TN_PROCESS_FPU);
        child_start(&child);
        child_expect_end(&child, 8, TN_EXIT_NORMAL);
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void a_thread_goes_on_where_the_handler_says(void)
{
    struct sys_message report;
    struct child child;
    struct tn_registers registers = {0};
    if (!CONFIG_DEBUG_CALLS) {
        return;
    }
    child_make(&child, arch_entry_illegal, 0);
    child_start(&child);
    child_report(&child, &report);
    EXPECT(TN_OK, sys_thread_read_regs(child.thread, &registers));
    EQUAL((uintptr_t)arch_entry_illegal, registers.pc);
    registers.pc = (uintptr_t)arch_entry_exit;
    registers.general[ARCH_ARGUMENT] = 33;
    registers.valid = UINT64_C(1) << 32 | UINT64_C(1) << ARCH_ARGUMENT;
    EXPECT(TN_OK, sys_thread_write_regs(child.thread, &registers));
    child_answer(&child, &report, TN_FAULT_RESUME);
    child_expect_end(&child, 33, TN_EXIT_NORMAL);
}

static void a_repaired_fault_is_invisible(void)
{
    struct sys_message report;
    struct child child;
    uint64_t va;
    tn_handle_t memory = new_memory(1);
    struct tn_map_request request = {
        .va = 0x700000, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    child_make(&child, arch_entry_write, 0x700010);
    child_start(&child);
    child_report(&child, &report);
    EQUAL(TN_FAULT_PAGE, tn_tag_label(report.tag));
    EXPECT(TN_OK, sys_memory_map(child.process, memory, &request, &va));
    child_answer(&child, &report, TN_FAULT_RESUME);
    child_report(&child, &report); /* The illegal instruction behind the write. */
    EQUAL(TN_FAULT_INSTRUCTION, tn_tag_label(report.tag));
    child_answer(&child, &report, TN_FAULT_KILL);
    child_expect_end(&child, TN_FAULT_INSTRUCTION, TN_EXIT_FAULT);
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void a_breakpoint_can_be_passed(void)
{
    struct sys_message report;
    struct child child;
    struct tn_registers registers = {0};
    if (!CONFIG_DEBUG_CALLS) {
        return;
    }
    child_make(&child, arch_entry_breakpoint, 0);
    child_start(&child);
    child_report(&child, &report);
    EQUAL(TN_FAULT_BREAKPOINT, tn_tag_label(report.tag));
    EXPECT(TN_OK, sys_thread_read_regs(child.thread, &registers));
    /* x86 stands behind the instruction, ARM on it. */
    uint64_t behind = registers.pc - (uintptr_t)arch_entry_breakpoint;
    CHECK(behind == 0 || behind == 1);
    if (behind == 0) {
        registers.pc += 4;
        registers.valid = UINT64_C(1) << 32;
        EXPECT(TN_OK, sys_thread_write_regs(child.thread, &registers));
    }
    child_answer(&child, &report, TN_FAULT_RESUME);
    child_expect_end(&child, 5, TN_EXIT_NORMAL);
}

static void stepping_traps_after_each_instruction(void)
{
    struct sys_message report;
    struct child child;
    uint64_t last = (uintptr_t)arch_entry_steps;
    if (!CONFIG_DEBUG_CALLS) {
        return;
    }
    child_make(&child, arch_entry_steps, 0);
    EXPECT(TN_OK, sys_thread_set_step(child.thread, 1));
    child_start(&child);
    for (unsigned i = 0; i < ARCH_STEP_COUNT; i++) {
        child_report(&child, &report);
        EQUAL(TN_FAULT_STEP, tn_tag_label(report.tag));
        CHECK(report.words[TN_FAULT_WORD_PC] != last);
        last = report.words[TN_FAULT_WORD_PC];
        if (i + 1 == ARCH_STEP_COUNT) {
            EXPECT(TN_OK, sys_thread_set_step(child.thread, 0));
        }
        child_answer(&child, &report, TN_FAULT_RESUME);
    }
    EQUAL((uintptr_t)arch_entry_exit, last);
    child_expect_end(&child, 6, TN_EXIT_NORMAL);
}

static void without_a_handler_the_process_ends(void)
{
    struct tn_process_info info;
    struct child child;
    child_make(&child, arch_entry_illegal, 0);
    EXPECT(TN_OK, sys_process_set_handler(child.process, TN_HANDLE_NONE));
    child_start(&child);
    child_wait_dead(&child);
    EXPECT(TN_OK, sys_process_info(child.process, &info));
    EQUAL(TN_FAULT_INSTRUCTION, info.exit_code);
    close_all(
        (tn_handle_t[]){child.thread, child.context, child.process, child.reports, child.container},
        5);
}

static void with_a_dead_handler_the_process_ends(void)
{
    struct child child;
    child_make(&child, arch_entry_illegal, 0);
    EXPECT(TN_OK, sys_handle_close(child.reports));
    child_start(&child);
    child_wait_dead(&child);
    close_all((tn_handle_t[]){child.thread, child.context, child.process, child.container}, 4);
}

static void a_process_that_loops_leaves_time_to_others(void)
{
    struct child child;
    child_make(&child, arch_entry_loop, 0);
    child_start(&child);
    pause_ms(3);
    pause_ms(3);
    EXPECT(TN_OK, sys_process_kill(child.process, 12));
    child_expect_end(&child, 12, TN_EXIT_KILLED);
}

const struct check_case fault_cases[] = {
    {"a_missing_page_is_reported_with_address_and_access",
     a_missing_page_is_reported_with_address_and_access},
    {"a_mapping_is_used_only_as_it_allows", a_mapping_is_used_only_as_it_allows},
    {"the_kernel_cannot_be_touched", the_kernel_cannot_be_touched},
    {"instructions_that_are_not_allowed_are_reported",
     instructions_that_are_not_allowed_are_reported},
    {"floating_point_is_allowed_where_it_was_asked_for",
     floating_point_is_allowed_where_it_was_asked_for},
    {"a_thread_goes_on_where_the_handler_says", a_thread_goes_on_where_the_handler_says},
    {"a_repaired_fault_is_invisible", a_repaired_fault_is_invisible},
    {"a_breakpoint_can_be_passed", a_breakpoint_can_be_passed},
    {"stepping_traps_after_each_instruction", stepping_traps_after_each_instruction},
    {"without_a_handler_the_process_ends", without_a_handler_the_process_ends},
    {"with_a_dead_handler_the_process_ends", with_a_dead_handler_the_process_ends},
    {"a_process_that_loops_leaves_time_to_others", a_process_that_loops_leaves_time_to_others},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* What the cases need to know of the architecture, and code that C cannot say. */
#ifndef CONFORMANCE_ARCH_TESTS_H
#define CONFORMANCE_ARCH_TESTS_H

#include <stdint.h>

#include <arch_constants.h>

/** Registers as an IPC call left them, in the order of struct tn_registers. */
struct register_dump {
    uint64_t general[31]; /**< ARCH_GENERAL_COUNT of them. */
};

/** Make IPC call @p number with @p tag, @p handle and @p token; every other register that a program
 *  can fill holds @p canary. All registers afterwards go to @p dump. */
void arch_canary_ipc(uint64_t number, uint64_t tag, uint64_t handle, uint64_t token,
                     uint64_t canary, struct register_dump *dump);

/* Entry points of processes: each does one thing and faults or exits. Arguments are those of the
 * thread. */

/** Write to address argument. */
void arch_entry_write(void);
void arch_entry_read(void);       /**< Read from address argument. */
void arch_entry_jump(void);       /**< Execute at address argument. */
void arch_entry_illegal(void);    /**< Illegal instruction. */
void arch_entry_breakpoint(void); /**< Breakpoint instruction, then exit with code 5. */
void arch_entry_arithmetic(void); /**< Divide by zero; only where ARCH_HAS_ARITHMETIC. */
void arch_entry_float(void);      /**< A floating-point instruction. */
void arch_entry_privileged(void); /**< A privileged instruction. */
void arch_entry_exit(void);       /**< Exit with the code in argument. */
void arch_entry_leave(void);      /**< thread_exit. */
void arch_entry_loop(void);       /**< Loop for ever. */
void arch_entry_steps(void);      /**< Three instructions without effect, then exit with code 6. */
void arch_entry_call(void);       /**< Call endpoint argument, exit with the status as code. */
void arch_entry_receive(void); /**< Receive on endpoint argument and never reply: exit, code 7. */

/** Fill each register but the argument, number i with i + 1 in each byte, write them to address argument,
 *  and behind them the stack pointer and a flag. Then as arch_entry_illegal. */
void arch_entry_fill(void);

#endif

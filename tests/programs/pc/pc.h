/* SPDX-License-Identifier: MIT */
/* Cases of the x86_64 port, and the assembly they stand on (asm.S). */
#ifndef PC_H
#define PC_H

#include "check.h"

/** General registers in struct tn_registers: rax rbx rcx rdx rsi rdi rbp r8-r15. */
#define PC_REGISTERS 15

/** Places of registers in a set. */
enum pc_register {
    PC_RAX,
    PC_RBX,
    PC_RCX,
    PC_RDX,
    PC_RSI,
    PC_RDI,
    PC_RBP,
    PC_R8,
    PC_R9,
    PC_R10,
    PC_R11,
    PC_R12,
    PC_R13,
    PC_R14,
    PC_R15,
};

/** Make a system call with the registers @p in; what they hold afterwards goes to @p out. */
void pc_call(const uint64_t in[PC_REGISTERS], uint64_t out[PC_REGISTERS]);

/** Behind its SYSCALL instruction. */
extern const char pc_call_return[];

/** Hold the registers @p in until pc_spins has been counted down to 0; then they go to @p out. */
void pc_spin(const uint64_t in[PC_REGISTERS], uint64_t out[PC_REGISTERS]);
extern volatile uint64_t pc_spins; /**< See pc_spin. */

/** Entry of a thread: its registers go to pc_dump, and it ends. */
void pc_entry_dump(void);
extern volatile uint64_t pc_dump[PC_REGISTERS]; /**< See pc_entry_dump. */

/** Entry of a thread that sleeps for ever. */
void pc_entry_sleep(void);

/** Entries of processes that fault: read the port in the argument, use an SSE register, make a
 *  software interrupt. */
void pc_entry_port(void);
void pc_entry_simd(void);      /**< See pc_entry_port. */
void pc_entry_interrupt(void); /**< See pc_entry_port. */

/** Entry of a process that divides by zero with that exception enabled. */
void pc_entry_divide_x87(void);

extern const struct check_case pc_register_cases[]; /**< What registers hold, and when. */
extern const struct check_case pc_machine_cases[];  /**< Interrupts, ports, memory. */

#endif

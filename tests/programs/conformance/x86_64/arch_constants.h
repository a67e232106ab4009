/* SPDX-License-Identifier: MIT */
/* x86_64: rax rbx rcx rdx rsi rdi rbp r8-r15. */
#ifndef CONFORMANCE_ARCH_CONSTANTS_H
#define CONFORMANCE_ARCH_CONSTANTS_H

#define ARCH_GENERAL_COUNT  15 /**< General registers in struct tn_registers. */
#define ARCH_ARGUMENT       5  /**< Index of the first C argument. */
#define ARCH_ARGUMENT2      4  /**< Index of the second. */
#define ARCH_CALL_OFFSET    8  /**< How far a stack is from aligned at the entry of a function. */
#define ARCH_HAS_ARITHMETIC 1  /**< Division by zero is a fault. */
#define ARCH_STEP_COUNT     4  /**< Steps that arch_entry_steps makes before its call. */

/** Whether register @p i is the @p word-th message word. */
#define ARCH_WORDS                                                                                 \
    {                                                                                              \
        1, 7, 8, 9, 11, 12, 13, 14                                                                 \
    }

/** Registers that are kept over an IPC call or hold what SYSCALL puts there. */
#define ARCH_KEPT(i) ((i) == 2 || (i) == 6 || (i) == 10)

/** Where tag, badge and token are. */
#define ARCH_TAG   0
#define ARCH_BADGE 5
#define ARCH_TOKEN 4

#endif

/* SPDX-License-Identifier: MIT */
/* ARM64: x0-x30. */
#ifndef CONFORMANCE_ARCH_CONSTANTS_H
#define CONFORMANCE_ARCH_CONSTANTS_H

#define ARCH_GENERAL_COUNT  31 /**< General registers in struct tn_registers. */
#define ARCH_ARGUMENT       0  /**< Index of the first C argument. */
#define ARCH_ARGUMENT2      1  /**< Index of the second. */
#define ARCH_CALL_OFFSET    0  /**< How far a stack is from aligned at the entry of a function. */
#define ARCH_HAS_ARITHMETIC 0  /**< Division by zero gives zero. */
#define ARCH_STEP_COUNT     4  /**< Steps that arch_entry_steps makes before its call. */

/** Registers of the message words. */
#define ARCH_WORDS                                                                                 \
    {                                                                                              \
        0, 1, 2, 3, 4, 5, 6, 7                                                                     \
    }

/** Registers that are kept over an IPC call. */
#define ARCH_KEPT(i) ((i) == 29 || (i) == 30)

/** Where tag, badge and token are. */
#define ARCH_TAG   8
#define ARCH_BADGE 9
#define ARCH_TOKEN 10

#endif

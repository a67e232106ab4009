/* SPDX-License-Identifier: MIT */
/* How a CPU starts, for C and assembly. Its state goes one of these ways:
 *
 *      AWAITED --it comes--> COME --> READY         it runs
 *         |                    \----> UNFIT         it has no part of the interrupt controller: waits for ever
 *         \------late-------> GIVEN_UP              if it comes after all, it waits for ever
 *
 * Who changes AWAITED does it by compare and exchange, so that both sides know which way it went. */
#ifndef ARM64_START_H
#define ARM64_START_H

#define START_AWAITED  0
#define START_COME     1
#define START_READY    2
#define START_UNFIT    3
#define START_GIVEN_UP 4

/* struct start. */
#define START_STATE 0
#define START_STACK 8

#ifndef __ASSEMBLER__

#    include <stddef.h>
#    include <stdint.h>

/** What a CPU that starts is told. */
struct start {
    uint32_t state;       /**< START_. */
    uint32_t number;      /**< Which CPU it is. */
    uint64_t stack;       /**< Where its stack ends. */
    struct arch_cpu *cpu; /**< Its block. */
};

_Static_assert(offsetof(struct start, state) == START_STATE, "start.S");
_Static_assert(offsetof(struct start, stack) == START_STACK, "start.S");

#endif
#endif

/* SPDX-License-Identifier: MIT */
/* What the mitigations add to the structures of the port.
 *
 * struct arch_cpu is a page of its own then: where page tables are apart (tables.h), programs' tables map it
 * too, because entry code needs it before it can load the kernel's.
 *
 * Rules: included by <arch/port.h> alone. */
#ifndef ARCH_GUARD_H
#define ARCH_GUARD_H

#include <stddef.h>
#include <stdint.h>

#include "guard_offsets.h"

/** Alignment of struct arch_cpu. */
#define ARCH_CPU_ALIGN PAGE_BYTES

/** Tables that an address space needs beside its root: 1 if page tables are apart, else 0. */
#define ARCH_SPACE_TABLES mitigations_space_tables
extern unsigned mitigations_space_tables;

/** Words of the stack on which a CPU enters the kernel by a trap. */
#define ARCH_TRAP_STACK_WORDS 344

/** Of a CPU. */
struct arch_cpu_guard {
    uint64_t kernel_root; /**< For CR3 at the next entry. */
    uint64_t user_root;   /**< For CR3 at the next exit. */
    uint64_t keep;     /**< Bit of such a value: what is cached for that tag is still true; or 0. */
    uint64_t exit;     /**< EXIT_ bits: what to do on each way out. */
    uint64_t barrier;  /**< Not 0: predictions can be forgotten, by IBPB. */
    uint64_t selector; /**< Operand of VERW: any data segment that may be written. */
    uint64_t trap_stack_top; /**< As the CPU sees it. */
    uint64_t
        trap_stack[ARCH_TRAP_STACK_WORDS]; /**< What a trap pushes; then entry code leaves it. */
};

/** Of an address space. */
struct arch_space_guard {
    uint64_t user_root; /**< Root while its programs run, as CR3 wants it. */
};

_Static_assert(offsetof(struct arch_cpu_guard, kernel_root) == CPU_KERNEL_ROOT - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, user_root) == CPU_USER_ROOT - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, keep) == CPU_KEEP - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, exit) == CPU_EXIT - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, barrier) == CPU_BARRIER - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, selector) == CPU_SELECTOR - CPU_GUARD, "");
_Static_assert(offsetof(struct arch_cpu_guard, trap_stack_top) == CPU_TRAP_STACK_TOP - CPU_GUARD,
               "");
_Static_assert((CPU_GUARD + sizeof(struct arch_cpu_guard)) % 16 == 0,
               "the CPU aligns a stack before it pushes: Intel SDM 3A, 6.14.2");

#endif

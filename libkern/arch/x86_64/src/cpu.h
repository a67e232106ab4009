/* SPDX-License-Identifier: MIT */
/* What the files of this port share about the CPU. */
#ifndef X86_CPU_H
#define X86_CPU_H

#include <arch/arch.h>

/** Optional features that this CPU has and the kernel has switched on. Set by arch_cpu_init. */
struct cpu_features {
    bool smap;     /**< User memory is out of reach outside of STAC ... CLAC. */
    bool fsgsbase; /**< FS and GS base have instructions; user mode may use them too. */
};
extern struct cpu_features cpu_features;

/** First addresses of the entry code (entry.S): of SYSCALL, and of all vectors, ENTRY_BYTES each. */
extern char arch_entry_syscall[], arch_entry_syscall_slow[], arch_entry_vectors[];

/** What entry code puts on the stack for a trap in kernel mode: registers that C may overwrite, then
 *  what the CPU pushed. */
struct kernel_trap {
    uint64_t r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax;
    uint64_t entry, error, pc, cs, flags, sp, ss;
};

/** An exception in user mode; the full frame is saved. Called by entry.S. */
void trap_user(unsigned vector, uint64_t error);

/** A trap from kernel mode. Returns to trap->pc, which it may change. @param fp frame pointer there. */
void trap_kernel(struct kernel_trap *trap, uint64_t fp);

/** A trap on a stack of its own, which is never returned from. Registers of @p trap are not set. */
_Noreturn void trap_fatal(struct kernel_trap *trap, uint64_t fp);

/** Remember @p cpu as the block that trap_fatal uses on CPU @p number. */
void trap_fatal_use(unsigned number, struct arch_cpu *cpu);

/** Top of the stack of CPU @p number that ends below page @p page of its part of the fixed area. */
static inline uint64_t cpu_stack_top(unsigned number, unsigned page)
{
    return LAYOUT_FIXED + (number * FIXED_CPU_PAGES + page) * (uint64_t)PAGE_BYTES;
}

/** Number of the CPU on one of whose stacks @p address lies. */
static inline unsigned cpu_of_stack(const void *address)
{
    uint64_t offset = (uint64_t)(uintptr_t)address - LAYOUT_FIXED;
    return CONFIG_MAX_CPUS == 1 ? 0 : (unsigned)(offset / (FIXED_CPU_PAGES * PAGE_BYTES));
}

/** An interrupt, in either mode. @param vector VECTOR_IRQ or above. */
void interrupt_take(unsigned vector);

#endif

/* SPDX-License-Identifier: MIT */
/* Against speculation: what this CPU needs. no_mitigations/ has the same functions.
 *
 * Rules: what is on is decided on the first CPU, before its descriptor tables are made, and is the same on
 * all of them. */
#ifndef X86_MITIGATIONS_H
#define X86_MITIGATIONS_H

#include "arch_guard.h" /* Before <arch/port.h> takes that of another configuration. */
#include "choose.h"
#include "cpu.h"
#include "instructions.h"

/** Alignment of what the CPU reads while a program runs: pages that hold nothing else. */
#define MITIGATIONS_SHARED __attribute__((aligned(PAGE_BYTES)))

/** Bits of enum mitigation that are on. Set on the first CPU by mitigations_cpu_init. */
extern unsigned mitigations;

/** Entry code for programs whose tables hide the kernel (mitigations.inc). */
extern const char mitigations_syscall[], mitigations_syscall_slow[], mitigations_trap_vectors[];

/** Forget predictions of returns (mitigations.inc). Cost: 34 instructions. */
void mitigations_forget_returns(void);

/** Whether programs run with tables of their own. */
static inline bool mitigations_tables_apart(void)
{
    return (mitigations & MITIGATION_TABLES) != 0;
}

/** Decide what is on, on the first CPU; prepare the block @p cpu, whose number and kernel stack are set.
 *  Context: arch_cpu_init, before the tables that the CPU reads are made. */
void mitigations_cpu_init(struct arch_cpu *cpu);

/** Let the features of this CPU act; all else of it, its stacks included, is ready.
 *  @param gates the interrupt descriptor table, a page. */
void mitigations_cpu_ready(const struct arch_cpu *cpu, const void *gates);

/** Tell the log what is on. Context: boot. */
void mitigations_log(void);

/** Where CPU and entry code see the block @p cpu, also while a program runs. */
struct arch_cpu *mitigations_view(struct arch_cpu *cpu);

/** Make the table beside the root of @p space its root for programs. Context: arch_space_init. */
void mitigations_space_init(struct arch_space *space);

/** CR3 was loaded with the root of @p space, in place of another space's: let the next program run with
 *  its tables, and without what the last one left in predictors. Cost: 34 instructions and, where the
 *  CPU has it, an IBPB. */
void mitigations_space_loaded(const struct arch_space *space);

/** Copy from the tables of the current space to those of its programs what is missing there for
 *  @p address, which was touched in vain.
 *  @return whether there was something: then the instruction can be tried again. Context: kernel lock. */
bool mitigations_fill(uint64_t address);

/** Top of the stack for traps from user mode, as the CPU sees it. */
static inline uint64_t mitigations_trap_stack(const struct arch_cpu *cpu)
{
    return mitigations_tables_apart() ? cpu->guard.trap_stack_top : cpu->kernel_stack;
}

/** The entry code of all vectors. */
static inline const char *mitigations_vectors(void)
{
    return mitigations_tables_apart() ? mitigations_trap_vectors : arch_entry_vectors;
}

/** The entry code of SYSCALL. cpu_features is set. */
static inline const char *mitigations_entry_syscall(void)
{
    if (mitigations_tables_apart()) {
        return cpu_features.fsgsbase ? mitigations_syscall : mitigations_syscall_slow;
    }
    return cpu_features.fsgsbase ? arch_entry_syscall : arch_entry_syscall_slow;
}

/** Bits of CR4. Global pages would let what is cached of the kernel survive the change of tables. */
static inline uint64_t mitigations_cr4(void)
{
    uint64_t tags = (mitigations & MITIGATION_TAGS) != 0 ? CR4_PCIDE : 0;
    return mitigations_tables_apart() ? tags : CR4_PGE;
}

/** Something changed in the tables of the loaded space: forget what is cached of it for programs, too. */
static inline void mitigations_space_flushed(void)
{
    struct arch_cpu *cpu = arch_cpu_self();
    cpu->guard.user_root &= ~cpu->guard.keep;
}

/** Nothing behind it is done ahead of what was decided before. LFENCE: Intel SDM 2A. */
static inline void mitigations_copy_fence(void)
{
    __asm__ volatile("lfence" : : : "memory");
}

#endif

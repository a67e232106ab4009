/* SPDX-License-Identifier: MIT */
/* Against speculation: nothing. What each function is for: ../mitigations/mitigations.h. */
#ifndef X86_MITIGATIONS_H
#define X86_MITIGATIONS_H

#include "cpu.h"

/** Alignment of what the CPU reads while a program runs. */
#define MITIGATIONS_SHARED

static inline void mitigations_cpu_init(struct arch_cpu *cpu)
{
    (void)cpu;
}

static inline void mitigations_cpu_ready(const struct arch_cpu *cpu, const void *gates)
{
    (void)cpu;
    (void)gates;
}

static inline struct arch_cpu *mitigations_view(struct arch_cpu *cpu)
{
    return cpu;
}

static inline uint64_t mitigations_trap_stack(const struct arch_cpu *cpu)
{
    return cpu->kernel_stack;
}

static inline const char *mitigations_vectors(void)
{
    return arch_entry_vectors;
}

static inline const char *mitigations_entry_syscall(void)
{
    return cpu_features.fsgsbase ? arch_entry_syscall : arch_entry_syscall_slow;
}

static inline uint64_t mitigations_cr4(void)
{
    return CR4_PGE;
}

static inline void mitigations_log(void)
{
}

static inline void mitigations_space_init(struct arch_space *space)
{
    (void)space;
}

static inline void mitigations_space_loaded(const struct arch_space *space)
{
    (void)space;
}

static inline void mitigations_space_flushed(void)
{
}

static inline bool mitigations_fill(uint64_t address)
{
    (void)address;
    return false;
}

static inline void mitigations_copy_fence(void)
{
}

#endif

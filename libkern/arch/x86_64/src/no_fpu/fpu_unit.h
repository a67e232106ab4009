/* SPDX-License-Identifier: MIT */
/* A kernel whose programs have no FPU and SIMD registers: the unit stays as it was switched off. */
#ifndef X86_FPU_UNIT_H
#define X86_FPU_UNIT_H

#include <arch/arch.h>

/** Bits of CR4 for the unit. */
static inline uint64_t fpu_cr4(void)
{
    return 0;
}

/** CR4 is set: the rest of the unit. */
static inline void fpu_cpu_init(void)
{
}

/** Load the registers of @p next in place of those of @p previous; either may be NULL. */
static inline void fpu_switch(const struct arch_thread *previous, const struct arch_thread *next)
{
    (void)previous;
    (void)next;
}

#endif

/* SPDX-License-Identifier: MIT */
/* A kernel whose programs have no FPU and SIMD registers: every such instruction is refused. */
#ifndef ARM64_FPU_UNIT_H
#define ARM64_FPU_UNIT_H

#include <arch/arch.h>

#include "sysreg.h"

/** Switch the unit off, for the kernel too. */
static inline void fpu_cpu_init(void)
{
    arm64_write("cpacr_el1", 0);
}

/** Load the registers of @p next in place of those of @p previous; either may be NULL. */
static inline void fpu_switch(const struct arch_thread *previous, const struct arch_thread *next)
{
    (void)previous;
    (void)next;
}

#endif

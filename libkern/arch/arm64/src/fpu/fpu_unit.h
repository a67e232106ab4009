/* SPDX-License-Identifier: MIT */
/* The FPU: q0-q31, FPCR and FPSR of the threads that have an area.
 *
 *      CPACR_EL1.FPEN 3   the registers are the running thread's
 *                     1   EL0 is refused (class 0x07), and they are clear; EL1 moves them
 *
 * SVE and SME stay refused, so that a register never has more bits than an area.
 * Source: Arm DDI 0487 D17.2.33 (CPACR_EL1), C5.2.8 (FPCR), C5.2.10 (FPSR). */
#ifndef ARM64_FPU_UNIT_H
#define ARM64_FPU_UNIT_H

#include <arch/arch.h>

#include "sysreg.h"

#define CPACR_FPEN_KERNEL (UINT64_C(1) << 20)
#define CPACR_FPEN_ALL    (UINT64_C(3) << 20)

/** The macros of fpu.inc as functions. */
void fpu_area_save(void *area);
void fpu_area_restore(const void *area);
void fpu_area_clear(void);

/** Let user mode reach the registers, or no longer; in effect with the eret. */
static inline void fpu_on(void)
{
    arm64_write("cpacr_el1", CPACR_FPEN_ALL);
}
static inline void fpu_off(void)
{
    arm64_write("cpacr_el1", CPACR_FPEN_KERNEL);
}

/** The unit is off for user mode, and clean of what firmware has left. */
static inline void fpu_cpu_init(void)
{
    fpu_off();
    arm64_isb(); /* The kernel uses it next. */
    fpu_area_clear();
}

#include <arch/fpu_switch.h>

#endif

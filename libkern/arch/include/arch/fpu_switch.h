/* SPDX-License-Identifier: MIT */
/* The eager switch of FPU and SIMD registers, the same on every port that has them.
 *
 * Rules: the last line of a port's fpu_unit.h, which has declared before:
 *
 *   fpu_area_save(area), fpu_area_restore(area), fpu_area_clear()   move the registers; the unit is on for
 *                                                                   the kernel
 *   fpu_on(), fpu_off()                                             whether user mode reaches them
 *
 * Context: kernel, interrupts off, on the way from one thread to another. */
#ifndef ARCH_FPU_SWITCH_H
#define ARCH_FPU_SWITCH_H

#include <stddef.h>

#include <arch/arch.h>

/** Load the registers of @p next in place of those of @p previous; either may be NULL. Cost: two
 *  comparisons if neither has any. */
static inline void fpu_switch(const struct arch_thread *previous, const struct arch_thread *next)
{
    void *from = previous != NULL ? previous->fpu : NULL;
    void *to = next != NULL ? next->fpu : NULL;
    if (from != NULL) {
        fpu_area_save(from);
    }
    if (to != NULL) {
        if (from == NULL) {
            fpu_on();
        }
        fpu_area_restore(to);
    } else if (from != NULL) {
        fpu_area_clear();
        fpu_off();
    }
}

#endif

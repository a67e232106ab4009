/* SPDX-License-Identifier: MIT */
/* The FPU: x87, SSE and, where the CPU has it, AVX registers of the threads that have an area.
 *
 *      CR0.TS clear   the registers are the running thread's
 *      CR0.TS set     every instruction that touches them is refused (#NM), and they are clear
 *
 * Both, because a CPU may read registers ahead of the refusal (CVE-2018-3665).
 * Source: Intel SDM volume 1, chapters 10.5 and 13; 3A, 2.5. */
#ifndef X86_FPU_UNIT_H
#define X86_FPU_UNIT_H

#include <arch/arch.h>

#include "fpu_offsets.h"

/** How the registers are moved: FPU_BY_FXSAVE, FPU_BY_XSAVE, FPU_BY_XSAVEOPT. */
extern uint8_t fpu_method;

/** What a thread's area holds at first: all registers clean. Aligned to 64; FPU_INITIAL_BYTES. */
extern const uint8_t fpu_initial[];

/** Bits of CR4 for the unit. @return those that this CPU has. */
uint64_t fpu_cr4(void);

/** CR4 is set: enable components and learn the size of an area. The unit is off and clean. */
void fpu_cpu_init(void);

/** The macros of fpu.inc as functions. CR0.TS must be clear. */
void fpu_area_save(void *area);
void fpu_area_restore(const void *area);
void fpu_area_clear(void);

/** Let user mode reach the registers, or no longer. */
static inline void fpu_on(void)
{
    __asm__ volatile("clts" : : : "memory");
}
static inline void fpu_off(void)
{
    uint64_t cr0;
    __asm__ volatile("mov %%cr0, %0" : "=r"(cr0) : : "memory");
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0 | CR0_TS) : "memory");
}

#include <arch/fpu_switch.h>

#endif

/* SPDX-License-Identifier: MIT */
/* Page tables for programs that hide the kernel, against Meltdown (CVE-2017-5754). */
#ifndef X86_TABLES_APART_H
#define X86_TABLES_APART_H

#include <arch/arch.h>

/** Map the block @p cpu for programs and, at the same address, once more for the kernel: mitigations_view().
 *  Context: that CPU's arch_cpu_init, interrupts off; as the next. */
void tables_share_block(const struct arch_cpu *cpu);

/** Map for programs the stacks of CPU @p number for traps that trust no other. The kernel's tables map
 *  them already. */
void tables_share_stacks(unsigned number);

/** Map for programs what all CPUs share of the image: entry text, and @p gates, a page. From now on,
 *  address spaces have two roots. Again: nothing changes. */
void tables_share_image(const void *gates);

#endif

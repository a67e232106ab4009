/* SPDX-License-Identifier: MIT */
/* Offsets and numbers that C and assembly of the mitigations share. arch_guard.h and mitigations.h assert
 * them.
 *
 * Rules: preprocessor only. */
#ifndef X86_GUARD_OFFSETS_H
#define X86_GUARD_OFFSETS_H

#include <arch/offsets.h>

/* struct arch_cpu, its struct arch_cpu_guard. */
#define CPU_GUARD          40
#define CPU_KERNEL_ROOT    (CPU_GUARD + 0)
#define CPU_USER_ROOT      (CPU_GUARD + 8)
#define CPU_KEEP           (CPU_GUARD + 16)
#define CPU_EXIT           (CPU_GUARD + 24)
#define CPU_BARRIER        (CPU_GUARD + 32)
#define CPU_SELECTOR       (CPU_GUARD + 40)
#define CPU_TRAP_STACK_TOP (CPU_GUARD + 48)

/* struct arch_space, its struct arch_space_guard. */
#define SPACE_USER_ROOT 8

/* What to do on the way out: load the program's tables; clear the CPU's buffers. */
#define EXIT_TABLES  1
#define EXIT_BUFFERS 2

/* Prediction command: Intel SDM 4, IA32_PRED_CMD; AMD64 APM 2, 3.2.9. */
#define MSR_PRED_CMD  0x49
#define PRED_CMD_IBPB 1

#endif

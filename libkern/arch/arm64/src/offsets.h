/* SPDX-License-Identifier: MIT */
/* Numbers that assembly needs of C: offsets in the structures of <arch/port.h>, call numbers, bits.
 * The assertions at the end hold the two together. */
#ifndef ARM64_OFFSETS_H
#define ARM64_OFFSETS_H

#include <abi/syscall.h>

/* struct arch_thread. Register xN is at 8 * N. */
#define THREAD_FP     232
#define THREAD_LR     240
#define THREAD_SP     248
#define THREAD_PC     256
#define THREAD_PSTATE 264
#define THREAD_KIND   272
#define THREAD_SPACE  280
#define THREAD_TLS    288
#define THREAD_FPU    296

/* Size of struct arch_thread, where what the core knows of a thread begins. */
#define ARCH_THREAD_BYTES 304

/* struct arch_space. */
#define SPACE_TTBR0 0

/* enum arch_frame_kind. The entry of calls that do not return at once makes of what is there, by one XOR,
 * what is to be: FRAME_CALL of FRAME_IPC, and FRAME_FULL of FRAME_RESTART. */
#define FRAME_FULL    0
#define FRAME_CALL    1
#define FRAME_IPC     2
#define FRAME_RESTART 3

/* struct arch_cpu. */
#define CPU_CURRENT 0
#define CPU_PENDING 8
#define CPU_ZERO    16
#define CPU_SCRATCH 32
#define CPU_STACK   48

/* TN_ERR_ADDRESS and TN_ERR_NO_SYSCALL. */
#define STATUS_ADDRESS    (-2)
#define STATUS_NO_SYSCALL (-6)

/* Bytes at the end of the kernel stack that a fault of the kernel itself needs. Closer to the guard
 * page than this, the report begins at the top of the stack again. */
#define STACK_RESERVE 1024

#ifndef __ASSEMBLER__

#    include <stddef.h>

#    include <arch/arch.h>

#    define THREAD_OFFSET(member) offsetof(struct arch_thread, member)
_Static_assert(THREAD_OFFSET(frame.ipc.words) == 0 && THREAD_OFFSET(frame.ipc.tag) == 8 * 8 &&
                   THREAD_OFFSET(frame.ipc.handle) == 8 * 9 &&
                   THREAD_OFFSET(frame.ipc.token) == 8 * 10 &&
                   THREAD_OFFSET(frame.ipc.deadline) == 8 * 11,
               "x0-x11");
_Static_assert(THREAD_OFFSET(frame.scratch) == 8 * 12 && THREAD_OFFSET(frame.preserved) == 8 * 19,
               "x12-x28");
_Static_assert(THREAD_OFFSET(frame.fp) == THREAD_FP && THREAD_OFFSET(frame.lr) == THREAD_LR &&
                   THREAD_OFFSET(frame.sp) == THREAD_SP && THREAD_OFFSET(frame.pc) == THREAD_PC &&
                   THREAD_OFFSET(frame.pstate) == THREAD_PSTATE &&
                   THREAD_OFFSET(kind) == THREAD_KIND,
               "the rest of the frame");
_Static_assert(THREAD_OFFSET(space) == THREAD_SPACE && THREAD_OFFSET(tls) == THREAD_TLS &&
                   THREAD_OFFSET(fpu) == THREAD_FPU &&
                   sizeof(struct arch_thread) == ARCH_THREAD_BYTES &&
                   offsetof(struct arch_space, ttbr0) == SPACE_TTBR0,
               "what a switch needs");
_Static_assert(FRAME_FULL == ARCH_FRAME_FULL && FRAME_CALL == ARCH_FRAME_CALL &&
                   FRAME_IPC == ARCH_FRAME_IPC && FRAME_RESTART == ARCH_FRAME_RESTART,
               "kinds of frames");
_Static_assert((FRAME_CALL ^ FRAME_IPC) == (FRAME_FULL ^ FRAME_RESTART), "one XOR for both");
_Static_assert(offsetof(struct arch_cpu, current) == CPU_CURRENT &&
                   offsetof(struct arch_cpu, pending) == CPU_PENDING &&
                   offsetof(struct arch_cpu, zero) == CPU_ZERO &&
                   offsetof(struct arch_cpu, scratch) == CPU_SCRATCH &&
                   offsetof(struct arch_cpu, stack) == CPU_STACK &&
                   sizeof(struct arch_cpu) % 16 == 0,
               "the CPU's block");
_Static_assert(STATUS_ADDRESS == TN_ERR_ADDRESS && STATUS_NO_SYSCALL == TN_ERR_NO_SYSCALL,
               "statuses that assembly returns");

#endif
#endif

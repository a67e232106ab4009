/* SPDX-License-Identifier: MIT */
/* Offsets and numbers that C and assembly share. port.h asserts each against its structure.
 *
 * Rules: preprocessor only; included by .S files and by port.h, by nobody else. */
#ifndef ARCH_OFFSETS_H
#define ARCH_OFFSETS_H

/* struct arch_thread, which begins with struct arch_frame, which begins with struct arch_ipc_regs.
 * The last five words are in the order in which IRETQ reads them. */
#define THREAD_RBX   0
#define THREAD_R8    8
#define THREAD_R9    16
#define THREAD_R10   24
#define THREAD_R12   32
#define THREAD_R13   40
#define THREAD_R14   48
#define THREAD_R15   56
#define THREAD_RAX   64
#define THREAD_RDI   72
#define THREAD_RSI   80
#define THREAD_RDX   88
#define THREAD_RBP   96
#define THREAD_RCX   104
#define THREAD_R11   112
#define THREAD_PC    120
#define THREAD_CS    128
#define THREAD_FLAGS 136
#define THREAD_SP    144
#define THREAD_SS    152
#define THREAD_KIND  160

/* Values of THREAD_KIND: which registers of the frame are kept, and how it is restored. */
#define FRAME_IPC 0 /* IPC call: ipc, rbp, sp, pc, flags; the rest comes back zero. By SYSRET. */
#define FRAME_CALL                                                                                 \
    1 /* Other call: the same; ipc holds what C preserves and the result. By SYSRET. */
#define FRAME_RESTART 2 /* Other call, to be made again: ipc holds its arguments. By SYSRET. */
#define FRAME_FULL    3 /* Every register. By IRETQ. */

/* struct arch_cpu. */
#define CPU_CURRENT      0
#define CPU_PENDING      8
#define CPU_SELF         16
#define CPU_KERNEL_STACK 24
#define CPU_USER_SP      32

/* Segment selectors. SYSCALL loads CS and the SS behind it; SYSRET takes SS and, behind it, CS from
 * one number (AMD64 APM 3, SYSCALL and SYSRET): so user data stands before user code. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

/* Where things stand in the kernel's half (README.md has the picture). */
#define LAYOUT_WINDOW 0xffff800000000000 /* Physical address 0 in the linear map. */
#define LAYOUT_KERNEL                                                                              \
    0xffffffff80000000 /* Physical address 0 in the mapping the kernel is linked for. */
#define LAYOUT_FIXED 0xffffffff80200000 /* Stacks and device registers, page by page. */

#endif

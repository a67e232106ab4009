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
#define THREAD_TLS   168
#define THREAD_SPACE 176
#define THREAD_FPU   184

/* Size of struct arch_thread, where what the core knows of a thread begins. */
#define ARCH_THREAD_BYTES 192

/* struct arch_space. */
#define SPACE_ROOT 0

/* Values of THREAD_KIND: which registers of the frame are kept, and how it is restored. The exit compares
 * with FRAME_CALL; the entry of calls that do not return at once makes of what is there, by one XOR, what
 * is to be: FRAME_CALL of FRAME_IPC, and FRAME_RESTART of FRAME_RESTARTS. */
#define FRAME_IPC      0 /* IPC call: ipc, rbp, sp, pc, flags; the rest comes back zero. By SYSRET. */
#define FRAME_RESTART  1 /* Other call, to be made again: ipc holds its arguments. By SYSRET. */
#define FRAME_CALL     2 /* Other call: what C preserves and the result, in ipc. By SYSRET. */
#define FRAME_RESTARTS 3 /* In a call's handler: FRAME_RESTART soon. */
#define FRAME_FULL     4 /* Every register. By IRETQ. */

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

/* Vectors of the interrupt descriptor table. Pin n of the I/O APICs is vector VECTOR_IRQ + n: two of
 * them, which have 24 pins each. */
#define VECTOR_IRQ      32
#define VECTOR_TIMER    80
#define VECTOR_SPURIOUS 81
#define VECTOR_IPI      82
#if CONFIG_MAX_CPUS == 1
#    define VECTOR_COUNT 82 /* Nobody sends an IPI. */
#else
#    define VECTOR_COUNT 83
#endif

/* Bytes of the entry code of one vector. */
#define ENTRY_LOG2  3
#define ENTRY_BYTES (1 << ENTRY_LOG2)

/* Where things stand in the address space (README.md has the picture): the end of the user half; the
 * linear map; the mapping for which the kernel is linked; stacks and device registers, page by page. */
#define LAYOUT_USER_END 0x0000800000000000
#define LAYOUT_WINDOW   0xffff800000000000
#define LAYOUT_KERNEL   0xffffffff80000000
#define LAYOUT_FIXED    0xffffffff80200000

/* The fixed area, in pages: first FIXED_CPU_PAGES for each CPU. A stack grows down from its top towards
 * an unmapped page. */
#define FIXED_CPU_PAGES        24
#define FIXED_KERNEL_STACK_TOP 17 /* Up to 16 pages below it. */
#define FIXED_FAULT_STACK_TOP  19 /* Double faults; one page, as are the next. */
#define FIXED_NMI_STACK_TOP    21 /* Non-maskable interrupts and debug exceptions. */
#define FIXED_CHECK_STACK_TOP  23 /* Machine checks. */
#define FIXED_DEVICES          (FIXED_CPU_PAGES * CONFIG_MAX_CPUS + 8) /* From here on: device registers. */

#define PAGE_BYTES 4096

/* Bits of a page table entry: Intel SDM 3A, 4.5.4. */
#define PTE_PRESENT         0x001
#define PTE_WRITABLE        0x002
#define PTE_UNCACHED        0x018 /* PCD and PWT: entry 3 of the PAT as after reset. */
#define PTE_ACCESSED        0x020
#define PTE_LARGE           0x080
#define PTE_GLOBAL          0x100
#define PTE_NO_EXECUTE_HIGH 0x80000000 /* Bit 63, in the upper half. */

/* Control registers: Intel SDM 3A, 2.5. EFER: 2.2.1. */
#define CR0_PE        0x00000001
#define CR0_MP        0x00000002
#define CR0_TS        0x00000008
#define CR0_ET        0x00000010
#define CR0_NE        0x00000020
#define CR0_WP        0x00010000
#define CR0_PG        0x80000000
#define CR4_PAE       0x00000020
#define CR4_PGE       0x00000080
#define CR4_UMIP      0x00000800
#define CR4_FSGSBASE  0x00010000
#define CR4_PCIDE     0x00020000
#define CR4_SMEP      0x00100000
#define CR4_SMAP      0x00200000
#define MSR_EFER      0xc0000080
#define EFER_SCE      0x001
#define EFER_LME      0x100
#define EFER_NXE      0x800
#define RFLAGS_AC_BIT 18

#endif

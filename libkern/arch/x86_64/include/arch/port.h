/* SPDX-License-Identifier: MIT */
/* What the kernel core knows of x86_64: the structures that begin its thread and its CPU, and the
 * inline half of the port contract.
 *
 * Rules: included by <arch/arch.h> alone, after struct arch_ipc_regs. Entry code reads these
 * structures by the offsets in offsets.h. */
#ifndef ARCH_PORT_H
#define ARCH_PORT_H

#include <arch/offsets.h>

#include "arch_guard.h"

#define ARCH_NAME          "x86_64"
#define ARCH_ELF_MACHINE   62
#define ARCH_PTAB_FORMAT   (&mm_ptab_x86_64)
#define ARCH_PC_ALIGN      1
#define ARCH_GENERAL_COUNT 15
#define ARCH_HAS_PORTS     1

/** Interrupt numbers are ACPI's global system interrupts: pins of all I/O APICs, counted through. */
#define ARCH_IRQ_COUNT (VECTOR_TIMER - VECTOR_IRQ)

/** The stacks of a CPU: the kernel's, and those for double faults, NMIs and machine checks. */
#define ARCH_CPU_BYTES ((1u << CONFIG_KERNEL_STACK_LOG2) + 3 * PAGE_BYTES)

/** INVLPG and loads of CR3 act on one CPU. */
#define ARCH_FLUSH_REACHES_ALL 0

/** The registers of a thread while it does not run. Which of them are kept: arch_thread.kind. */
struct arch_frame {
    struct arch_ipc_regs ipc; /**< rbx r8 r9 r10 r12-r15; rax; rdi; rsi; rdx. */
    uint64_t rbp;             /**< Kept by every kind, as compilers want it. */
    uint64_t rcx;             /**< FRAME_FULL alone: SYSCALL overwrites it. */
    uint64_t r11;             /**< FRAME_FULL alone: SYSCALL overwrites it. */
    uint64_t pc;              /**< A user address, so always canonical. */
    uint64_t cs;              /**< SELECTOR_USER_CODE; read by IRETQ. */
    uint64_t flags;           /**< RFLAGS. */
    uint64_t sp;              /**< Stack pointer. */
    uint64_t ss;              /**< SELECTOR_USER_DATA; read by IRETQ. */
};

/** An address space as the MMU sees it. */
struct arch_space {
    uint64_t root;                 /**< Physical address of its PML4, as CR3 wants it. */
    struct arch_space_guard guard; /**< What mitigations need. */
};

/** What a switch needs of a thread. */
struct arch_thread {
    struct arch_frame frame;  /**< Registers. */
    uint64_t kind;            /**< FRAME_: what of the frame is kept. */
    uint64_t tls;             /**< FS base, which the kernel sets and nobody else. */
    struct arch_space *space; /**< The owner keeps it alive as long as the thread. */
    void *fpu;                /**< FXSAVE or XSAVE area, or NULL: no such registers. */
};

/** Task state segment: the stacks on which the CPU enters the kernel. Intel SDM 3A 8.7. */
struct arch_tss {
    uint32_t reserved0;
    uint32_t rsp0[2]; /**< Stack for traps from user mode; halves, because it is misaligned. */
    uint32_t rsp1_rsp2[4];
    uint32_t reserved1[2];
    uint32_t ist[7][2]; /**< Stacks for traps that trust no other. */
    uint32_t reserved2[2];
    uint16_t reserved3;
    uint16_t io_map_base; /**< Beyond the limit: user mode may use no port. */
};

/** What entry code needs of a CPU. GS base points here while the kernel runs. */
struct arch_cpu {
    _Alignas(
        ARCH_CPU_ALIGN) struct arch_thread *current; /**< Who runs in user mode, or did last. */
    uint64_t pending;            /**< KERN_PENDING_ bits; not 0: kern_leave() before user mode. */
    struct arch_cpu *self;       /**< This structure. */
    uint64_t kernel_stack;       /**< Top of the stack, where every system call begins. */
    uint64_t user_sp;            /**< Scratch of the entry code. */
    struct arch_cpu_guard guard; /**< What mitigations need. */
    uint64_t gdt[7];             /**< Null, kernel code and data, user data and code, TSS (two). */
    struct arch_tss tss;         /**< Of this CPU. */
    uint32_t number;             /**< Of this CPU. */
};

_Static_assert(sizeof(struct arch_tss) == 104, "Intel SDM 3A figure 8-11");
_Static_assert(offsetof(struct arch_frame, ipc.words[3]) == THREAD_R10, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ipc.words[7]) == THREAD_R15, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ipc.tag) == THREAD_RAX, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ipc.handle) == THREAD_RDI, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ipc.token) == THREAD_RSI, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ipc.deadline) == THREAD_RDX, "offsets.h");
_Static_assert(offsetof(struct arch_frame, rbp) == THREAD_RBP, "offsets.h");
_Static_assert(offsetof(struct arch_frame, rcx) == THREAD_RCX, "offsets.h");
_Static_assert(offsetof(struct arch_frame, r11) == THREAD_R11, "offsets.h");
_Static_assert(offsetof(struct arch_frame, pc) == THREAD_PC, "offsets.h");
_Static_assert(offsetof(struct arch_frame, ss) == THREAD_SS, "offsets.h");
_Static_assert(offsetof(struct arch_thread, kind) == THREAD_KIND, "offsets.h");
_Static_assert(offsetof(struct arch_thread, tls) == THREAD_TLS, "offsets.h");
_Static_assert(offsetof(struct arch_thread, space) == THREAD_SPACE, "offsets.h");
_Static_assert(offsetof(struct arch_thread, fpu) == THREAD_FPU, "offsets.h");
_Static_assert(sizeof(struct arch_thread) == ARCH_THREAD_BYTES, "offsets.h");
_Static_assert((FRAME_CALL ^ FRAME_IPC) == (FRAME_RESTART ^ FRAME_RESTARTS), "one XOR for both");
_Static_assert(offsetof(struct arch_space, root) == SPACE_ROOT, "offsets.h");
_Static_assert(offsetof(struct arch_cpu, current) == CPU_CURRENT, "offsets.h");
_Static_assert(offsetof(struct arch_cpu, pending) == CPU_PENDING, "offsets.h");
_Static_assert(offsetof(struct arch_cpu, self) == CPU_SELF, "offsets.h");
_Static_assert(offsetof(struct arch_cpu, kernel_stack) == CPU_KERNEL_STACK, "offsets.h");
_Static_assert(offsetof(struct arch_cpu, user_sp) == CPU_USER_SP, "offsets.h");

/** This CPU's block. Valid after arch_cpu_init. Cost: one load. */
static inline struct arch_cpu *arch_cpu_self(void)
{
    struct arch_cpu *self;
    __asm__("mov %%gs:%c1, %0" : "=r"(self) : "i"(CPU_SELF));
    return self;
}

/** This CPU's number. */
static inline unsigned arch_cpu_number(void)
{
    return CONFIG_MAX_CPUS == 1 ? 0 : arch_cpu_self()->number;
}

/** PAUSE: Intel SDM 2B. In an emulator that runs CPUs by turns, the end of a turn. */
static inline void arch_relax(void)
{
    __asm__ volatile("pause");
}

/** Where physical address 0 appears in the kernel's linear map. */
static inline uint8_t *arch_window(void)
{
    return (uint8_t *)(uintptr_t)LAYOUT_WINDOW;
}

/** Copy @p count words. The direction flag is clear in the kernel: entries clear it.
 *  Source: Intel SDM 2B, MOVS and REP. */
static inline void arch_copy_words(void *to, const void *from, size_t count)
{
    __asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(count)::"memory");
}

/** The time-stamp counter. Volatile: two reads are two points in time. */
static inline uint64_t arch_counter(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/** How the time-stamp counter tells the time (clock.c). */
struct arch_clock {
    uint64_t base; /**< Its value at kernel entry: 0 ns. */
    uint64_t
        multiplier; /**< Nanoseconds a tick, with 32 bits behind the point; 0: not known yet. */
};
extern struct arch_clock arch_clock;

/** The time, when the multiplier is known. */
static inline uint64_t arch_clock_ns(void)
{
    uint64_t ticks = arch_counter() - arch_clock.base;
    return (uint64_t)((unsigned __int128)ticks * arch_clock.multiplier >> 32);
}

#endif

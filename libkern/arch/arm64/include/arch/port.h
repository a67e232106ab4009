/* SPDX-License-Identifier: MIT */
/* What arch.h asks of the ARM64 port: registers of a thread, what a CPU and a space need, counters.
 *
 * While user code runs, SP_EL1 is the address of this CPU's block: an entry finds the current thread at
 * [sp] without touching a register. A kernel for one CPU has its stack right below the block; one for
 * several takes the stack from the block before it goes on in C.
 *
 *      frame    x0 … x7   x8   x9      x10    x11       x12 … x28   x29   x30   sp   pc   pstate
 *      as ipc   words     tag  handle  token  deadline
 *
 * Rules: assembly reads these structures by the offsets in src/offsets.h, which asserts them. */
#ifndef ARCH_PORT_H
#define ARCH_PORT_H

/** Name of the architecture. */
#define ARCH_NAME "arm64"

/** Machine number of its ELF files: EM_AARCH64. */
#define ARCH_PC_ALIGN      4
#define ARCH_THREAD_BYTES  304
#define ARCH_GENERAL_COUNT 31
#define ARCH_HAS_PORTS     0
#define ARCH_ELF_MACHINE   183u

/** Page-table format of user address spaces; see libmm/ptab.h. */
#define ARCH_PTAB_FORMAT (&mm_ptab_arm64)

/** Interrupt numbers (GIC INTIDs) are below it. Source: Arm IHI 0069 2.2.1: 0-15 SGIs, 16-31 PPIs,
 *  32-1019 SPIs. */
#define ARCH_IRQ_COUNT 1020u

/** The stack of a CPU; the guard below it is an address without memory. */
#define ARCH_CPU_BYTES (1u << CONFIG_KERNEL_STACK_LOG2)

/** A space has its root alone. */
#define ARCH_SPACE_TABLES 0

/** All TLB maintenance is broadcast. */
#define ARCH_FLUSH_REACHES_ALL 1

/** Where physical address 0 appears: bottom of the TTBR1 half, which has 39 bits (see README). */
#define ARCH_WINDOW UINT64_C(0xffffff8000000000)

/** The registers of a thread, in the order of tn_registers. */
struct arch_frame {
    struct arch_ipc_regs ipc; /**< x0-x11. */
    uint64_t scratch[7];      /**< x12-x18. */
    uint64_t preserved[10];   /**< x19-x28. */
    uint64_t fp;              /**< x29: frame pointer. */
    uint64_t lr;              /**< x30: link register. */
    uint64_t sp;              /**< SP_EL0. */
    uint64_t pc;              /**< ELR_EL1. */
    uint64_t pstate;          /**< SPSR_EL1. */
};

/** How much of a frame is kept; the rest is zero when the thread goes on. */
enum arch_frame_kind {
    ARCH_FRAME_FULL = 0,    /**< Everything. */
    ARCH_FRAME_CALL = 1,    /**< Ordinary system call: x0, x1, x19-x30, sp, pc, pstate. */
    ARCH_FRAME_IPC = 2,     /**< IPC system call: x0-x11, x29, x30, sp, pc, pstate. */
    ARCH_FRAME_RESTART = 3, /**< In a call that arch_thread_restart() prepares to be made again. */
};

/** A user address space, as the MMU knows it. */
struct arch_space {
    uint64_t ttbr0; /**< Root table; from bit 48 the ASID: its own, or 0. Constant for life. */
};

/** Where the ASID stands in TTBR0 (D17.2.144). */
#define ARCH_ASID_SHIFT 48

/** Whether to load @p space is to write TTBR0 and no more: it has an ASID of its own. */
static inline bool arch_space_is_tagged(const struct arch_space *space)
{
    return space->ttbr0 >> ARCH_ASID_SHIFT != 0;
}

/** A thread, as far as entry, exit and switch are concerned. */
struct arch_thread {
    struct arch_frame frame;  /**< Registers, as `kind` says. */
    uint32_t kind;            /**< enum arch_frame_kind. */
    uint32_t step;            /**< 1: trap after each instruction. */
    struct arch_space *space; /**< Its process's; outlives the thread. */
    uint64_t tls;             /**< TPIDR_EL0, which the kernel sets and nobody else. */
    void *fpu;                /**< q0-q31, FPCR, FPSR, or NULL: no such registers. */
};

/** A CPU, as far as entry and exit are concerned. */
struct arch_cpu {
    struct arch_thread *current; /**< Whose registers an entry saves; NULL while nobody runs. */
    uint64_t pending;            /**< KERN_PENDING_ bits. */
    uint64_t zero[2];            /**< 0: two registers are wiped with one load. */
    uint64_t scratch[2]; /**< x16 and x17 of an entry, until it has somewhere to save them. */
    uint64_t stack;      /**< Where this CPU's kernel stack ends. Kernels for several CPUs. */
    uint64_t step;       /**< What single-stepping is set to now. */
    uint64_t number;     /**< This CPU's number. */
    uint64_t reserved;   /**< 0. */
} __attribute__((aligned(16)));

/** This CPU's block. Cost: 1 instruction. */
static inline struct arch_cpu *arch_cpu_self(void)
{
    struct arch_cpu *cpu;
    __asm__ volatile("mrs %0, tpidr_el1" : "=r"(cpu)); /* volatile: never moved across a set-up */
    return cpu;
}

/** This CPU's number. */
static inline unsigned arch_cpu_number(void)
{
    return CONFIG_MAX_CPUS == 1 ? 0 : (unsigned)arch_cpu_self()->number;
}

/** YIELD: Arm DDI 0487 C6.2.447. In an emulator that runs CPUs by turns, the end of a turn. */
static inline void arch_relax(void)
{
    __asm__ volatile("yield");
}

/** Where physical address 0 appears in the kernel's linear map. */
static inline uint8_t *arch_window(void)
{
    return (uint8_t *)ARCH_WINDOW;
}

/** Copy @p count words (copy_words.S). */
void arch_copy_words(void *to, const void *from, size_t count);

/** The virtual counter, CNTVCT_EL0. The barrier keeps two reads in order.
 *  Source: Arm DDI 0487 D11.2.2. */
static inline uint64_t arch_counter(void)
{
    uint64_t ticks;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks)::"memory");
    return ticks;
}

/** How the counter tells the time (clock.c). */
struct arch_clock {
    uint64_t base;      /**< Its value at kernel entry: 0 ns. */
    uint64_t ns_factor; /**< Nanoseconds a tick, with 32 bits behind the point. */
};
extern struct arch_clock arch_clock;

/** The time; wraps after 584 years. */
static inline uint64_t arch_clock_ns(void)
{
    uint64_t ticks = arch_counter() - arch_clock.base;
    return (uint64_t)((unsigned __int128)ticks * arch_clock.ns_factor >> 32);
}

#endif

/* SPDX-License-Identifier: MIT */
/* What the kernel core knows of the host port: a machine that is a Linux program, for tests.
 *
 * Its memory is an array, its time a variable, its interrupts are raised by the test, and its user
 * mode is the test itself (<arch/host.h>). Page tables are real: x86_64's, walked at each user access.
 *
 * Rules: included by <arch/arch.h> alone, after struct arch_ipc_regs. */
#ifndef ARCH_PORT_H
#define ARCH_PORT_H

#include <libmm/ptab.h>

#define ARCH_NAME          "host"
#define ARCH_ELF_MACHINE   62
#define ARCH_PTAB_FORMAT   (&mm_ptab_x86_64)
#define ARCH_PC_ALIGN      4
#define ARCH_GENERAL_COUNT 12
#define ARCH_HAS_PORTS     1
#define ARCH_IRQ_COUNT     64
#define ARCH_THREAD_BYTES  sizeof(struct arch_thread)

/** A space has its root alone. */
#define ARCH_SPACE_TABLES 0

/** The test's stack serves all CPUs; they share a cache of translations, and so need not be told of a
 *  change. */
#define ARCH_CPU_BYTES         0
#define ARCH_FLUSH_REACHES_ALL 1

/** What of a frame is kept. */
enum host_frame {
    HOST_FRAME_FULL,    /**< Everything: fresh, interrupted, faulted or written. */
    HOST_FRAME_CALL,    /**< An ordinary call: result, pc, sp, flags. */
    HOST_FRAME_IPC,     /**< An IPC call: its registers, pc, sp, flags. */
    HOST_FRAME_RESTART, /**< An ordinary call that is made again when the thread runs. */
};

/** The registers of a thread: twelve general ones, which are those of the IPC convention; the result
 *  of an ordinary call has registers of its own. */
struct arch_frame {
    struct arch_ipc_regs ipc;  /**< general[0] to general[11], in this order. */
    struct kern_result result; /**< Of the last ordinary call. */
    uint64_t pc;               /**< Grows by ARCH_PC_ALIGN with each call. */
    uint64_t sp;               /**< Stack pointer. */
    uint64_t flags;            /**< Any value. */
};

/** An address space as the MMU sees it. */
struct arch_space {
    uint64_t root; /**< Physical address of its top table; 0: none. */
};

/** What a switch needs of a thread. */
struct arch_thread {
    struct arch_frame frame;  /**< Registers. */
    enum host_frame kind;     /**< What of the frame is kept. */
    uint64_t tls;             /**< Thread pointer. */
    struct arch_space *space; /**< The owner keeps it alive as long as the thread. */
    void *fpu;                /**< struct host_fpu, or NULL: no such registers. */
    uint64_t arguments[6];    /**< Of the call that is made again. */
    unsigned number;          /**< Of the call that it is in, if in_call. */
    bool in_call;             /**< It made a call and has not run since. */
    bool steps;               /**< It traps after each instruction. */
};

/** What a CPU needs: nothing beyond the contract. */
struct arch_cpu {
    struct arch_thread *current; /**< Who runs in user mode, or did last. */
    uint64_t pending;            /**< KERN_PENDING_ bits. */
};

/** The block and number of the CPU that the test uses; where physical address 0 appears; the time. */
extern struct arch_cpu *host_cpu;
extern unsigned host_cpu_number;
extern uint8_t *host_memory;
extern uint64_t host_now_ns;

/** This CPU's block. Valid after arch_cpu_init. */
static inline struct arch_cpu *arch_cpu_self(void)
{
    return host_cpu;
}

/** This CPU's number. */
static inline unsigned arch_cpu_number(void)
{
    return host_cpu_number;
}

/** Threads of a test that wait for each other need nothing. */
static inline void arch_relax(void)
{
}

/** Where physical address 0 appears. */
static inline uint8_t *arch_window(void)
{
    return host_memory;
}

/** Copy @p count words; neither side overlaps the other. */
static inline void arch_copy_words(void *to, const void *from, size_t count)
{
    uint64_t *target = to;
    const uint64_t *source = from;
    for (size_t i = 0; i < count; i++) {
        target[i] = source[i];
    }
}

/** The counter ticks once a nanosecond, as the time. */
static inline uint64_t arch_counter(void)
{
    return host_now_ns;
}

/** The time. */
static inline uint64_t arch_clock_ns(void)
{
    return host_now_ns;
}

#endif

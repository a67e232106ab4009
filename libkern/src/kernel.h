/* SPDX-License-Identifier: MIT */
/* The state of the kernel: the one variable of libkern, and the CPUs in it.
 *
 * Rules: interrupts off; one CPU runs the kernel at a time. */
#ifndef KERN_KERNEL_H
#define KERN_KERNEL_H

#include <arch/arch.h>
#include <libbase/list.h>
#include <libmm/cache.h>
#include <libmm/frame.h>
#include <libsched/runq.h>
#include <libsched/timeout.h>

#include "container.h"
#include "context.h"
#include "process.h"
#include "thread.h"
#include "transfer.h"

/** Most CPUs that this kernel runs. */
#define KERN_CPU_MAX CONFIG_MAX_CPUS

/** Size classes of structures. */
#define KERN_CACHE_COUNT 5

/** Buckets of threads that wait on words; a power of two. */
#define KERN_WORD_BUCKETS 32

/** Devices that fit in the list. */
#define KERN_DEVICE_MAX 48

/** Ranges of RAM that are remembered. */
#define KERN_RAM_MAX BOOT_MEMORY_MAX

struct kern_interrupt;

/** A range of RAM, in frames: [first, end). */
struct kern_ram {
    uint64_t first; /**< First frame. */
    uint64_t end;   /**< Frame behind the last. */
};

/** What belongs to one CPU. */
struct kern_cpu {
    struct arch_cpu arch;         /**< Current thread and pending bits; first. */
    struct kern_context *chosen;  /**< Runs next, and is in no queue (schedule.h); or NULL. */
    struct kern_thread *next;     /**< Runs next on `context`, if KERN_PENDING_NEXT says so. */
    struct kern_thread *loaded;   /**< In leave.c: whose address space is loaded, ... */
    bool unloaded;                /**< ... or was, until its process ended. */
    struct tn_list dead;          /**< Threads to free when they are not current any more. */
    struct kern_context *context; /**< What runs; in no queue. NULL: idle. */
    struct sched_runq runq;       /**< What is ready. */
    struct sched_timeout_queue timeouts; /**< What is due when. */
    uint64_t timer_ns;                   /**< What the timer is set to. */
    uint64_t charged_ns;                 /**< Up to when time is charged. */
    uint64_t idle_ns;                    /**< Time in which nothing ran. */
    uint32_t number;                     /**< Its place in kernel.cpus. */
};

/** Everything the kernel knows. */
struct kernel {
    struct kern_cpu cpus[KERN_CPU_MAX];                /**< By number. */
    struct kern_thread *threads[CONFIG_MAX_THREADS];   /**< By slot; NULL: free. */
    struct mm_frame_pool frames;                       /**< All memory. */
    struct mm_cache caches[KERN_CACHE_COUNT];          /**< Structures by size class. */
    struct mm_cache_source cache_source;               /**< Where caches get pages. */
    struct tn_list dying;                              /**< Objects to take apart, oldest first. */
    struct kern_thread *reaper;                        /**< Who takes them apart; NULL: anybody. */
    struct kern_sent sent;                             /**< Handles that go with a message. */
    struct tn_list words[KERN_WORD_BUCKETS];           /**< Threads that wait on words. */
    struct kern_interrupt *interrupts[ARCH_IRQ_COUNT]; /**< By number; NULL: nobody's. */
    struct kern_ram ram[KERN_RAM_MAX];                 /**< All RAM, the kernel's own included. */
    struct tn_device devices[KERN_DEVICE_MAX];         /**< What ports found. */
    struct kern_container *root;                       /**< All memory. */
    struct kern_memory *clock;                         /**< The clock page. */
    uint64_t first_process; /**< Number of the process that starts all others. */
    uint64_t next_id;       /**< Of objects. */
    uint64_t entry_counter; /**< At kernel entry. */
    uint64_t user_counter;  /**< Right before the first user instruction. */
    uint64_t kernel_bytes, bundle_bytes, memory_total; /**< For machine_info. */
    uint32_t ram_count;                                /**< Entries of ram. */
    uint32_t device_count;                             /**< Entries of devices. */
    uint32_t thread_hint;                              /**< Where to look for a free slot. */
    uint32_t online;        /**< CPUs that run, a bit for each (CONFIG_MAX_CPUS above 1). */
    uint32_t idle;          /**< Those of them that have nothing to do and were given nothing. */
    char command_line[256]; /**< Of the boot. */
};

/** The kernel. */
extern struct kernel kernel;

/** This CPU. */
static inline struct kern_cpu *kern_cpu(void)
{
    return TN_CONTAINER_OF(arch_cpu_self(), struct kern_cpu, arch);
}

/** The thread whose trap is being handled. */
static inline struct kern_thread *kern_current(void)
{
    return kern_thread_of_arch(arch_cpu_self()->current);
}

/** Ask for kern_leave() to look again for @p reasons (KERN_PENDING_). */
static inline void kern_pend(uint64_t reasons)
{
    arch_cpu_self()->pending |= reasons;
}

#endif

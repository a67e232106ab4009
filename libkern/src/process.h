/* SPDX-License-Identifier: MIT */
/* Processes: an address space, a handle table, threads, and one who hears of their faults.
 *
 *      ALIVE --exit, kill, fault--> ENDING --steps of kern_process_reap--> DEAD
 *
 * Rules: interrupts off. A process lives until it ends, not until its last handle is closed. */
#ifndef KERN_PROCESS_H
#define KERN_PROCESS_H

#include <arch/arch.h>
#include <libipc/endpoint.h>
#include <libmm/ptab.h>
#include <libmm/space.h>

#include "handle.h"
#include "object.h"
#include "table_source.h"

struct kern_endpoint;

/** A process. */
struct kern_process {
    struct kern_object object;        /**< Its head; the payer is its container. */
    struct kern_handle_table handles; /**< What it can reach. */
    struct arch_space arch;           /**< What the MMU loads. */
    struct mm_ptab ptab;              /**< Its page table. */
    struct kern_table_source tables;  /**< Where its tables come from. */
    struct mm_space space;            /**< Its regions. */
    struct tn_list threads;           /**< Its threads. */
    struct kern_endpoint *handler;    /**< Hears of faults and the exit; or NULL. */
    uint64_t handler_badge;           /**< What it is known as there. */
    struct ipc_waiter exit_waiter;    /**< Its place at the handler, when it has ended. */
    uint64_t mapped_bytes;            /**< Sum of its regions. */
    uint64_t cpu_ns;                  /**< Time that its ended threads ran. */
    int32_t exit_code;                /**< Once ending. */
    uint32_t thread_count;            /**< Threads in the list. */
    uint32_t reap_slot;               /**< Progress of the search for calls it served. */
    uint8_t exit_reason;              /**< enum tn_exit_reason, once ending. */
    uint8_t state;                    /**< enum tn_process_state. */
    bool uses_fpu;                    /**< Its threads have FPU and SIMD registers (fpu.h). */
};

/** The process whose head is @p object. */
static inline struct kern_process *kern_process_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_process, object);
}

/** Begin a process that @p payer pays for. It has nothing yet, and nobody may use it before
 *  kern_process_build() is through.
 *  @param[out] object its head; written only on success. @retval TN_OK @retval others as kern_object_create. */
TN_MUST_USE tn_status_t kern_process_begin(struct kern_container *payer,
                                           struct kern_object **object);

/** Take one bounded step of giving @p process what each has: a handle table, and an address space with
 *  nothing but the clock page.
 *  @retval TN_OK it is complete; no further step. @retval TN_AGAIN more remains.
 *  @retval TN_ERR_QUOTA, TN_ERR_NO_MEMORY give it up (kern_object_put): what it has goes the way of whatever
 *  ends. Cost: three page tables, or 64 handles. */
TN_MUST_USE tn_status_t kern_process_build(struct kern_process *process);

/** Begin the end of @p process; harmless if it has begun. It joins the dying, and no fast path leads to its
 *  threads any more. Cost: O(its threads), of which there are at most CONFIG_MAX_THREADS. */
void kern_process_end(struct kern_process *process, int32_t code, unsigned reason);

/** Take one bounded step of the end of the process @p object (process_reap.c).
 *  @retval TN_OK it is dead and reported. @retval TN_AGAIN more remains. */
TN_MUST_USE tn_status_t kern_process_reap(struct kern_object *object);

/** The last reference is gone (types.c). */
void kern_process_free(struct kern_object *object);

/** No CPU will load the space of @p process any more: give its tag back, and what it has beside the root. */
static inline void kern_process_space_fini(struct kern_process *process)
{
    arch_space_fini(&process->arch);
    if (ARCH_SPACE_TABLES > 0) {
        process->tables.source.give(&process->tables.source, arch_space_table(&process->arch));
    }
}

#endif

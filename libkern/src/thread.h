/* SPDX-License-Identifier: MIT */
/* Threads: a register frame, a state, and what it waits for. No kernel stack.
 *
 *                 call, send           taken              reply
 *      READY ---------------> SENDING ------> REPLY ----------------> READY
 *        |  ---------------> RECEIVING ------------- message, signal --^
 *        |  ---------------> WAITING, SLEEPING ------ event, time -----^
 *        '-- fault --------> FAULTED ---------------- handler's reply -^      any -> DEAD
 *
 * "Suspended" is a flag beside the state: a suspended thread that becomes READY does not run.
 *
 * Rules: interrupts off. A thread waits for one thing at a time; kern_thread_unwait() ends any wait. */
#ifndef KERN_THREAD_H
#define KERN_THREAD_H

#include <abi/message.h>
#include <arch/arch.h>
#include <libipc/endpoint.h>
#include <libsched/timeout.h>

#include "called.h"
#include "locks.h"
#include "memory.h"
#include "object.h"

struct kern_context;
struct kern_memory;
struct kern_notification;
struct kern_process;
struct kern_region;

/** What a waiter at an endpoint is: ipc_waiter.kind. */
enum kern_waiter_kind {
    KERN_WAITER_CALL,  /**< A thread that calls. */
    KERN_WAITER_SEND,  /**< A thread that sends without a reply. */
    KERN_WAITER_FAULT, /**< A thread that faulted. */
    KERN_WAITER_EXIT,  /**< A process that ended. */
};

/** What a timeout is: sched_timeout.kind. */
enum kern_timeout_kind {
    KERN_TIMEOUT_THREAD,  /**< Ends a thread's wait. */
    KERN_TIMEOUT_CONTEXT, /**< Refills a context. */
    KERN_TIMEOUT_TIMER,   /**< Fires a timer object. */
};

/** Reasons why a thread must not be switched to, or from, by the fast path: bits of thread.reasons.
 *
 *      63             32 31        16 15            0
 *      |   its CPU      |  1 + slot  |   reasons    |      the slot stands there only with a reason
 *
 *  So one comparison of two threads' words says that both may take it: no two that have a reason are
 *  equal, and both are at home on one CPU. */
enum kern_reason {
    KERN_REASON_SUSPENDED = 1,  /**< It does not run before it is resumed. */
    KERN_REASON_DEADLINE = 2,   /**< Its timeout is armed. */
    KERN_REASON_SIGNALS = 4,    /**< Its bound notification has bits, or may not wake it. */
    KERN_REASON_FAULT = 8,      /**< Its fault is in service. */
    KERN_REASON_STEP = 16,      /**< It traps after each instruction. */
    KERN_REASON_FPU = 32,       /**< It has FPU registers, which are to be moved. */
    KERN_REASON_ENDING = 64,    /**< Its process ends. */
    KERN_REASON_CHAIN = 128,    /**< Its lender is not who called it: that one died. */
    KERN_REASON_RECALLED = 256, /**< Another CPU asked its CPU to look again who runs. */
    KERN_REASON_KILLED = 512,   /**< It runs on another CPU than its killer: it ends itself. */
    KERN_REASON_OWNS = 1024, /**< Others wait for a lock of its: they hear of all that it does. */
    KERN_REASON_FAR =
        2048, /**< Some wait too far up to have been woken: its reply is to look again. */
    KERN_REASON_GIVEN = 4096,    /**< It runs on time that is not the one it would hand on. */
    KERN_REASON_BUFFER = 0x8000, /**< Within a fast path alone: the message has a buffer. */
};

/** The bits of all reasons. */
#define KERN_REASONS 0xffffu

/** Where the number of its CPU begins in thread.reasons. */
#define KERN_HOME_SHIFT 32

/** What the CPU refused to do; the rest of the message about it stands in the thread's frame. */
struct kern_fault {
    uint8_t kind;     /**< enum tn_fault. */
    uint8_t access;   /**< TN_FAULT_ACCESS_ bits. */
    uint64_t address; /**< What was accessed, or 0. */
    uint64_t code;    /**< The machine's own. */
};

/** A thread. What the fast path touches comes first, by pairs that it moves at once (fastpath.h). */
struct kern_thread {
    struct arch_thread arch; /**< Registers; first, so that entry code finds it. */
    uint64_t reasons;        /**< enum kern_reason, and its CPU; 0: none. */
    uint64_t token;          /**< Generation of its calls << 16 | its place in kernel.threads. */
    struct kern_slot *slots; /**< Its process's handles. */
    struct kern_context *context; /**< What it runs on, or NULL. */
    struct kern_thread *lender;   /**< Whose call brought the context; NULL: it is its own. */
    struct kern_context *own;     /**< Its own context, or NULL. */
    struct kern_process *process; /**< Where it lives. */
    struct ipc_waiter waiter;     /**< Its place at an endpoint. */
    uint64_t state;               /**< enum tn_thread_state; never SUSPENDED. */
    struct kern_process *server;  /**< Who may reply to it; NULL: nobody. */
    uint64_t epoch;               /**< Of the endpoint when its call was taken, left-aligned. */
    struct tn_message_buffer *message; /**< Its message buffer, or NULL. */
    bool reaps;                        /**< Ended something, and must see the end of it. */
    struct kern_fault fault;           /**< What it did, while FAULTED. */
    struct kern_object object;         /**< Its head. */
    struct tn_list in_process;         /**< Link in process.threads, or in cpu.dead. */
    struct sched_timeout timeout;      /**< Its deadline. */
    struct kern_notification
        *waiting;                    /**< While WAITING for one, which ends the wait if it ends. */
    struct kern_notification *bound; /**< Bound to it, or NULL. */
    struct tn_list in_words;         /**< Link while it waits on a word. */
    uint64_t word;                   /**< That word's address. */
    struct kern_called called;       /**< Where its call in service came in. */
    struct kern_locks locks;         /**< Whose it waits for, and who waits for it. */
    struct kern_region *buffer;      /**< Where its message buffer is mapped, or NULL. */
    uint64_t marks;                  /**< Of its call, behind that one's generation (cancel.h). */
    uint64_t granted;                /**< Token of its call whose grants count. */
    struct kern_object
        *unfinished;             /**< A memory object or a process that it is building, or NULL. */
    struct kern_mapping mapping; /**< What it is mapping, if it is. */
    uint64_t cpu_ns;             /**< Time it ran. */
    struct kern_thread *awaits;  /**< Must have left its CPU before this one goes on, or NULL. */
};

/** Bits of a token that name the slot. */
#define KERN_TOKEN_SLOT_BITS 16

/** The place of @p thread in kernel.threads. */
static inline uint32_t kern_thread_slot(const struct kern_thread *thread)
{
    return (uint32_t)thread->token & ((1u << KERN_TOKEN_SLOT_BITS) - 1);
}

/** Number of the CPU where @p thread runs, or ran last: nowhere else is it anybody's current thread. */
static inline unsigned kern_thread_home(const struct kern_thread *thread)
{
    return CONFIG_MAX_CPUS > 1 ? (unsigned)(thread->reasons >> KERN_HOME_SHIFT) : 0;
}

/** Whether nothing speaks against a switch between @p one and @p other right away. FPU registers do not, as
 *  they do in the fast path: the way out of the kernel moves them. */
static inline bool kern_threads_may_switch(const struct kern_thread *one,
                                           const struct kern_thread *other)
{
    uint64_t against = KERN_REASONS & ~(uint64_t)KERN_REASON_FPU;
    return ((one->reasons | other->reasons) & against) == 0 &&
           kern_thread_home(one) == kern_thread_home(other);
}

/** Whether the current @p thread has a context. It has none if another CPU has just taken it away. */
static inline bool kern_thread_has_context(const struct kern_thread *thread)
{
    return CONFIG_MAX_CPUS == 1 || thread->context != NULL;
}

/** Whether @p thread is suspended. */
static inline bool kern_thread_is_suspended(const struct kern_thread *thread)
{
    return (thread->reasons & KERN_REASON_SUSPENDED) != 0;
}

/** The thread whose head is @p object, whose frame is @p arch, or whose waiter is @p waiter. */
static inline struct kern_thread *kern_thread_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_thread, object);
}
static inline struct kern_thread *kern_thread_of_arch(struct arch_thread *arch)
{
    _Static_assert(offsetof(struct kern_thread, arch) == 0, "so that NULL stays NULL");
    return (struct kern_thread *)(void *)arch;
}
static inline struct kern_thread *kern_thread_of_waiter(struct ipc_waiter *waiter)
{
    return TN_CONTAINER_OF(waiter, struct kern_thread, waiter);
}

/** Make a suspended thread in @p process that starts at @p start, paid for by @p payer.
 *  @retval TN_OK @retval TN_ERR_QUOTA also if @p payer has all its threads
 *  @retval others as kern_object_create. */
TN_MUST_USE tn_status_t kern_thread_create(struct kern_process *process,
                                           struct kern_container *payer,
                                           const struct tn_thread_start *start,
                                           struct kern_thread **thread);

/** End @p thread: its wait, its context, its place in the process. References may outlive it. */
void kern_thread_end(struct kern_thread *thread);

/** Give up what @p thread was building, if anything. */
void kern_thread_give_up(struct kern_thread *thread);

/** End @p thread, and with it its process if it is the last one, which that thread takes apart then. If
 *  it runs on another CPU, that one does it, and the current thread does not leave the kernel before. */
void kern_thread_kill(struct kern_thread *thread);

/** The last reference to a dead thread is gone. (types.c) */
void kern_thread_free(struct kern_object *object);

/** Take back some pages of a mapping that the thread @p object did not finish. @retval TN_OK none is left
 *  @retval TN_AGAIN more are. Cost: 64 pages. */
TN_MUST_USE tn_status_t kern_thread_reap(struct kern_object *object);

/** @p thread is in @p state from now on, and does not run. */
void kern_thread_block(struct kern_thread *thread, unsigned state);

/** @p thread may run: on what it runs on, else on its own context. */
void kern_thread_ready(struct kern_thread *thread);

/** Let @p thread's wait end at @p deadline_ns; TN_DEADLINE_NEVER: it does not. */
void kern_thread_arm(struct kern_thread *thread, uint64_t deadline_ns);

/** Let no deadline end what @p thread waits for: its call is in service. */
void kern_thread_disarm(struct kern_thread *thread);

/** End what @p thread waits for, if anything, with @p status as the result, and make it ready. A call
 *  that is in service goes on: only death ends it. @return whether a wait was ended. */
bool kern_thread_unwait(struct kern_thread *thread, tn_status_t status);

/** Suspend or resume. If @p thread runs on another CPU, the current one does not leave the kernel before
 *  it has stopped. @retval TN_OK @retval TN_ERR_STATE it is that already, or dead. */
TN_MUST_USE tn_status_t kern_thread_suspend(struct kern_thread *thread);
TN_MUST_USE tn_status_t kern_thread_resume(struct kern_thread *thread);

/** Give @p thread a message buffer at @p va; docs/syscalls/thread_set_buffer.md. */
TN_MUST_USE tn_status_t kern_thread_set_buffer(struct kern_thread *thread, uint64_t va);

/** Give @p thread the outcome of an IPC call that failed: @p status, all else zero. */
void kern_thread_ipc_fail(struct kern_thread *thread, tn_status_t status);

/** From now on @p reason speaks against a direct switch to or from @p thread, or (not @p holds) does
 *  not any more. */
void kern_thread_set_reason(struct kern_thread *thread, enum kern_reason reason, bool holds);

/** Look again whether signals keep @p thread from the fast path: its own context, or what it is bound to,
 *  or whether that has bits, changed. */
void kern_thread_update_signals(struct kern_thread *thread);

/** The thread and call that @p token names, if @p server may reply to it, else NULL. */
struct kern_thread *kern_thread_by_token(uint64_t token, const struct kern_process *server);

/** State for people: enum tn_thread_state. */
unsigned kern_thread_state(const struct kern_thread *thread);

#endif

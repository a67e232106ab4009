/* SPDX-License-Identifier: MIT */
/* Threads: made from a stack, a kernel thread and a scheduling context; joined through a word.
 *
 * Who joins must not free the stack while the ended thread still stands on it. So the joiner, when
 * it has seen the word, ends the thread by thread_kill: when that returns, the thread executes
 * nothing any more, wherever it was. For a thread that has left already it does nothing. */
#include <stdbool.h>

#include <libbase/assert.h>
#include <libsys/pages.h>
#include <libsys/start.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#include "program.h"

#define DEFAULT_STACK     UINT64_C(8192)
#define DEFAULT_PRIORITY  8 /* Every kernel has it: CONFIG_PRIORITIES is at least 32. */
#define DEFAULT_PERIOD_NS UINT64_C(10000000)

struct sys_thread sys_first_thread;

/* The stack of a thread that was joined, of the default size, for the next one; 0: none. Memory that
 * need not be cleared, mapped, unmapped: most of what making and joining a thread costs. */
static uint64_t kept_stack;

/** First instruction of a new thread, see arch/. */
void sys_thread_entry(void);
_Noreturn void sys_thread_main(struct sys_thread *thread);

struct sys_thread *sys_thread_self(void)
{
    return sys_arch_thread_word();
}

struct tn_message_buffer *sys_thread_buffer(void)
{
    struct sys_thread *thread = sys_thread_self();
    if (thread->buffer != NULL) {
        return thread->buffer;
    }
    uint64_t va = sys_pages_reserve(TN_PAGE_SIZE);
    if (va == 0) {
        return NULL;
    }
    if (sys_thread_set_buffer(va) != TN_OK) {
        sys_pages_release(va, TN_PAGE_SIZE);
        return NULL;
    }
    thread->buffer = (struct tn_message_buffer *)(uintptr_t)va;
    return thread->buffer;
}

_Noreturn void sys_thread_finish(void)
{
    struct sys_thread *thread = sys_thread_self();
    uint32_t woken;
    if (thread == &sys_first_thread) {
        sys_process_exit(0);
    }
    /* Release: who joins sees all that this thread wrote. From here on the structure and the stack
     * may be gone; the wake needs only the address. */
    __atomic_store_n(&thread->done, 1, __ATOMIC_RELEASE);
    tn_status_t status = sys_word_wake(&thread->done, UINT32_MAX, &woken);
    (void)status;
    sys_thread_exit();
}

/** What the assembly entry calls, on the new thread's stack. */
_Noreturn void sys_thread_main(struct sys_thread *thread)
{
    thread->entry(thread->argument);
    sys_thread_finish();
}

static tn_status_t take_stack(struct sys_thread *thread)
{
    if (thread->stack_bytes == DEFAULT_STACK) {
        thread->stack_va = __atomic_exchange_n(&kept_stack, 0, __ATOMIC_ACQUIRE);
    }
    return thread->stack_va != 0 ? TN_OK
                                 : sys_pages_allocate(thread->stack_bytes, &thread->stack_va);
}

static void free_stack(const struct sys_thread *thread)
{
    sys_pages_unmap(thread->stack_va, thread->stack_bytes);
}

/* Keep the stack for the next thread, or free it if there is one already. */
static void keep_stack(const struct sys_thread *thread)
{
    uint64_t none = 0;
    if (thread->stack_bytes != DEFAULT_STACK ||
        !__atomic_compare_exchange_n(&kept_stack, &none, thread->stack_va, false, __ATOMIC_RELEASE,
                                     __ATOMIC_RELAXED)) {
        free_stack(thread);
    }
}

/* Make the kernel's thread and its context, and bind them. */
static tn_status_t make_kernel_thread(struct sys_thread *thread,
                                      const struct sys_thread_options *options)
{
    tn_handle_t container = sys_program()->container;
    struct tn_thread_start start = {
        .pc = (uintptr_t)sys_thread_entry,
        .sp = thread->stack_va + thread->stack_bytes,
        .argument = (uintptr_t)thread,
        .tls = (uintptr_t)&thread->self,
        .container = container,
    };
    uint64_t period = options->period_ns != 0 ? options->period_ns : DEFAULT_PERIOD_NS;
    uint64_t budget = options->budget_ns != 0 ? options->budget_ns : period;
    uint32_t priority = options->priority != 0 ? options->priority : DEFAULT_PRIORITY;
    tn_status_t status = sys_context_create(container, priority, budget, period, &thread->context);
    if (status != TN_OK) {
        return status;
    }
    status = sys_thread_create(TN_HANDLE_NONE, &start, &thread->handle);
    if (status == TN_OK) {
        status = sys_context_bind(thread->context, thread->handle);
    }
    if (status == TN_OK) {
        status = sys_thread_resume(thread->handle);
    }
    return status;
}

/* Give back what the thread has but its stack; parts that were never made are 0. */
static void release(struct sys_thread *thread)
{
    if (thread->handle != TN_HANDLE_NONE) {
        tn_status_t status = sys_thread_kill(thread->handle);
        tn_assert(status == TN_OK);
        (void)sys_handle_close(thread->handle);
    }
    if (thread->context != TN_HANDLE_NONE) {
        (void)sys_handle_close(thread->context);
    }
    if (thread->buffer != NULL) {
        sys_pages_release((uintptr_t)thread->buffer, TN_PAGE_SIZE);
    }
}

tn_status_t sys_thread_spawn(struct sys_thread *thread, void (*entry)(void *), void *argument,
                             const struct sys_thread_options *options)
{
    static const struct sys_thread_options defaults;
    if (options == NULL) {
        options = &defaults;
    }
    uint64_t bytes = options->stack_bytes != 0 ? options->stack_bytes : DEFAULT_STACK;
    *thread = (struct sys_thread){
        .self = thread,
        .entry = entry,
        .argument = argument,
        .stack_bytes = TN_ALIGN_UP(bytes, TN_PAGE_SIZE),
    };
    tn_status_t status = take_stack(thread);
    if (status != TN_OK) {
        return status;
    }
    status = make_kernel_thread(thread, options);
    if (status != TN_OK) {
        release(thread);
        free_stack(thread);
    }
    return status;
}

void sys_thread_abort(struct sys_thread *thread)
{
    release(thread);
    free_stack(thread);
}

void sys_thread_join(struct sys_thread *thread)
{
    while (__atomic_load_n(&thread->done, __ATOMIC_ACQUIRE) == 0) {
        tn_status_t status = sys_word_wait(&thread->done, 0, TN_DEADLINE_NEVER);
        (void)status;
    }
    release(thread);
    keep_stack(thread);
}

/* SPDX-License-Identifier: MIT */
/* The system calls as typed functions, one line each; IPC calls are in libsys/ipc.h.
 *
 * A page per call in docs/syscalls says what it needs, does, consumes on failure and costs; here is
 * what its arguments are. Common to all:
 *
 *   TN_ERR_HANDLE  a handle names nothing      TN_ERR_ADDRESS  a pointer is not mapped as needed
 *   TN_ERR_TYPE    it names another type       TN_ERR_INVALID  a number is outside its range
 *   TN_ERR_RIGHTS  it lacks a right            TN_ERR_QUOTA    the container does not cover it
 *
 * Rules: every function returns TN_OK or a negative status; results are written only with TN_OK.
 * `process` may be TN_HANDLE_NONE: the calling process. Deadlines are points in time of the clock
 * page, in nanoseconds, or TN_DEADLINE_POLL or TN_DEADLINE_NEVER. Context: any thread. */
#ifndef LIBSYS_SYSCALL_H
#define LIBSYS_SYSCALL_H

#include <abi/message.h>
#include <abi/object.h>
#include <abi/syscall.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/arch/call.h>

/** Do nothing: what crossing the border costs. */
static inline TN_MUST_USE tn_status_t sys_null(void)
{
    return SYS_ARCH_CALL0(TN_SYS_NULL).status;
}

/** Hand the handle in @p result out through @p handle if the call succeeded; @return its status. */
static inline TN_MUST_USE tn_status_t sys_take_handle(struct sys_result result, tn_handle_t *handle)
{
    if (result.status == TN_OK) {
        *handle = (tn_handle_t)result.value;
    }
    return result.status;
}

/** Hand the number in @p result out through @p value if the call succeeded; @return its status. */
static inline TN_MUST_USE tn_status_t sys_take_value(struct sys_result result, uint64_t *value)
{
    if (result.status == TN_OK) {
        *value = result.value;
    }
    return result.status;
}

/** As sys_take_value, for a number of 32 bits. */
static inline TN_MUST_USE tn_status_t sys_take_u32(struct sys_result result, uint32_t *value)
{
    if (result.status == TN_OK) {
        *value = (uint32_t)result.value;
    }
    return result.status;
}

/* Handles. */

/** Close @p handle. An object whose last handle goes is destroyed. */
static inline tn_status_t sys_handle_close(tn_handle_t handle)
{
    return SYS_ARCH_CALL3(TN_SYS_HANDLE_CLOSE, handle, 0, 0).status;
}

/** Make a second handle to the object of @p handle, with those of @p rights that it has.
 *  Needs TN_RIGHT_DUPLICATE. */
static inline TN_MUST_USE tn_status_t sys_handle_duplicate(tn_handle_t handle, uint32_t rights,
                                                           tn_handle_t *duplicate)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_HANDLE_DUPLICATE, handle, rights, 0), duplicate);
}

/** Make a handle to @p endpoint whose messages show @p badge to the receiver. Needs TN_RIGHT_MINT;
 *  @p endpoint must be unbadged, else TN_ERR_BADGED. */
static inline TN_MUST_USE tn_status_t sys_handle_mint(tn_handle_t endpoint, uint32_t rights,
                                                      uint64_t badge, tn_handle_t *minted)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_HANDLE_MINT, endpoint, rights, badge), minted);
}

/** End all that was derived from @p handle: duplicates, minted and installed handles, mappings.
 *  Needs TN_RIGHT_MANAGE. */
static inline TN_MUST_USE tn_status_t sys_handle_revoke(tn_handle_t handle)
{
    return SYS_ARCH_CALL3(TN_SYS_HANDLE_REVOKE, handle, 0, 0).status;
}

/** Put a handle to the object of @p handle, with those of @p rights that it has, into the table of
 *  @p process; @p installed is its number there. Needs TN_RIGHT_DUPLICATE, and TN_RIGHT_MANAGE on
 *  @p process. */
static inline TN_MUST_USE tn_status_t sys_handle_install(tn_handle_t process, tn_handle_t handle,
                                                         uint32_t rights, tn_handle_t *installed)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_HANDLE_INSTALL, process, handle, rights),
                           installed);
}

/** Tell what @p handle in the table of @p process is. Needs TN_RIGHT_INSPECT on @p process. */
static inline TN_MUST_USE tn_status_t sys_handle_info(tn_handle_t process, tn_handle_t handle,
                                                      struct tn_handle_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_HANDLE_INFO, process, handle, (uintptr_t)info).status;
}

/** Walk the table of @p process: the handle after @p after (0: the first), TN_ERR_NOT_FOUND at the
 *  end. Needs TN_RIGHT_INSPECT on @p process. */
static inline TN_MUST_USE tn_status_t sys_handle_next(tn_handle_t process, tn_handle_t after,
                                                      tn_handle_t *next)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_HANDLE_NEXT, process, after, 0), next);
}

/* Processes. */

/** Make a process without memory, handles or threads; @p container pays for it. @p flags: 0 or
 *  TN_PROCESS_FPU, which a kernel without CONFIG_FPU refuses with TN_ERR_NOT_SUPPORTED. */
static inline TN_MUST_USE tn_status_t sys_process_create(tn_handle_t container, uint32_t flags,
                                                         tn_handle_t *process)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_PROCESS_CREATE, container, flags, 0), process);
}

/** Send faults of the threads of @p process, and its exit, to @p endpoint, which needs
 *  TN_RIGHT_SEND; its badge tells the receiver which process. */
static inline TN_MUST_USE tn_status_t sys_process_set_handler(tn_handle_t process,
                                                              tn_handle_t endpoint)
{
    return SYS_ARCH_CALL3(TN_SYS_PROCESS_SET_HANDLER, process, endpoint, 0).status;
}

/** End @p process with exit code @p code. */
static inline TN_MUST_USE tn_status_t sys_process_kill(tn_handle_t process, int32_t code)
{
    return SYS_ARCH_CALL3(TN_SYS_PROCESS_KILL, process, (int64_t)code, 0).status;
}

/** End the calling process with exit code @p code. */
static inline _Noreturn void sys_process_exit(int32_t code)
{
    for (;;) {
        (void)SYS_ARCH_CALL3(TN_SYS_PROCESS_EXIT, (int64_t)code, 0, 0);
    }
}

/** Tell about @p process. Needs TN_RIGHT_INSPECT. */
static inline TN_MUST_USE tn_status_t sys_process_info(tn_handle_t process,
                                                       struct tn_process_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_PROCESS_INFO, process, (uintptr_t)info, 0).status;
}

/* Threads; programs use libsys/thread.h for their own. */

/** Make a thread in @p process that begins as @p start says, suspended. */
static inline TN_MUST_USE tn_status_t sys_thread_create(tn_handle_t process,
                                                        const struct tn_thread_start *start,
                                                        tn_handle_t *thread)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_THREAD_CREATE, process, (uintptr_t)start, 0),
                           thread);
}

/** Let the suspended @p thread run. */
static inline TN_MUST_USE tn_status_t sys_thread_resume(tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_RESUME, thread, 0, 0).status;
}

/** Stop @p thread where it is until it is resumed. */
static inline TN_MUST_USE tn_status_t sys_thread_suspend(tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_SUSPEND, thread, 0, 0).status;
}

/** End @p thread; when the call returns it executes nothing any more. */
static inline TN_MUST_USE tn_status_t sys_thread_kill(tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_KILL, thread, 0, 0).status;
}

/** Read the registers of the suspended @p thread. */
static inline TN_MUST_USE tn_status_t sys_thread_read_regs(tn_handle_t thread,
                                                           struct tn_registers *registers)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_READ_REGS, thread, (uintptr_t)registers, 0).status;
}

/** Write the registers of the suspended @p thread. */
static inline TN_MUST_USE tn_status_t sys_thread_write_regs(tn_handle_t thread,
                                                            const struct tn_registers *registers)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_WRITE_REGS, thread, (uintptr_t)registers, 0).status;
}

/** Whether @p thread traps after each instruction from now on: 0 or 1 in @p enable. */
static inline TN_MUST_USE tn_status_t sys_thread_set_step(tn_handle_t thread, uint32_t enable)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_SET_STEP, thread, enable, 0).status;
}

/** Let threads of the same priority run first. Always TN_OK. */
static inline tn_status_t sys_thread_yield(void)
{
    return SYS_ARCH_CALL0(TN_SYS_THREAD_YIELD).status;
}

/** End the calling thread; its stack and its struct sys_thread stay. See sys_thread_finish. */
static inline _Noreturn void sys_thread_exit(void)
{
    for (;;) {
        (void)SYS_ARCH_CALL0(TN_SYS_THREAD_EXIT);
    }
}

/** Do nothing until @p deadline_ns. TN_ERR_CANCELLED if thread_cancel came first. */
static inline TN_MUST_USE tn_status_t sys_thread_sleep(uint64_t deadline_ns)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_SLEEP, deadline_ns, 0, 0).status;
}

/** Tell about thread number @p index, from 0, of @p process; TN_ERR_NOT_FOUND after the last. */
static inline TN_MUST_USE tn_status_t sys_thread_info(tn_handle_t process, uint32_t index,
                                                      struct tn_thread_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_INFO, process, index, (uintptr_t)info).status;
}

/** Map the calling thread's message buffer at @p va, page-aligned and not mapped. */
static inline TN_MUST_USE tn_status_t sys_thread_set_buffer(uint64_t va)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_SET_BUFFER, va, 0, 0).status;
}

/** End the wait that @p thread is in with TN_ERR_CANCELLED. */
static inline TN_MUST_USE tn_status_t sys_thread_cancel(tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_THREAD_CANCEL, thread, 0, 0).status;
}

/* Scheduling contexts. */

/** Make a context of @p priority (0 to CONFIG_PRIORITIES - 1, more is more urgent) that may use
 *  @p budget_ns in each @p period_ns; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_context_create(tn_handle_t container, uint32_t priority,
                                                         uint64_t budget_ns, uint64_t period_ns,
                                                         tn_handle_t *context)
{
    return sys_take_handle(
        SYS_ARCH_CALL4(TN_SYS_CONTEXT_CREATE, container, priority, budget_ns, period_ns), context);
}

/** Change what @p context may use; the values are those of sys_context_create. */
static inline TN_MUST_USE tn_status_t sys_context_configure(tn_handle_t context, uint32_t priority,
                                                            uint64_t budget_ns, uint64_t period_ns)
{
    return SYS_ARCH_CALL4(TN_SYS_CONTEXT_CONFIGURE, context, priority, budget_ns, period_ns).status;
}

/** Let @p thread, which has none, run on @p context, which is bound to none. */
static inline TN_MUST_USE tn_status_t sys_context_bind(tn_handle_t context, tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_CONTEXT_BIND, context, thread, 0).status;
}

/** Take @p context away from the thread it is bound to. */
static inline TN_MUST_USE tn_status_t sys_context_unbind(tn_handle_t context)
{
    return SYS_ARCH_CALL3(TN_SYS_CONTEXT_UNBIND, context, 0, 0).status;
}

/** Let @p context run on the CPUs of @p mask alone: bit n is CPU n. */
static inline TN_MUST_USE tn_status_t sys_context_set_affinity(tn_handle_t context, uint64_t mask)
{
    return SYS_ARCH_CALL3(TN_SYS_CONTEXT_SET_AFFINITY, context, mask, 0).status;
}

/** Let the end of @p context's budget be a fault of its thread (1), or just the end of a turn (0). */
static inline TN_MUST_USE tn_status_t sys_context_set_timeout(tn_handle_t context, uint64_t faults)
{
    return SYS_ARCH_CALL3(TN_SYS_CONTEXT_SET_TIMEOUT, context, faults, 0).status;
}

/* Endpoints, notifications, timers, waiting on a word. */

/** Make an endpoint; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_endpoint_create(tn_handle_t container,
                                                          tn_handle_t *endpoint)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_ENDPOINT_CREATE, container, 0, 0), endpoint);
}

/** Say that a new server begins to serve @p endpoint; @p epoch is its number, 0 to 65,535. */
static inline TN_MUST_USE tn_status_t sys_endpoint_rebind(tn_handle_t endpoint, uint32_t *epoch)
{
    return sys_take_u32(SYS_ARCH_CALL3(TN_SYS_ENDPOINT_REBIND, endpoint, 0, 0), epoch);
}

/** Make a notification; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_notification_create(tn_handle_t container,
                                                              tn_handle_t *notification)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_NOTIFICATION_CREATE, container, 0, 0),
                           notification);
}

/** Set @p bits in @p notification and wake who waits for it; 0 does nothing. */
static inline TN_MUST_USE tn_status_t sys_notification_signal(tn_handle_t notification,
                                                              uint64_t bits)
{
    return SYS_ARCH_CALL3(TN_SYS_NOTIFICATION_SIGNAL, notification, bits, 0).status;
}

/** Wait until a bit is set, then take all into @p bits. */
static inline TN_MUST_USE tn_status_t sys_notification_wait(tn_handle_t notification,
                                                            uint64_t deadline_ns, uint64_t *bits)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_NOTIFICATION_WAIT, notification, deadline_ns, 0),
                          bits);
}

/** Deliver @p notification to the receives of @p thread, or to nobody if that is TN_HANDLE_NONE. */
static inline TN_MUST_USE tn_status_t sys_notification_bind(tn_handle_t notification,
                                                            tn_handle_t thread)
{
    return SYS_ARCH_CALL3(TN_SYS_NOTIFICATION_BIND, notification, thread, 0).status;
}

/** Make a timer that sets @p bits of @p notification; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_timer_create(tn_handle_t container,
                                                       tn_handle_t notification, uint64_t bits,
                                                       tn_handle_t *timer)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_TIMER_CREATE, container, notification, bits),
                           timer);
}

/** Let @p timer fire at @p deadline_ns and then each @p period_ns (0: once); 0, 0 stops it. */
static inline TN_MUST_USE tn_status_t sys_timer_set(tn_handle_t timer, uint64_t deadline_ns,
                                                    uint64_t period_ns)
{
    return SYS_ARCH_CALL3(TN_SYS_TIMER_SET, timer, deadline_ns, period_ns).status;
}

/** Wait until woken, if @p word still is @p expected; TN_ERR_STATE if it is not. */
static inline TN_MUST_USE tn_status_t sys_word_wait(const uint32_t *word, uint32_t expected,
                                                    uint64_t deadline_ns)
{
    return SYS_ARCH_CALL4(TN_SYS_WORD_WAIT, (uintptr_t)word, expected, deadline_ns, TN_HANDLE_NONE)
        .status;
}

/** As sys_word_wait, for a lock that thread @p owner has: it runs in the time of who waits. */
static inline TN_MUST_USE tn_status_t sys_word_wait_for(const uint32_t *word, uint32_t expected,
                                                        uint64_t deadline_ns, tn_handle_t owner)
{
    return SYS_ARCH_CALL4(TN_SYS_WORD_WAIT, (uintptr_t)word, expected, deadline_ns, owner).status;
}

/** Wake up to @p count threads that wait on @p word; @p woken is how many those were. */
static inline TN_MUST_USE tn_status_t sys_word_wake(const uint32_t *word, uint32_t count,
                                                    uint32_t *woken)
{
    return sys_take_u32(SYS_ARCH_CALL3(TN_SYS_WORD_WAKE, (uintptr_t)word, count, 0), woken);
}

/** What became meanwhile of the call that @p token names, which this process serves: *marks receives
 *  TN_CALL_ bits. */
static inline TN_MUST_USE tn_status_t sys_call_info(uint64_t token, uint64_t *marks)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_CALL_INFO, token, 0, 0), marks);
}

/* Memory. */

/** Make a memory object of @p size bytes, a multiple of the page size, zeroed; @p container pays. */
static inline TN_MUST_USE tn_status_t sys_memory_create(tn_handle_t container, uint64_t size,
                                                        tn_handle_t *memory)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_MEMORY_CREATE, container, size, 0), memory);
}

/** Make a memory object of the device registers at @p offset in @p io_range. */
static inline TN_MUST_USE tn_status_t sys_memory_device(tn_handle_t io_range, uint64_t offset,
                                                        uint64_t size, tn_handle_t *memory)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_MEMORY_DEVICE, io_range, offset, size), memory);
}

/** Map a part of @p memory into @p process as @p request says; @p va is where it is. */
static inline TN_MUST_USE tn_status_t sys_memory_map(tn_handle_t process, tn_handle_t memory,
                                                     const struct tn_map_request *request,
                                                     uint64_t *va)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_MEMORY_MAP, process, memory, (uintptr_t)request),
                          va);
}

/** Unmap the pages of [@p va, @p va + @p size) in @p process. */
static inline TN_MUST_USE tn_status_t sys_memory_unmap(tn_handle_t process, uint64_t va,
                                                       uint64_t size)
{
    return SYS_ARCH_CALL3(TN_SYS_MEMORY_UNMAP, process, va, size).status;
}

/** Change the access to the pages of [@p va, @p va + @p size) in @p process to @p access
 *  (TN_RIGHT_READ, _WRITE, _EXECUTE), never more than they were mapped with. */
static inline TN_MUST_USE tn_status_t sys_memory_protect(tn_handle_t process, uint64_t va,
                                                         uint64_t size, uint32_t access)
{
    return SYS_ARCH_CALL4(TN_SYS_MEMORY_PROTECT, process, va, size, access).status;
}

/** Tell about @p memory. */
static inline TN_MUST_USE tn_status_t sys_memory_info(tn_handle_t memory,
                                                      struct tn_memory_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_MEMORY_INFO, memory, (uintptr_t)info, 0).status;
}

/* Resource containers. */

/** Make a container that may spend @p limit bytes and have @p threads, taken from @p parent. */
static inline TN_MUST_USE tn_status_t sys_container_create(tn_handle_t parent, uint64_t limit,
                                                           uint32_t threads, tn_handle_t *container)
{
    return sys_take_handle(SYS_ARCH_CALL3(TN_SYS_CONTAINER_CREATE, parent, limit, threads),
                           container);
}

/** Tell about @p container. */
static inline TN_MUST_USE tn_status_t sys_container_info(tn_handle_t container,
                                                         struct tn_container_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_CONTAINER_INFO, container, (uintptr_t)info, 0).status;
}

/* Interrupts and I/O ranges. */

/** Make interrupt @p number of @p io_range usable, with TN_INTERRUPT_ @p flags, masked until it is
 *  bound; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_interrupt_create(tn_handle_t container,
                                                           tn_handle_t io_range, uint32_t number,
                                                           uint32_t flags, tn_handle_t *interrupt)
{
    return sys_take_handle(
        SYS_ARCH_CALL4(TN_SYS_INTERRUPT_CREATE, container, io_range, number, flags), interrupt);
}

/** Let @p interrupt set @p bits of @p notification. */
static inline TN_MUST_USE tn_status_t sys_interrupt_bind(tn_handle_t interrupt,
                                                         tn_handle_t notification, uint64_t bits)
{
    return SYS_ARCH_CALL3(TN_SYS_INTERRUPT_BIND, interrupt, notification, bits).status;
}

/** Say that the device has been served, so that @p interrupt may come again. */
static inline TN_MUST_USE tn_status_t sys_interrupt_ack(tn_handle_t interrupt)
{
    return SYS_ARCH_CALL3(TN_SYS_INTERRUPT_ACK, interrupt, 0, 0).status;
}

/** Make a range of the @p length ports, addresses or numbers from @p base on, which lie inside
 *  @p io_range; @p container pays for it. */
static inline TN_MUST_USE tn_status_t sys_io_range_create(tn_handle_t container,
                                                          tn_handle_t io_range, uint64_t base,
                                                          uint64_t length, tn_handle_t *part)
{
    return sys_take_handle(
        SYS_ARCH_CALL4(TN_SYS_IO_RANGE_CREATE, container, io_range, base, length), part);
}

/** Read @p width bytes (1, 2, 4) of the port at @p offset in @p io_range. */
static inline TN_MUST_USE tn_status_t sys_io_read(tn_handle_t io_range, uint64_t offset,
                                                  uint32_t width, uint64_t *value)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_IO_READ, io_range, offset, width), value);
}

/** Write the low @p width bytes (1, 2, 4) of @p value to the port at @p offset in @p io_range. */
static inline TN_MUST_USE tn_status_t sys_io_write(tn_handle_t io_range, uint64_t offset,
                                                   uint32_t width, uint64_t value)
{
    return SYS_ARCH_CALL4(TN_SYS_IO_WRITE, io_range, offset, width, value).status;
}

/* The machine. */

/** Append @p length bytes (at most TN_LOG_WRITE_MAX) of @p text to the kernel log. */
static inline tn_status_t sys_log_write(tn_handle_t machine, const char *text, uint64_t length)
{
    return SYS_ARCH_CALL3(TN_SYS_LOG_WRITE, machine, (uintptr_t)text, length).status;
}

/** Read the kernel log as @p request says; @p length is how many bytes there were. */
static inline TN_MUST_USE tn_status_t sys_log_read(tn_handle_t machine,
                                                   struct tn_log_request *request, uint64_t *length)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_LOG_READ, machine, (uintptr_t)request, 0), length);
}

/** Read trace records as @p request says; @p count is how many there were. */
static inline TN_MUST_USE tn_status_t sys_trace_read(tn_handle_t machine,
                                                     struct tn_trace_request *request,
                                                     uint64_t *count)
{
    return sys_take_value(SYS_ARCH_CALL3(TN_SYS_TRACE_READ, machine, (uintptr_t)request, 0), count);
}

/** Tell about the machine. */
static inline TN_MUST_USE tn_status_t sys_machine_info(tn_handle_t machine,
                                                       struct tn_machine_info *info)
{
    return SYS_ARCH_CALL3(TN_SYS_MACHINE_INFO, machine, (uintptr_t)info, 0).status;
}

/** Tell about device number @p index, from 0; TN_ERR_NOT_FOUND after the last. */
static inline TN_MUST_USE tn_status_t sys_machine_device(tn_handle_t machine, uint64_t index,
                                                         struct tn_device *device)
{
    return SYS_ARCH_CALL3(TN_SYS_MACHINE_DEVICE, machine, index, (uintptr_t)device).status;
}

/** Switch off or reboot (enum tn_power @p action); returns only if it is not allowed. */
static inline tn_status_t sys_machine_power(tn_handle_t machine, uint32_t action, int32_t code)
{
    return SYS_ARCH_CALL3(TN_SYS_MACHINE_POWER, machine, action, (int64_t)code).status;
}

#endif

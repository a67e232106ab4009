/* SPDX-License-Identifier: MIT */
/* Threads: making, stopping, looking at, changing, ending. */
#include <abi/layout.h>
#include <libsys/pages.h>

#include "arch_tests.h"
#include "worker.h"

static void nothing(void)
{
}

static void creating_checks_handles(void)
{
    tn_handle_t result = 55;
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    tn_handle_t poor = limited(own_container(), TN_RIGHT_INSPECT);
    struct tn_thread_start start = {.pc = 0x400000, .sp = 0x500000, .container = own_container()};
    EXPECT(TN_ERR_HANDLE, sys_thread_create(BAD_HANDLE, &start, &result));
    EXPECT(TN_ERR_TYPE, sys_thread_create(own_container(), &start, &result));
    EXPECT(TN_ERR_RIGHTS, sys_thread_create(watcher, &start, &result));
    EXPECT(TN_ERR_ADDRESS, sys_thread_create(process, BAD_POINTER, &result));
    start.container = BAD_HANDLE;
    EXPECT(TN_ERR_HANDLE, sys_thread_create(process, &start, &result));
    start.container = process;
    EXPECT(TN_ERR_TYPE, sys_thread_create(process, &start, &result));
    start.container = poor;
    EXPECT(TN_ERR_RIGHTS, sys_thread_create(process, &start, &result));
    start.container = own_container();
    EXPECT(TN_OK, sys_process_kill(process, 0));
    EXPECT(TN_ERR_STATE, sys_thread_create(process, &start, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){process, watcher, poor}, 3);
}

/* The status of making a thread as @p start says. */
static tn_status_t create(struct tn_thread_start start)
{
    tn_handle_t thread;
    tn_status_t status = sys_thread_create(TN_HANDLE_NONE, &start, &thread);
    if (status == TN_OK) {
        EXPECT(TN_OK, sys_thread_kill(thread));
        EXPECT(TN_OK, sys_handle_close(thread));
    }
    return status;
}

static void creating_checks_numbers(void)
{
    struct tn_thread_start good = {.pc = 0x400000, .sp = 0x500000, .container = own_container()};
    struct tn_thread_start bad = good;
    EXPECT(TN_OK, create(good));
    bad.flags = 1;
    EXPECT(TN_ERR_INVALID, create(bad));
    bad = good;
    bad.sp = 0x500008;
    EXPECT(TN_ERR_ALIGNMENT, create(bad));
    bad.sp = TN_USER_HIGH + 16;
    EXPECT(TN_ERR_RANGE, create(bad));
    bad.sp = TN_USER_HIGH;
    EXPECT(TN_OK, create(bad));
    bad = good;
    bad.pc = 0;
    EXPECT(TN_ERR_RANGE, create(bad));
    bad.pc = TN_USER_HIGH;
    EXPECT(TN_ERR_RANGE, create(bad));
    bad.pc = BAD_ADDRESS;
    EXPECT(TN_ERR_RANGE, create(bad));
    bad = good;
    bad.tls = BAD_ADDRESS;
    EXPECT(TN_ERR_RANGE, create(bad));
    bad.tls = TN_USER_HIGH;
    EXPECT(TN_OK, create(bad));
}

static void the_system_has_a_limited_number_of_threads(void)
{
    static tn_handle_t threads[CONFIG_MAX_THREADS];
    size_t count = 0;
    struct tn_thread_start start = {.pc = 0x400000, .sp = 0x500000, .container = own_container()};
    tn_status_t status = TN_OK;
    while (count < CONFIG_MAX_THREADS && status == TN_OK) {
        status = sys_thread_create(TN_HANDLE_NONE, &start, &threads[count]);
        count += status == TN_OK;
    }
    /* Whichever is smaller: the handle table, or the threads of the system. */
    CHECK(status == TN_ERR_QUOTA || status == TN_ERR_NO_HANDLES);
    CHECK(count > 1);
    while (count > 0) {
        EXPECT(TN_OK, sys_thread_kill(threads[--count]));
        EXPECT(TN_OK, sys_handle_close(threads[count]));
    }
}

static void a_suspended_thread_does_not_run(void)
{
    static struct worker worker;
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_LAZY);
    CHECK(worker_counts(&worker));
    EXPECT(TN_OK, sys_thread_suspend(worker.thread.handle));
    EXPECT(TN_ERR_STATE, sys_thread_suspend(worker.thread.handle));
    uint64_t before = worker.counter;
    pause_ms(2);
    EQUAL(before, worker.counter);
    EXPECT(TN_OK, sys_thread_resume(worker.thread.handle));
    EXPECT(TN_ERR_STATE, sys_thread_resume(worker.thread.handle));
    CHECK(worker_counts(&worker));
    worker.value = 1;
    worker_join(&worker);
}

static void a_suspended_thread_can_be_woken(void)
{
    static struct worker worker;
    worker = (struct worker){.work = work_wait, .deadline = TN_DEADLINE_NEVER};
    worker.handle = new_notification();
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_OK, sys_thread_suspend(worker.thread.handle));
    EXPECT(TN_OK, sys_notification_signal(worker.handle, 3));
    EQUAL(0, worker.thread.done);
    EXPECT(TN_OK, sys_thread_resume(worker.thread.handle));
    worker_join(&worker);
    EXPECT(TN_OK, worker.status);
    EQUAL(3, worker.value);
    EXPECT(TN_OK, sys_handle_close(worker.handle));
}

static void stopping_checks_its_arguments(void)
{
    tn_handle_t thread = new_thread(nothing);
    tn_handle_t name = limited(thread, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_thread_resume(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_thread_resume(own_container()));
    EXPECT(TN_ERR_RIGHTS, sys_thread_resume(name));
    EXPECT(TN_ERR_HANDLE, sys_thread_suspend(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_thread_suspend(own_container()));
    EXPECT(TN_ERR_RIGHTS, sys_thread_suspend(name));
    EXPECT(TN_ERR_HANDLE, sys_thread_kill(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_thread_kill(own_container()));
    EXPECT(TN_ERR_RIGHTS, sys_thread_kill(name));
    EXPECT(TN_ERR_HANDLE, sys_thread_cancel(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_thread_cancel(own_container()));
    EXPECT(TN_ERR_RIGHTS, sys_thread_cancel(name));
    EXPECT(TN_ERR_STATE, sys_thread_cancel(thread));
    EXPECT(TN_OK, sys_thread_kill(thread));
    EXPECT(TN_OK, sys_thread_kill(thread)); /* A dead thread is left alone. */
    EXPECT(TN_ERR_STATE, sys_thread_resume(thread));
    EXPECT(TN_ERR_STATE, sys_thread_suspend(thread));
    EXPECT(TN_ERR_STATE, sys_thread_cancel(thread));
    close_all((tn_handle_t[]){thread, name}, 2);
}

/* Start a worker that waits, cancel it, and look at what it got. */
static void cancel(void (*work)(struct worker *), tn_handle_t handle)
{
    static struct worker worker;
    worker = (struct worker){.work = work,
                             .handle = handle,
                             .message = {.destination = handle},
                             .deadline = TN_DEADLINE_NEVER};
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_OK, sys_thread_cancel(worker.thread.handle));
    worker_join(&worker);
    EXPECT(TN_ERR_CANCELLED, worker.status);
}

static void every_wait_can_be_cancelled(void)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t notification = new_notification();
    cancel(work_call, endpoint);
    cancel(work_send, endpoint);
    cancel(work_receive, endpoint);
    cancel(work_wait, notification);
    cancel(work_word, TN_HANDLE_NONE);
    cancel(work_sleep, TN_HANDLE_NONE);
    close_all((tn_handle_t[]){endpoint, notification}, 2);
}

static void registers_of_a_new_thread_are_as_asked_for(void)
{
    struct tn_registers registers = {0};
    tn_handle_t thread = TN_HANDLE_NONE;
    struct tn_thread_start start = {.pc = 0x412340,
                                    .sp = 0x500010,
                                    .argument = 0x1111,
                                    .argument2 = 0x2222,
                                    .tls = 0x3333,
                                    .container = own_container()};
    if (!CONFIG_DEBUG_CALLS) {
        return;
    }
    EXPECT(TN_OK, sys_thread_create(TN_HANDLE_NONE, &start, &thread));
    EXPECT(TN_OK, sys_thread_read_regs(thread, &registers));
    EQUAL(0x412340, registers.pc);
    EQUAL(0x500010, registers.sp);
    EQUAL(0x3333, registers.tls);
    uint64_t sum = 0;
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        sum += registers.general[i];
    }
    EQUAL(0x1111, registers.general[ARCH_ARGUMENT]);
    EQUAL(0x2222, registers.general[ARCH_ARGUMENT2]);
    EQUAL(0x3333, sum); /* All others are 0. */
    EXPECT(TN_OK, sys_thread_kill(thread));
    EXPECT(TN_OK, sys_handle_close(thread));
}

static void written_registers_are_used(void)
{
    static struct worker worker;
    struct tn_registers registers = {0};
    if (!CONFIG_DEBUG_CALLS) {
        return;
    }
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_LAZY);
    CHECK(worker_counts(&worker));
    EXPECT(TN_ERR_STATE, sys_thread_read_regs(worker.thread.handle, &registers));
    EXPECT(TN_OK, sys_thread_suspend(worker.thread.handle));
    EXPECT(TN_OK, sys_thread_read_regs(worker.thread.handle, &registers));
    CHECK((registers.valid >> 31 & 0xf) == 0xf);
    CHECK(registers.sp > worker.thread.stack_va &&
          registers.sp <= worker.thread.stack_va + worker.thread.stack_bytes);
    /* Let it go on in the function that ends a thread of libsys. */
    registers.pc = (uintptr_t)sys_thread_finish;
    registers.sp = worker.thread.stack_va + worker.thread.stack_bytes - ARCH_CALL_OFFSET;
    registers.valid = UINT64_C(3) << 31;
    EXPECT(TN_OK, sys_thread_write_regs(worker.thread.handle, &registers));
    EXPECT(TN_OK, sys_thread_resume(worker.thread.handle));
    worker_join(&worker);
    EQUAL(0, worker.value);
}

/* A kernel without the calls of debuggers says so. */
static void debug_calls_are_missing(tn_handle_t thread)
{
    struct tn_registers registers = {.valid = 1};
    EXPECT(TN_ERR_NOT_SUPPORTED, sys_thread_read_regs(thread, &registers));
    EXPECT(TN_ERR_NOT_SUPPORTED, sys_thread_write_regs(thread, &registers));
    EXPECT(TN_ERR_NOT_SUPPORTED, sys_thread_set_step(thread, 1));
    EXPECT(TN_OK, sys_thread_kill(thread));
    EXPECT(TN_OK, sys_handle_close(thread));
}

static void register_access_checks_its_arguments(void)
{
    struct tn_registers registers = {.valid = 1};
    tn_handle_t thread = new_thread(nothing);
    if (!CONFIG_DEBUG_CALLS) {
        debug_calls_are_missing(thread);
        return;
    }
    tn_handle_t manager = limited(thread, TN_RIGHT_MANAGE);
    tn_handle_t watcher = limited(thread, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_thread_read_regs(BAD_HANDLE, &registers));
    EXPECT(TN_ERR_TYPE, sys_thread_read_regs(own_container(), &registers));
    EXPECT(TN_ERR_RIGHTS, sys_thread_read_regs(manager, &registers));
    EXPECT(TN_ERR_ADDRESS, sys_thread_read_regs(thread, BAD_POINTER));
    EXPECT(TN_ERR_HANDLE, sys_thread_write_regs(BAD_HANDLE, &registers));
    EXPECT(TN_ERR_TYPE, sys_thread_write_regs(own_container(), &registers));
    EXPECT(TN_ERR_RIGHTS, sys_thread_write_regs(watcher, &registers));
    EXPECT(TN_ERR_ADDRESS, sys_thread_write_regs(thread, BAD_POINTER));
    registers = (struct tn_registers){.pc = BAD_ADDRESS, .valid = UINT64_C(1) << 32};
    EXPECT(TN_ERR_RANGE, sys_thread_write_regs(thread, &registers));
    registers = (struct tn_registers){.tls = BAD_ADDRESS, .valid = UINT64_C(1) << 34};
    EXPECT(TN_ERR_RANGE, sys_thread_write_regs(thread, &registers));
    registers = (struct tn_registers){.valid = UINT64_C(1) << 35};
    EXPECT(TN_ERR_INVALID, sys_thread_write_regs(thread, &registers));
    EXPECT(TN_ERR_HANDLE, sys_thread_set_step(BAD_HANDLE, 1));
    EXPECT(TN_ERR_TYPE, sys_thread_set_step(own_container(), 1));
    EXPECT(TN_ERR_RIGHTS, sys_thread_set_step(watcher, 1));
    EXPECT(TN_ERR_INVALID, sys_thread_set_step(thread, 2));
    EXPECT(TN_OK, sys_thread_set_step(thread, 1));
    EXPECT(TN_OK, sys_thread_kill(thread));
    registers.valid = 1;
    EXPECT(TN_ERR_STATE, sys_thread_read_regs(thread, &registers));
    EXPECT(TN_ERR_STATE, sys_thread_write_regs(thread, &registers));
    EXPECT(TN_ERR_STATE, sys_thread_set_step(thread, 1));
    close_all((tn_handle_t[]){thread, manager, watcher}, 3);
}

static void information_tells_threads_in_order(void)
{
    struct tn_thread_info first, second;
    tn_handle_t process = new_process();
    tn_handle_t manager = limited(process, TN_RIGHT_MANAGE);
    tn_handle_t thread = new_thread(nothing);
    EXPECT(TN_OK, sys_thread_info(TN_HANDLE_NONE, 0, &first));
    EXPECT(TN_OK, sys_thread_info(TN_HANDLE_NONE, 1, &second));
    CHECK(first.id != second.id);
    EQUAL(TN_THREAD_READY, first.state);
    EQUAL(CONFIG_PRIORITIES / 2, first.priority);
    EQUAL(TN_THREAD_SUSPENDED, second.state);
    EXPECT(TN_ERR_NOT_FOUND, sys_thread_info(TN_HANDLE_NONE, 2, &first));
    EXPECT(TN_ERR_NOT_FOUND, sys_thread_info(process, 0, &first));
    EXPECT(TN_ERR_HANDLE, sys_thread_info(BAD_HANDLE, 0, &first));
    EXPECT(TN_ERR_TYPE, sys_thread_info(own_container(), 0, &first));
    EXPECT(TN_ERR_RIGHTS, sys_thread_info(manager, 0, &first));
    EXPECT(TN_ERR_ADDRESS, sys_thread_info(TN_HANDLE_NONE, 0, BAD_POINTER));
    EXPECT(TN_OK, sys_thread_kill(thread));
    EXPECT(TN_ERR_NOT_FOUND, sys_thread_info(TN_HANDLE_NONE, 1, &first));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    close_all((tn_handle_t[]){process, manager, thread}, 3);
}

/* A worker that asks for a message buffer in all wrong ways and then in the right one. */
static tn_status_t buffer_statuses[6];

static void work_buffer(struct worker *worker)
{
    uint64_t va = worker->value;
    buffer_statuses[0] = sys_thread_set_buffer(va + 8);
    buffer_statuses[1] = sys_thread_set_buffer(BAD_ADDRESS);
    buffer_statuses[2] = sys_thread_set_buffer(TN_USER_CLOCK);
    buffer_statuses[3] = sys_thread_set_buffer(va);
    buffer_statuses[4] = sys_thread_set_buffer(va + TN_PAGE_SIZE);
    buffer_statuses[5] = sys_memory_unmap(TN_HANDLE_NONE, va, TN_PAGE_SIZE);
    worker->counter = ((volatile struct tn_message_buffer *)(uintptr_t)va)->length;
}

static void a_message_buffer_is_mapped_once(void)
{
    static struct worker worker;
    worker = (struct worker){.work = work_buffer, .value = 0x20000000, .counter = 55};
    worker_start(&worker, WORKER_URGENT);
    worker_join(&worker);
    EXPECT(TN_ERR_ALIGNMENT, buffer_statuses[0]);
    EXPECT(TN_ERR_RANGE, buffer_statuses[1]);
    EXPECT(TN_ERR_EXISTS, buffer_statuses[2]);
    EXPECT(TN_OK, buffer_statuses[3]);
    EXPECT(TN_ERR_STATE, buffer_statuses[4]);
    EXPECT(TN_ERR_BUSY, buffer_statuses[5]);
    EQUAL(0, worker.counter);
    /* It went with its thread. */
    EXPECT(TN_ERR_NOT_FOUND, sys_memory_unmap(TN_HANDLE_NONE, 0x20000000, TN_PAGE_SIZE));
}

const struct check_case thread_cases[] = {
    {"creating_checks_handles", creating_checks_handles},
    {"creating_checks_numbers", creating_checks_numbers},
    {"the_system_has_a_limited_number_of_threads", the_system_has_a_limited_number_of_threads},
    {"a_suspended_thread_does_not_run", a_suspended_thread_does_not_run},
    {"a_suspended_thread_can_be_woken", a_suspended_thread_can_be_woken},
    {"stopping_checks_its_arguments", stopping_checks_its_arguments},
    {"every_wait_can_be_cancelled", every_wait_can_be_cancelled},
    {"registers_of_a_new_thread_are_as_asked_for", registers_of_a_new_thread_are_as_asked_for},
    {"written_registers_are_used", written_registers_are_used},
    {"register_access_checks_its_arguments", register_access_checks_its_arguments},
    {"information_tells_threads_in_order", information_tells_threads_in_order},
    {"a_message_buffer_is_mapped_once", a_message_buffer_is_mapped_once},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* Several threads receive on one endpoint. Whoever of them leaves the line, wherever it stands, however the
 * others came to stand where they are: those that are left are served, the last that came first. And who
 * has a signal hears of it before it waits again.
 *
 * Servers answer without a deadline, so that a kernel with a fast path takes it wherever it can. */
#include "receivers.h"

#include "arch_tests.h"
#include "child.h"
#include "worker.h"

#define SERVERS 3

static struct worker servers[SERVERS];

/* Answers calls with the number in value. The first word of a call may name a thread whose wait is
 * cancelled first. */
static void work_serve(struct worker *worker)
{
    struct sys_message message = {.destination = worker->handle};
    worker->status = sys_ipc_receive(&message, TN_DEADLINE_NEVER);
    while (worker->status == TN_OK) {
        if (message.words[0] != TN_HANDLE_NONE) {
            (void)!sys_thread_cancel((tn_handle_t)message.words[0]);
        }
        message.tag = tn_tag_make((uint32_t)worker->value, 0);
        worker->status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    }
}

/* All of them wait: the one with the highest number is first in line. */
static void servers_start(tn_handle_t endpoint)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        servers[i] = (struct worker){.work = work_serve, .handle = endpoint, .value = i};
        worker_start(&servers[i], WORKER_URGENT);
    }
}

/* Who answers a call that asks to cancel @p victim. */
static uint32_t who_serves(tn_handle_t endpoint, tn_handle_t victim)
{
    struct sys_message message = {.tag = TN_TAG_LOW, .destination = endpoint, .words = {victim}};
    EXPECT(TN_OK, sys_ipc_call8(&message, TN_DEADLINE_NEVER));
    return tn_tag_label(message.tag);
}

/* As who_serves; nobody may be there to answer. */
static uint32_t who_still_serves(tn_handle_t endpoint)
{
    struct sys_message message = {.tag = TN_TAG_LOW | TN_TAG_DEADLINE, .destination = endpoint};
    EXPECT(TN_OK, sys_ipc_call8(&message, in_ms(1000)));
    return tn_tag_label(message.tag);
}

static void expect_cancelled(struct worker *worker)
{
    worker_join(worker);
    EXPECT(TN_ERR_CANCELLED, worker->status);
}

static void cancel(struct worker *worker)
{
    EXPECT(TN_OK, sys_thread_cancel(worker->thread.handle));
    expect_cancelled(worker);
}

static void one_goes_while_another_serves(void)
{
    tn_handle_t endpoint = new_endpoint();
    servers_start(endpoint);
    EQUAL(2, who_serves(endpoint, servers[1].thread.handle));
    expect_cancelled(&servers[1]);
    cancel(&servers[2]);
    EQUAL(0, who_still_serves(endpoint));
    cancel(&servers[0]);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void one_goes_that_waited_before_another_came_back(void)
{
    tn_handle_t endpoint = new_endpoint();
    servers_start(endpoint);
    EQUAL(2, who_serves(endpoint, TN_HANDLE_NONE));
    cancel(&servers[1]);
    EQUAL(2, who_still_serves(endpoint));
    cancel(&servers[2]);
    EQUAL(0, who_still_serves(endpoint));
    cancel(&servers[0]);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* --- Handlers of faults ------------------------------------------------------------------------- */

static struct child child;
static tn_handle_t page;

/* Gives the process its first page when it misses it, and ends it when it misses another. counter: faults. */
static void work_handle(struct worker *worker)
{
    uint64_t va;
    struct tn_map_request request = {
        .va = RECEIVERS_AREA, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    struct sys_message message = {.destination = child.reports};
    worker->status = sys_ipc_receive(&message, TN_DEADLINE_NEVER);
    while (worker->status == TN_OK && tn_tag_label(message.tag) == TN_FAULT_PAGE) {
        worker->counter++;
        bool is_first = message.words[TN_FAULT_WORD_ADDRESS] < RECEIVERS_AREA + TN_PAGE_SIZE;
        if (is_first) {
            worker->status = sys_memory_map(child.process, page, &request, &va);
        }
        message.tag = tn_tag_make(is_first ? TN_FAULT_RESUME : TN_FAULT_KILL, 0);
        worker->status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    }
}

static void wait_until_the_child_waits(void)
{
    struct tn_thread_info info = {0};
    for (unsigned i = 0; i < 1000 && info.state != TN_THREAD_WAITING; i++) {
        pause_ms(1);
        EXPECT(TN_OK, sys_thread_info(child.process, 0, &info));
    }
    EQUAL(TN_THREAD_WAITING, info.state);
}

static void close_child(void)
{
    close_all(
        (tn_handle_t[]){child.thread, child.context, child.process, child.reports, child.container},
        5);
}

static void one_goes_that_waited_before_another_answered_a_fault(void)
{
    tn_handle_t bell = new_notification();
    page = new_memory(1);
    child_make_with(&child, (void (*)(void))receivers_client, bell);
    for (unsigned i = 0; i < 2; i++) {
        servers[i] = (struct worker){.work = work_handle};
        worker_start(&servers[i], WORKER_URGENT);
    }
    child_start(&child);
    wait_until_the_child_waits();
    EQUAL(1, servers[1].counter);
    cancel(&servers[0]);
    EXPECT(TN_OK, sys_notification_signal(bell, 1));
    child_wait_dead(&child);
    EQUAL(2, servers[1].counter);
    sys_thread_abort(&servers[1].thread); /* If it is not in line, nothing else ends it. */
    close_child();
    close_all((tn_handle_t[]){bell, page}, 2);
}

/* Lets the process try again, in vain, after a signal to itself. value: what it was told then. */
static void work_handle_signalled(struct worker *worker)
{
    struct sys_message message = {.destination = child.reports};
    worker->status = sys_notification_bind(worker->handle, worker->thread.handle);
    if (worker->status == TN_OK) {
        worker->status = sys_ipc_receive(&message, TN_DEADLINE_NEVER);
    }
    if (worker->status == TN_OK) {
        worker->status = sys_notification_signal(worker->handle, 1);
    }
    if (worker->status == TN_OK) {
        message.tag = tn_tag_make(TN_FAULT_RESUME, 0);
        worker->status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
        worker->value = message.tag & TN_TAG_KIND_MASK;
    }
}

/* The thread that faulted has a signal that it does not hear, too: in that they do not differ. */
static void a_handler_hears_a_signal_before_the_next_fault(void)
{
    tn_handle_t bell = new_notification(), noise = new_notification();
    child_make(&child, arch_entry_write, RECEIVERS_AREA);
    EXPECT(TN_OK, sys_notification_bind(noise, child.thread));
    EXPECT(TN_OK, sys_notification_signal(noise, 1));
    servers[0] = (struct worker){.work = work_handle_signalled, .handle = bell};
    worker_start(&servers[0], WORKER_URGENT);
    child_start(&child);
    worker_join(&servers[0]);
    EXPECT(TN_OK, servers[0].status);
    EQUAL(TN_TAG_KIND_SIGNAL, servers[0].value);
    EXPECT(TN_OK, sys_process_kill(child.process, 0));
    close_child();
    close_all((tn_handle_t[]){bell, noise}, 2);
}

const struct check_case receiver_cases[] = {
    {"one_goes_while_another_serves", one_goes_while_another_serves},
    {"one_goes_that_waited_before_another_came_back",
     one_goes_that_waited_before_another_came_back},
    {"one_goes_that_waited_before_another_answered_a_fault",
     one_goes_that_waited_before_another_answered_a_fault},
    {"a_handler_hears_a_signal_before_the_next_fault",
     a_handler_hears_a_signal_before_the_next_fault},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* Priority inversion: a low, a middle and a high thread, and a server that low and high need. This
 * thread is the high one. The middle one wants to run for ever, and must not before this one's call is
 * answered: it would not end otherwise, and the trace of the CPU that they share tells. */
#include <libsys/clock.h>
#include <libsys/mutex.h>

#include "worker.h"

#define WORKER_MIDDLE (CONFIG_PRIORITIES / 2 - 5)
#define STOP          7

static struct worker server, low, middle;

/* All share one CPU, where the middle one would be in the way; or each runs where it likes, and who waits
 * may do so on another CPU than whom it helps. */
static bool share;

/* Serves calls until one is labelled STOP. Each is finished when value is not 0; counter counts them. */
static void work_serve(struct worker *worker)
{
    volatile const uint64_t *may_finish = &worker->value;
    worker->status = sys_ipc_receive(&worker->message, 0);
    while (worker->status == TN_OK && tn_tag_label(worker->message.tag) != STOP) {
        worker->counter++;
        while (*may_finish == 0) {
        }
        worker->message.tag = 0;
        worker->status = sys_ipc_reply_receive(&worker->message, 0);
    }
    worker->message.tag = 0;
    worker->status = sys_ipc_reply(&worker->message);
}

static void start_server(tn_handle_t endpoint)
{
    workers_share_a_cpu(share);
    server = (struct worker){.work = work_serve, .message = {.destination = endpoint}};
    worker_start(&server, WORKER_URGENT); /* It waits at once. */
}

static void start_middle(void)
{
    middle = (struct worker){.work = work_count};
    worker_start(&middle, WORKER_MIDDLE);
    CHECK(worker_counts(&middle));
}

/* How often the middle one was switched to since @p request, which is moved to the end of the trace. A read
 * that is not full was at the end: there may be more by now, since reads are traced. */
static unsigned switches_to_middle(struct tn_trace_request *request)
{
    static struct tn_trace_record records[64];
    unsigned switches = 0;
    uint64_t count = TN_ARRAY_LEN(records);
    request->buffer = (uintptr_t)records;
    request->count = TN_ARRAY_LEN(records);
    while (CONFIG_TRACE && count == request->count) {
        bool from_start = request->position == 0;
        EXPECT(TN_OK, sys_trace_read(sys_program()->machine, request, &count));
        CHECK(from_start || request->lost == 0);
        for (uint64_t i = 0; i < count; i++) {
            switches += records[i].event == TN_TRACE_SWITCH &&
                        records[i].argument[1] == WORKER_MIDDLE; /* The priority. */
        }
    }
    return switches;
}

/* Lets the server finish what it does, and calls it. The middle one does not run meanwhile. */
static void call_before_middle(tn_handle_t endpoint)
{
    struct sys_message message = {.destination = endpoint};
    struct tn_trace_request request = {.cpu = 0};
    (void)switches_to_middle(&request);
    server.value = 1;
    EXPECT(TN_OK, sys_ipc_call0(&message, 0));
    EQUAL(0, share ? switches_to_middle(&request) : 0);
}

static void end_all(tn_handle_t endpoint)
{
    struct sys_message message = {.tag = tn_tag_make(STOP, 0), .destination = endpoint};
    middle.value = 1;
    worker_join(&middle);
    EXPECT(TN_OK, sys_ipc_call0(&message, 0));
    worker_join(&server);
    EXPECT(TN_OK, server.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
    workers_share_a_cpu(false);
}

static void call_idle_server(void)
{
    tn_handle_t endpoint = new_endpoint();
    start_server(endpoint);
    start_middle();
    call_before_middle(endpoint);
    end_all(endpoint);
}

static void call_busy_server(void)
{
    tn_handle_t endpoint = new_endpoint();
    start_server(endpoint);
    low = (struct worker){.work = work_call, .message = {.destination = endpoint}};
    worker_start(&low, WORKER_LAZY);
    for (unsigned i = 0; i < 1000 && server.counter == 0; i++) {
        pause_ms(1);
    }
    EQUAL(1, server.counter); /* It serves the low one, on that one's time. */
    start_middle();
    call_before_middle(endpoint);
    EQUAL(2, server.counter);
    end_all(endpoint);
    worker_join(&low);
    EXPECT(TN_OK, low.status);
}

static struct sys_mutex mutex;
static volatile bool is_held;

/* Holds the mutex until value is not 0. */
static void work_hold(struct worker *worker)
{
    volatile const uint64_t *may_finish = &worker->value;
    sys_mutex_lock(&mutex);
    is_held = true;
    while (*may_finish == 0) {
    }
    sys_mutex_unlock(&mutex);
}

static void lock_held_mutex(void)
{
    workers_share_a_cpu(share);
    low = (struct worker){.work = work_hold};
    is_held = false;
    worker_start(&low, WORKER_LAZY);
    for (unsigned i = 0; i < 1000 && !is_held; i++) {
        pause_ms(1);
    }
    CHECK(is_held);
    start_middle();
    struct tn_trace_request request = {.cpu = 0};
    (void)switches_to_middle(&request);
    low.value = 1;
    sys_mutex_lock(&mutex);
    EQUAL(0, share ? switches_to_middle(&request) : 0);
    sys_mutex_unlock(&mutex);
    middle.value = 1;
    worker_join(&middle);
    worker_join(&low);
    workers_share_a_cpu(false);
}

static void run_shared_and_apart(void (*run)(void))
{
    share = true;
    run();
    share = false;
    run();
}

static void an_idle_server_is_as_urgent_as_its_caller(void)
{
    run_shared_and_apart(call_idle_server);
}

static void a_busy_server_is_as_urgent_as_who_waits_for_it(void)
{
    run_shared_and_apart(call_busy_server);
}

static void a_mutex_holder_is_as_urgent_as_who_waits_for_it(void)
{
    run_shared_and_apart(lock_held_mutex);
}

#define MS     UINT64_C(1000000)
#define PERIOD (50 * MS)

/* Serves one call, for longer than its caller has time, and answers by the fast path. How long, the clock
 * tells; that the caller's time is charged, too, its own account. */
static void work_serve_long(struct worker *worker)
{
    worker->status = sys_ipc_receive(&worker->message, 0);
    uint64_t charged_ns = worker_cpu_ns() + MS;
    uint64_t end_ns = sys_clock_now_ns() + 3 * MS;
    while (sys_clock_now_ns() < end_ns || worker_cpu_ns() < charged_ns) {
    }
    worker->message.tag = 0;
    worker->status = sys_ipc_reply_receive(&worker->message, TN_DEADLINE_NEVER);
}

/* Calls when the bell rings. value: when it could go on. */
static void work_call_once(struct worker *worker)
{
    uint64_t bits;
    worker->status = sys_notification_wait(worker->handle, TN_DEADLINE_NEVER, &bits);
    worker->status = sys_ipc_call0(&worker->message, TN_DEADLINE_NEVER);
    worker->value = sys_clock_now_ns();
}

/* The server goes on with time of its own; its caller, whose budget is used up, waits for the next. */
static void an_answer_gives_none_of_the_servers_own_time(void)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t bell = new_notification();
    server = (struct worker){.work = work_serve_long, .message = {.destination = endpoint}};
    worker_start(&server, WORKER_URGENT);
    low = (struct worker){
        .work = work_call_once, .handle = bell, .message = {.destination = endpoint}};
    worker_start(&low, WORKER_URGENT);
    EXPECT(TN_OK, sys_context_configure(low.thread.context, WORKER_URGENT, MS, PERIOD));
    uint64_t start_ns = sys_clock_now_ns();
    EXPECT(TN_OK, sys_notification_signal(bell, 1));
    worker_join(&low);
    EXPECT(TN_OK, low.status);
    CHECK(low.value - start_ns >= PERIOD - 2 * MS);
    EXPECT(TN_OK, sys_handle_close(endpoint));
    worker_join(&server);
    EXPECT(TN_ERR_CLOSED, server.status);
    EXPECT(TN_OK, sys_handle_close(bell));
}

static void waiting_for_an_owner_checks_it(void)
{
    uint32_t word = 0;
    tn_handle_t self = sys_program()->thread;
    tn_handle_t none = limited(self, 0);
    EXPECT(TN_ERR_HANDLE, sys_word_wait_for(&word, 0, TN_DEADLINE_NEVER, BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_word_wait_for(&word, 0, TN_DEADLINE_NEVER, own_container()));
    EXPECT(TN_ERR_RIGHTS, sys_word_wait_for(&word, 0, TN_DEADLINE_NEVER, none));
    EXPECT(TN_ERR_DEADLOCK, sys_word_wait_for(&word, 0, TN_DEADLINE_NEVER, self));
    EXPECT(TN_ERR_STATE, sys_word_wait_for(&word, 1, TN_DEADLINE_NEVER, self));
    EXPECT(TN_OK, sys_handle_close(none));
}

const struct check_case inversion_cases[] = {
    {"an_idle_server_is_as_urgent_as_its_caller", an_idle_server_is_as_urgent_as_its_caller},
    {HELPING ? "a_busy_server_is_as_urgent_as_who_waits_for_it" : NULL,
     a_busy_server_is_as_urgent_as_who_waits_for_it},
    {HELPING ? "a_mutex_holder_is_as_urgent_as_who_waits_for_it" : NULL,
     a_mutex_holder_is_as_urgent_as_who_waits_for_it},
    {HELPING && CONFIG_BUDGETS ? "an_answer_gives_none_of_the_servers_own_time" : NULL,
     an_answer_gives_none_of_the_servers_own_time},
    {HELPING ? "waiting_for_an_owner_checks_it" : NULL, waiting_for_an_owner_checks_it},
    {NULL, NULL},
};

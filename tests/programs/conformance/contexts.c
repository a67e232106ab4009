/* SPDX-License-Identifier: MIT */
/* Scheduling contexts. */
#include "worker.h"

#define MS UINT64_C(1000000)

static tn_handle_t new_context(uint32_t priority)
{
    tn_handle_t context = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_context_create(own_container(), priority, 10 * MS, 10 * MS, &context));
    return context;
}

static void nothing(void)
{
}

static void creating_checks_its_arguments(void)
{
    tn_handle_t result = 55, made = TN_HANDLE_NONE;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_context_create(BAD_HANDLE, 1, MS, MS, &result));
    EXPECT(TN_ERR_TYPE, sys_context_create(endpoint, 1, MS, MS, &result));
    EXPECT(TN_ERR_RIGHTS, sys_context_create(watcher, 1, MS, MS, &result));
    EXPECT(TN_ERR_INVALID, sys_context_create(own_container(), CONFIG_PRIORITIES, MS, MS, &result));
    EXPECT(TN_ERR_INVALID, sys_context_create(own_container(), UINT32_MAX, MS, MS, &result));
    EXPECT(TN_ERR_INVALID, sys_context_create(own_container(), 1, 19999, MS, &result));
    EXPECT(TN_ERR_INVALID, sys_context_create(own_container(), 1, MS + 1, MS, &result));
    EXPECT(TN_ERR_INVALID,
           sys_context_create(own_container(), 1, MS, UINT64_C(3600000000001), &result));
    EQUAL(55, result);
    EXPECT(TN_OK, sys_context_create(own_container(), CONFIG_PRIORITIES - 1, 20000, 20000, &made));
    close_all((tn_handle_t[]){endpoint, watcher, made}, 3);
}

static void configuring_checks_its_arguments(void)
{
    tn_handle_t context = new_context(1);
    tn_handle_t name = limited(context, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_context_configure(BAD_HANDLE, 1, MS, MS));
    EXPECT(TN_ERR_TYPE, sys_context_configure(own_container(), 1, MS, MS));
    EXPECT(TN_ERR_RIGHTS, sys_context_configure(name, 1, MS, MS));
    EXPECT(TN_ERR_INVALID, sys_context_configure(context, CONFIG_PRIORITIES, MS, MS));
    EXPECT(TN_ERR_INVALID, sys_context_configure(context, 1, 0, MS));
    EXPECT(TN_ERR_INVALID, sys_context_configure(context, 1, MS, 0));
    EXPECT(TN_OK, sys_context_configure(context, 2, MS, MS));
    close_all((tn_handle_t[]){context, name}, 2);
}

static void a_kernel_has_budgets_or_says_that_it_has_not(void)
{
    tn_handle_t context = new_context(1), made = TN_HANDLE_NONE;
    tn_status_t status = CONFIG_BUDGETS ? TN_OK : TN_ERR_NOT_SUPPORTED;
    EXPECT(status, sys_context_configure(context, 2, MS, 2 * MS));
    EXPECT(status, sys_context_create(own_container(), 1, 20000, UINT64_C(3600000000000), &made));
    EXPECT(TN_OK, sys_handle_close(context));
    EXPECT(CONFIG_BUDGETS ? TN_OK : TN_ERR_HANDLE, sys_handle_close(made));
}

static void binding_checks_its_arguments(void)
{
    tn_handle_t context = new_context(1), other = new_context(1);
    tn_handle_t thread = new_thread(nothing), second = new_thread(nothing);
    tn_handle_t context_name = limited(context, TN_RIGHT_INSPECT);
    tn_handle_t thread_name = limited(thread, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_context_bind(BAD_HANDLE, thread));
    EXPECT(TN_ERR_TYPE, sys_context_bind(thread, thread));
    EXPECT(TN_ERR_RIGHTS, sys_context_bind(context_name, thread));
    EXPECT(TN_ERR_HANDLE, sys_context_bind(context, BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_context_bind(context, context));
    EXPECT(TN_ERR_RIGHTS, sys_context_bind(context, thread_name));
    EXPECT(TN_OK, sys_context_bind(context, thread));
    EXPECT(TN_ERR_BUSY, sys_context_bind(context, second));
    EXPECT(TN_ERR_EXISTS, sys_context_bind(other, thread));
    EXPECT(TN_OK, sys_thread_kill(second));
    EXPECT(TN_ERR_STATE, sys_context_bind(other, second));
    EXPECT(TN_ERR_HANDLE, sys_context_unbind(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_context_unbind(thread));
    EXPECT(TN_ERR_RIGHTS, sys_context_unbind(context_name));
    EXPECT(TN_OK, sys_context_unbind(context));
    EXPECT(TN_ERR_STATE, sys_context_unbind(context));
    EXPECT(TN_OK, sys_thread_kill(thread));
    close_all((tn_handle_t[]){context, other, thread, second, context_name, thread_name}, 6);
}

/* Counts when the bell has rung. */
static void work_wait_and_count(struct worker *worker)
{
    uint64_t bits;
    worker->status = sys_notification_wait(worker->handle, TN_DEADLINE_NEVER, &bits);
    work_count(worker);
}

static void the_more_urgent_runs_first(void)
{
    static struct worker worker;
    tn_handle_t bell = new_notification();
    workers_share_a_cpu(true);
    worker = (struct worker){.work = work_wait_and_count, .handle = bell};
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_LAZY, 10 * MS, 10 * MS));
    EXPECT(TN_OK, sys_notification_signal(bell, 1));
    EQUAL(0, worker.counter); /* We are more urgent and have not waited. */
    EXPECT(TN_OK, sys_thread_yield());
    EQUAL(0, worker.counter);
    CHECK(worker_counts(&worker));
    /* Made more urgent, it runs at once, until it gets the next stop. */
    worker.value = 1;
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_URGENT, 10 * MS, 10 * MS));
    EQUAL(1, worker.thread.done);
    worker_join(&worker);
    EXPECT(TN_OK, worker.status);
    workers_share_a_cpu(false);
    EXPECT(TN_OK, sys_handle_close(bell));
}

static void a_budget_is_the_most_that_is_used(void)
{
    static struct worker worker;
    if (!CONFIG_BUDGETS) {
        return;
    }
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_LAZY);
    /* Two milliseconds an hour: it counts until they are used up, and then no more. It is charged where it
     * runs; so it has stopped when the charge is seen. */
    EXPECT(TN_OK, sys_thread_suspend(worker.thread.handle));
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_LAZY, 2 * MS, 3600000 * MS));
    uint64_t start_ns = worker_cpu_ns();
    EXPECT(TN_OK, sys_thread_resume(worker.thread.handle));
    CHECK(worker_uses(start_ns + 2 * MS));
    uint64_t before = worker.counter;
    pause_ms(20);
    EQUAL(before, worker.counter);
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_LAZY, 10 * MS, 10 * MS));
    CHECK(worker_counts(&worker));
    /* It is so, too, for one that runs. */
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_LAZY, 2 * MS, 3600000 * MS));
    CHECK(worker_stops(&worker));
    EXPECT(TN_OK, sys_context_configure(worker.thread.context, WORKER_LAZY, 10 * MS, 10 * MS));
    CHECK(worker_counts(&worker));
    worker.value = 1;
    worker_join(&worker);
}

/* How far a worker counts, at most, until its CPU has heard that it is to stop: some microseconds. The CPU
 * may stand still meanwhile, so time would not tell. */
#define LAST_COUNTS 10000

static void without_a_context_a_thread_stands_still(void)
{
    static struct worker worker;
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_LAZY);
    CHECK(worker_counts(&worker));
    EXPECT(TN_OK, sys_context_unbind(worker.thread.context));
    uint64_t before = worker.counter;
    pause_ms(2);
    CHECK(worker.counter - before <= LAST_COUNTS);
    /* Now it has left its CPU for sure. */
    EXPECT(TN_OK, sys_thread_suspend(worker.thread.handle));
    EXPECT(TN_OK, sys_thread_resume(worker.thread.handle));
    before = worker.counter;
    pause_ms(2);
    EQUAL(before, worker.counter);
    EXPECT(TN_OK, sys_context_bind(worker.thread.context, worker.thread.handle));
    CHECK(worker_counts(&worker));
    worker.value = 1;
    worker_join(&worker);
}

static void who_waits_for_a_deadline_keeps_its_context(void)
{
    static struct worker worker;
    tn_handle_t endpoint = new_endpoint();
    worker = (struct worker){.work = work_receive,
                             .message = {.tag = TN_TAG_DEADLINE, .destination = endpoint},
                             .deadline = in_ms(60000)};
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_ERR_BUSY, sys_context_unbind(worker.thread.context));
    EXPECT(TN_OK, sys_thread_cancel(worker.thread.handle));
    worker_join(&worker);
    EXPECT(TN_ERR_CANCELLED, worker.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* Where the only worker runs, or ran last. */
static uint32_t worker_cpu(void)
{
    struct tn_thread_info info = {0};
    EXPECT(TN_OK, sys_thread_info(TN_HANDLE_NONE, 1, &info));
    return info.cpu;
}

static void a_context_runs_where_it_may(void)
{
    static struct worker worker;
    struct tn_machine_info machine = {0};
    EXPECT(TN_OK, sys_machine_info(sys_program()->machine, &machine));
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_URGENT - 20);
    if (CONFIG_MAX_CPUS == 1) {
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_context_set_affinity(worker.thread.context, 1));
    }
    for (uint32_t i = 0; CONFIG_MAX_CPUS > 1 && i < machine.cpu_count; i++) {
        EXPECT(TN_OK, sys_context_set_affinity(worker.thread.context, UINT64_C(1) << i));
        for (unsigned tries = 0; tries < 1000 && worker_cpu() != i; tries++) {
            pause_ms(1); /* Until the CPU where it was has heard of it. */
        }
        CHECK(worker_counts(&worker));
        EQUAL(i, worker_cpu());
    }
    worker.value = 1;
    worker_join(&worker);
}

static void an_affinity_is_checked(void)
{
    tn_handle_t context = new_context(1);
    tn_handle_t name = limited(context, TN_RIGHT_INSPECT);
    if (CONFIG_MAX_CPUS > 1) {
        EXPECT(TN_ERR_HANDLE, sys_context_set_affinity(BAD_HANDLE, 1));
        EXPECT(TN_ERR_TYPE, sys_context_set_affinity(own_container(), 1));
        EXPECT(TN_ERR_RIGHTS, sys_context_set_affinity(name, 1));
        EXPECT(TN_ERR_RANGE, sys_context_set_affinity(context, 0));
        EXPECT(TN_ERR_RANGE, sys_context_set_affinity(context, UINT64_C(1) << CONFIG_MAX_CPUS));
        EXPECT(TN_OK, sys_context_set_affinity(context, UINT64_MAX));
    }
    close_all((tn_handle_t[]){context, name}, 2);
}

/* Takes a call, counts until value is not 0, and replies. */
static void work_serve_late(struct worker *worker)
{
    worker->status = sys_ipc_receive(&worker->message, 0);
    work_count(worker);
    worker->message.tag = 0;
    worker->status = sys_ipc_reply(&worker->message);
}

/* An endpoint that hears of this process's faults, of a thread that has 2 ms an hour for @p worker. */
static tn_handle_t limit(struct worker *worker)
{
    tn_handle_t ears = new_endpoint();
    EXPECT(TN_OK, sys_process_set_handler(sys_program()->root->process, ears));
    EXPECT(TN_OK, sys_context_set_timeout(worker->thread.context, 1));
    EXPECT(TN_OK, sys_context_configure(worker->thread.context, WORKER_LAZY, 2 * MS, 3600000 * MS));
    return ears;
}

/* The timeout that comes next says @p stopped. The thread gets a new budget and goes on. */
static void answer_timeout(tn_handle_t ears, const struct worker *worker, enum tn_timeout stopped)
{
    struct sys_message report = {.tag = TN_TAG_DEADLINE, .destination = ears};
    EXPECT(TN_OK, sys_ipc_receive(&report, in_ms(60000)));
    EQUAL(tn_tag_make(TN_FAULT_TIMEOUT, TN_TAG_KIND_FAULT | TN_TAG_LOW | TN_TAG_HIGH), report.tag);
    EQUAL(stopped, report.words[TN_FAULT_WORD_CODE]);
    EXPECT(TN_OK, sys_context_configure(worker->thread.context, WORKER_LAZY, 10 * MS, 10 * MS));
    report.tag = tn_tag_make(TN_FAULT_RESUME, 0);
    EXPECT(TN_OK, sys_ipc_reply(&report));
    EXPECT(TN_OK, sys_process_set_handler(sys_program()->root->process, TN_HANDLE_NONE));
    EXPECT(TN_OK, sys_handle_close(ears));
}

static void a_call_that_uses_up_a_budget_times_out(void)
{
    static struct worker server, client;
    tn_handle_t endpoint = new_endpoint();
    server = (struct worker){.work = work_serve_late, .message = {.destination = endpoint}};
    client = (struct worker){.work = work_call, .message = {.destination = endpoint}};
    worker_start(&server, WORKER_LAZY);
    worker_start(&client, WORKER_LAZY);
    CHECK(worker_counts(&server)); /* In its client's time. */
    answer_timeout(limit(&client), &client, TN_TIMEOUT_CALL);
    worker_join(&client);
    EXPECT(TN_ERR_OVERRUN, client.status);
    CHECK(worker_counts(&server)); /* In its own time. */
    server.value = 1;
    worker_join(&server);
    EXPECT(TN_ERR_STALE, server.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* Serves one call as work_serve_late, and waits for another one. */
static void work_serve_on(struct worker *worker)
{
    worker->status = sys_ipc_receive(&worker->message, 0);
    work_count(worker);
    worker->message.tag = 0;
    worker->status = sys_ipc_reply_receive(&worker->message, 0);
}

static void work_call_and_count(struct worker *worker)
{
    work_call(worker);
    work_count(worker);
}

/* Who replies on time of its own has none to spare for its client. */
static void a_client_does_not_go_on_in_its_servers_time(void)
{
    static struct worker server, client;
    tn_handle_t endpoint = new_endpoint();
    server = (struct worker){.work = work_serve_on, .message = {.destination = endpoint}};
    client = (struct worker){.work = work_call_and_count, .message = {.destination = endpoint}};
    worker_start(&server, WORKER_LAZY);
    worker_start(&client, WORKER_LAZY);
    CHECK(worker_counts(&server)); /* In its client's time, of which two milliseconds are left. */
    EXPECT(TN_OK, sys_context_configure(client.thread.context, WORKER_LAZY, 2 * MS, 3600000 * MS));
    if (CONFIG_HELPING) {
        CHECK(worker_uses(worker_cpu_ns() + 4 * MS)); /* So two are its own. */
    } else {
        CHECK(worker_stops(&server));
    }
    server.value = 1;
    pause_ms(20);
    EQUAL(0, client.counter);
    EXPECT(TN_OK, sys_context_configure(client.thread.context, WORKER_LAZY, 10 * MS, 10 * MS));
    CHECK(worker_counts(&client));
    client.value = 1;
    worker_join(&client);
    EXPECT(TN_OK, client.status);
    EXPECT(TN_OK, sys_thread_cancel(server.thread.handle));
    worker_join(&server);
    EXPECT(TN_ERR_CANCELLED, server.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void a_thread_whose_budget_ends_asks_for_more(void)
{
    static struct worker worker;
    worker = (struct worker){.work = work_count};
    worker_start(&worker, WORKER_LAZY);
    answer_timeout(limit(&worker), &worker, TN_TIMEOUT_RUN);
    CHECK(worker_counts(&worker));
    worker.value = 1;
    worker_join(&worker);
}

static void asking_for_timeouts_checks_its_arguments(void)
{
    tn_handle_t context = new_context(1);
    tn_handle_t name = limited(context, TN_RIGHT_INSPECT);
    if (CONFIG_TIMEOUT_FAULTS) {
        EXPECT(TN_ERR_HANDLE, sys_context_set_timeout(BAD_HANDLE, 1));
        EXPECT(TN_ERR_TYPE, sys_context_set_timeout(own_container(), 1));
        EXPECT(TN_ERR_RIGHTS, sys_context_set_timeout(name, 1));
        EXPECT(TN_ERR_INVALID, sys_context_set_timeout(context, 2));
    }
    EXPECT(CONFIG_TIMEOUT_FAULTS ? TN_OK : TN_ERR_NOT_SUPPORTED,
           sys_context_set_timeout(context, 1));
    close_all((tn_handle_t[]){context, name}, 2);
}

const struct check_case context_cases[] = {
    {"creating_checks_its_arguments", creating_checks_its_arguments},
    {"configuring_checks_its_arguments", configuring_checks_its_arguments},
    {"a_kernel_has_budgets_or_says_that_it_has_not", a_kernel_has_budgets_or_says_that_it_has_not},
    {"binding_checks_its_arguments", binding_checks_its_arguments},
    {"the_more_urgent_runs_first", the_more_urgent_runs_first},
    {"a_budget_is_the_most_that_is_used", a_budget_is_the_most_that_is_used},
    {"without_a_context_a_thread_stands_still", without_a_context_a_thread_stands_still},
    {"who_waits_for_a_deadline_keeps_its_context", who_waits_for_a_deadline_keeps_its_context},
    {"a_context_runs_where_it_may", a_context_runs_where_it_may},
    {"an_affinity_is_checked", an_affinity_is_checked},
    {"asking_for_timeouts_checks_its_arguments", asking_for_timeouts_checks_its_arguments},
    {CONFIG_BUDGETS ? "a_client_does_not_go_on_in_its_servers_time" : NULL,
     a_client_does_not_go_on_in_its_servers_time},
    {CONFIG_TIMEOUT_FAULTS ? "a_call_that_uses_up_a_budget_times_out" : NULL,
     a_call_that_uses_up_a_budget_times_out},
    {CONFIG_TIMEOUT_FAULTS ? "a_thread_whose_budget_ends_asks_for_more" : NULL,
     a_thread_whose_budget_ends_asks_for_more},
    {NULL, NULL},
};

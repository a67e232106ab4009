/* SPDX-License-Identifier: MIT */
/* Second threads. */
#include "worker.h"

static bool sharing;

void workers_share_a_cpu(bool share)
{
    sharing = share;
    if (CONFIG_MAX_CPUS > 1) {
        EXPECT(TN_OK,
               sys_context_set_affinity(sys_program()->root->context, share ? 1 : UINT64_MAX));
    }
}

/* It moves by itself, so that it begins its work where it belongs. */
static void run(void *argument)
{
    struct worker *worker = argument;
    if (CONFIG_MAX_CPUS > 1 && sharing) {
        worker->status = sys_context_set_affinity(worker->thread.context, 1);
    }
    worker->work(worker);
}

/* Whether the thread that was started last is urgent and does something. */
static bool newest_is_busy(void)
{
    struct tn_thread_info info = {0};
    uint32_t index = 0;
    while (sys_thread_info(TN_HANDLE_NONE, index, &info) == TN_OK) {
        index++;
    }
    return info.state == TN_THREAD_READY && info.priority >= WORKER_URGENT;
}

void worker_start(struct worker *worker, uint32_t priority)
{
    struct sys_thread_options options = {.priority = priority};
    EXPECT(TN_OK, sys_thread_spawn(&worker->thread, run, worker, &options));
    for (unsigned i = 0; i < 1000 && newest_is_busy(); i++) { /* Never on one CPU. */
        pause_ms(1);
    }
}

void worker_join(struct worker *worker)
{
    sys_thread_join(&worker->thread);
}

void work_call(struct worker *worker)
{
    worker->status = sys_ipc_call8(&worker->message, worker->deadline);
}

void work_send(struct worker *worker)
{
    worker->status = sys_ipc_send(&worker->message, worker->deadline);
}

void work_receive(struct worker *worker)
{
    worker->status = sys_ipc_receive(&worker->message, worker->deadline);
}

void work_wait(struct worker *worker)
{
    worker->status = sys_notification_wait(worker->handle, worker->deadline, &worker->value);
}

void work_word(struct worker *worker)
{
    const uint32_t *word = (const uint32_t *)(const void *)(uintptr_t)&worker->counter;
    worker->status = sys_word_wait(word, 0, worker->deadline);
}

void work_sleep(struct worker *worker)
{
    worker->status = sys_thread_sleep(worker->deadline);
}

bool worker_counts(const struct worker *worker)
{
    uint64_t before = worker->counter;
    for (unsigned i = 0; i < 1000 && worker->counter == before; i++) {
        pause_ms(1);
    }
    return worker->counter != before;
}

bool worker_stops(const struct worker *worker)
{
    uint64_t before = worker->counter - 1;
    for (unsigned i = 0; i < 1000 && worker->counter != before; i++) {
        before = worker->counter;
        pause_ms(5);
    }
    return worker->counter == before;
}

uint64_t worker_cpu_ns(void)
{
    struct tn_thread_info info = {0};
    return sys_thread_info(TN_HANDLE_NONE, 1, &info) == TN_OK ? info.cpu_ns : 0;
}

bool worker_uses(uint64_t cpu_ns)
{
    for (unsigned i = 0; i < 1000 && worker_cpu_ns() < cpu_ns; i++) {
        pause_ms(1);
    }
    return worker_cpu_ns() >= cpu_ns;
}

void work_count(struct worker *worker)
{
    volatile const uint64_t *stop = &worker->value;
    while (*stop == 0) {
        worker->counter++;
    }
}

/* SPDX-License-Identifier: MIT */
/* libsys on the kernel: threads, locks, heap, clock. */
#include <libbase/mem.h>
#include <libsys/clock.h>
#include <libsys/heap.h>
#include <libsys/mutex.h>
#include <libsys/thread.h>

#include "check.h"

#define THREADS 4
#define ROUNDS  500

static struct sys_mutex mutex;
static struct sys_condition condition;
static struct sys_once once;
static uint64_t shared;

static void run_threads(void (*entry)(void *))
{
    static struct sys_thread threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        struct sys_thread_options options = {.priority = CONFIG_PRIORITIES / 2 - 2 - i % 2,
                                             .period_ns = 100000};
        EXPECT(TN_OK, sys_thread_spawn(&threads[i], entry, (void *)(uintptr_t)i, &options));
    }
    for (unsigned i = 0; i < THREADS; i++) {
        sys_thread_join(&threads[i]);
    }
}

static void count(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < ROUNDS; i++) {
        sys_mutex_lock(&mutex);
        uint64_t before = *(volatile uint64_t *)&shared;
        if (i % 50 == 0) {
            (void)sys_thread_yield();
        }
        *(volatile uint64_t *)&shared = before + 1;
        sys_mutex_unlock(&mutex);
    }
}

static void a_mutex_excludes(void)
{
    shared = 0;
    run_threads(count);
    EQUAL(THREADS * ROUNDS, shared);
}

static void take_turns(void *argument)
{
    unsigned own = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; i < 50; i++) {
        sys_mutex_lock(&mutex);
        while (shared % THREADS != own) {
            (void)!sys_condition_wait(&condition, &mutex, TN_DEADLINE_NEVER);
        }
        shared++;
        sys_condition_broadcast(&condition);
        sys_mutex_unlock(&mutex);
    }
}

static void a_condition_wakes(void)
{
    shared = 0;
    run_threads(take_turns);
    EQUAL(THREADS * 50, shared);
    sys_mutex_lock(&mutex);
    EXPECT(TN_ERR_TIMEOUT, sys_condition_wait(&condition, &mutex, in_ms(2)));
    sys_mutex_unlock(&mutex);
}

static void set_up(void *argument)
{
    (void)argument;
    (void)sys_thread_yield();
    shared++;
}

static void use_once(void *argument)
{
    (void)argument;
    sys_once_run(&once, set_up, NULL);
}

static void once_is_once(void)
{
    shared = 0;
    once = (struct sys_once){0};
    run_threads(use_once);
    EQUAL(1, shared);
}

static struct sys_thread *selves[THREADS];

static void note_self(void *argument)
{
    selves[(uintptr_t)argument] = sys_thread_self();
    if ((uintptr_t)argument == 1) {
        sys_thread_finish();
    }
}

static void each_thread_finds_itself(void)
{
    struct sys_thread *own = sys_thread_self();
    run_threads(note_self);
    CHECK(sys_thread_self() == own);
    for (unsigned i = 0; i < THREADS; i++) {
        CHECK(selves[i] != own && selves[i] != NULL);
        CHECK(i == 0 || selves[i] != selves[i - 1]);
    }
}

static void the_heap_grows_and_keeps_content(void)
{
    uint8_t *blocks[16];
    for (unsigned i = 0; i < 16; i++) {
        blocks[i] = malloc(1000 * (i + 1));
        CHECK(blocks[i] != NULL);
        memset(blocks[i], (int)i, 1000 * (i + 1));
    }
    blocks[3] = realloc(blocks[3], 50000);
    bool same = true;
    for (unsigned i = 0; i < 16; i++) {
        for (unsigned k = 0; k < 1000 * (i + 1); k++) {
            same = same && blocks[i][k] == i;
        }
        free(blocks[i]);
    }
    CHECK(same);
    uint64_t *zeros = calloc(100, 8);
    for (unsigned i = 0; i < 100; i++) {
        same = same && zeros[i] == 0;
    }
    CHECK(same);
    free(zeros);
    free(NULL);
    CHECK(malloc(UINT64_C(1) << 40) == NULL);
    CHECK(calloc(UINT64_MAX, 16) == NULL);
}

static void the_clock_goes_on(void)
{
    uint64_t before = sys_clock_now_ns();
    sys_sleep_ns(1000000);
    uint64_t after = sys_clock_now_ns();
    CHECK(after >= before + 1000000);
}

static void threads_give_back_what_they_had(void)
{
    struct tn_container_info before, after;
    run_threads(use_once); /* The first round may grow page tables. */
    EXPECT(TN_OK, sys_container_info(own_container(), &before));
    for (unsigned i = 0; i < 10; i++) {
        run_threads(use_once);
    }
    EXPECT(TN_OK, sys_container_info(own_container(), &after));
    EQUAL(before.used, after.used);
}

const struct check_case program_cases[] = {
    {"a_mutex_excludes", a_mutex_excludes},
    {"a_condition_wakes", a_condition_wakes},
    {"once_is_once", once_is_once},
    {"each_thread_finds_itself", each_thread_finds_itself},
    {"the_heap_grows_and_keeps_content", the_heap_grows_and_keeps_content},
    {"the_clock_goes_on", the_clock_goes_on},
    {"threads_give_back_what_they_had", threads_give_back_what_they_had},
    {NULL, NULL},
};

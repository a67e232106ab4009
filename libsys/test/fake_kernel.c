/* SPDX-License-Identifier: MIT */
/* System calls of unit tests. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <libbase/assert.h>

#include "fake_kernel.h"
#include "program.h"

static fake_call_hook call_hook;
static fake_ipc_hook ipc_hook;
static uint64_t counter;

static _Thread_local struct sys_thread current;
static _Thread_local struct tn_message_buffer buffer;

/* One lock and one condition stand for all words: waiters look whether it was their word. */
static pthread_mutex_t word_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t word_changed = PTHREAD_COND_INITIALIZER;

struct waiter {
    const uint32_t *word;
    int is_woken;
    struct waiter *next;
};
static struct waiter *waiters;

void fake_kernel_set(fake_call_hook call, fake_ipc_hook ipc)
{
    call_hook = call;
    ipc_hook = ipc;
}

struct sys_result fake_ok(uint64_t value)
{
    return (struct sys_result){TN_OK, value};
}

struct sys_result fake_status(tn_status_t status)
{
    return (struct sys_result){status, 0};
}

void fake_counter_set(uint64_t value)
{
    counter = value;
}

/* The first instruction of new threads; here nobody starts one. */
void sys_thread_entry(void);
void sys_thread_entry(void)
{
    abort();
}

uint64_t sys_host_counter(void)
{
    return counter;
}

void fake_start(const struct sys_start *start)
{
    sys_program_init(NULL, start);
}

void *sys_host_thread_word(void)
{
    static uint32_t threads;
    if (current.handle == TN_HANDLE_NONE) {
        current.handle = __atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
    }
    current.self = &current;
    current.buffer = &buffer;
    return &current;
}

unsigned fake_word_waiters(void)
{
    unsigned count = 0;
    pthread_mutex_lock(&word_lock);
    for (const struct waiter *waiter = waiters; waiter != NULL; waiter = waiter->next) {
        count += !waiter->is_woken;
    }
    pthread_mutex_unlock(&word_lock);
    return count;
}

static void unlink_waiter(struct waiter *gone)
{
    struct waiter **link = &waiters;
    while (*link != gone) {
        link = &(*link)->next;
    }
    *link = gone->next;
}

static struct sys_result word_wait(const uint32_t *word, uint32_t expected, uint64_t deadline)
{
    struct waiter waiter = {.word = word};
    struct waiter **end = &waiters;
    struct sys_result result = fake_status(TN_ERR_STATE);
    pthread_mutex_lock(&word_lock);
    if (__atomic_load_n(word, __ATOMIC_RELAXED) == expected) {
        if (deadline != TN_DEADLINE_NEVER) {
            result =
                fake_status(deadline == TN_DEADLINE_POLL ? TN_ERR_WOULD_BLOCK : TN_ERR_TIMEOUT);
        } else {
            while (*end != NULL) {
                end = &(*end)->next;
            }
            *end = &waiter;
            while (!waiter.is_woken) {
                pthread_cond_wait(&word_changed, &word_lock);
            }
            unlink_waiter(&waiter);
            result = fake_ok(0);
        }
    }
    pthread_mutex_unlock(&word_lock);
    return result;
}

static struct sys_result word_wake(const uint32_t *word, uint32_t count)
{
    uint32_t woken = 0;
    pthread_mutex_lock(&word_lock);
    for (struct waiter *waiter = waiters; waiter != NULL && woken < count; waiter = waiter->next) {
        if (waiter->word == word && !waiter->is_woken) {
            waiter->is_woken = 1;
            woken++;
        }
    }
    pthread_cond_broadcast(&word_changed);
    pthread_mutex_unlock(&word_lock);
    return fake_ok(woken);
}

struct sys_result sys_host_call(unsigned number, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    struct fake_call call = {number, a, b, c, d};
    if (number == TN_SYS_WORD_WAIT) {
        return word_wait((const uint32_t *)(uintptr_t)a, (uint32_t)b, c);
    }
    if (number == TN_SYS_WORD_WAKE) {
        return word_wake((const uint32_t *)(uintptr_t)a, (uint32_t)b);
    }
    if (call_hook == NULL) {
        fprintf(stderr, "system call %u was not expected\n", number);
        abort();
    }
    return call_hook(&call);
}

void sys_host_ipc(unsigned number, struct sys_message *message, uint64_t deadline)
{
    if (ipc_hook == NULL) {
        fprintf(stderr, "IPC call %u was not expected\n", number);
        abort();
    }
    ipc_hook(number, message, deadline);
}

/* POSIX wants a function that returns a pointer. */
struct start {
    void (*entry)(void *);
    void *argument;
};

static void *run(void *argument)
{
    struct start start = *(struct start *)argument;
    free(argument);
    start.entry(start.argument);
    return NULL;
}

void fake_thread_start(unsigned long *thread, void (*entry)(void *), void *argument)
{
    struct start *start = malloc(sizeof(*start));
    *start = (struct start){entry, argument};
    int result = pthread_create(thread, NULL, run, start);
    tn_assert(result == 0);
}

void fake_thread_join(unsigned long thread)
{
    int result = pthread_join(thread, NULL);
    tn_assert(result == 0);
}

/* SPDX-License-Identifier: MIT */
/* Two threads of one program share a number: a mutex guards it, a condition tells that it is complete. */
#include <abi/message.h>
#include <libsys/mutex.h>
#include <libsys/print.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#define ROUNDS 1000

/* All of it belongs to who holds the mutex. Zeroed memory is a free mutex and a condition. */
static struct {
    struct sys_mutex mutex;
    struct sys_condition changed;
    unsigned finished;
    uint64_t sum;
} shared;

/* Add 1 to the sum, ROUNDS times. The other thread gets its turn in the middle of each addition, where
 * without the mutex one of both would be lost. */
static void add(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        sys_mutex_lock(&shared.mutex);
        uint64_t before = shared.sum;
        sys_thread_yield();
        shared.sum = before + 1;
        sys_mutex_unlock(&shared.mutex);
    }
    sys_mutex_lock(&shared.mutex);
    shared.finished++;
    sys_condition_signal(&shared.changed);
    sys_mutex_unlock(&shared.mutex);
}

/* Wait until @p count threads have finished. */
static void wait_for(unsigned count)
{
    sys_mutex_lock(&shared.mutex);
    while (shared.finished < count) {
        tn_status_t status = sys_condition_wait(&shared.changed, &shared.mutex, TN_DEADLINE_NEVER);
        (void)status; /* Without a deadline it cannot be late. */
    }
    sys_mutex_unlock(&shared.mutex);
}

int main(void)
{
    struct sys_thread threads[2];
    unsigned count = 0;
    while (count < 2 && sys_thread_spawn(&threads[count], add, NULL, NULL) == TN_OK) {
        count++;
    }
    wait_for(count);
    sys_print("%u threads counted to %lu\n", count, shared.sum);
    for (unsigned i = 0; i < count; i++) {
        sys_thread_join(&threads[i]);
    }
    return count == 2 ? 0 : 1;
}

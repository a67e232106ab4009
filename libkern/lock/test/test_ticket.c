/* SPDX-License-Identifier: MIT */
/* The ticket lock with threads for CPUs: one at a time, in the order of coming, answering while waiting.
 * Compiled twice: as a test like others, and under the sanitizer of threads, which sees when the lock
 * orders too little. */
#include <support/testing.h>

#include <arch/arch.h>

#include <kern_lock.h>
#include <pthread.h>
#include <sched.h>

enum {
    CPUS = 4,
    TURNS = 20000
};

/* Who is asked to answer while it waits, and how often it was called. */
static _Thread_local unsigned polls;
static int asked;

void kern_cpu_poll(void)
{
    polls++;
    __atomic_store_n(&asked, 0, __ATOMIC_RELEASE);
    sched_yield(); /* There are fewer real CPUs than threads. */
}

/* What the lock protects: plain variables. */
static uint64_t counter;
static uint64_t copy;
static unsigned intrusions;

static void lock_init(uint32_t ticket)
{
    kern_lock = (struct kern_lock){.next = ticket, .owner = ticket};
    counter = 0;
    copy = 0;
    intrusions = 0;
}

static void *count(void *unused)
{
    for (unsigned i = 0; i < TURNS; i++) {
        kern_lock_acquire();
        intrusions += counter != copy;
        counter++;
        copy++;
        kern_lock_release();
    }
    return unused;
}

static void run_together(void *(*work)(void *))
{
    pthread_t threads[CPUS];
    for (unsigned i = 0; i < CPUS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
    }
    for (unsigned i = 0; i < CPUS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

static void the_booting_cpu_holds_it_from_the_start(void **state)
{
    (void)state;
    kern_lock_init();
    assert_int_equal(kern_lock.next - kern_lock.owner, 1);
    kern_lock_release();
    assert_int_equal(kern_lock.next, kern_lock.owner);
}

static void a_free_lock_is_taken_without_waiting(void **state)
{
    (void)state;
    lock_init(7);
    polls = 0;
    kern_lock_acquire();
    assert_int_equal(kern_lock.next, 8);
    assert_int_equal(kern_lock.owner, 7);
    kern_lock_release();
    kern_lock_acquire();
    kern_lock_release();
    assert_int_equal(polls, 0);
}

static void one_at_a_time(void **state)
{
    (void)state;
    lock_init(0);
    run_together(count);
    assert_int_equal(counter, (uint64_t)CPUS * TURNS);
    assert_int_equal(copy, counter);
    assert_int_equal(intrusions, 0);
}

static void tickets_wrap_around(void **state)
{
    (void)state;
    lock_init(UINT32_MAX - TURNS);
    run_together(count);
    assert_int_equal(counter, (uint64_t)CPUS * TURNS);
    assert_int_equal(kern_lock.next, kern_lock.owner);
}

/* Who came when. */
static unsigned arrivals[CPUS], arrived;

static void *arrive(void *number)
{
    kern_lock_acquire();
    arrivals[arrived++] = *(unsigned *)number;
    kern_lock_release();
    return NULL;
}

static void in_the_order_of_coming(void **state)
{
    (void)state;
    pthread_t threads[CPUS];
    unsigned numbers[CPUS];
    lock_init(0);
    arrived = 0;
    kern_lock_acquire();
    for (unsigned i = 0; i < CPUS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, arrive, &numbers[i]), 0);
        while (__atomic_load_n(&kern_lock.next, __ATOMIC_RELAXED) != i + 2) {
            sched_yield();
        }
    }
    assert_int_equal(arrived, 0);
    kern_lock_release();
    for (unsigned i = 0; i < CPUS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(arrivals[i], i);
    }
}

static void *take_once(void *unused)
{
    kern_lock_acquire();
    kern_lock_release();
    return unused;
}

/* The holder asks, and goes on only when the waiter has answered: without answers this never ends. */
static void who_waits_answers_the_holder(void **state)
{
    (void)state;
    pthread_t waiter;
    lock_init(0);
    kern_lock_acquire();
    assert_int_equal(pthread_create(&waiter, NULL, take_once, NULL), 0);
    for (unsigned i = 0; i < 3; i++) {
        __atomic_store_n(&asked, 1, __ATOMIC_RELEASE);
        while (__atomic_load_n(&asked, __ATOMIC_ACQUIRE) != 0) {
            sched_yield();
        }
    }
    kern_lock_release();
    assert_int_equal(pthread_join(waiter, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_booting_cpu_holds_it_from_the_start), /* First: it is as compiled. */
        cmocka_unit_test(a_free_lock_is_taken_without_waiting),
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(tickets_wrap_around),
        cmocka_unit_test(in_the_order_of_coming),
        cmocka_unit_test(who_waits_answers_the_holder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

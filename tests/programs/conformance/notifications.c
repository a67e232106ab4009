/* SPDX-License-Identifier: MIT */
/* Notifications, timers, words, sleeping. */
#include <libsys/clock.h>

#include "worker.h"

static void bits_gather_until_they_are_taken(void)
{
    uint64_t bits = 0;
    tn_handle_t notification = new_notification();
    EXPECT(TN_ERR_WOULD_BLOCK, sys_notification_wait(notification, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_OK, sys_notification_signal(notification, 1));
    EXPECT(TN_OK, sys_notification_signal(notification, UINT64_C(1) << 63));
    EXPECT(TN_OK, sys_notification_wait(notification, TN_DEADLINE_NEVER, &bits));
    EQUAL(UINT64_C(1) << 63 | 1, bits);
    EXPECT(TN_ERR_WOULD_BLOCK, sys_notification_wait(notification, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_OK, sys_handle_close(notification));
}

static void a_signal_wakes_who_waits(void)
{
    struct worker worker = {.work = work_wait, .deadline = TN_DEADLINE_NEVER};
    uint64_t bits;
    worker.handle = new_notification();
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_ERR_BUSY, sys_notification_wait(worker.handle, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_OK, sys_notification_signal(worker.handle, 6));
    worker_join(&worker);
    EXPECT(TN_OK, worker.status);
    EQUAL(6, worker.value);
    EXPECT(TN_OK, sys_handle_close(worker.handle));
}

static void a_wait_ends_at_its_deadline(void)
{
    uint64_t bits = 55;
    tn_handle_t notification = new_notification();
    uint64_t deadline = in_ms(3);
    EXPECT(TN_ERR_TIMEOUT, sys_notification_wait(notification, deadline, &bits));
    CHECK(sys_clock_now_ns() >= deadline);
    EXPECT(TN_ERR_TIMEOUT, sys_notification_wait(notification, 1, &bits));
    EQUAL(55, bits);
    EXPECT(TN_OK, sys_notification_signal(notification, 2));
    EXPECT(TN_OK, sys_notification_wait(notification, 1, &bits)); /* What is there is taken. */
    EXPECT(TN_OK, sys_handle_close(notification));
}

static void a_wait_ends_with_the_last_handle(void)
{
    struct worker worker = {.work = work_wait, .deadline = TN_DEADLINE_NEVER};
    worker.handle = new_notification();
    worker_start(&worker, WORKER_URGENT);
    EXPECT(TN_OK, sys_handle_close(worker.handle));
    worker_join(&worker);
    EXPECT(TN_ERR_CLOSED, worker.status);
}

static void notifications_check_their_arguments(void)
{
    uint64_t bits;
    tn_handle_t result = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t notification = new_notification();
    tn_handle_t sender = limited(notification, TN_RIGHT_SEND);
    tn_handle_t receiver = limited(notification, TN_RIGHT_RECEIVE);
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_notification_create(BAD_HANDLE, &result));
    EXPECT(TN_ERR_TYPE, sys_notification_create(endpoint, &result));
    EXPECT(TN_ERR_RIGHTS, sys_notification_create(watcher, &result));
    EXPECT(TN_ERR_HANDLE, sys_notification_signal(BAD_HANDLE, 1));
    EXPECT(TN_ERR_TYPE, sys_notification_signal(endpoint, 1));
    EXPECT(TN_ERR_RIGHTS, sys_notification_signal(receiver, 1));
    EXPECT(TN_OK, sys_notification_signal(sender, 0));
    EXPECT(TN_ERR_WOULD_BLOCK, sys_notification_wait(receiver, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_ERR_HANDLE, sys_notification_wait(BAD_HANDLE, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_ERR_TYPE, sys_notification_wait(endpoint, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_ERR_RIGHTS, sys_notification_wait(sender, TN_DEADLINE_POLL, &bits));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, notification, sender, receiver, watcher}, 5);
}

static void binding_checks_its_arguments(void)
{
    uint64_t bits;
    tn_handle_t thread = sys_program()->thread;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t first = new_notification(), second = new_notification();
    tn_handle_t sender = limited(first, TN_RIGHT_SEND);
    tn_handle_t watcher = limited(thread, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_notification_bind(BAD_HANDLE, thread));
    EXPECT(TN_ERR_TYPE, sys_notification_bind(endpoint, thread));
    EXPECT(TN_ERR_RIGHTS, sys_notification_bind(sender, thread));
    EXPECT(TN_ERR_HANDLE, sys_notification_bind(first, BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_notification_bind(first, endpoint));
    EXPECT(TN_ERR_RIGHTS, sys_notification_bind(first, watcher));
    EXPECT(TN_OK, sys_notification_bind(first, thread));
    EXPECT(TN_ERR_BUSY, sys_notification_bind(first, thread));
    EXPECT(TN_ERR_EXISTS, sys_notification_bind(second, thread));
    EXPECT(TN_ERR_BUSY, sys_notification_wait(first, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_OK, sys_notification_bind(first, TN_HANDLE_NONE));
    EXPECT(TN_OK, sys_notification_bind(first, TN_HANDLE_NONE));
    close_all((tn_handle_t[]){endpoint, first, second, sender, watcher}, 5);
}

static void a_bound_notification_ends_a_receive(void)
{
    struct sys_message message = {.destination = new_endpoint()};
    tn_handle_t notification = new_notification();
    EXPECT(TN_OK, sys_notification_bind(notification, sys_program()->thread));
    EXPECT(TN_OK, sys_notification_signal(notification, 9));
    EXPECT(TN_OK, sys_ipc_receive(&message, 0));
    EQUAL(TN_TAG_KIND_SIGNAL, message.tag & TN_TAG_KIND_MASK);
    EQUAL(9, message.words[0]);
    EQUAL(0, message.badge);
    EQUAL(0, message.token);
    EXPECT(TN_OK, sys_notification_bind(notification, TN_HANDLE_NONE));
    close_all((tn_handle_t[]){(tn_handle_t)message.destination, notification}, 2);
}

static void a_timer_signals_once_or_regularly(void)
{
    uint64_t bits = 0;
    tn_handle_t timer = TN_HANDLE_NONE;
    tn_handle_t notification = new_notification();
    EXPECT(TN_OK, sys_timer_create(own_container(), notification, 4, &timer));
    EXPECT(TN_ERR_WOULD_BLOCK, sys_notification_wait(notification, TN_DEADLINE_POLL, &bits));
    uint64_t begin = in_ms(2);
    EXPECT(TN_OK, sys_timer_set(timer, begin, 0));
    EXPECT(TN_OK, sys_notification_wait(notification, TN_DEADLINE_NEVER, &bits));
    EQUAL(4, bits);
    CHECK(sys_clock_now_ns() >= begin);
    EXPECT(TN_ERR_TIMEOUT, sys_notification_wait(notification, in_ms(3), &bits));
    begin = in_ms(1);
    EXPECT(TN_OK, sys_timer_set(timer, begin, 1000000));
    for (unsigned i = 0; i < 3; i++) {
        EXPECT(TN_OK, sys_notification_wait(notification, TN_DEADLINE_NEVER, &bits));
        CHECK(sys_clock_now_ns() >= begin + i * 1000000);
    }
    EXPECT(TN_OK, sys_timer_set(timer, 0, 0));
    EXPECT(TN_OK, sys_notification_signal(notification, 1));
    EXPECT(TN_OK, sys_notification_wait(notification, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_ERR_TIMEOUT, sys_notification_wait(notification, in_ms(3), &bits));
    EXPECT(TN_OK, sys_timer_set(timer, 1, 0)); /* Long past: at once. */
    EXPECT(TN_OK, sys_notification_wait(notification, in_ms(1000), &bits));
    close_all((tn_handle_t[]){notification, timer}, 2);
}

static void timers_check_their_arguments(void)
{
    tn_handle_t result = 55, timer = TN_HANDLE_NONE;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t notification = new_notification();
    tn_handle_t receiver = limited(notification, TN_RIGHT_RECEIVE);
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_timer_create(BAD_HANDLE, notification, 1, &result));
    EXPECT(TN_ERR_TYPE, sys_timer_create(endpoint, notification, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_timer_create(watcher, notification, 1, &result));
    EXPECT(TN_ERR_HANDLE, sys_timer_create(own_container(), BAD_HANDLE, 1, &result));
    EXPECT(TN_ERR_TYPE, sys_timer_create(own_container(), endpoint, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_timer_create(own_container(), receiver, 1, &result));
    EXPECT(TN_ERR_INVALID, sys_timer_create(own_container(), notification, 0, &result));
    EQUAL(55, result);
    EXPECT(TN_OK, sys_timer_create(own_container(), notification, 1, &timer));
    tn_handle_t name = limited(timer, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_timer_set(BAD_HANDLE, 0, 0));
    EXPECT(TN_ERR_TYPE, sys_timer_set(notification, 0, 0));
    EXPECT(TN_ERR_RIGHTS, sys_timer_set(name, 0, 0));
    EXPECT(TN_ERR_INVALID, sys_timer_set(timer, in_ms(1), 19999));
    EXPECT(TN_ERR_INVALID, sys_timer_set(timer, 0, 1000000));
    EXPECT(TN_ERR_INVALID, sys_timer_set(timer, TN_DEADLINE_NEVER, 0));
    close_all((tn_handle_t[]){endpoint, notification, receiver, watcher, timer, name}, 6);
}

static void a_word_is_waited_on_while_it_is_as_expected(void)
{
    static uint32_t word = 5;
    EXPECT(TN_ERR_STATE, sys_word_wait(&word, 4, TN_DEADLINE_NEVER));
    EXPECT(TN_ERR_WOULD_BLOCK, sys_word_wait(&word, 5, TN_DEADLINE_POLL));
    EXPECT(TN_ERR_TIMEOUT, sys_word_wait(&word, 5, 1));
    EXPECT(TN_ERR_TIMEOUT, sys_word_wait(&word, 5, in_ms(2)));
    EXPECT(TN_ERR_ALIGNMENT, sys_word_wait((uint32_t *)((uintptr_t)&word + 1), 5, 0));
    EXPECT(TN_ERR_ADDRESS, sys_word_wait(BAD_POINTER, 5, 0));
    EXPECT(TN_ERR_ADDRESS, sys_word_wait(NULL, 5, 0));
}

static void waking_wakes_as_many_as_were_asked_for(void)
{
    static struct worker workers[3];
    uint32_t woken = 55;
    for (unsigned i = 0; i < 3; i++) {
        workers[i] = (struct worker){.work = work_word, .deadline = TN_DEADLINE_NEVER};
        worker_start(&workers[i], WORKER_URGENT);
    }
    EXPECT(TN_OK, sys_word_wake((uint32_t *)(uintptr_t)&workers[0].counter, 10, &woken));
    EQUAL(1, woken);
    EXPECT(TN_OK, sys_word_wake((uint32_t *)(uintptr_t)&workers[0].counter, 10, &woken));
    EQUAL(0, woken);
    EXPECT(TN_OK, sys_word_wake((uint32_t *)(uintptr_t)&workers[1].counter, 0, &woken));
    EQUAL(0, woken);
    EXPECT(TN_ERR_ALIGNMENT, sys_word_wake((uint32_t *)(uintptr_t)1, 1, &woken));
    EXPECT(TN_OK, sys_word_wake((uint32_t *)(uintptr_t)&workers[1].counter, 1, &woken));
    EXPECT(TN_OK, sys_word_wake((uint32_t *)(uintptr_t)&workers[2].counter, 1, &woken));
    for (unsigned i = 0; i < 3; i++) {
        worker_join(&workers[i]);
        EXPECT(TN_OK, workers[i].status);
    }
}

static void sleeping_lasts_until_its_time(void)
{
    uint64_t deadline = in_ms(2);
    EXPECT(TN_OK, sys_thread_sleep(deadline));
    CHECK(sys_clock_now_ns() >= deadline);
    EXPECT(TN_OK, sys_thread_sleep(0));
    EXPECT(TN_OK, sys_thread_sleep(deadline));
    EXPECT(TN_OK, sys_thread_yield());
}

const struct check_case notification_cases[] = {
    {"bits_gather_until_they_are_taken", bits_gather_until_they_are_taken},
    {"a_signal_wakes_who_waits", a_signal_wakes_who_waits},
    {"a_wait_ends_at_its_deadline", a_wait_ends_at_its_deadline},
    {"a_wait_ends_with_the_last_handle", a_wait_ends_with_the_last_handle},
    {"notifications_check_their_arguments", notifications_check_their_arguments},
    {"binding_checks_its_arguments", binding_checks_its_arguments},
    {"a_bound_notification_ends_a_receive", a_bound_notification_ends_a_receive},
    {"a_timer_signals_once_or_regularly", a_timer_signals_once_or_regularly},
    {"timers_check_their_arguments", timers_check_their_arguments},
    {"a_word_is_waited_on_while_it_is_as_expected", a_word_is_waited_on_while_it_is_as_expected},
    {"waking_wakes_as_many_as_were_asked_for", waking_wakes_as_many_as_were_asked_for},
    {"sleeping_lasts_until_its_time", sleeping_lasts_until_its_time},
    {NULL, NULL},
};

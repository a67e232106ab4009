/* SPDX-License-Identifier: MIT */
/* Endpoints: what each call promises. */
#include <libipc/endpoint.h>

#include <libbase/compiler.h>
#include <support/testing.h>

enum {
    WAITERS = 6
};

struct fixture {
    struct ipc_endpoint endpoint;
    struct ipc_waiter waiters[WAITERS];
};

/* An endpoint with one receive right, made from storage that held something else before. */
static int create(void **state)
{
    static struct fixture fixture;
    memset(&fixture, 0xa5, sizeof(fixture));
    ipc_endpoint_init(&fixture.endpoint);
    ipc_endpoint_receive_right_acquire(&fixture.endpoint);
    for (uint32_t i = 0; i < WAITERS; i++) {
        ipc_waiter_init(&fixture.waiters[i], i);
    }
    *state = &fixture;
    return 0;
}

static void assert_waits_nowhere(const struct ipc_waiter *waiter)
{
    assert_int_equal(ipc_waiter_waits(waiter), IPC_WAIT_NONE);
}

static void assert_next_sender(struct ipc_endpoint *endpoint, const struct ipc_waiter *expected)
{
    struct ipc_waiter *sender = NULL;
    assert_int_equal(ipc_endpoint_receive(endpoint, &sender), TN_OK);
    assert_ptr_equal(sender, expected);
    assert_waits_nowhere(sender);
}

static void assert_next_receiver(struct ipc_endpoint *endpoint, const struct ipc_waiter *expected)
{
    struct ipc_waiter *receiver = NULL;
    assert_int_equal(ipc_endpoint_send(endpoint, &receiver), TN_OK);
    assert_ptr_equal(receiver, expected);
    assert_waits_nowhere(receiver);
}

/* Nobody waits, so both sides would have to; the result is not written. */
static void assert_idle(struct ipc_endpoint *endpoint)
{
    struct ipc_waiter untouched;
    struct ipc_waiter *waiter = &untouched;
    assert_int_equal(ipc_endpoint_send(endpoint, &waiter), TN_ERR_WOULD_BLOCK);
    assert_int_equal(ipc_endpoint_receive(endpoint, &waiter), TN_ERR_WOULD_BLOCK);
    assert_ptr_equal(waiter, &untouched);
}

static void a_new_endpoint_is_idle_alive_and_in_epoch_0(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_endpoint endpoint;
    memset(&endpoint, 0xa5, sizeof(endpoint));
    ipc_endpoint_init(&endpoint);
    assert_idle(&endpoint);
    assert_null(ipc_endpoint_drain(&endpoint));
    assert_int_equal(endpoint.receive_rights, 0);
    assert_int_equal(endpoint.epoch, 0);
    assert_int_equal(endpoint.dead, 0);
    assert_waits_nowhere(&fixture->waiters[3]);
    assert_int_equal(fixture->waiters[3].kind, 3);
    assert_int_equal(fixture->waiters[3].badge, 0);
}

static void a_sender_waits_until_it_is_received(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_waiter *sender = &fixture->waiters[0];
    ipc_endpoint_wait_send(&fixture->endpoint, sender, 0xbad9e, 5);
    assert_int_equal(ipc_waiter_waits(sender), IPC_WAIT_SEND);
    assert_ptr_equal(sender->sends_to, &fixture->endpoint);
    assert_next_sender(&fixture->endpoint, sender);
    assert_int_equal(sender->badge, 0xbad9e);
    assert_idle(&fixture->endpoint);
}

static void a_receiver_waits_until_somebody_sends(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_waiter *receiver = &fixture->waiters[0];
    ipc_endpoint_wait_receive(&fixture->endpoint, receiver);
    assert_int_equal(ipc_waiter_waits(receiver), IPC_WAIT_RECEIVE);
    assert_ptr_equal(receiver->serves, &fixture->endpoint);
    assert_next_receiver(&fixture->endpoint, receiver);
    assert_idle(&fixture->endpoint);
}

static void equal_senders_are_served_in_the_order_of_arrival(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < WAITERS; i++) {
        ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[i], 0, 7);
    }
    for (unsigned i = 0; i < WAITERS; i++) {
        assert_next_sender(&fixture->endpoint, &fixture->waiters[i]);
    }
    assert_idle(&fixture->endpoint);
}

static void more_urgent_senders_are_served_first(void **state)
{
    struct fixture *fixture = *state;
    const uint64_t ranks[WAITERS] = {7, 3, UINT64_MAX, 3, 0, 7};
    const unsigned order[WAITERS] = {4, 1, 3, 0, 5, 2};
    for (unsigned i = 0; i < WAITERS; i++) {
        ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[i], 0, ranks[i]);
    }
    for (unsigned i = 0; i < WAITERS; i++) {
        assert_next_sender(&fixture->endpoint, &fixture->waiters[order[i]]);
    }
}

static void the_last_receiver_is_served_first(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < WAITERS; i++) {
        ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[i]);
    }
    for (unsigned i = WAITERS; i-- > 0;) {
        assert_next_receiver(&fixture->endpoint, &fixture->waiters[i]);
    }
    assert_idle(&fixture->endpoint);
}

static void who_met_may_wait_again_at_once_and_elsewhere(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_waiter *waiter = &fixture->waiters[0];
    struct ipc_endpoint other;
    ipc_endpoint_init(&other);
    ipc_endpoint_wait_send(&fixture->endpoint, waiter, 1, 1);
    assert_next_sender(&fixture->endpoint, waiter);
    ipc_endpoint_wait_receive(&other, waiter);
    assert_next_receiver(&other, waiter);
    ipc_endpoint_wait_send(&fixture->endpoint, waiter, 2, 2);
    assert_next_sender(&fixture->endpoint, waiter);
    assert_int_equal(waiter->badge, 2);
}

static void a_cancelled_waiter_is_never_met(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 3; i++) {
        ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[i], 0, 1);
    }
    ipc_waiter_cancel(&fixture->waiters[1]);
    assert_waits_nowhere(&fixture->waiters[1]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[0]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[2]);
    for (unsigned i = 0; i < 3; i++) {
        ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[i]);
    }
    ipc_waiter_cancel(&fixture->waiters[1]);
    assert_waits_nowhere(&fixture->waiters[1]);
    assert_next_receiver(&fixture->endpoint, &fixture->waiters[2]);
    assert_next_receiver(&fixture->endpoint, &fixture->waiters[0]);
    assert_idle(&fixture->endpoint);
}

static void assert_servers(const struct ipc_endpoint *endpoint, unsigned count)
{
    unsigned counted = 0;
    struct tn_list *node;
    tn_list_for_each(node, &endpoint->servers)
    {
        const struct ipc_waiter *server = tn_list_entry(node, struct ipc_waiter, in_servers);
        assert_ptr_equal(server->serves, endpoint);
        counted++;
    }
    assert_int_equal(counted, count);
}

static void a_receiver_serves_until_it_asks_elsewhere_or_resigns(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_endpoint other;
    ipc_endpoint_init(&other);
    for (unsigned i = 0; i < 3; i++) {
        ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[i]);
        assert_next_receiver(&fixture->endpoint, &fixture->waiters[i]);
    }
    assert_servers(&fixture->endpoint, 3);
    ipc_endpoint_join(&fixture->endpoint, &fixture->waiters[0]); /* It does already. */
    ipc_endpoint_wait_send(&other, &fixture->waiters[0], 0, 0);  /* To call is no service. */
    assert_servers(&fixture->endpoint, 3);
    ipc_endpoint_join(&other, &fixture->waiters[1]);
    assert_servers(&fixture->endpoint, 2);
    assert_servers(&other, 1);
    ipc_waiter_resign(&fixture->waiters[2]);
    ipc_waiter_resign(&fixture->waiters[2]); /* Twice is harmless. */
    assert_servers(&fixture->endpoint, 1);
    assert_null(fixture->waiters[2].serves);
}

static void who_serves_a_dead_endpoint_is_dismissed_one_by_one(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 3; i++) {
        ipc_endpoint_join(&fixture->endpoint, &fixture->waiters[i]);
    }
    for (unsigned i = 3; i-- > 0;) {
        assert_true(ipc_endpoint_dismiss(&fixture->endpoint));
        assert_servers(&fixture->endpoint, i);
    }
    assert_false(ipc_endpoint_dismiss(&fixture->endpoint));
}

static void cancelling_who_does_not_wait_is_harmless(void **state)
{
    struct fixture *fixture = *state;
    ipc_waiter_cancel(&fixture->waiters[0]);
    assert_waits_nowhere(&fixture->waiters[0]);
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[0], 0, 1);
    ipc_waiter_cancel(&fixture->waiters[0]);
    ipc_waiter_cancel(&fixture->waiters[0]);
    assert_idle(&fixture->endpoint);
}

static void a_new_rank_moves_a_sender(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < 4; i++) {
        ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[i], 10 + i, 5);
    }
    ipc_waiter_requeue(&fixture->waiters[3], 4);
    ipc_waiter_requeue(&fixture->waiters[0], 6);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[3]);
    assert_int_equal(fixture->waiters[3].badge, 13);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[1]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[2]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[0]);
}

static void a_sender_joins_its_new_equals_behind_them(void **state)
{
    struct fixture *fixture = *state;
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[0], 0, 9);
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[1], 0, 5);
    ipc_waiter_requeue(&fixture->waiters[0], 5);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[1]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[0]);
}

static void the_same_rank_again_keeps_the_place(void **state)
{
    struct fixture *fixture = *state;
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[0], 0, 5);
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[1], 0, 5);
    ipc_waiter_requeue(&fixture->waiters[0], 5);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[0]);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[1]);
}

static void rank_means_nothing_to_who_does_not_send(void **state)
{
    struct fixture *fixture = *state;
    ipc_waiter_requeue(&fixture->waiters[0], 1);
    assert_waits_nowhere(&fixture->waiters[0]);
    ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[0]);
    ipc_waiter_requeue(&fixture->waiters[0], 1);
    assert_int_equal(ipc_waiter_waits(&fixture->waiters[0]), IPC_WAIT_RECEIVE);
    assert_next_receiver(&fixture->endpoint, &fixture->waiters[0]);
}

static void the_last_receive_right_ends_the_endpoint(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_waiter *receiver = &fixture->waiters[5];
    ipc_endpoint_receive_right_acquire(&fixture->endpoint);
    assert_int_equal(fixture->endpoint.receive_rights, 2);
    assert_false(ipc_endpoint_receive_right_release(&fixture->endpoint));
    assert_int_equal(ipc_endpoint_send(&fixture->endpoint, &receiver), TN_ERR_WOULD_BLOCK);
    assert_true(ipc_endpoint_receive_right_release(&fixture->endpoint));
    assert_int_equal(fixture->endpoint.dead, 1);
    assert_int_equal(ipc_endpoint_send(&fixture->endpoint, &receiver), TN_ERR_CLOSED);
    assert_ptr_equal(receiver, &fixture->waiters[5]);
}

static void nobody_reaches_a_receiver_of_a_dead_endpoint(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_waiter *receiver;
    ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[0]);
    assert_true(ipc_endpoint_receive_right_release(&fixture->endpoint));
    assert_int_equal(ipc_endpoint_send(&fixture->endpoint, &receiver), TN_ERR_CLOSED);
    assert_null(fixture->endpoint.receivers); /* What a fast path looks at. */
    assert_ptr_equal(ipc_endpoint_drain(&fixture->endpoint), &fixture->waiters[0]);
}

static void a_dead_endpoint_is_drained_to_the_last_waiter(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < WAITERS; i++) {
        ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[i], 0, 9 - i % 3);
    }
    assert_true(ipc_endpoint_receive_right_release(&fixture->endpoint));
    unsigned drained = 0;
    for (struct ipc_waiter *waiter; (waiter = ipc_endpoint_drain(&fixture->endpoint)) != NULL;) {
        assert_waits_nowhere(waiter);
        drained |= 1U << waiter->kind;
    }
    assert_int_equal(drained, (1U << WAITERS) - 1);
}

static void receivers_are_drained_too(void **state)
{
    struct fixture *fixture = *state;
    ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[0]);
    ipc_endpoint_wait_receive(&fixture->endpoint, &fixture->waiters[1]);
    assert_non_null(ipc_endpoint_drain(&fixture->endpoint));
    assert_non_null(ipc_endpoint_drain(&fixture->endpoint));
    assert_null(ipc_endpoint_drain(&fixture->endpoint));
    assert_waits_nowhere(&fixture->waiters[0]);
    assert_waits_nowhere(&fixture->waiters[1]);
}

static void each_rebind_raises_the_epoch_and_wraps(void **state)
{
    struct fixture *fixture = *state;
    for (uint32_t i = 1; i <= 65536; i++) {
        assert_int_equal(ipc_endpoint_rebind(&fixture->endpoint), i & 0xffff);
    }
    assert_int_equal(ipc_endpoint_rebind(&fixture->endpoint), 1);
    assert_int_equal(fixture->endpoint.epoch, UINT64_C(1) << 48);
}

static void a_rebind_keeps_the_queue(void **state)
{
    struct fixture *fixture = *state;
    ipc_endpoint_wait_send(&fixture->endpoint, &fixture->waiters[0], 0, 1);
    (void)ipc_endpoint_rebind(&fixture->endpoint);
    assert_next_sender(&fixture->endpoint, &fixture->waiters[0]);
}

static void broken_promises_are_noticed(void **state)
{
    struct fixture *fixture = *state;
    struct ipc_endpoint *endpoint = &fixture->endpoint;
    struct ipc_waiter *waiters = fixture->waiters;
    ipc_endpoint_wait_send(endpoint, &waiters[0], 0, 1);
    assert_promise_broken(ipc_endpoint_wait_send(endpoint, &waiters[0], 0, 1));
    assert_promise_broken(ipc_endpoint_wait_receive(endpoint, &waiters[1]));
    ipc_waiter_cancel(&waiters[0]);
    ipc_endpoint_wait_receive(endpoint, &waiters[0]);
    assert_promise_broken(ipc_endpoint_wait_receive(endpoint, &waiters[0]));
    assert_promise_broken(ipc_endpoint_wait_send(endpoint, &waiters[1], 0, 1));
    ipc_waiter_cancel(&waiters[0]);
    assert_true(ipc_endpoint_receive_right_release(endpoint));
    assert_promise_broken(assert_true(ipc_endpoint_receive_right_release(endpoint)));
    assert_promise_broken(ipc_endpoint_receive_right_acquire(endpoint));
    assert_promise_broken(ipc_endpoint_wait_send(endpoint, &waiters[1], 0, 1));
    assert_promise_broken(ipc_endpoint_wait_receive(endpoint, &waiters[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_new_endpoint_is_idle_alive_and_in_epoch_0, create),
        cmocka_unit_test_setup(a_sender_waits_until_it_is_received, create),
        cmocka_unit_test_setup(a_receiver_waits_until_somebody_sends, create),
        cmocka_unit_test_setup(equal_senders_are_served_in_the_order_of_arrival, create),
        cmocka_unit_test_setup(more_urgent_senders_are_served_first, create),
        cmocka_unit_test_setup(the_last_receiver_is_served_first, create),
        cmocka_unit_test_setup(who_met_may_wait_again_at_once_and_elsewhere, create),
        cmocka_unit_test_setup(a_cancelled_waiter_is_never_met, create),
        cmocka_unit_test_setup(cancelling_who_does_not_wait_is_harmless, create),
        cmocka_unit_test_setup(a_new_rank_moves_a_sender, create),
        cmocka_unit_test_setup(a_sender_joins_its_new_equals_behind_them, create),
        cmocka_unit_test_setup(the_same_rank_again_keeps_the_place, create),
        cmocka_unit_test_setup(rank_means_nothing_to_who_does_not_send, create),
        cmocka_unit_test_setup(the_last_receive_right_ends_the_endpoint, create),
        cmocka_unit_test_setup(nobody_reaches_a_receiver_of_a_dead_endpoint, create),
        cmocka_unit_test_setup(a_receiver_serves_until_it_asks_elsewhere_or_resigns, create),
        cmocka_unit_test_setup(who_serves_a_dead_endpoint_is_dismissed_one_by_one, create),
        cmocka_unit_test_setup(a_dead_endpoint_is_drained_to_the_last_waiter, create),
        cmocka_unit_test_setup(receivers_are_drained_too, create),
        cmocka_unit_test_setup(each_rebind_raises_the_epoch_and_wraps, create),
        cmocka_unit_test_setup(a_rebind_keeps_the_queue, create),
        cmocka_unit_test_setup(broken_promises_are_noticed, create),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Messages: delivery, order, tokens, deadlines, buffers, death of endpoints. */
#include <libbase/mem.h>

#include "worker.h"

#define LOW  TN_TAG_LOW
#define BOTH (TN_TAG_LOW | TN_TAG_HIGH)

/* Start @p worker with a message to @p endpoint. */
static void start(struct worker *worker, void (*work)(struct worker *), tn_handle_t endpoint,
                  uint64_t tag, uint32_t priority)
{
    *worker = (struct worker){
        .work = work,
        .message = {.tag = tag, .destination = endpoint, .words = {1, 2, 3, 4, 5, 6, 7, 8}},
        .deadline = TN_DEADLINE_NEVER,
    };
    worker_start(worker, priority);
}

static tn_status_t receive(struct sys_message *message, tn_handle_t endpoint, uint64_t deadline)
{
    *message = (struct sys_message){.tag = TN_TAG_DEADLINE, .destination = endpoint};
    return sys_ipc_receive(message, deadline);
}

static tn_status_t reply(uint64_t token, uint64_t tag, uint64_t word)
{
    struct sys_message message = {.tag = tag, .token = token, .words = {word}};
    return sys_ipc_reply(&message);
}

static void a_call_carries_words_there_and_back(void)
{
    static struct worker caller;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint(), badged = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND, 1234, &badged));
    start(&caller, work_call, badged, tn_tag_make(0xfedcba98, BOTH), WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    EQUAL(0xfedcba98, tn_tag_label(message.tag));
    EQUAL(TN_TAG_KIND_MESSAGE, message.tag & TN_TAG_KIND_MASK);
    EQUAL(BOTH, message.tag & 0x3f);
    EQUAL(0, tn_tag_epoch(message.tag));
    EQUAL(1234, message.badge);
    CHECK(message.token != 0);
    for (unsigned i = 0; i < 8; i++) {
        EQUAL(i + 1, message.words[i]);
    }
    EXPECT(TN_OK, reply(message.token, tn_tag_make(5, LOW), 77));
    worker_join(&caller);
    EXPECT(TN_OK, caller.status);
    EQUAL(5, tn_tag_label(caller.message.tag));
    EQUAL(77, caller.message.words[0]);
    EQUAL(0, caller.message.badge);
    EQUAL(0, caller.message.token);
    for (unsigned i = 1; i < 8; i++) {
        EQUAL(0, caller.message.words[i]);
    }
    close_all((tn_handle_t[]){endpoint, badged}, 2);
}

/* Of the eight words, only those that the tag carries arrive. */
static void words_that_are_not_carried_arrive_as_zero(void)
{
    static struct worker sender;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint();
    for (uint64_t flags = 0; flags < 4; flags++) {
        start(&sender, work_send, endpoint, flags, WORKER_URGENT);
        EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
        worker_join(&sender);
        EXPECT(TN_OK, sender.status);
        EQUAL(flags, message.tag & TN_TAG_FLAGS);
        EQUAL(0, message.token);
        for (unsigned i = 0; i < 8; i++) {
            bool carried = (flags >> (i / 4) & 1) != 0;
            EQUAL(carried ? i + 1 : 0, message.words[i]);
        }
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void the_receiver_may_wait_first(void)
{
    static struct worker receiver;
    tn_handle_t endpoint = new_endpoint();
    start(&receiver, work_receive, endpoint, 0, WORKER_URGENT);
    struct sys_message message = {
        .tag = tn_tag_make(3, LOW), .destination = endpoint, .words = {10, 11, 12, 13}};
    EXPECT(TN_OK, sys_ipc_send(&message, 0));
    worker_join(&receiver);
    EXPECT(TN_OK, receiver.status);
    EQUAL(3, tn_tag_label(receiver.message.tag));
    EQUAL(13, receiver.message.words[3]);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void callers_are_served_by_priority_then_in_order(void)
{
    static struct worker callers[4];
    static const uint32_t priorities[4] = {WORKER_URGENT, WORKER_URGENT + 2, WORKER_URGENT,
                                           WORKER_URGENT + 1};
    static const uint32_t order[4] = {1, 3, 0, 2};
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint();
    for (uint32_t i = 0; i < 4; i++) {
        start(&callers[i], work_call, endpoint, tn_tag_make(i, 0), priorities[i]);
    }
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
        EQUAL(order[i], tn_tag_label(message.tag));
        EXPECT(TN_OK, reply(message.token, 0, 0));
    }
    for (unsigned i = 0; i < 4; i++) {
        worker_join(&callers[i]);
        EXPECT(TN_OK, callers[i].status);
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void a_token_is_good_for_one_reply(void)
{
    static struct worker caller;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint();
    start(&caller, work_call, endpoint, 0, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    EXPECT(TN_ERR_STALE, reply(0, 0, 0));
    EXPECT(TN_ERR_STALE, reply(message.token + 1, 0, 0));
    EXPECT(TN_ERR_STALE, reply(UINT64_MAX, 0, 0));
    EXPECT(TN_OK, reply(message.token, 0, 0));
    EXPECT(TN_ERR_STALE, reply(message.token, 0, 0));
    worker_join(&caller);
    EXPECT(TN_ERR_STALE, reply(message.token, 0, 0));
    message.tag = 0;
    EXPECT(TN_ERR_STALE, sys_ipc_reply_receive(&message, 0));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void tokens_may_be_answered_in_any_order(void)
{
    static struct worker callers[3];
    struct sys_message messages[3];
    tn_handle_t endpoint = new_endpoint();
    for (uint32_t i = 0; i < 3; i++) {
        /* Each more urgent than the one before, whose time this thread runs on now. */
        start(&callers[i], work_call, endpoint, tn_tag_make(i, 0), WORKER_URGENT + i);
        EXPECT(TN_OK, receive(&messages[i], endpoint, TN_DEADLINE_POLL));
    }
    for (unsigned i = 0; i < 3; i++) {
        static const unsigned order[3] = {2, 0, 1};
        EXPECT(TN_OK, reply(messages[order[i]].token, LOW, order[i] + 100));
    }
    for (unsigned i = 0; i < 3; i++) {
        worker_join(&callers[i]);
        EQUAL(i + 100, callers[i].message.words[0]);
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void reply_and_receive_is_one_step(void)
{
    static struct worker first, second;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint();
    start(&first, work_call, endpoint, tn_tag_make(1, 0), WORKER_URGENT);
    start(&second, work_call, endpoint, tn_tag_make(2, 0), WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    message.tag = tn_tag_make(0, LOW);
    message.words[0] = 50;
    EXPECT(TN_OK, sys_ipc_reply_receive(&message, 0));
    EQUAL(2, tn_tag_label(message.tag));
    message.tag = TN_TAG_DEADLINE;
    EXPECT(TN_ERR_WOULD_BLOCK, sys_ipc_reply_receive(&message, TN_DEADLINE_POLL));
    worker_join(&first);
    worker_join(&second);
    EQUAL(50, first.message.words[0]);
    EXPECT(TN_OK, second.status); /* The reply was sent although nothing came. */
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void deadlines_end_waits_that_are_not_served(void)
{
    struct sys_message message = {.tag = TN_TAG_DEADLINE, .destination = new_endpoint()};
    tn_handle_t endpoint = (tn_handle_t)message.destination;
    EXPECT(TN_ERR_WOULD_BLOCK, sys_ipc_call0(&message, TN_DEADLINE_POLL));
    message.tag = TN_TAG_DEADLINE;
    EXPECT(TN_ERR_TIMEOUT, sys_ipc_call0(&message, 1));
    message.tag = TN_TAG_DEADLINE;
    EXPECT(TN_ERR_TIMEOUT, sys_ipc_call0(&message, in_ms(2)));
    message.tag = TN_TAG_DEADLINE;
    EXPECT(TN_ERR_WOULD_BLOCK, sys_ipc_send(&message, TN_DEADLINE_POLL));
    message.tag = TN_TAG_DEADLINE;
    EXPECT(TN_ERR_TIMEOUT, sys_ipc_send(&message, in_ms(2)));
    EXPECT(TN_ERR_WOULD_BLOCK, receive(&message, endpoint, TN_DEADLINE_POLL));
    EXPECT(TN_ERR_TIMEOUT, receive(&message, endpoint, 1));
    EXPECT(TN_ERR_TIMEOUT, receive(&message, endpoint, in_ms(2)));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* The server of the call @p token learns @p marks of it, if this kernel tells. */
static void expect_marks(uint64_t token, uint64_t marks)
{
    uint64_t told = 0;
    EXPECT(CONFIG_CANCEL_FLAG ? TN_OK : TN_ERR_NOT_SUPPORTED, sys_call_info(token, &told));
    EQUAL(CONFIG_CANCEL_FLAG ? marks : 0, told);
}

static void neither_deadline_nor_cancel_ends_a_call_in_service(void)
{
    static struct worker caller;
    struct sys_message message;
    uint64_t told;
    tn_handle_t endpoint = new_endpoint();
    caller = (struct worker){.work = work_call,
                             .message = {.tag = TN_TAG_DEADLINE, .destination = endpoint},
                             .deadline = in_ms(2000)};
    worker_start(&caller, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    expect_marks(message.token, 0);
    EXPECT(TN_OK, sys_thread_sleep(caller.deadline + 1));
    expect_marks(message.token, TN_CALL_LATE);
    EXPECT(CONFIG_CANCEL_FLAG ? TN_OK : TN_ERR_NOT_SUPPORTED,
           sys_thread_cancel(caller.thread.handle));
    expect_marks(message.token, TN_CALL_LATE | TN_CALL_CANCELLED);
    EXPECT(TN_OK, reply(message.token, 0, 0));
    EXPECT(CONFIG_CANCEL_FLAG ? TN_ERR_STALE : TN_ERR_NOT_SUPPORTED,
           sys_call_info(message.token, &told));
    worker_join(&caller);
    EXPECT(TN_OK, caller.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void every_call_checks_its_handle(void)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    tn_handle_t receiver = limited(endpoint, TN_RIGHT_RECEIVE);
    const struct {
        tn_handle_t handle;
        tn_status_t sending, receiving;
    } tries[] = {
        {BAD_HANDLE, TN_ERR_HANDLE, TN_ERR_HANDLE},
        {TN_HANDLE_NONE, TN_ERR_HANDLE, TN_ERR_HANDLE},
        {own_container(), TN_ERR_TYPE, TN_ERR_TYPE},
        {sender, TN_ERR_WOULD_BLOCK, TN_ERR_RIGHTS},
        {receiver, TN_ERR_RIGHTS, TN_ERR_WOULD_BLOCK},
    };
    for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
        struct sys_message message = {.tag = TN_TAG_DEADLINE, .destination = tries[i].handle};
        EXPECT(tries[i].sending, sys_ipc_call8(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE;
        EXPECT(tries[i].sending, sys_ipc_send(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE;
        EXPECT(tries[i].receiving, sys_ipc_receive(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE;
        EXPECT(tries[i].receiving, sys_ipc_reply_receive(&message, TN_DEADLINE_POLL));
    }
    close_all((tn_handle_t[]){endpoint, sender, receiver}, 3);
}

static void unknown_flags_are_refused(void)
{
    static const uint64_t flags[] = {0x40, 0x80};
    tn_handle_t endpoint = new_endpoint();
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        struct sys_message message = {.tag = TN_TAG_DEADLINE | flags[i], .destination = endpoint};
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_call0(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE | flags[i];
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_send(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE | flags[i];
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_receive(&message, TN_DEADLINE_POLL));
        message.tag = TN_TAG_DEADLINE | flags[i];
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_reply_receive(&message, TN_DEADLINE_POLL));
        message.tag = flags[i];
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_reply(&message));
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* A client with a message buffer: sends one byte more than the number it was told before. */
static void work_long_call(struct worker *worker)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    for (unsigned i = 0; i < sizeof(buffer->data); i++) {
        buffer->data[i] = (uint8_t)(i * 7);
    }
    buffer->length = (uint32_t)worker->deadline;
    worker->message.tag |= TN_TAG_BUFFER;
    worker->status = sys_ipc_call8(&worker->message, TN_DEADLINE_NEVER);
    worker->value = (uint64_t)buffer->length << 32 | buffer->data[0];
}

static void long_messages_travel_through_the_buffer(void)
{
    static struct worker caller;
    static const uint32_t lengths[] = {0, 1, 100, TN_MESSAGE_BUFFER_BYTES};
    struct sys_message message;
    struct tn_message_buffer *buffer = sys_thread_buffer();
    tn_handle_t endpoint = new_endpoint();
    CHECK(buffer != NULL);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        memset(buffer, 0xee, sizeof(*buffer));
        caller = (struct worker){
            .work = work_long_call, .message = {.destination = endpoint}, .deadline = lengths[i]};
        worker_start(&caller, WORKER_URGENT);
        EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
        EQUAL(TN_TAG_BUFFER, message.tag & TN_TAG_FLAGS);
        EQUAL(lengths[i], buffer->length);
        bool same = true;
        for (unsigned k = 0; k < lengths[i]; k++) {
            same = same && buffer->data[k] == (uint8_t)(k * 7);
        }
        CHECK(same);
        if (lengths[i] < TN_MESSAGE_BUFFER_BYTES) {
            EQUAL(0xee, buffer->data[lengths[i]]); /* No byte more. */
        }
        buffer->length = 3;
        buffer->data[0] = 0x5a;
        EXPECT(TN_OK, reply(message.token, TN_TAG_BUFFER, 0));
        worker_join(&caller);
        EQUAL(UINT64_C(3) << 32 | 0x5a, caller.value);
    }
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void buffers_that_are_missing_or_too_long_are_refused(void)
{
    static struct worker worker;
    struct sys_message message;
    struct tn_message_buffer *buffer = sys_thread_buffer();
    tn_handle_t endpoint = new_endpoint();
    /* This thread has a buffer, a worker has none. */
    start(&worker, work_call, endpoint, TN_TAG_BUFFER, WORKER_URGENT);
    worker_join(&worker);
    EXPECT(TN_ERR_STATE, worker.status);
    message = (struct sys_message){.tag = TN_TAG_BUFFER, .destination = endpoint};
    buffer->length = TN_MESSAGE_BUFFER_BYTES + 1;
    EXPECT(TN_ERR_TOO_LONG, sys_ipc_call0(&message, 0));
    buffer->length = UINT32_MAX;
    message.tag = TN_TAG_BUFFER;
    EXPECT(TN_ERR_TOO_LONG, sys_ipc_send(&message, 0));
    /* To a receiver without a buffer nothing long can be sent, and it goes on waiting. */
    start(&worker, work_receive, endpoint, 0, WORKER_URGENT);
    buffer->length = 4;
    message.tag = TN_TAG_BUFFER;
    EXPECT(TN_ERR_TOO_LONG, sys_ipc_send(&message, 0));
    message.tag = LOW;
    EXPECT(TN_OK, sys_ipc_send(&message, 0));
    worker_join(&worker);
    EXPECT(TN_OK, worker.status);
    /* Nor can it be the reply to a caller without one; the token stays good. */
    start(&worker, work_call, endpoint, 0, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    uint64_t token = message.token;
    EXPECT(TN_ERR_TOO_LONG, reply(token, TN_TAG_BUFFER, 0));
    buffer->length = UINT32_MAX;
    EXPECT(TN_ERR_TOO_LONG, reply(token, TN_TAG_BUFFER, 0));
    EXPECT(TN_OK, reply(token, 0, 0));
    worker_join(&worker);
    EXPECT(TN_OK, worker.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void an_endpoint_dies_with_its_last_receiver(void)
{
    static struct worker callers[2];
    struct sys_message message = {0};
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    tn_handle_t receiver = limited(endpoint, TN_RIGHT_RECEIVE);
    start(&callers[0], work_call, sender, 0, WORKER_URGENT);
    start(&callers[1], work_send, sender, 0, WORKER_URGENT);
    EXPECT(TN_OK, sys_handle_close(endpoint));
    EQUAL(0, callers[0].thread.done); /* One handle can still receive. */
    EXPECT(TN_OK, sys_handle_close(receiver));
    worker_join(&callers[0]);
    worker_join(&callers[1]);
    EXPECT(TN_ERR_CLOSED, callers[0].status);
    EXPECT(TN_ERR_CLOSED, callers[1].status);
    message.destination = sender;
    EXPECT(TN_ERR_CLOSED, sys_ipc_call0(&message, 0));
    EXPECT(TN_OK, sys_handle_close(sender));
}

static void replies_carry_the_epoch(void)
{
    static struct worker callers[2];
    struct sys_message message;
    uint32_t epoch = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    start(&callers[0], work_call, endpoint, 0, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    EXPECT(TN_OK, reply(message.token, 0, 0));
    worker_join(&callers[0]);
    EQUAL(0, tn_tag_epoch(callers[0].message.tag));
    EXPECT(TN_OK, sys_endpoint_rebind(endpoint, &epoch));
    EQUAL(1, epoch);
    start(&callers[1], work_call, endpoint, 0, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint, TN_DEADLINE_POLL));
    EXPECT(TN_OK, reply(message.token, 0, 0));
    worker_join(&callers[1]);
    EQUAL(1, tn_tag_epoch(callers[1].message.tag));
    EXPECT(TN_ERR_HANDLE, sys_endpoint_rebind(BAD_HANDLE, &epoch));
    EXPECT(TN_ERR_TYPE, sys_endpoint_rebind(own_container(), &epoch));
    EXPECT(TN_ERR_RIGHTS, sys_endpoint_rebind(sender, &epoch));
    close_all((tn_handle_t[]){endpoint, sender}, 2);
}

static void creating_checks_its_arguments(void)
{
    tn_handle_t result = 55;
    tn_handle_t notification = new_notification();
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_endpoint_create(BAD_HANDLE, &result));
    EXPECT(TN_ERR_TYPE, sys_endpoint_create(notification, &result));
    EXPECT(TN_ERR_RIGHTS, sys_endpoint_create(watcher, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){notification, watcher}, 2);
}

/* A server that makes itself passive and then serves one call on its caller's time. */
static void work_serve_once(struct worker *worker)
{
    worker->status = sys_ipc_receive(&worker->message, 0);
    worker->value = worker->message.words[0];
    worker->message.tag = tn_tag_make(0, LOW);
    worker->message.words[0] = worker->value + 1;
    worker->status = sys_ipc_reply_receive(&worker->message, 0);
}

static void a_passive_server_runs_on_its_callers_time(void)
{
    static struct worker server;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t sender = limited(endpoint, TN_RIGHT_SEND);
    server = (struct worker){.work = work_serve_once, .message = {.destination = endpoint}};
    worker_start(&server, WORKER_URGENT);
    EXPECT(TN_OK, sys_context_unbind(server.thread.context));
    /* Without a caller's time it gets nothing. */
    message = (struct sys_message){.tag = LOW, .destination = sender};
    EXPECT(TN_ERR_NO_CONTEXT, sys_ipc_send(&message, 0));
    message = (struct sys_message){.tag = LOW, .destination = sender, .words = {20}};
    EXPECT(TN_OK, sys_ipc_call4(&message, 0));
    EQUAL(21, message.words[0]);
    EQUAL(20, server.value);
    EXPECT(TN_OK, sys_context_bind(server.thread.context, server.thread.handle));
    EXPECT(TN_OK, sys_handle_close(endpoint));
    worker_join(&server);
    EXPECT(TN_ERR_CLOSED, server.status);
    EXPECT(TN_OK, sys_handle_close(sender));
}

const struct check_case ipc_cases[] = {
    {"a_call_carries_words_there_and_back", a_call_carries_words_there_and_back},
    {"words_that_are_not_carried_arrive_as_zero", words_that_are_not_carried_arrive_as_zero},
    {"the_receiver_may_wait_first", the_receiver_may_wait_first},
    {"callers_are_served_by_priority_then_in_order", callers_are_served_by_priority_then_in_order},
    {"a_token_is_good_for_one_reply", a_token_is_good_for_one_reply},
    {"tokens_may_be_answered_in_any_order", tokens_may_be_answered_in_any_order},
    {"reply_and_receive_is_one_step", reply_and_receive_is_one_step},
    {"deadlines_end_waits_that_are_not_served", deadlines_end_waits_that_are_not_served},
    {"neither_deadline_nor_cancel_ends_a_call_in_service",
     neither_deadline_nor_cancel_ends_a_call_in_service},
    {"every_call_checks_its_handle", every_call_checks_its_handle},
    {"unknown_flags_are_refused", unknown_flags_are_refused},
    {"long_messages_travel_through_the_buffer", long_messages_travel_through_the_buffer},
    {"buffers_that_are_missing_or_too_long_are_refused",
     buffers_that_are_missing_or_too_long_are_refused},
    {"an_endpoint_dies_with_its_last_receiver", an_endpoint_dies_with_its_last_receiver},
    {"replies_carry_the_epoch", replies_carry_the_epoch},
    {"creating_checks_its_arguments", creating_checks_its_arguments},
    {"a_passive_server_runs_on_its_callers_time", a_passive_server_runs_on_its_callers_time},
    {NULL, NULL},
};

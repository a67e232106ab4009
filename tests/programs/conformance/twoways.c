/* SPDX-License-Identifier: MIT */
/* Each exchange of messages both ways: with and without a deadline that never comes. A deadline sends a
 * call down the kernel's slow path and changes nothing else, so the outcomes must be equal to the last
 * bit; which of the two was fast is the kernel's own business.
 *
 * Exchanges are random: labels, words, what the tag says of them, bits that a sender must not set, the
 * handle, the token that the server answers with, and what is in the message buffers. Client and servers
 * have message buffers or not, servers contexts of their own or not. The seed is printed when something
 * differs. */
#include <libbase/compiler.h>
#include <libbase/mem.h>
#include <libsys/clock.h>
#include <libsys/serial.h>

#include "worker.h"

#define EXCHANGES 200
#define SERVERS   3

/* What both sides saw of an exchange. */
struct outcome {
    struct sys_message call;   /* As the server received it, but for the token. */
    struct sys_message answer; /* As the client received it. */
    int64_t status;            /* What came of the call. */
    int64_t refused;           /* What came of an answer to nobody's call. */
    uint64_t server;           /* Who served. */
    uint64_t generation;       /* By how much the token differs from that of the exchange before. */
    int64_t unfit;     /* What came of an answer in a message buffer that had to be refused. */
    uint64_t received; /* Digest of the server's message buffer with the call, */
    uint64_t returned; /* and of the client's in the end. */
};

/* One exchange: what both sides do. */
struct exchange {
    struct sys_message call, answer;
    uint64_t wrong_token;                /* The server tries this first, if it is not 0. */
    uint32_t call_length, answer_length; /* In the message buffers. */
};

/* Who takes part in exchanges. */
struct party {
    uint64_t server_flags; /* TN_TAG_DEADLINE or nothing: the way the servers take. */
    bool passive;          /* Servers have no contexts of their own. */
    bool client_buffer,
        server_buffers; /* Who has message buffers; if nobody, no message is in one. */
};

static struct exchange plan;
static struct outcome seen;
static struct party party;
static struct tn_message_buffer *client_buffer, *server_buffers[SERVERS]; /* Or NULL. */
static uint64_t last_token;
static uint64_t state;

static uint64_t next(void)
{
    state ^= state << 13; /* xorshift64, Marsaglia 2003. */
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Fill all of @p buffer, if there is one, so that it is known what it was before a message came. */
static void fill(struct tn_message_buffer *buffer, uint64_t pattern, uint32_t length)
{
    if (buffer != NULL) {
        uint64_t *words = (uint64_t *)(void *)buffer;
        for (size_t i = 0; i < sizeof(*buffer) / sizeof(*words); i++) {
            words[i] = pattern * (2 * i + 1);
        }
        buffer->length = length;
    }
}

/* The digest of all of @p buffer. */
static uint64_t digest(const struct tn_message_buffer *buffer)
{
    uint64_t sum = 0;
    const uint64_t *words = (const uint64_t *)(const void *)buffer;
    for (size_t i = 0; words != NULL && i < sizeof(*buffer) / sizeof(*words); i++) {
        sum = (sum ^ words[i]) * 0x100000001b3; /* FNV's prime. */
        sum ^= sum >> 29;
    }
    return sum;
}

static void note(const struct worker *worker, const struct sys_message *message)
{
    seen.call = *message;
    seen.call.token = 0;
    seen.server = worker->value;
    seen.received = digest(server_buffers[worker->value]);
    seen.generation = message->token - last_token;
    last_token = message->token;
}

/* Answer with those @p flags that the plan has, and receive the next call. */
static tn_status_t answer(const struct worker *worker, struct sys_message *message, uint64_t token,
                          uint64_t flags)
{
    *message = plan.answer;
    message->tag = (message->tag & (~TN_TAG_FLAGS | flags)) | party.server_flags;
    message->destination = worker->handle;
    message->token = token;
    return sys_ipc_reply_receive(message, TN_DEADLINE_NEVER);
}

/* Serve until the endpoint is closed. After a stale token the call is still to be answered, as after an
 * answer that is too long, for which there is no room, or whose message buffer is not there. */
static void work_serve(struct worker *worker)
{
    struct sys_message message = {.tag = party.server_flags, .destination = worker->handle};
    struct tn_message_buffer *buffer = party.server_buffers ? sys_thread_buffer() : NULL;
    server_buffers[worker->value] = buffer;
    tn_status_t status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    while (status == TN_OK) {
        uint64_t token = message.token;
        note(worker, &message);
        fill(buffer, plan.answer.words[0], plan.answer_length);
        if (plan.wrong_token != 0) {
            seen.refused = answer(worker, &message, plan.wrong_token, TN_TAG_FLAGS);
        }
        status = answer(worker, &message, token, TN_TAG_FLAGS);
        if (status == TN_ERR_TOO_LONG || status == TN_ERR_STATE) {
            seen.unfit = status;
            status = answer(worker, &message, token, TN_TAG_LOW | TN_TAG_HIGH);
        }
    }
    worker->status = status;
}

/* Anything that a program can put into the registers: what the tag does not carry, too. */
static struct sys_message any_message(tn_handle_t destination)
{
    bool buffers = party.client_buffer || party.server_buffers;
    uint64_t flags = next() & (TN_TAG_LOW | TN_TAG_HIGH | (buffers ? TN_TAG_BUFFER : 0));
    struct sys_message message = {
        .tag = tn_tag_make((uint32_t)next(), flags) | next() << 48,
        .destination = destination,
        .badge = next(),
        .token = next(),
    };
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        message.words[i] = next();
    }
    return message;
}

/* A length that may be too long. */
static uint32_t any_length(void)
{
    static const uint32_t limits[] = {0,
                                      8,
                                      63,
                                      64,
                                      TN_MESSAGE_ATTACHED_BYTES,
                                      TN_MESSAGE_BUFFER_BYTES,
                                      TN_MESSAGE_BUFFER_BYTES + 1,
                                      UINT32_MAX};
    uint64_t dice = next() % (2 * TN_ARRAY_LEN(limits));
    return dice < TN_ARRAY_LEN(limits) ? limits[dice]
                                       : (uint32_t)(next() % TN_MESSAGE_BUFFER_BYTES);
}

static struct outcome run(uint64_t client_flags)
{
    fill(client_buffer, plan.call.words[0], plan.call_length);
    for (unsigned i = 0; i < SERVERS; i++) {
        fill(server_buffers[i], plan.call.words[1], i);
    }
    seen = (struct outcome){.answer = plan.call};
    seen.answer.tag |= client_flags;
    seen.status = sys_ipc_call8(&seen.answer, TN_DEADLINE_NEVER);
    seen.returned = digest(client_buffer);
    return seen;
}

static bool same(const struct outcome *one, const struct outcome *other)
{
    return memcmp(one, other, sizeof(*one)) == 0;
}

/* @p handles: the endpoint, badged, one that may not send, one that names nothing. Both calls may be
 * answered the same way, so the endpoint's @p epoch is not just compared. */
static void both_ways(const tn_handle_t handles[4], uint32_t epoch)
{
    uint64_t seed = state;
    unsigned dice = (unsigned)next() % 8;
    plan.call = any_message(handles[dice < 5 ? dice % 2 : dice % 4]);
    plan.answer = any_message(TN_HANDLE_NONE);
    plan.wrong_token = next() % 4 == 0 ? next() : 0;
    plan.call_length = any_length();
    plan.answer_length = any_length();
    uint64_t first_flags =
        next() % 2 == 0 ? TN_TAG_DEADLINE : 0; /* Fast ones follow fast ones, too. */
    struct outcome first = run(first_flags);
    struct outcome second = run(first_flags ^ TN_TAG_DEADLINE);
    if (!CHECK(same(&first, &second))) {
        sys_serial_print("    state was 0x%lx\n", (unsigned long)seed);
    }
    if (second.status == TN_OK) {
        EQUAL(epoch, tn_tag_epoch(second.answer.tag));
    }
    EQUAL(0, second.answer.badge);
    EQUAL(0, second.answer.token);
}

/* A message buffer that was refused stays behind when the next message brings none. */
static void refused_and_plain(tn_handle_t endpoint)
{
    plan =
        (struct exchange){.call = {.tag = TN_TAG_BUFFER, .destination = endpoint, .words = {1, 2}},
                          .call_length = UINT32_MAX};
    EXPECT(party.client_buffer ? TN_ERR_TOO_LONG : TN_ERR_STATE, (tn_status_t)run(0).status);
    plan.call.tag = 0;
    plan.call_length = 8;
    struct outcome fast = run(0);
    struct outcome slow = run(TN_TAG_DEADLINE);
    CHECK(same(&slow, &fast));
}

static struct worker servers[SERVERS];

static void servers_start(tn_handle_t endpoint)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        servers[i] = (struct worker){.work = work_serve, .handle = endpoint, .value = i};
        worker_start(&servers[i], WORKER_URGENT);
        if (party.passive) {
            EXPECT(TN_OK, sys_context_unbind(servers[i].thread.context));
        }
    }
}

/* The endpoint is closed: that ends them, once they have something to run on. */
static void servers_end(void)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        if (party.passive) {
            const struct sys_thread *thread = &servers[i].thread;
            EXPECT(TN_OK, sys_context_bind(thread->context, thread->handle));
        }
        worker_join(&servers[i]);
        EXPECT(TN_ERR_CLOSED, servers[i].status);
    }
}

/* The client: less urgent than the servers. */
static void work_compare(struct worker *worker)
{
    (void)worker;
    client_buffer = party.client_buffer ? sys_thread_buffer() : NULL;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t badged = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND, 0xbadbadbadbadbad1, &badged));
    tn_handle_t deaf = limited(endpoint, TN_RIGHT_INSPECT);
    const tn_handle_t handles[4] = {endpoint, badged, deaf, BAD_HANDLE};
    servers_start(endpoint);
    plan = (struct exchange){.call = {.destination = endpoint}};
    (void)run(0); /* From here on, generations differ by one. */
    refused_and_plain(endpoint);
    uint32_t epoch = 0;
    for (unsigned i = 0; i < EXCHANGES; i++) {
        both_ways(handles, epoch);
        EXPECT(TN_OK, sys_endpoint_rebind(endpoint, &epoch));
    }
    close_all((tn_handle_t[]){badged, deaf, endpoint}, 3);
    servers_end();
}

/* Servers that take the fast path, and servers that take the slow one. */
static void compare(struct party members)
{
    static struct worker client;
    state = sys_clock_now_ns() | 1;
    party = members;
    for (unsigned i = 0; i < 2; i++) {
        client = (struct worker){.work = work_compare};
        worker_start(&client, WORKER_LAZY);
        worker_join(&client);
        party.server_flags = TN_TAG_DEADLINE;
    }
}

static void exchanges_end_alike_both_ways(void)
{
    compare((struct party){.passive = false});
}

static void exchanges_with_passive_servers_end_alike_both_ways(void)
{
    compare((struct party){.passive = true});
}

static void exchanges_of_buffers_end_alike_both_ways(void)
{
    compare((struct party){.client_buffer = true, .server_buffers = true});
    compare((struct party){.client_buffer = true, .server_buffers = true, .passive = true});
}

static void exchanges_where_a_buffer_lacks_end_alike_both_ways(void)
{
    compare((struct party){.client_buffer = true});
    compare((struct party){.server_buffers = true});
}

const struct check_case twoways_cases[] = {
    {"exchanges_end_alike_both_ways", exchanges_end_alike_both_ways},
    {"exchanges_with_passive_servers_end_alike_both_ways",
     exchanges_with_passive_servers_end_alike_both_ways},
    {"exchanges_of_buffers_end_alike_both_ways", exchanges_of_buffers_end_alike_both_ways},
    {"exchanges_where_a_buffer_lacks_end_alike_both_ways",
     exchanges_where_a_buffer_lacks_end_alike_both_ways},
    {NULL, NULL},
};

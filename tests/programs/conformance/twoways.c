/* SPDX-License-Identifier: MIT */
/* Each exchange of messages both ways: with and without a deadline that never comes. A deadline sends a
 * call down the kernel's slow path and changes nothing else, so the outcomes must be equal to the last
 * bit; which of the two was fast is the kernel's own business.
 *
 * Exchanges are random: labels, words, what the tag says of them, bits that a sender must not set, the
 * handle, the token that the server answers with, and whether the server has a context of its own. The
 * seed is printed when something differs. */
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
};

/* One exchange: what both sides do. */
struct exchange {
    struct sys_message call, answer;
    uint64_t wrong_token; /* The server tries this first, if it is not 0. */
};

static struct exchange plan;
static struct outcome seen;
static uint64_t server_flags; /* TN_TAG_DEADLINE or nothing: the way the servers take. */
static uint64_t last_token;
static uint64_t state;

static uint64_t next(void)
{
    state ^= state << 13; /* xorshift64, Marsaglia 2003. */
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void note(const struct worker *worker, const struct sys_message *message)
{
    seen.call = *message;
    seen.call.token = 0;
    seen.server = worker->value;
    seen.generation = message->token - last_token;
    last_token = message->token;
}

/* Serve until the endpoint is closed. After a stale token the call is still to be answered. */
static void work_serve(struct worker *worker)
{
    struct sys_message message = {.tag = server_flags, .destination = worker->handle};
    tn_status_t status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    while (status == TN_OK) {
        uint64_t token = message.token;
        note(worker, &message);
        message = plan.answer;
        message.tag |= server_flags;
        message.destination = worker->handle;
        if (plan.wrong_token != 0) {
            message.token = plan.wrong_token;
            seen.refused = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
            message = plan.answer;
            message.tag |= server_flags;
            message.destination = worker->handle;
        }
        message.token = token;
        status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    }
    worker->status = status;
}

/* Anything that a program can put into the registers: what the tag does not carry, too. */
static struct sys_message any_message(tn_handle_t destination)
{
    uint64_t flags = next() & (TN_TAG_LOW | TN_TAG_HIGH);
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

static struct outcome run(uint64_t client_flags)
{
    seen = (struct outcome){.answer = plan.call};
    seen.answer.tag |= client_flags;
    seen.status = sys_ipc_call8(&seen.answer, TN_DEADLINE_NEVER);
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
    struct outcome slow = run(TN_TAG_DEADLINE);
    struct outcome fast = run(0);
    if (!CHECK(same(&slow, &fast))) {
        sys_serial_print("    state was 0x%lx\n", (unsigned long)seed);
    }
    if (fast.status == TN_OK) {
        EQUAL(epoch, tn_tag_epoch(fast.answer.tag));
    }
    EQUAL(0, fast.answer.badge);
    EQUAL(0, fast.answer.token);
}

static struct worker servers[SERVERS];

static void servers_start(tn_handle_t endpoint, bool passive)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        servers[i] = (struct worker){.work = work_serve, .handle = endpoint, .value = i};
        worker_start(&servers[i], WORKER_URGENT);
        if (passive) {
            EXPECT(TN_OK, sys_context_unbind(servers[i].thread.context));
        }
    }
}

/* The endpoint is closed: that ends them, once they have something to run on. */
static void servers_end(bool passive)
{
    for (unsigned i = 0; i < SERVERS; i++) {
        if (passive) {
            const struct sys_thread *thread = &servers[i].thread;
            EXPECT(TN_OK, sys_context_bind(thread->context, thread->handle));
        }
        worker_join(&servers[i]);
        EXPECT(TN_ERR_CLOSED, servers[i].status);
    }
}

static void compare_with(uint64_t flags_of_servers, bool passive)
{
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t badged = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND, 0xbadbadbadbadbad1, &badged));
    tn_handle_t deaf = limited(endpoint, TN_RIGHT_INSPECT);
    const tn_handle_t handles[4] = {endpoint, badged, deaf, BAD_HANDLE};
    server_flags = flags_of_servers;
    servers_start(endpoint, passive);
    plan = (struct exchange){.call = {.destination = endpoint}};
    (void)run(0); /* From here on, generations differ by one. */
    uint32_t epoch = 0;
    for (unsigned i = 0; i < EXCHANGES; i++) {
        both_ways(handles, epoch);
        EXPECT(TN_OK, sys_endpoint_rebind(endpoint, &epoch));
    }
    close_all((tn_handle_t[]){badged, deaf, endpoint}, 3);
    servers_end(passive);
}

static void exchanges_end_alike_both_ways(void)
{
    state = sys_clock_now_ns() | 1;
    compare_with(0, false);
    compare_with(TN_TAG_DEADLINE, false);
}

static void exchanges_with_passive_servers_end_alike_both_ways(void)
{
    state = sys_clock_now_ns() | 1;
    compare_with(0, true);
    compare_with(TN_TAG_DEADLINE, true);
}

const struct check_case twoways_cases[] = {
    {"exchanges_end_alike_both_ways", exchanges_end_alike_both_ways},
    {"exchanges_with_passive_servers_end_alike_both_ways",
     exchanges_with_passive_servers_end_alike_both_ways},
    {NULL, NULL},
};

/* SPDX-License-Identifier: MIT */
/* Nothing of the sender's registers reaches the receiver but the message: canaries in all general
 * registers, for each set of words, whoever waits first, by the fast path and by the slow one. */
#include <libbase/compiler.h>

#include "arch_tests.h"
#include "worker.h"

#define SENT     UINT64_C(0xca11ca11ca11ca11) /* In the caller's registers. */
#define RETURNED UINT64_C(0x5e75e75e75e75e75) /* In the server's registers when it replies. */

/* What a thread saw after its two calls. */
static struct register_dump server_dump, caller_dump;
static uint64_t server_tag;

static int word_of(unsigned index)
{
    static const unsigned words[8] = ARCH_WORDS;
    for (int i = 0; i < 8; i++) {
        if (words[i] == index) {
            return i;
        }
    }
    return -1;
}

/* All that is not carried must be 0 or the thread's own. */
static void check_dump(const struct register_dump *dump, uint64_t flags, uint64_t canary)
{
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        int word = word_of(i);
        if (i == ARCH_TAG || i == ARCH_BADGE || i == ARCH_TOKEN || ARCH_KEPT(i)) {
            CHECK(dump->general[i] != canary);
        } else if (word >= 0 && (flags >> (word / 4) & 1) != 0) {
            EQUAL(canary, dump->general[i]);
        } else {
            EQUAL(0, dump->general[i]);
        }
    }
}

/* How a message travels. */
struct way {
    unsigned reply; /* The call that replies. */
    uint64_t flags; /* TN_TAG_DEADLINE: the slow path; as a time, canaries are far away. */
};

static struct way way;

/* Receive once, reply with canaries; receive again, if that belongs to the reply, until the end. */
static void work_server(struct worker *worker)
{
    struct register_dump reply;
    arch_canary_ipc(TN_SYS_IPC_RECV, way.flags, worker->handle, 0, TN_DEADLINE_NEVER, &server_dump);
    uint64_t token = server_dump.general[ARCH_TOKEN];
    arch_canary_ipc(way.reply, server_tag | way.flags, worker->handle, token, RETURNED, &reply);
    worker->status = tn_tag_status(reply.general[ARCH_TAG]);
}

static void exchange(uint64_t flags, uint64_t reply_flags, uint32_t server_priority)
{
    static struct worker server;
    tn_handle_t endpoint = new_endpoint();
    server = (struct worker){.work = work_server, .handle = endpoint};
    server_tag = tn_tag_make(1, reply_flags);
    worker_start(&server, server_priority);
    arch_canary_ipc(TN_SYS_IPC_CALL, tn_tag_make(2, flags | way.flags), endpoint, 0, SENT,
                    &caller_dump);
    EXPECT(TN_OK, sys_handle_close(endpoint));
    worker_join(&server);
    EXPECT(way.reply == TN_SYS_IPC_REPLY ? TN_OK : TN_ERR_CLOSED, server.status);
    EXPECT(TN_OK, tn_tag_status(caller_dump.general[ARCH_TAG]));
    EQUAL(2, tn_tag_label(server_dump.general[ARCH_TAG]));
    EQUAL(0, server_dump.general[ARCH_BADGE]);
    check_dump(&server_dump, flags, SENT);
    check_dump(&caller_dump, reply_flags, RETURNED);
    EQUAL(0, caller_dump.general[ARCH_BADGE]);
    EQUAL(0, caller_dump.general[ARCH_TOKEN]);
}

/* Each set of words there and back, each way. */
static void exchange_all(uint32_t server_priority)
{
    static const struct way ways[] = {{TN_SYS_IPC_REPLY, 0},
                                      {TN_SYS_IPC_REPLY_RECV, 0},
                                      {TN_SYS_IPC_REPLY_RECV, TN_TAG_DEADLINE}};
    for (unsigned i = 0; i < TN_ARRAY_LEN(ways); i++) {
        way = ways[i];
        for (uint64_t flags = 0; flags < 16; flags++) {
            exchange(flags & 3, flags >> 2, server_priority);
        }
    }
}

static void only_the_message_crosses_when_the_server_waits(void)
{
    exchange_all(WORKER_URGENT);
}

static void only_the_message_crosses_when_the_caller_waits(void)
{
    exchange_all(WORKER_LAZY);
}

static void a_failed_call_leaves_nothing(void)
{
    struct register_dump dump;
    arch_canary_ipc(TN_SYS_IPC_CALL, TN_TAG_LOW | TN_TAG_HIGH, BAD_HANDLE, 0, SENT, &dump);
    EXPECT(TN_ERR_HANDLE, tn_tag_status(dump.general[ARCH_TAG]));
    EQUAL(0, dump.general[ARCH_BADGE]);
    EQUAL(0, dump.general[ARCH_TOKEN]);
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        if (word_of(i) >= 0) {
            EQUAL(0, dump.general[i]);
        }
    }
}

const struct check_case register_cases[] = {
    {"only_the_message_crosses_when_the_server_waits",
     only_the_message_crosses_when_the_server_waits},
    {"only_the_message_crosses_when_the_caller_waits",
     only_the_message_crosses_when_the_caller_waits},
    {"a_failed_call_leaves_nothing", a_failed_call_leaves_nothing},
    {NULL, NULL},
};

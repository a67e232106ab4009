/* SPDX-License-Identifier: MIT */
/* The messages of the random test: each is written so that it tells by itself whether it arrived as it was
 * sent, and where it was meant to go. */

#include "random.h"

#define LETTERS 65536
#define TOKENS  64

/* --- What is sent ------------------------------------------------------------------------------ */

/* What was sent, by number; the number is word 0, everything else follows from it. */
struct letter {
    uint64_t number;
    uint64_t badge; /* Of the handle; 0 for replies. */
    uint64_t to;    /* Object that it was sent to: an endpoint, or the thread that is replied to. */
};

static struct letter letters[LETTERS];
static uint64_t letter_count;

static struct arch_ipc_regs letter_write(uint64_t badge, uint64_t to)
{
    uint64_t number = ++letter_count;
    struct arch_ipc_regs r = {.words = {number}};
    uint64_t flags = TN_TAG_LOW | (number % 3 == 0 ? TN_TAG_HIGH : 0);
    letters[number % LETTERS] = (struct letter){.number = number, .badge = badge, .to = to};
    r.tag = tn_tag_make((uint32_t)(number * 7), flags);
    for (unsigned i = 1; i < TN_MESSAGE_WORDS; i++) {
        r.words[i] = number * 31 + i;
    }
    return r;
}

/* @p r came to @p to as a message or a reply: is it one that was sent there, as it was sent? */
static void letter_check(const struct arch_ipc_regs *r, uint64_t to, bool is_reply)
{
    uint64_t number = r->words[0];
    const struct letter *letter = &letters[number % LETTERS];
    assert_int_equal(letter->number, number);
    assert_int_equal(tn_tag_label(r->tag), (uint32_t)(number * 7));
    for (unsigned i = 1; i < TN_MESSAGE_WORDS; i++) {
        bool carried = i < 4 || number % 3 == 0;
        assert_int_equal(r->words[i], carried ? number * 31 + i : 0);
    }
    assert_int_equal(r->handle, letter->badge);
    assert_int_equal(r->deadline, 0);
    assert_true(!is_reply || letter->to == to);
}

/* --- What arrives ------------------------------------------------------------------------------ */

static struct {
    uint64_t token;
    uint64_t process;
} tokens[TOKENS];

static void check_received(const struct kern_thread *thread, const struct arch_ipc_regs *r)
{
    switch (r->tag & TN_TAG_KIND_MASK) {
    case TN_TAG_KIND_MESSAGE:
        letter_check(r, 0, false);
        break;
    case TN_TAG_KIND_SIGNAL:
        assert_true(r->words[0] != 0 && r->token == 0);
        break;
    default:
        assert_true(tn_tag_label(r->tag) == TN_FAULT_EXIT ? r->token == 0 : r->token != 0);
        break;
    }
    if (r->token != 0) {
        uint64_t at = below(TOKENS);
        tokens[at].token = r->token;
        tokens[at].process = thread->process->object.id;
    }
}

void random_check_message(unsigned number, tn_status_t status)
{
    const struct kern_thread *thread = kern_current();
    const struct arch_ipc_regs *r = &thread->arch.frame.ipc;
    if (status != TN_OK || number == TN_SYS_IPC_SEND || number == TN_SYS_IPC_REPLY) {
        struct arch_ipc_regs zero = {.tag = (uint64_t)(uint8_t)status << 8};
        assert_memory_equal(r, &zero, sizeof(zero));
    } else if (number == TN_SYS_IPC_CALL) {
        letter_check(r, thread->object.id, true);
    } else {
        check_received(thread, r);
    }
}

/* --- Who sends --------------------------------------------------------------------------------- */

uint64_t random_token(void)
{
    uint64_t start = below(TOKENS);
    uint64_t process = kern_current()->process->object.id;
    for (uint64_t i = 0; i < TOKENS; i++) {
        if (tokens[(start + i) % TOKENS].process == process) {
            return tokens[(start + i) % TOKENS].token;
        }
    }
    return below(1000);
}

static uint64_t badge_of(uint64_t handle)
{
    struct kern_slot *slot;
    bool found = kern_handle_find(&kern_current()->process->handles, handle, &slot) == TN_OK;
    return found ? slot->badge : 0;
}

static uint64_t caller_of(uint64_t token)
{
    const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
    return caller != NULL ? caller->object.id : 0;
}

/* Put some handles of whoever runs into its message buffer, if it has one, and say how many it takes. */
static void attach_some(void)
{
    struct tn_message_buffer *buffer = kern_current()->message;
    if (buffer == NULL) {
        return;
    }
    buffer->accepts = (uint32_t)below(TN_MESSAGE_HANDLES + 1);
    buffer->handle_count = (uint32_t)below(3);
    buffer->grant_count = (uint32_t)below(2);
    for (uint32_t i = 0; i < buffer->handle_count; i++) {
        buffer->handles[i] = (struct tn_message_handle){
            .value = random_handle(chance(50) ? TN_TYPE_ENDPOINT : TN_TYPE_NOTIFICATION),
            .rights = TN_RIGHTS_ALL,
            .flags = chance(30) ? TN_HANDLE_MOVE : 0};
    }
    buffer->grants[0] =
        (struct tn_message_grant){.base = SCRATCH, .length = below(9000), .access = TN_RIGHT_READ};
}

static void add_extras(struct arch_ipc_regs *r)
{
    if (chance(70)) {
        r->tag |= TN_TAG_DEADLINE;
        r->deadline = random_deadline();
    }
    if (chance(5)) {
        r->tag |= TN_TAG_BUFFER;
    }
    if (chance(10)) {
        attach_some();
    }
    if (chance(3)) {
        r->tag |= TN_TAG_GRANTS;
    }
    if (chance(5)) {
        r->tag |= TN_TAG_HANDLES;
    }
}

void random_message(void)
{
    static const unsigned kinds[] = {TN_SYS_IPC_CALL,       TN_SYS_IPC_CALL, TN_SYS_IPC_CALL,
                                     TN_SYS_IPC_REPLY_RECV, TN_SYS_IPC_SEND, TN_SYS_IPC_RECV,
                                     TN_SYS_IPC_RECV,       TN_SYS_IPC_REPLY};
    unsigned number = kinds[below(TN_ARRAY_LEN(kinds))];
    bool replies = number == TN_SYS_IPC_REPLY || number == TN_SYS_IPC_REPLY_RECV;
    uint64_t handle = random_handle(TN_TYPE_ENDPOINT);
    uint64_t token = replies && chance(90) ? random_token() : 0;
    struct arch_ipc_regs r =
        replies ? letter_write(0, caller_of(token)) : letter_write(badge_of(handle), 0);
    r.handle = handle;
    r.token = token;
    add_extras(&r);
    (void)world_ipc(number, &r);
}

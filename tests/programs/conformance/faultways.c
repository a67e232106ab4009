/* SPDX-License-Identifier: MIT */
/* The same faults with handlers that take the fast path and with handlers that take the slow one, because
 * they wait with a deadline, which never comes. What the handler hears and is told, and what becomes of the
 * thread, must be equal to the last bit.
 *
 * A process fills all its registers and writes to a page that is not there. A handler lets it try in vain a
 * few times, then gives it the page, where the registers are found, or ends it. What else is in the answers,
 * when they are given with a wrong token first, and when the page comes, is random; the seed is printed when
 * something differs. */
#include <libbase/compiler.h>
#include <libbase/mem.h>
#include <libsys/clock.h>
#include <libsys/serial.h>

#include "arch_tests.h"
#include "child.h"
#include "worker.h"

#define ROUNDS   40
#define HANDLERS 2
#define FAULTS   8 /* At most, the one behind the write and the end included. */
#define TRIES    (FAULTS - 2)

#define AREA  UINT64_C(0x10000000) /* Where the page is, here and there. */
#define FIRST UINT64_C(0x0101010101010101)

/* What was seen of one process. */
struct story {
    struct sys_message reports[FAULTS]; /* But for tokens and threads, */
    uint64_t generations[FAULTS];       /* of which by how much tokens grow is told, */
    int64_t refused[FAULTS];            /* And what came of answers to nobody. */
    uint64_t count;
    uint64_t registers[ARCH_GENERAL_COUNT + 2];
};

static struct story story;
static struct child child;
static tn_handle_t page;
static uint64_t repaired_after, deadline_ms, last_token, state;

static uint64_t next(void)
{
    state ^= state << 13; /* xorshift64, Marsaglia 2003. */
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void note(const struct sys_message *message)
{
    struct sys_message *report = &story.reports[story.count];
    *report = *message;
    report->token = 0;
    report->destination = 0;
    report->words[TN_FAULT_WORD_THREAD] = 0;
    if (story.count != 0 && message->token != 0) {
        story.generations[story.count] = message->token - last_token;
    }
    last_token = message->token;
    story.count++;
}

/* Not as EXPECT: checks are the first thread's. */
static void repair(void)
{
    uint64_t va;
    struct tn_map_request request = {
        .va = AREA, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    (void)!sys_memory_map(child.process, page, &request, &va);
}

/* Anything that an answer may consist of: what it does not carry, too. */
static struct sys_message any_answer(uint32_t label)
{
    struct sys_message answer = {
        .tag = tn_tag_make(label, next() & (TN_TAG_LOW | TN_TAG_HIGH)) | next() << 48,
        .destination = child.reports,
        .badge = next(),
    };
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        answer.words[i] = next();
    }
    return answer;
}

/* Send @p message, an answer or none, and wait for the next report. */
static tn_status_t go_on(struct sys_message *message)
{
    message->tag |= deadline_ms != 0 ? TN_TAG_DEADLINE : 0;
    return sys_ipc_reply_receive(message, in_ms(deadline_ms));
}

static tn_status_t answer(struct sys_message *message, uint32_t label, uint64_t token)
{
    *message = any_answer(label);
    message->token = token;
    return go_on(message);
}

/* Every label but one ends the process. */
static uint32_t any_end(void)
{
    static const uint32_t ends[] = {TN_FAULT_KILL, 2, 0x10000, 0x80000000};
    return ends[next() % TN_ARRAY_LEN(ends)];
}

static void handle(struct sys_message *message, tn_status_t *status)
{
    uint64_t token = message->token;
    uint64_t at = story.count;
    note(message);
    if (tn_tag_label(message->tag) == TN_FAULT_INSTRUCTION || story.count == TRIES) {
        *status = answer(message, any_end(), token);
        return;
    }
    if (story.count == repaired_after) {
        repair();
    }
    if (next() % 4 == 0) {
        story.refused[at] =
            answer(message, TN_FAULT_RESUME, token + next() % 16 * 0x10000 + 0x10000);
    }
    *status = answer(message, TN_FAULT_RESUME, token);
}

static void work_handle(struct worker *worker)
{
    struct sys_message message = {.destination = child.reports};
    worker->status = go_on(&message);
    while (worker->status == TN_OK && tn_tag_label(message.tag) != TN_FAULT_EXIT) {
        handle(&message, &worker->status);
    }
    if (worker->status == TN_OK) {
        note(&message);
    }
}

static void read_page(void)
{
    uint64_t va = 0;
    struct tn_map_request request = {.va = AREA, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ};
    EXPECT(TN_OK, sys_memory_map(TN_HANDLE_NONE, page, &request, &va));
    memcpy(story.registers, (const void *)(uintptr_t)va, sizeof(story.registers));
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, va, TN_PAGE_SIZE));
}

static bool is_any_handler_ready(void)
{
    struct tn_thread_info info = {.state = TN_THREAD_WAITING};
    for (uint32_t i = 1; sys_thread_info(TN_HANDLE_NONE, i, &info) == TN_OK; i++) {
        if (info.state == TN_THREAD_READY) {
            return true;
        }
    }
    return false;
}

/* A lazy one that was not needed may not even have begun to wait. */
static void wait_until_all_wait(void)
{
    for (unsigned i = 0; i < 1000 && is_any_handler_ready(); i++) {
        pause_ms(1);
    }
}

/* One process, from beginning to end. */
static struct story run(uint64_t seed, uint32_t priority, uint64_t handler_deadline_ms)
{
    static struct worker handlers[HANDLERS];
    story = (struct story){0};
    state = seed;
    page = new_memory(1);
    deadline_ms = handler_deadline_ms;
    repaired_after = next() % (TRIES + 2);
    child_make(&child, arch_entry_fill, AREA);
    uint64_t count = 1 + next() % HANDLERS;
    for (unsigned i = 0; i < count; i++) {
        handlers[i] = (struct worker){.work = work_handle};
        worker_start(&handlers[i], priority);
    }
    child_start(&child);
    child_wait_dead(&child);
    read_page();
    wait_until_all_wait();
    close_all((tn_handle_t[]){child.thread, child.context, child.process, child.reports,
                              child.container, page},
              6);
    for (unsigned i = 0; i < count; i++) {
        worker_join(&handlers[i]);
        CHECK(handlers[i].status == TN_OK || handlers[i].status == TN_ERR_CLOSED);
    }
    return story;
}

/* The registers are where the process put them, whatever happened meanwhile. */
static void check_registers(void)
{
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT && story.registers[0] != 0; i++) {
        EQUAL(i == ARCH_ARGUMENT ? AREA : FIRST * (i + 1), story.registers[i]);
    }
}

static void compare(uint32_t priority)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t seed = sys_clock_now_ns() | 1;
        struct story fast = run(seed, priority, 0);
        check_registers();
        struct story slow = run(seed, priority, 3600000);
        if (!CHECK(memcmp(&fast, &slow, sizeof(fast)) == 0)) {
            sys_serial_print("    seed was 0x%lx\n", (unsigned long)seed);
        }
        EQUAL(TN_FAULT_EXIT, tn_tag_label(fast.reports[fast.count - 1].tag));
    }
}

static void faults_end_alike_with_urgent_handlers(void)
{
    compare(WORKER_URGENT);
}

static void faults_end_alike_with_lazy_handlers(void)
{
    compare(WORKER_LAZY);
}

const struct check_case faultways_cases[] = {
    {"faults_end_alike_with_urgent_handlers", faults_end_alike_with_urgent_handlers},
    {"faults_end_alike_with_lazy_handlers", faults_end_alike_with_lazy_handlers},
    {NULL, NULL},
};

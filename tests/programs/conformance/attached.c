/* SPDX-License-Identifier: MIT */
/* What goes with messages: handles, and memory that is granted; and its end by revoking. */
#include <libbase/mem.h>
#include <libsys/attach.h>

#include "attached.h"
#include "child.h"
#include "worker.h"

static tn_status_t receive(struct sys_message *message, tn_handle_t endpoint)
{
    *message = (struct sys_message){.tag = TN_TAG_DEADLINE, .destination = endpoint};
    return sys_ipc_receive(message, TN_DEADLINE_POLL);
}

static tn_status_t reply(const struct sys_message *request, uint64_t tag)
{
    struct sys_message message = {.tag = tag, .token = request->token};
    return sys_ipc_reply(&message);
}

/* --- Handles ----------------------------------------------------------------------------------- */

/* Sends a copy of a handle, moves it, and takes the one that comes back. */
static void work_send_handles(struct worker *worker)
{
    struct sys_message *message = &worker->message;
    tn_handle_t back = TN_HANDLE_NONE;
    worker->status = sys_accept_handles(1);
    if (worker->status == TN_OK) {
        worker->status = sys_attach_handle(message, worker->handle, TN_RIGHT_SEND, 0);
    }
    if (worker->status == TN_OK) {
        worker->status = sys_attach_handle(message, worker->handle, TN_RIGHTS_ALL, 0);
    }
    if (worker->status == TN_OK) {
        worker->status = sys_ipc_call8(message, TN_DEADLINE_NEVER);
    }
    if (worker->status == TN_OK) {
        worker->status = sys_received_handle(message, 0, TN_TYPE_NOTIFICATION, &back);
    }
    worker->value = back;
}

static void handles_travel_with_a_call_and_its_reply(void)
{
    static struct worker caller;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint(), bell = new_notification();
    tn_handle_t weak = TN_HANDLE_NONE, strong = TN_HANDLE_NONE;
    uint64_t bits = 0;
    EXPECT(TN_OK, sys_accept_handles(TN_MESSAGE_HANDLES));
    caller = (struct worker){
        .work = work_send_handles, .handle = bell, .message = {.destination = endpoint}};
    worker_start(&caller, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint));
    EQUAL(TN_TAG_HANDLES, message.tag & TN_TAG_FLAGS);
    EQUAL(2, sys_received_handles(&message));
    EXPECT(TN_ERR_TYPE, sys_received_handle(&message, 0, TN_TYPE_ENDPOINT, &weak));
    EXPECT(TN_OK, sys_received_handle(&message, 0, TN_TYPE_NOTIFICATION, &weak));
    EXPECT(TN_OK, sys_received_handle(&message, 1, TN_TYPE_NOTIFICATION, &strong));
    EXPECT(TN_OK, sys_notification_signal(weak, 5));
    EXPECT(TN_ERR_RIGHTS, sys_notification_wait(weak, TN_DEADLINE_POLL, &bits));
    EXPECT(TN_OK, sys_notification_wait(strong, TN_DEADLINE_POLL, &bits));
    EQUAL(5, bits);
    struct sys_message answer = {.token = message.token};
    EXPECT(TN_OK,
           sys_attach_handle(&answer, strong, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE, TN_HANDLE_MOVE));
    EXPECT(TN_OK, sys_ipc_reply(&answer));
    worker_join(&caller);
    EXPECT(TN_OK, caller.status);
    EXPECT(TN_ERR_HANDLE, sys_handle_close(strong)); /* It was moved. */
    EXPECT(TN_OK, sys_notification_signal((tn_handle_t)caller.value, 1));
    EXPECT(TN_OK, sys_handle_revoke(bell)); /* All of them came from it. */
    EXPECT(TN_ERR_HANDLE, sys_notification_signal((tn_handle_t)caller.value, 1));
    EXPECT(TN_ERR_HANDLE, sys_notification_signal(weak, 1));
    EXPECT(TN_OK, sys_accept_handles(0));
    close_all((tn_handle_t[]){endpoint, bell}, 2);
}

/* Sends its handle and tells what came of it. */
static void work_send_one(struct worker *worker)
{
    worker->status =
        sys_attach_handle(&worker->message, worker->handle, TN_RIGHTS_ALL, TN_HANDLE_MOVE);
    if (worker->status == TN_OK) {
        worker->status = sys_ipc_send(&worker->message, TN_DEADLINE_NEVER);
    }
}

static void the_receiver_says_how_many_it_takes(void)
{
    static struct worker sender;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint(), bell = new_notification();
    EXPECT(TN_OK, sys_accept_handles(0));
    sender = (struct worker){
        .work = work_send_one, .handle = bell, .message = {.destination = endpoint}};
    worker_start(&sender, WORKER_URGENT);
    EXPECT(TN_ERR_WOULD_BLOCK, receive(&message, endpoint)); /* It was turned away. */
    worker_join(&sender);
    EXPECT(TN_ERR_TOO_MANY_HANDLES, sender.status);
    EXPECT(TN_OK, sys_notification_signal(bell, 1)); /* Nothing was moved. */
    close_all((tn_handle_t[]){endpoint, bell}, 2);
}

static void own_endpoints_arrive_as_badges(void)
{
    static struct worker sender;
    struct sys_message message;
    uint64_t badge = 0;
    tn_handle_t endpoint = new_endpoint(), session = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_handle_mint(endpoint, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE, 4711, &session));
    EXPECT(TN_OK, sys_accept_handles(1));
    sender = (struct worker){
        .work = work_send_one, .handle = session, .message = {.destination = endpoint}};
    worker_start(&sender, WORKER_URGENT);
    EXPECT(TN_OK, receive(&message, endpoint));
    worker_join(&sender);
    EXPECT(TN_OK, sender.status);
    EXPECT(TN_OK, sys_received_badge(&message, 0, &badge));
    EQUAL(4711, badge);
    EXPECT(TN_ERR_HANDLE, sys_handle_close(session));
    EXPECT(TN_OK, sys_accept_handles(0));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* --- Grants ------------------------------------------------------------------------------------ */

/* A process that calls @p endpoint with a grant of its memory, and what it sent. @p memory is the object
 * that it sees at ATTACHED_GRANTED. */
static void start_client(struct child *child, tn_handle_t endpoint, tn_handle_t memory,
                         struct sys_message *message)
{
    uint64_t va;
    struct tn_map_request request = {
        .va = ATTACHED_GRANTED, .size = ATTACHED_BYTES, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    struct tn_message_grant grant = {0};
    child_make_with(child, (void (*)(void))attached_client, endpoint);
    EXPECT(TN_OK, sys_memory_map(child->process, memory, &request, &va));
    CHECK(sys_thread_buffer() != NULL);
    child_start(child);
    *message = (struct sys_message){.tag = TN_TAG_DEADLINE, .destination = endpoint};
    EXPECT(TN_OK, sys_ipc_receive(message, in_ms(60000)));
    EQUAL(TN_TAG_GRANTS, message->tag & TN_TAG_FLAGS);
    EXPECT(TN_OK, sys_received_grant(message, 0, &grant));
    EQUAL(0, grant.base);
    EQUAL(ATTACHED_BYTES, grant.length);
}

static void a_server_copies_from_and_to_another_process(void)
{
    static uint8_t copy[ATTACHED_BYTES];
    struct child child;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint(), memory = new_memory(ATTACHED_BYTES / TN_PAGE_SIZE);
    start_client(&child, endpoint, memory, &message);
    EXPECT(TN_OK, sys_grant_read(message.token, 0, 3000, copy, 6000));
    bool same = true;
    for (unsigned i = 0; i < 6000; i++) {
        same = same && copy[i] == attached_byte(ATTACHED_OFFSET + 3000 + i);
    }
    CHECK(same);
    for (unsigned i = 0; i < 100; i++) {
        copy[i] = (uint8_t)i;
    }
    EXPECT(TN_OK, sys_grant_write(message.token, 0, ATTACHED_WRITTEN, copy, 100));
    EXPECT(TN_ERR_RANGE, sys_grant_read(message.token, 0, ATTACHED_BYTES, copy, 1));
    EXPECT(TN_ERR_NOT_FOUND, sys_grant_read(message.token, 1, 0, copy, 1));
    EXPECT(TN_ERR_ADDRESS, sys_grant_read(message.token, 0, 0, BAD_POINTER, 1));
    EXPECT(TN_ERR_ADDRESS,
           sys_grant_read(message.token, 0, 0, (void *)(uintptr_t)attached_client, 1));
    EXPECT(TN_OK, reply(&message, 0));
    EXPECT(TN_ERR_STALE, sys_grant_read(message.token, 0, 0, copy, 1));
    child_expect_end(&child, 99 * 100 / 2, TN_EXIT_NORMAL);
    close_all((tn_handle_t[]){endpoint, memory}, 2);
}

static void pieces_and_whole_pages_are_copied(void)
{
    static uint8_t copy[ATTACHED_BYTES] __attribute__((aligned(4096)));
    struct child child;
    struct sys_message message;
    uint64_t done = 0;
    const uint64_t there = TN_PAGE_SIZE - ATTACHED_OFFSET; /* The first page's end. */
    tn_handle_t endpoint = new_endpoint(), memory = new_memory(ATTACHED_BYTES / TN_PAGE_SIZE);
    start_client(&child, endpoint, memory, &message);
    const struct tn_grant_copy pieces[] = {
        {.offset = there, .address = (uintptr_t)copy, .length = TN_PAGE_SIZE},
        {.offset = 1, .address = (uintptr_t)copy + TN_PAGE_SIZE + 3, .length = 5},
    };
    EXPECT(TN_OK, sys_grant_copy(message.token, pieces, 2, &done));
    EQUAL(TN_PAGE_SIZE + 5, done);
    bool same = true;
    for (unsigned i = 0; i < TN_PAGE_SIZE; i++) {
        same = same && copy[i] == attached_byte(TN_PAGE_SIZE + i);
    }
    for (unsigned i = 0; i < 5; i++) {
        same = same && copy[TN_PAGE_SIZE + 3 + i] == attached_byte(ATTACHED_OFFSET + 1 + i);
    }
    CHECK(same);
    done = 1;
    EXPECT(TN_ERR_INVALID, sys_grant_copy(message.token, pieces, 0, &done));
    EXPECT(TN_OK, sys_process_kill(child.process, 3));
    EXPECT(TN_ERR_STALE, sys_grant_copy(message.token, pieces, 2, &done));
    child_expect_end(&child, 3, TN_EXIT_KILLED);
    close_all((tn_handle_t[]){endpoint, memory}, 2);
}

/* --- Revoking ----------------------------------------------------------------------------------- */

static void revoking_memory_unmaps_it_and_ends_grants(void)
{
    uint8_t byte = 0;
    struct child child;
    struct sys_message message;
    struct tn_memory_info info = {0};
    tn_handle_t endpoint = new_endpoint(), memory = new_memory(ATTACHED_BYTES / TN_PAGE_SIZE);
    start_client(&child, endpoint, memory, &message);
    EXPECT(TN_OK, sys_grant_read(message.token, 0, 0, &byte, 1));
    EXPECT(TN_OK, sys_handle_revoke(memory));
    EXPECT(TN_OK, sys_memory_info(memory, &info));
    EQUAL(0, info.mappings);
    EXPECT(TN_ERR_NOT_RESIDENT, sys_grant_read(message.token, 0, 0, &byte, 1));
    EXPECT(TN_OK, reply(&message, 0)); /* The client looks at its memory, and faults. */
    child_report(&child, &message);
    EQUAL(TN_FAULT_PAGE, tn_tag_label(message.tag));
    child_answer(&child, &message, TN_FAULT_KILL);
    child_expect_end(&child, TN_FAULT_PAGE, TN_EXIT_FAULT);
    close_all((tn_handle_t[]){endpoint, memory}, 2);
}

static void revoking_ends_what_waits(void)
{
    static struct worker caller, waiter;
    struct sys_message message;
    tn_handle_t endpoint = new_endpoint(), bell = new_notification();
    tn_handle_t client = limited(endpoint, TN_RIGHT_SEND), ear = limited(bell, TN_RIGHT_RECEIVE);
    caller = (struct worker){
        .work = work_call, .message = {.destination = client}, .deadline = TN_DEADLINE_NEVER};
    waiter = (struct worker){.work = work_wait, .handle = ear, .deadline = TN_DEADLINE_NEVER};
    worker_start(&caller, WORKER_URGENT);
    worker_start(&waiter, WORKER_URGENT);
    EXPECT(TN_OK, sys_handle_revoke(endpoint));
    EXPECT(TN_OK, sys_handle_revoke(bell));
    worker_join(&caller);
    worker_join(&waiter);
    EXPECT(TN_ERR_HANDLE, caller.status);
    EXPECT(TN_ERR_HANDLE, waiter.status);
    EXPECT(TN_ERR_WOULD_BLOCK, receive(&message, endpoint));
    close_all((tn_handle_t[]){endpoint, bell}, 2);
}

static void work_grant(struct worker *worker)
{
    worker->status =
        sys_attach_grant(&worker->message, &worker->value, sizeof(worker->value), TN_RIGHT_READ);
    if (worker->status == TN_OK) {
        worker->status = sys_ipc_call0(&worker->message, TN_DEADLINE_NEVER);
    }
}

/* Takes a call, revokes what it came through, and answers it all the same. */
static void work_revoke_served(struct worker *worker)
{
    struct sys_message message = {.destination = worker->handle};
    worker->status = sys_accept_handles(0);
    if (worker->status == TN_OK) {
        worker->status = sys_ipc_receive(&message, TN_DEADLINE_NEVER);
    }
    if (worker->status == TN_OK) {
        worker->status = sys_handle_revoke(worker->handle);
    }
    if (worker->status == TN_OK) {
        message = (struct sys_message){.destination = worker->handle, .token = message.token};
        worker->status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
    }
}

/* A call of @p work ends. The server runs on the caller's context still: the fast path must not take that
 * for a call. */
static void end_call_by_revoking(void (*work)(struct worker *))
{
    static struct worker caller, server;
    tn_handle_t endpoint = new_endpoint();
    caller =
        (struct worker){.work = work, .message = {.destination = limited(endpoint, TN_RIGHT_SEND)}};
    server = (struct worker){.work = work_revoke_served, .handle = endpoint};
    worker_start(&server, WORKER_URGENT);
    worker_start(&caller, WORKER_URGENT);
    worker_join(&server);
    worker_join(&caller);
    EXPECT(TN_ERR_STALE, server.status);
    EXPECT(TN_ERR_PEER_DIED, caller.status);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static void a_call_that_revoking_ended_has_no_reply(void)
{
    if (CONFIG_GRANTS) {
        end_call_by_revoking(work_grant);
    }
    end_call_by_revoking(work_call); /* By the fast path, which does not write down what it used. */
}

/* --- Without them ------------------------------------------------------------------------------- */

static void what_the_kernel_was_built_without_is_refused(void)
{
    tn_handle_t endpoint = new_endpoint(), memory = new_memory(1);
    const uint64_t flags =
        (CONFIG_HANDLE_TRANSFER ? 0 : TN_TAG_HANDLES) | (CONFIG_GRANTS ? 0 : TN_TAG_GRANTS);
    for (uint64_t flag = TN_TAG_GRANTS; flag <= TN_TAG_HANDLES; flag <<= 1) {
        struct sys_message message = {.tag = TN_TAG_DEADLINE | flag, .destination = endpoint};
        if ((flags & flag) != 0) {
            EXPECT(TN_ERR_NOT_SUPPORTED, sys_ipc_call0(&message, TN_DEADLINE_POLL));
        }
    }
    uint64_t done = 0;
    EXPECT(CONFIG_GRANTS ? TN_ERR_STALE : TN_ERR_NOT_SUPPORTED, sys_grant_copy(0, NULL, 1, &done));
    EXPECT(CONFIG_REVOKE_USES ? TN_OK : TN_ERR_NOT_SUPPORTED, sys_handle_revoke(memory));
    close_all((tn_handle_t[]){endpoint, memory}, 2);
}

const struct check_case attached_cases[] = {
    {"what_the_kernel_was_built_without_is_refused", what_the_kernel_was_built_without_is_refused},
    {NULL, NULL},
};

const struct check_case transfer_cases[] = {
    {"handles_travel_with_a_call_and_its_reply", handles_travel_with_a_call_and_its_reply},
    {"the_receiver_says_how_many_it_takes", the_receiver_says_how_many_it_takes},
    {"own_endpoints_arrive_as_badges", own_endpoints_arrive_as_badges},
    {NULL, NULL},
};

const struct check_case grant_cases[] = {
    {"a_server_copies_from_and_to_another_process", a_server_copies_from_and_to_another_process},
    {"pieces_and_whole_pages_are_copied", pieces_and_whole_pages_are_copied},
    {NULL, NULL},
};

const struct check_case revoke_cases[] = {
    {"revoking_memory_unmaps_it_and_ends_grants", revoking_memory_unmaps_it_and_ends_grants},
    {"revoking_ends_what_waits", revoking_ends_what_waits},
    {"a_call_that_revoking_ended_has_no_reply", a_call_that_revoking_ended_has_no_reply},
    {NULL, NULL},
};

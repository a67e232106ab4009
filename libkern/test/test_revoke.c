/* SPDX-License-Identifier: MIT */
/* Revoking ends what was done through handles: mappings, messages that wait, waits, grants. */

#include "attach.h"
#include "forget_where.h"
#include "mapping.h"

#define ALL TN_RIGHTS_ALL

static void revoke(uint64_t handle)
{
    MUST(TN_SYS_HANDLE_REVOKE, handle);
}

/* Whether @p actor, which runs from now on, may read at @p va. */
static bool can_read(const struct actor *actor, uint64_t va)
{
    become(actor);
    return host_user_may(va, MM_ATTR_READ);
}

/* --- Mappings ---------------------------------------------------------------------------------- */

static void a_mapping_ends_with_its_handle(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t memory = memory_of(3);
    tn_handle_t theirs = give(&other, memory, ALL);
    become(&other);
    assert_int_equal(map(0, theirs, at(SOME_VA, 3, R | W)), TN_OK);
    become(&world.root);
    revoke(memory);
    assert_int_equal(memory_info_of(memory).mappings, 0);
    assert_false(can_read(&other, SOME_VA));
    assert_int_equal(other.p->mapped_bytes, SCRATCH_BYTES + TN_PAGE_SIZE); /* And the clock. */
    assert_int_equal(map(0, theirs, at(SOME_VA, 3, R)), TN_ERR_HANDLE);
}

/* The usual order of a program: map, then close the handle. */
static void a_mapping_ends_though_its_handle_was_closed(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t memory = memory_of(1);
    tn_handle_t theirs = give(&other, memory, ALL);
    become(&other);
    uint64_t copy = MUST(TN_SYS_HANDLE_DUPLICATE, theirs, ALL);
    assert_int_equal(map(0, copy, at(SOME_VA, 1, R)), TN_OK);
    MUST(TN_SYS_HANDLE_CLOSE, copy);
    MUST(TN_SYS_HANDLE_CLOSE, theirs);
    assert_true(can_read(&other, SOME_VA));
    become(&world.root);
    revoke(memory);
    assert_false(can_read(&other, SOME_VA));
}

/* Who maps into another process than its own, as who starts programs does, can take that back too. */
static void a_mapping_through_the_handle_itself_ends_too(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t memory = memory_of(1);
    uint64_t kept = MUST(TN_SYS_HANDLE_DUPLICATE, memory, ALL);
    uint64_t given = MUST(TN_SYS_HANDLE_DUPLICATE, memory, ALL);
    assert_int_equal(map(0, kept, at(SOME_VA, 1, R)), TN_OK);
    assert_int_equal(map(other.process, given, at(SOME_VA, 1, R)), TN_OK);
    revoke(given);
    assert_false(can_read(&other, SOME_VA));
    assert_true(can_read(&world.root, SOME_VA));
    revoke(memory);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
}

static void a_mapping_through_a_moved_handle_ends_with_its_new_place(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    uint64_t memory = memory_of(1);
    tn_handle_t first = give(&t.client, memory, ALL);
    become(&t.client);
    assert_int_equal(map(0, first, at(SOME_VA + PAGE, 1, R)), TN_OK);
    attach_handle(first, TN_HANDLE_MOVE);
    assert_int_equal(send(t.at_client, TN_TAG_HANDLES, 0), TN_OK);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_true(can_read(&t.client, SOME_VA + PAGE));
    become(&t.server);
    revoke(got.value);
    assert_false(can_read(&t.client, SOME_VA + PAGE));
}

/* An unmapped part of the tree does not stand in the way. */
static void unmapping_takes_a_mapping_out_of_the_tree(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 1, R)), TN_OK);
    assert_int_equal(map(0, memory, at(SOME_VA + 2 * PAGE, 2, R)), TN_OK);
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, PAGE);
    revoke(memory);
    assert_false(host_user_may(SOME_VA + 2 * PAGE, MM_ATTR_READ));
    revoke(memory);
}

static void memory_without_handle_or_mapping_returns(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t before = used();
    uint64_t memory = memory_of(4);
    tn_handle_t theirs = give(&other, memory, ALL);
    become(&other);
    assert_int_equal(map(0, theirs, at(SCRATCH - 8 * PAGE, 4, R)), TN_OK);
    become(&world.root);
    revoke(memory);
    MUST(TN_SYS_HANDLE_CLOSE, memory);
    assert_int_equal(used(), before);
}

/* A thread with a deadline runs between two of its steps, and the rest is done by itself. */
static void a_long_revoke_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    struct actor urgent = spawn(PRIORITY);
    uint64_t memory = memory_of(400);
    assert_int_equal(map(0, memory, at(SOME_VA, 400, R)), TN_OK);
    uint64_t before = world.root.p->mapped_bytes;
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    become(&urgent);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 3000), BLOCKED);
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, memory), BLOCKED);
    host_window_cost(0);
    assert_true(runs(&urgent));
    assert_int_equal(world.root.p->mapped_bytes, before - 3 * 64 * PAGE);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
}

/* --- Messages that wait ------------------------------------------------------------------------- */

static void a_queued_call_ends_with_its_handle(void **state)
{
    (void)state;
    struct trio t = trio();
    struct actor second = spawn(PRIORITY);
    uint64_t other = MUST(TN_SYS_HANDLE_DUPLICATE, t.ears, ALL);
    uint64_t minted = MUST(TN_SYS_HANDLE_MINT, other, ALL, 5);
    tn_handle_t badged = give(&t.client, minted, TN_RIGHT_SEND);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    become(&t.client);
    assert_int_equal(call(badged, 0, 0), BLOCKED);
    become(&second);
    assert_int_equal(send(at_second, 0, 8), BLOCKED);
    become(&world.root);
    revoke(other);
    assert_int_equal(ipc_status(&t.client), TN_ERR_HANDLE);
    assert_int_equal(state_of(&second), TN_THREAD_SENDING); /* Not derived from it. */
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 8);
    become(&t.client);
}

static void a_queued_send_ends_with_its_handle(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.client);
    assert_int_equal(send(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    revoke(t.ears);
    assert_int_equal(ipc_status(&t.client), TN_ERR_HANDLE);
}

/* Another handle of the same process to the same endpoint: its call waits on. */
static void a_call_through_another_handle_waits_on(void **state)
{
    (void)state;
    struct trio t = trio();
    uint64_t copy = MUST(TN_SYS_HANDLE_DUPLICATE, t.ears, ALL);
    (void)give(&t.client, copy, TN_RIGHT_SEND);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    revoke(copy);
    assert_int_equal(state_of(&t.client), TN_THREAD_SENDING);
}

/* Whoever made it may not make it any more, so nobody answers it: its token is one of the things derived. */
static void a_call_in_service_ends_with_its_handle(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    tn_handle_t ears = give(&t.server, t.ears, TN_RIGHT_RECEIVE);
    revoke(t.ears);
    assert_int_equal(ipc_status(&t.client), TN_ERR_PEER_DIED);
    become(&t.server);
    assert_false(is_handle(ears));
    assert_int_equal(reply(token, TN_TAG_LOW, 6), TN_ERR_STALE);
    become(&world.root); /* The server keeps the client's time till it receives, or is gone. */
    MUST(TN_SYS_PROCESS_KILL, t.server.process, 0);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), TN_ERR_HANDLE);
}

/* Revoking ends the call @p token, which is in service. Root must run. */
static void check_ends(const struct trio *t, uint64_t token)
{
    revoke(t->ears);
    assert_int_equal(ipc_status(&t->client), TN_ERR_PEER_DIED);
    become(&t->server);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
}

static void a_call_is_found_by_who_serves_it(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    forget_where(&t.client);
    check_ends(&t, token);
}

/* The server works on something else meanwhile, and serves another endpoint. */
static void a_call_is_found_though_its_server_went_on(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    tn_handle_t elsewhere = give(&t.server, endpoint(), ALL);
    forget_where(&t.client);
    become(&t.server);
    assert_int_equal(back(&t.server, recv_until(elsewhere, TN_DEADLINE_POLL)), TN_ERR_WOULD_BLOCK);
    become(&world.root);
    check_ends(&t, token);
}

static void a_call_of_another_process_is_answered(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    struct actor other = spawn(PRIORITY);
    uint64_t copy = MUST(TN_SYS_HANDLE_DUPLICATE, t.ears, ALL);
    (void)give(&other, copy, TN_RIGHT_SEND);
    forget_where(&t.client);
    revoke(copy);
    become(&t.server);
    assert_int_equal(back(&t.server, reply(token, TN_TAG_LOW, 6)), TN_OK);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 6);
}

/* --- Receivers ---------------------------------------------------------------------------------- */

static void a_receive_ends_with_its_handle(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    uint64_t other = endpoint();
    tn_handle_t elsewhere = give(&t.client, other, ALL);
    become(&t.client);
    assert_int_equal(recv(elsewhere), BLOCKED);
    become(&world.root);
    revoke(t.ears);
    assert_int_equal(ipc_status(&t.server), TN_ERR_HANDLE);
    assert_int_equal(state_of(&t.client), TN_THREAD_RECEIVING);
    become(&t.server);
    assert_int_equal(recv(t.at_server), TN_ERR_HANDLE);
    become(&world.root);
    struct actor next = spawn(PRIORITY);
    tn_handle_t ears = give(&next, t.ears, TN_RIGHT_RECEIVE);
    become(&next);
    assert_int_equal(reply_recv(ears, 0, 0, 0), BLOCKED);
    become(&world.root);
    revoke(t.ears);
    assert_int_equal(ipc_status(&next), TN_ERR_HANDLE);
}

static void a_revoked_right_to_send_ends_no_receive(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    uint64_t copy = MUST(TN_SYS_HANDLE_DUPLICATE, t.ears, ALL);
    (void)give(&t.server, copy, TN_RIGHT_SEND);
    revoke(copy);
    assert_int_equal(state_of(&t.server), TN_THREAD_RECEIVING);
}

static void a_wait_for_a_notification_ends_with_its_handle(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    uint64_t bell = notification();
    uint64_t other = notification();
    tn_handle_t at_one = give(&one, bell, ALL);
    tn_handle_t at_two = give(&two, other, ALL);
    become(&one);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, at_one, TN_DEADLINE_NEVER), BLOCKED);
    become(&two);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, at_two, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    revoke(bell);
    assert_int_equal(sys_status(&one), TN_ERR_HANDLE);
    assert_int_equal(state_of(&two), TN_THREAD_WAITING);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 4);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), 4);
}

/* Closing is not revoking: what waits goes on. */
static void closing_ends_no_wait(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    become(&second);
    MUST(TN_SYS_HANDLE_CLOSE, t.at_server);
    assert_int_equal(state_of(&t.server), TN_THREAD_RECEIVING);
}

/* --- Grants ------------------------------------------------------------------------------------- */

static struct trio granting(void)
{
    struct trio t = attached_trio();
    become(&t.client);
    attach_grant(SCRATCH, PAGE, R);
    assert_int_equal(call(t.at_client, TN_TAG_GRANTS, 0), BLOCKED);
    assert_true(runs(&t.server));
    return t;
}

static tn_status_t copy(uint64_t token)
{
    const struct tn_grant_copy piece = {.address = SCRATCH, .length = PAGE};
    assert_true(host_user_store(SOME_VA + 1024, &piece, sizeof(piece)));
    return SYS(TN_SYS_GRANT_COPY, token, SOME_VA + 1024, 1);
}

static void a_call_with_grants_ends_with_its_handle(void **state)
{
    (void)state;
    struct trio t = granting();
    uint64_t token = token_of(&t.server);
    assert_int_equal(copy(token), TN_OK);
    become(&world.root);
    revoke(t.ears);
    assert_int_equal(ipc_status(&t.client), TN_ERR_PEER_DIED);
    assert_int_not_equal(t.client.t->token, token); /* All that a fast path compares. */
    become(&t.server);
    assert_int_equal(copy(token), TN_ERR_STALE);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
}

static void a_grant_ends_with_its_memory(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    uint64_t memory = memory_of(1);
    tn_handle_t theirs = give(&t.client, memory, ALL);
    become(&t.client);
    assert_int_equal(map(0, theirs, at(SOME_VA + PAGE, 1, R | W)), TN_OK);
    attach_grant(SOME_VA + PAGE, PAGE, R);
    assert_int_equal(call(t.at_client, TN_TAG_GRANTS, 0), BLOCKED);
    assert_int_equal(copy(token_of(&t.server)), TN_OK);
    become(&world.root);
    revoke(memory);
    become(&t.server);
    assert_int_equal(copy(token_of(&t.server)), TN_ERR_NOT_RESIDENT);
}

/* --- Refusals ----------------------------------------------------------------------------------- */

static void revoking_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t weak = MUST(TN_SYS_HANDLE_DUPLICATE, memory_of(1), R);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, 12345), TN_ERR_HANDLE);
    assert_int_equal(SYS(TN_SYS_HANDLE_REVOKE, weak), TN_ERR_RIGHTS);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"handle_revoke"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_mapping_ends_with_its_handle),
        TEST(a_mapping_ends_though_its_handle_was_closed),
        TEST(a_mapping_through_the_handle_itself_ends_too),
        TEST(a_mapping_through_a_moved_handle_ends_with_its_new_place),
        TEST(unmapping_takes_a_mapping_out_of_the_tree),
        TEST(memory_without_handle_or_mapping_returns),
        TEST(a_long_revoke_can_be_preempted_and_goes_on),
        TEST(a_queued_call_ends_with_its_handle),
        TEST(a_queued_send_ends_with_its_handle),
        TEST(a_call_through_another_handle_waits_on),
        TEST(a_call_in_service_ends_with_its_handle),
        TEST(a_call_is_found_by_who_serves_it),
        TEST(a_call_is_found_though_its_server_went_on),
        TEST(a_call_of_another_process_is_answered),
        TEST(a_receive_ends_with_its_handle),
        TEST(a_revoked_right_to_send_ends_no_receive),
        TEST(a_wait_for_a_notification_ends_with_its_handle),
        TEST(closing_ends_no_wait),
        TEST(a_call_with_grants_ends_with_its_handle),
        TEST(a_grant_ends_with_its_memory),
        TEST(revoking_is_refused_in_this_order),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("revoke", tests, NULL, NULL);
}

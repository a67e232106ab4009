/* SPDX-License-Identifier: MIT */
/* Timeout faults: the end of a budget stops its thread, and asks the handler; a call in service ends, and
 * whoever worked on it goes on unharmed. */

#include "context.h"
#include "exits.h"
#include "trio.h"

#define SHORT UINT64_C(100000)
#define LONG  UINT64_C(1000000)

enum {
    BADGE = 9
};

/* Gives the client SHORT in LONG, and a fault when that is used up; root hears of it.
 * @return root's handle to listen on. */
static uint64_t limit(const struct actor *client, unsigned priority)
{
    uint64_t ears = watch(client, BADGE);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, client->context, 1);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, client->context, priority, SHORT, LONG);
    return ears;
}

/* A trio whose client's call has just used up the client's budget; root runs and has not heard of it. */
static struct trio used_up_trio(bool passive, uint64_t *ears)
{
    struct trio t = waiting_trio(passive);
    *ears = limit(&t.client, PRIORITY + 1);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_true(runs(&t.server));
    world_trap(host_advance(SHORT));
    become(&world.root);
    return t;
}

/* Root receives the timeout of @p of. @return the token to answer with. */
static uint64_t hear(uint64_t ears, const struct actor *of, enum tn_timeout stopped)
{
    assert_int_equal(recv(ears), TN_OK);
    const struct arch_ipc_regs *got = regs(&world.root);
    assert_int_equal(got->tag, tn_tag_make(TN_FAULT_TIMEOUT, TN_TAG_KIND_FAULT | 3));
    assert_int_equal(got->handle, BADGE);
    assert_int_equal(got->words[TN_FAULT_WORD_PC], arch_thread_pc(&of->t->arch));
    assert_int_equal(got->words[TN_FAULT_WORD_CODE], stopped);
    assert_int_equal(got->words[TN_FAULT_WORD_THREAD], of->t->object.id);
    assert_int_equal(state_of(of), TN_THREAD_FAULTED);
    return got->token;
}

static void a_call_that_uses_up_its_callers_budget_has_timed_out(void **state)
{
    (void)state;
    uint64_t ears;
    struct trio t = used_up_trio(false, &ears);
    assert_ptr_equal(t.server.t->context, t.server.t->own); /* What was lent went home. */
    uint64_t token = hear(ears, &t.client, TN_TIMEOUT_CALL);
    (void)reply(token, tn_tag_make(TN_FAULT_RESUME, 0), 0);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    world_trap(host_until_timer());
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_OVERRUN);
    assert_int_equal(regs(&t.client)->words[0], 0);
}

static void the_server_of_such_a_call_is_unharmed(void **state)
{
    (void)state;
    uint64_t ears;
    struct trio t = used_up_trio(false, &ears);
    become(&t.server);
    assert_ptr_equal(kern_cpu()->context, t.server.t->own);
    tn_status_t status = reply_recv(t.at_server, token_of(&t.server), 0, 2);
    assert_int_equal(back(&t.server, status), TN_ERR_STALE);
    assert_int_equal(recv(t.at_server), BLOCKED); /* It receives on. */
    become(&world.root);
    (void)reply(hear(ears, &t.client, TN_TIMEOUT_CALL), tn_tag_make(TN_FAULT_RESUME, 0), 0);
    MUST(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY, PERIOD, PERIOD);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 3), BLOCKED);
    become(&t.server);
    assert_int_equal(regs(&t.server)->words[0], 3);
}

static void a_handler_may_wait_for_the_fault(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    uint64_t ears = limit(&t.client, PRIORITY);
    assert_int_equal(recv(ears), BLOCKED);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    assert_int_equal(state_of(&t.client), TN_THREAD_FAULTED);
    become(&world.root); /* On its own time: what it was lent with the fault is used up. */
    assert_ptr_equal(kern_cpu()->context, world.root.t->own);
    assert_int_equal(ipc_status(&world.root), TN_OK);
    assert_int_equal(tn_tag_label(regs(&world.root)->tag), TN_FAULT_TIMEOUT);
}

static void the_handler_may_end_the_process(void **state)
{
    (void)state;
    uint64_t ears;
    struct trio t = used_up_trio(false, &ears);
    uint64_t token = hear(ears, &t.client, TN_TIMEOUT_CALL);
    assert_int_equal(back(&world.root, reply_recv(ears, token, tn_tag_make(TN_FAULT_KILL, 0), 0)),
                     TN_OK);
    check_exit(BADGE, TN_FAULT_TIMEOUT, TN_EXIT_FAULT);
    assert_int_equal(process_info_of(&t.server).state, TN_PROCESS_ALIVE);
}

static void without_a_handler_the_process_ends(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, t.client.context, 1);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY + 1, SHORT, LONG);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    become(&t.server);
    assert_int_equal(t.client.p->state, TN_PROCESS_ENDING); /* Not at its expense. */
    assert_int_equal(recv(t.at_server), BLOCKED);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    while (!runs(&world.root)) {
        world_trap(host_until_timer());
    }
    assert_int_equal(process_info_of(&t.client).state, TN_PROCESS_DEAD);
    assert_int_equal(process_info_of(&t.client).exit_code, TN_FAULT_TIMEOUT);
    assert_int_equal(process_info_of(&t.server).state, TN_PROCESS_ALIVE);
}

static void a_passive_server_goes_on_with_who_calls_next(void **state)
{
    (void)state;
    uint64_t ears;
    struct trio t = used_up_trio(true, &ears);
    if (!CONFIG_HELPING) {
        skip();
    }
    assert_null(t.server.t->context);
    struct actor next = another_calls(&t, 4);
    become(&t.server);
    assert_ptr_equal(t.server.t->context, next.t->own);
    tn_status_t status = reply_recv(t.at_server, token_of(&t.server), 0, 0);
    assert_int_equal(back(&t.server, status), TN_ERR_STALE);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 4);
    (void)reply_recv(t.at_server, token_of(&t.server), 0, 0);
    become(&next);
    assert_int_equal(ipc_status(&next), TN_OK);
}

/* Client -> server -> another one, which uses up the client's budget: the client's call ends, and the
 * server's goes on, on time of its own. */
static void in_a_chain_only_the_first_call_ends(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    struct actor deep = spawn(PRIORITY);
    uint64_t far = endpoint();
    tn_handle_t at_deep = give(&deep, far, TN_RIGHTS_ALL);
    tn_handle_t at_server = give(&t.server, far, TN_RIGHT_SEND);
    become(&deep);
    assert_int_equal(recv(at_deep), BLOCKED);
    become(&world.root);
    (void)limit(&t.client, PRIORITY + 1);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(at_server, 0, 2), BLOCKED);
    assert_true(runs(&deep));
    world_trap(host_advance(SHORT));
    assert_int_equal(state_of(&t.client), TN_THREAD_FAULTED);
    assert_int_equal(state_of(&t.server), TN_THREAD_REPLY);
    become(&deep);
    assert_int_equal(reply_recv(at_deep, token_of(&deep), 0, 5), BLOCKED);
    become(&t.server);
    assert_int_equal(ipc_status(&t.server), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 5);
}

static void a_thread_that_runs_is_stopped_and_goes_on_with_its_next_budget(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = limit(&other, PRIORITY + 1);
    assert_true(runs(&other));
    MUST(TN_SYS_NULL);
    world_trap(host_advance(SHORT));
    assert_true(runs(&world.root));
    (void)reply(hear(ears, &other, TN_TIMEOUT_RUN), tn_tag_make(TN_FAULT_RESUME, 0), 0);
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    assert_true(runs(&world.root)); /* No budget, and no second fault for it. */
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    world_trap(host_advance(LONG - SHORT));
    assert_true(runs(&other));
    assert_int_equal(sys_status(&other), TN_OK); /* Of its last call: it was not disturbed. */
    world_trap(host_advance(SHORT));
    assert_true(runs(&world.root));
    (void)hear(ears, &other, TN_TIMEOUT_RUN);
}

static void the_handler_may_give_budget(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = limit(&other, PRIORITY + 1);
    world_trap(host_advance(SHORT));
    uint64_t token = hear(ears, &other, TN_TIMEOUT_RUN);
    MUST(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 2 * SHORT, LONG);
    (void)reply(token, tn_tag_make(TN_FAULT_RESUME, 0), 0);
    assert_true(runs(&other));
}

/* What is used for help is no call in service: the next helper takes over. */
static void who_helps_has_no_timeout(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    become(&world.root);
    struct actor high = spawn(PRIORITY);
    tn_handle_t at = give(&high, t.ears, TN_RIGHT_SEND);
    uint64_t ears = limit(&high, PRIORITY + 1);
    become(&high);
    assert_int_equal(call(at, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    assert_int_equal(state_of(&high), TN_THREAD_SENDING);
    become(&world.root);
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

/* The fault itself is handled on the context that was used up: no fault of a fault. */
static void a_fault_that_is_handled_has_no_timeout(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor handler = spawn(PRIORITY);
    uint64_t ears = watch(&other, BADGE);
    tn_handle_t there = give(&handler, ears, TN_RIGHTS_ALL);
    become(&handler);
    assert_int_equal(recv(there), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, other.context, 1);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, SHORT, LONG);
    assert_true(runs(&other));
    world_trap(host_fault(TN_FAULT_PAGE, NOWHERE, 0, 0));
    assert_true(runs(&handler));
    world_trap(host_advance(SHORT));
    become(&handler);
    (void)reply(token_of(&handler), tn_tag_make(TN_FAULT_RESUME, 0), 0);
    assert_int_equal(ipc_status(&handler), TN_OK);
    assert_int_equal(state_of(&other), TN_THREAD_READY);
}

static void a_reserve_that_is_used_up_is_no_fault(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY + 1, SHORT, LONG);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    become(&world.root);
    uint64_t ears = limit(&t.server, PRIORITY + 2);
    if (!runs(&t.server)) {
        skip(); /* Without helping it has no reserve. */
    }
    world_trap(host_advance(SHORT));
    become(&world.root);
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(state_of(&t.server), TN_THREAD_READY);
}

static void it_is_asked_for_and_can_be_taken_back(void **state)
{
    (void)state;
    uint64_t context = world.info.context;
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_SET_TIMEOUT, context, 1);
    assert_int_equal(SYS(TN_SYS_CONTEXT_SET_TIMEOUT, context, 2), TN_ERR_INVALID);
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, BADGE);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, other.context, 1);
    MUST(TN_SYS_CONTEXT_SET_TIMEOUT, other.context, 0);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, SHORT, LONG);
    world_trap(host_advance(SHORT));
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"context_set_timeout"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_that_uses_up_its_callers_budget_has_timed_out),
        TEST(the_server_of_such_a_call_is_unharmed),
        TEST(a_handler_may_wait_for_the_fault),
        TEST(the_handler_may_end_the_process),
        TEST(without_a_handler_the_process_ends),
        TEST(a_passive_server_goes_on_with_who_calls_next),
        TEST(in_a_chain_only_the_first_call_ends),
        TEST(a_thread_that_runs_is_stopped_and_goes_on_with_its_next_budget),
        TEST(the_handler_may_give_budget),
        TEST(who_helps_has_no_timeout),
        TEST(a_fault_that_is_handled_has_no_timeout),
        TEST(a_reserve_that_is_used_up_is_no_fault),
        TEST(it_is_asked_for_and_can_be_taken_back),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("timeout_faults", tests, NULL, NULL);
}

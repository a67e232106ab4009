/* SPDX-License-Identifier: MIT */
/* Chains of calls: time that is lent on, and what becomes of it when one of the chain dies or answers
 * early. */

#include "context.h"
#include "trio.h"

/* client -> server -> root's second endpoint -> deep, all on the client's context. */
struct chain {
    struct trio t;
    struct actor deep;
    uint64_t far;
    tn_handle_t at_server, at_deep;
};

static struct chain chain(void)
{
    struct chain chain = {.t = waiting_trio(true)};
    chain.deep = spawn(PRIORITY);
    chain.far = endpoint();
    chain.at_server = give(&chain.t.server, chain.far, TN_RIGHT_SEND);
    chain.at_deep = give(&chain.deep, chain.far, TN_RIGHTS_ALL);
    become(&chain.deep);
    assert_int_equal(recv(chain.at_deep), BLOCKED);
    become(&world.root);
    make_passive(&chain.deep);
    become(&chain.t.client);
    assert_int_equal(call(chain.t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(chain.at_server, 0, 2), BLOCKED);
    assert_true(runs(&chain.deep));
    return chain;
}

static void lent_time_is_lent_on_and_comes_back_step_by_step(void **state)
{
    (void)state;
    struct chain c = chain();
    assert_ptr_equal(c.deep.t->context, c.t.client.t->own);
    assert_int_equal(reply_recv(c.at_deep, token_of(&c.deep), 0, 3), BLOCKED);
    assert_true(runs(&c.t.server));
    assert_int_equal(regs(&c.t.server)->words[0], 3);
}

/* The middle is killed: the deep server keeps the context until it is done; then the client has it,
 * and hears that its server died. */
static void the_middle_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = token_of(&c.deep);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.t.server.process, 0);
    become(&c.deep);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
    assert_int_equal(recv(c.at_deep), BLOCKED);
    become(&c.t.client);
    assert_int_equal(ipc_status(&c.t.client), TN_ERR_PEER_DIED);
    assert_ptr_equal(c.t.client.t->context, c.t.client.t->own);
}

/* The client is killed: the chain works on until the context, which is nobody's, is given up. */
static void the_first_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = token_of(&c.deep);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.t.client.process, 0);
    become(&c.deep);
    assert_int_equal(reply_recv(c.at_deep, token, 0, 3), BLOCKED);
    become(&c.t.server); /* It has the context back, to finish its work. */
    assert_int_equal(ipc_status(&c.t.server), TN_OK);
    assert_int_equal(recv(c.t.at_server), BLOCKED);
    assert_null(c.t.server.t->context);
}

static void the_last_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.deep.process, 0);
    become(&c.t.server);
    assert_int_equal(ipc_status(&c.t.server), TN_ERR_PEER_DIED);
    assert_int_equal(reply_recv(c.t.at_server, c.t.server.t->arch.frame.ipc.token, 0, 0), BLOCKED);
}

/* The middle answers the client while it waits for the deep one (by another thread): the deep one
 * loses the context that went home. */
static void the_first_gets_its_time_back_early(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = c.t.client.t->token;
    another_answers(&c.t.server, token, 5);
    become(&c.t.client);
    assert_int_equal(regs(&c.t.client)->words[0], 5);
    assert_null(c.deep.t->context);
    assert_int_equal(state_of(&c.t.server), TN_THREAD_REPLY);
    become(&world.root);
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    MUST(TN_SYS_CONTEXT_BIND, fresh, c.deep.thread);
    become(&c.deep);
    assert_int_equal(back(&c.deep, reply(c.t.server.t->token, 0, 6)), TN_OK);
    assert_int_equal(state_of(&c.t.server), TN_THREAD_READY);
    assert_null(c.t.server.t->context); /* Its claim is void: it waits for a context. */
}

/* The server faults, and the context that it ran on goes home: nobody will ever hear of the fault, so
 * it ends the process. */
static void a_fault_that_lost_its_time_is_heard_by_nobody(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    uint64_t handler = endpoint();
    struct actor second = spawn_thread(&t.server, PRIORITY);
    struct actor deep = spawn(PRIORITY);
    uint64_t near = endpoint();
    tn_handle_t at_near = give(&deep, near, TN_RIGHTS_ALL);
    tn_handle_t at_handler = give(&deep, handler, TN_RIGHTS_ALL);
    MUST(TN_SYS_PROCESS_SET_HANDLER, t.server.process, handler);
    become(&deep);
    assert_int_equal(recv(at_near), BLOCKED);
    become(&world.root);
    make_passive(&deep);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_fault(TN_FAULT_PAGE, NOWHERE, 0, 0)); /* The server, on the client's time. */
    become(&second);
    assert_int_equal(back(&second, reply(t.client.t->token, 0, 3)), TN_OK);
    assert_null(t.server.t->context);
    become(&world.root);
    assert_int_equal(call(near, 0, 4), BLOCKED);
    assert_true(runs(&deep));
    assert_int_equal(recv(at_handler), BLOCKED);
    become(&t.client);
    assert_int_equal(t.server.p->state, TN_PROCESS_DEAD);
    assert_int_equal(t.server.p->exit_code, TN_FAULT_PAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lent_time_is_lent_on_and_comes_back_step_by_step),
        TEST(the_middle_of_a_chain_dies),
        TEST(the_first_of_a_chain_dies),
        TEST(the_last_of_a_chain_dies),
        TEST(the_first_gets_its_time_back_early),
        TEST(a_fault_that_lost_its_time_is_heard_by_nobody),
    };
    return cmocka_run_group_tests_name("ipc_chains", tests, NULL, NULL);
}

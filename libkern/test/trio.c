/* SPDX-License-Identifier: MIT */
/* Client, server and endpoint. */

#include "trio.h"

struct trio trio(void)
{
    struct trio trio = {.ears = endpoint()};
    trio.client = spawn(PRIORITY);
    trio.server = spawn(PRIORITY);
    trio.at_client = give(&trio.client, trio.ears, TN_RIGHT_SEND);
    trio.at_server = give(&trio.server, trio.ears, TN_RIGHTS_ALL);
    return trio;
}

struct trio waiting_trio(bool passive)
{
    struct trio trio_of = trio();
    become(&trio_of.server);
    assert_int_equal(recv(trio_of.at_server), BLOCKED);
    become(&world.root);
    if (passive) {
        make_passive(&trio_of.server);
    }
    return trio_of;
}

struct trio serving_trio(bool passive)
{
    struct trio trio_of = waiting_trio(passive);
    become(&trio_of.client);
    assert_int_equal(call(trio_of.at_client, 0, 42), BLOCKED);
    assert_true(runs(&trio_of.server));
    return trio_of;
}

struct trio timeless_trio(void)
{
    struct trio trio_of = serving_trio(true);
    another_answers(&trio_of.server, token_of(&trio_of.server), 6);
    assert_null(trio_of.server.t->context);
    become(&world.root);
    return trio_of;
}

struct actor another_calls(const struct trio *t, uint64_t word)
{
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, t->ears, TN_RIGHT_SEND);
    become(&other);
    assert_int_equal(call(there, 0, word), BLOCKED);
    return other;
}

void another_answers(const struct actor *server, uint64_t token, uint64_t word)
{
    become(&world.root);
    struct actor second = spawn_thread(server, PRIORITY);
    become(&second);
    assert_int_equal(back(&second, reply(token, 0, word)), TN_OK);
}

uint64_t token_of(const struct actor *server)
{
    return regs(server)->token;
}

tn_status_t until(unsigned number, uint64_t handle, uint64_t deadline_ns)
{
    struct arch_ipc_regs r = {.tag = TN_TAG_DEADLINE, .handle = handle, .deadline = deadline_ns};
    return world_ipc(number, &r);
}

void set_buffer(const struct actor *actor)
{
    become(actor);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
}

void fill_buffer(uint32_t length)
{
    struct tn_message_buffer buffer = {.length = length};
    memset(buffer.data, 0x5a, sizeof(buffer.data));
    assert_true(host_user_store(SOME_VA, &buffer, sizeof(buffer)));
}

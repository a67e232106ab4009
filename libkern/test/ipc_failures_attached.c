/* SPDX-License-Identifier: MIT */
/* How messages fail because of the handles and grants in them. */

#include "attach.h"
#include "ipc_failures.h"

#define MOVE TN_HANDLE_MOVE
#define ALL  TN_RIGHTS_ALL

/* What a message can be refused for: all handles are of the sender, who runs. */
struct bad {
    struct tn_message_handle handles[TN_MESSAGE_HANDLES];
    uint32_t count;
    tn_status_t status;
};

static const struct tn_message_handle *copy_of(uint64_t handle)
{
    static struct tn_message_handle copy;
    copy = (struct tn_message_handle){.value = handle, .rights = TN_RIGHTS_ALL};
    return &copy;
}

/* Each way in which the handles of a message are refused, where @p good has all rights, @p fixed no
 * DUPLICATE, and the message itself is sent by @p try. */
static void try_all(uint64_t good, uint64_t fixed, tn_status_t (*try)(void))
{
    const struct bad bad[] = {
        {.count = TN_MESSAGE_HANDLES + 1, .status = TN_ERR_INVALID},
        {.count = UINT32_MAX, .status = TN_ERR_INVALID},
        {{{.value = 0, .flags = TN_HANDLE_GONE}}, 1, TN_ERR_INVALID},
        {{{.value = 0}, {.value = good, .flags = 0x8000}}, 2, TN_ERR_INVALID},
        {{{.value = good, .flags = MOVE}, {.value = good, .rights = 0}}, 2, TN_ERR_INVALID},
        {{{.value = good}, {.value = 0}, {.value = good, .flags = MOVE}}, 3, TN_ERR_INVALID},
        {{{.value = good}, {.value = 0}}, 2, TN_ERR_HANDLE},
        {{{.value = good + (UINT64_C(1) << 32)}}, 1, TN_ERR_HANDLE},
        {{{.value = fixed}}, 1, TN_ERR_RIGHTS},
        {{{.value = fixed, .flags = MOVE}}, 1, TN_ERR_RIGHTS},
        {{{.value = good, .rights = TN_RIGHT_POWER}}, 1, TN_ERR_RIGHTS},
        {{{.value = good, .rights = 0x100}}, 1, TN_ERR_RIGHTS},
        /* With all rights, which the kernel expects and looks at in another way. */
        {{{good, ALL, 0, MOVE}, {good, ALL, 0, 0}}, 2, TN_ERR_INVALID},
        {{{good, ALL, 0, 0}, {good, ALL, 0, TN_HANDLE_GONE}}, 2, TN_ERR_INVALID},
        {{{good, ALL, 0, MOVE}, {0, ALL, 0, 0}}, 2, TN_ERR_HANDLE},
        {{{good + (UINT64_C(1) << 32), ALL, 0, MOVE}}, 1, TN_ERR_HANDLE},
        {{{fixed, ALL, 0, 0}}, 1, TN_ERR_RIGHTS},
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        attach_handles(bad[i].handles, bad[i].count);
        if (try() != bad[i].status) {
            fail_msg("case %zu is not refused with %s", i, tn_status_name(bad[i].status));
        }
        assert_true(is_handle(good) && is_handle(fixed));
    }
}

static struct trio of;

static tn_status_t try_call(void)
{
    return call(of.at_client, TN_TAG_HANDLES, 0);
}

static tn_status_t try_send(void)
{
    return send(of.at_client, TN_TAG_HANDLES, 0);
}

static tn_status_t try_reply(void)
{
    return reply(of.client.t->token, TN_TAG_HANDLES, 0);
}

void handles_of_calls_are_refused_in_this_order(void **state)
{
    (void)state;
    of = waiting_trio(false); /* The server takes none: that would be looked at later. */
    tn_handle_t good = give(&of.client, notification(), TN_RIGHTS_ALL);
    tn_handle_t fixed = give(&of.client, notification(), TN_RIGHT_SEND);
    become(&of.client);
    assert_int_equal(try_call(), TN_ERR_STATE);
    assert_int_equal(try_send(), TN_ERR_STATE);
    set_buffer(&of.client);
    fill_buffer(TN_MESSAGE_ATTACHED_BYTES + 1);
    attach_handles(NULL, 5);
    assert_int_equal(call(of.at_client, TN_TAG_HANDLES | TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(send(of.at_client, TN_TAG_HANDLES | TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    try_all(good, fixed, try_call);
    try_all(good, fixed, try_send);
    attach_handles(copy_of(good), 1);
    assert_int_equal(try_call(), TN_ERR_TOO_LONG); /* The receiver has no buffer. */
    assert_int_equal(try_send(), TN_ERR_TOO_LONG);
    assert_int_equal(state_of(&of.server), TN_THREAD_RECEIVING);
    assert_int_equal(of.server.p->handles.count, 1);
}

void grants_of_calls_are_refused_in_this_order(void **state)
{
    (void)state;
    of = waiting_trio(false);
    become(&of.client);
    assert_int_equal(call(of.at_client, TN_TAG_GRANTS, 0), TN_ERR_STATE);
    set_buffer(&of.client);
    fill_buffer(TN_MESSAGE_ATTACHED_BYTES + 1);
    attach_grants(NULL, 5);
    assert_int_equal(call(of.at_client, TN_TAG_GRANTS | TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(call(of.at_client, TN_TAG_GRANTS, 0), TN_ERR_INVALID);
    static const struct {
        struct tn_message_grant grant;
        tn_status_t status;
    } bad[] = {
        {{SCRATCH, 8, 0, 0}, TN_ERR_INVALID},
        {{SCRATCH, 8, TN_RIGHT_READ | TN_RIGHT_EXECUTE, 0}, TN_ERR_INVALID},
        {{SCRATCH, 8, TN_RIGHT_READ, 1}, TN_ERR_INVALID},
        {{TN_USER_HIGH - 8, 9, TN_RIGHT_READ, 0}, TN_ERR_RANGE},
        {{UINT64_MAX - 8, 20, TN_RIGHT_READ, 0}, TN_ERR_RANGE},
        {{SCRATCH, UINT64_MAX, TN_RIGHT_WRITE, 0}, TN_ERR_RANGE},
        {{UINT64_C(0xffff800000000000), 8, TN_RIGHT_WRITE, 0}, TN_ERR_RANGE},
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        attach_grants(&bad[i].grant, 1);
        assert_int_equal(call(of.at_client, TN_TAG_GRANTS, 0), bad[i].status);
    }
    attach_grant(SCRATCH, 8, TN_RIGHT_READ);
    assert_int_equal(call(of.at_client, TN_TAG_GRANTS, 0), TN_ERR_TOO_LONG); /* The receiver ... */
    assert_int_equal(state_of(&of.server), TN_THREAD_RECEIVING);
}

void handles_of_replies_are_refused_in_this_order(void **state)
{
    (void)state;
    of = serving_trio(false);
    become(&world.root);
    tn_handle_t good = give(&of.server, notification(), TN_RIGHTS_ALL);
    tn_handle_t fixed = give(&of.server, notification(), TN_RIGHT_SEND);
    become(&of.server);
    assert_int_equal(try_reply(), TN_ERR_STATE);
    uint64_t token = of.client.t->token;
    set_buffer(&of.server);
    attach_handles(NULL, 5);
    assert_int_equal(reply_recv(of.at_server, token, TN_TAG_HANDLES, 0), TN_ERR_INVALID);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_INVALID);
    try_all(good, fixed, try_reply);
    attach_handles(copy_of(good), 1);
    assert_int_equal(reply(token ^ 1, TN_TAG_HANDLES, 0), TN_ERR_STALE);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_TOO_LONG);
    assert_int_equal(reply_recv(of.at_server, token, TN_TAG_HANDLES, 0), TN_ERR_TOO_LONG);
    assert_int_equal(back(&of.server, reply(token, 0, 0)), TN_OK);
}

/* At once, and after a wait; with a reply too. */
void handles_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    of = trio();
    accept_handles(&of.client, 0);
    accept_handles(&of.server, 0);
    assert_int_equal(recv(of.at_server), BLOCKED);
    become(&world.root);
    tn_handle_t good = give(&of.client, notification(), TN_RIGHTS_ALL);
    become(&of.client);
    attach_handles(copy_of(good), 1);
    assert_int_equal(try_call(), TN_ERR_TOO_MANY_HANDLES);
    assert_int_equal(try_send(), TN_ERR_TOO_MANY_HANDLES);
    assert_int_equal(call(of.at_client, 0, 0), BLOCKED);
    uint64_t token = token_of(&of.server);
    attach_handles(copy_of(of.at_server), 1);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_TOO_MANY_HANDLES);
    assert_int_equal(reply_recv(of.at_server, token, TN_TAG_HANDLES, 0), TN_ERR_TOO_MANY_HANDLES);
    assert_int_equal(reply_recv(of.at_server, token, 0, 0), BLOCKED);
    become(&world.root);
    while (of.server.p->handles.free_head != 0) {
        (void)give(&of.server, world.info.machine, TN_RIGHT_READ);
    }
    struct actor writer = spawn_thread(&of.server, PRIORITY);
    accept_handles(&writer, TN_MESSAGE_HANDLES);
    become(&of.client);
    assert_int_equal(try_call(), TN_ERR_NO_HANDLES);
    assert_int_equal(try_send(), TN_ERR_NO_HANDLES);
    assert_int_equal(call(of.at_client, 0, 0), BLOCKED);
    become(&world.root);
    while (of.client.p->handles.free_head != 0) {
        (void)give(&of.client, world.info.machine, TN_RIGHT_READ);
    }
    writer = spawn_thread(&of.client, PRIORITY);
    accept_handles(&writer, TN_MESSAGE_HANDLES);
    become(&of.server);
    token = token_of(&of.server);
    attach_handles(copy_of(of.at_server), 1);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_NO_HANDLES);
    assert_int_equal(reply_recv(of.at_server, token, TN_TAG_HANDLES, 0), TN_ERR_NO_HANDLES);
    assert_int_equal(back(&of.server, reply(token, 0, 0)), TN_OK);
}

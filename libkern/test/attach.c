/* SPDX-License-Identifier: MIT */
/* Handles and grants in message buffers. */

#include "attach.h"

struct tn_message_buffer buffer_load(void)
{
    struct tn_message_buffer buffer;
    assert_true(host_user_load(&buffer, SOME_VA, sizeof(buffer)));
    return buffer;
}

void buffer_store(const struct tn_message_buffer *buffer)
{
    assert_true(host_user_store(SOME_VA, buffer, sizeof(*buffer)));
}

void accept_handles(const struct actor *actor, uint32_t count)
{
    become(actor);
    if (!host_user_may(SOME_VA, MM_ATTR_READ)) {
        set_buffer(actor);
    }
    struct tn_message_buffer buffer = buffer_load();
    buffer.accepts = count;
    buffer_store(&buffer);
}

struct trio attached_trio(void)
{
    struct trio t = trio();
    accept_handles(&t.client, 0);
    accept_handles(&t.server, TN_MESSAGE_HANDLES);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&world.root);
    return t;
}

void attach_handles(const struct tn_message_handle *handles, uint32_t count)
{
    struct tn_message_buffer buffer = buffer_load();
    buffer.handle_count = count;
    for (uint32_t i = 0; handles != NULL && i < count && i < TN_MESSAGE_HANDLES; i++) {
        buffer.handles[i] = handles[i];
    }
    buffer_store(&buffer);
}

void attach_grants(const struct tn_message_grant *grants, uint32_t count)
{
    struct tn_message_buffer buffer = buffer_load();
    buffer.grant_count = count;
    for (uint32_t i = 0; grants != NULL && i < count && i < TN_MESSAGE_GRANTS; i++) {
        buffer.grants[i] = grants[i];
    }
    buffer_store(&buffer);
}

void attach_handle(uint64_t value, unsigned flags)
{
    const struct tn_message_handle handle = {
        .value = value, .rights = TN_RIGHTS_ALL, .flags = (uint16_t)flags};
    attach_handles(&handle, 1);
}

void attach_grant(uint64_t base, uint64_t length, unsigned access)
{
    const struct tn_message_grant grant = {.base = base, .length = length, .access = access};
    attach_grants(&grant, 1);
}

void deliver_handles(const struct trio *t)
{
    assert_int_equal(call(t->at_client, TN_TAG_HANDLES, 0), BLOCKED);
    assert_true(runs(&t->server));
}

struct tn_message_handle received_handle(const struct actor *actor, unsigned index)
{
    become(actor);
    assert_true((regs(actor)->tag & TN_TAG_HANDLES) != 0);
    struct tn_message_buffer buffer = buffer_load();
    assert_in_range(index, 0, buffer.handle_count - 1);
    return buffer.handles[index];
}

bool is_handle(uint64_t handle)
{
    struct kern_slot *slot;
    return kern_handle_find(&kern_current()->process->handles, handle, &slot) == TN_OK;
}

const struct kern_slot *handle_slot(uint64_t handle)
{
    struct kern_slot *slot = NULL;
    assert_int_equal(kern_handle_find(&kern_current()->process->handles, handle, &slot), TN_OK);
    return slot;
}

unsigned handle_rights(uint64_t handle)
{
    return kern_verbs_rights(handle_slot(handle)->verbs);
}

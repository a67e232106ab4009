/* SPDX-License-Identifier: MIT */
/* What rides in the message buffer, as sender and receiver see it. */

#include <libsys/attach.h>

#include <string.h>

#include <support/testing.h>

#include "fake_kernel.h"

static int setup(void **state)
{
    (void)state;
    memset(sys_thread_buffer(), 0, sizeof(struct tn_message_buffer));
    fake_kernel_set(NULL, NULL);
    return 0;
}

static void four_handles_are_attached_and_no_more(void **state)
{
    (void)state;
    struct sys_message message = {.tag = tn_tag_make(5, TN_TAG_LOW)};
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    for (uint32_t i = 0; i < TN_MESSAGE_HANDLES; i++) {
        uint32_t flags = i == 2 ? TN_HANDLE_MOVE : 0;
        assert_int_equal(sys_attach_handle(&message, 100 + i, TN_RIGHT_SEND, flags), TN_OK);
        assert_int_equal(buffer->handle_count, i + 1);
        assert_int_equal(buffer->handles[i].value, 100 + i);
        assert_int_equal(buffer->handles[i].rights, TN_RIGHT_SEND);
        assert_int_equal(buffer->handles[i].flags, flags);
    }
    assert_int_equal(message.tag, tn_tag_make(5, TN_TAG_LOW | TN_TAG_HANDLES));
    assert_int_equal(sys_attach_handle(&message, 9, TN_RIGHTS_ALL, 0), TN_ERR_FULL);
    assert_int_equal(buffer->handle_count, TN_MESSAGE_HANDLES);
}

static void four_grants_are_attached_and_no_more(void **state)
{
    (void)state;
    static char memory[64];
    struct sys_message message = {.tag = tn_tag_make(5, 0)};
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    for (uint32_t i = 0; i < TN_MESSAGE_GRANTS; i++) {
        assert_int_equal(sys_attach_grant(&message, memory + i, i, TN_RIGHT_READ), TN_OK);
        assert_int_equal(buffer->grants[i].base, (uintptr_t)memory + i);
        assert_int_equal(buffer->grants[i].length, i);
        assert_int_equal(buffer->grants[i].access, TN_RIGHT_READ);
    }
    assert_int_equal(message.tag, tn_tag_make(5, TN_TAG_GRANTS));
    assert_int_equal(sys_attach_grant(&message, memory, 1, TN_RIGHT_READ), TN_ERR_FULL);
    assert_int_equal(buffer->grant_count, TN_MESSAGE_GRANTS);
}

/* What came with the last message is not sent on by accident. */
static void a_new_message_begins_with_nothing(void **state)
{
    (void)state;
    struct tn_message_buffer *buffer = sys_thread_buffer();
    struct sys_message message = {.tag = tn_tag_make(5, 0)};
    buffer->handle_count = 3;
    buffer->grant_count = 4;
    assert_int_equal(sys_attach_handle(&message, 7, TN_RIGHTS_ALL, 0), TN_OK);
    assert_int_equal(sys_attach_grant(&message, NULL, 0, TN_RIGHT_READ), TN_OK);
    assert_int_equal(buffer->handle_count, 1);
    assert_int_equal(buffer->grant_count, 1);
    assert_int_equal(buffer->handles[0].value, 7);
}

static void at_most_four_handles_are_accepted(void **state)
{
    (void)state;
    assert_int_equal(sys_accept_handles(TN_MESSAGE_HANDLES + 1), TN_ERR_INVALID);
    assert_int_equal(sys_thread_buffer()->accepts, 0);
    assert_int_equal(sys_accept_handles(TN_MESSAGE_HANDLES), TN_OK);
    assert_int_equal(sys_thread_buffer()->accepts, TN_MESSAGE_HANDLES);
}

/* A message with a notification, a badge, and one that was gone. */
static struct sys_message received(void)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    buffer->handle_count = 3;
    buffer->handles[0] =
        (struct tn_message_handle){.value = 21, .type = TN_TYPE_NOTIFICATION, .rights = 0x37};
    buffer->handles[1] =
        (struct tn_message_handle){.value = 77, .type = TN_TYPE_ENDPOINT, .flags = TN_HANDLE_BADGE};
    buffer->handles[2] = (struct tn_message_handle){.flags = TN_HANDLE_GONE};
    return (struct sys_message){.tag = tn_tag_make(1, TN_TAG_HANDLES)};
}

static void received_handles_are_told_by_type(void **state)
{
    (void)state;
    struct sys_message message = received();
    tn_handle_t handle = 0;
    assert_int_equal(sys_received_handles(&message), 3);
    assert_int_equal(sys_received_handle(&message, 0, TN_TYPE_MEMORY, &handle), TN_ERR_TYPE);
    assert_int_equal(sys_received_handle(&message, 0, TN_TYPE_NOTIFICATION, &handle), TN_OK);
    assert_int_equal(handle, 21);
    assert_int_equal(sys_received_handle(&message, 1, TN_TYPE_ENDPOINT, &handle), TN_ERR_TYPE);
    assert_int_equal(sys_received_handle(&message, 2, TN_TYPE_ENDPOINT, &handle), TN_ERR_HANDLE);
    assert_int_equal(sys_received_handle(&message, 3, TN_TYPE_ENDPOINT, &handle), TN_ERR_NOT_FOUND);
    assert_int_equal(handle, 21);
}

static void a_received_badge_is_no_handle(void **state)
{
    (void)state;
    struct sys_message message = received();
    uint64_t badge = 0;
    assert_int_equal(sys_received_badge(&message, 0, &badge), TN_ERR_TYPE);
    assert_int_equal(sys_received_badge(&message, 1, &badge), TN_OK);
    assert_int_equal(badge, 77);
    assert_int_equal(sys_received_badge(&message, 2, &badge), TN_ERR_TYPE);
    assert_int_equal(sys_received_badge(&message, 3, &badge), TN_ERR_NOT_FOUND);
}

static void a_message_without_the_flag_carries_nothing(void **state)
{
    (void)state;
    struct sys_message message = received();
    struct tn_message_grant grant;
    tn_handle_t handle;
    message.tag = tn_tag_make(1, TN_TAG_LOW);
    sys_thread_buffer()->grant_count = 1;
    assert_int_equal(sys_received_handles(&message), 0);
    assert_int_equal(sys_received_handle(&message, 0, TN_TYPE_NOTIFICATION, &handle),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(sys_received_grant(&message, 0, &grant), TN_ERR_NOT_FOUND);
}

static uint64_t closed[4];
static unsigned closed_count;

static struct sys_result note_close(const struct fake_call *call)
{
    assert_int_equal(call->number, TN_SYS_HANDLE_CLOSE);
    closed[closed_count++] = call->a;
    return fake_ok(0);
}

static void dropping_closes_the_handles_alone(void **state)
{
    (void)state;
    struct sys_message message = received();
    closed_count = 0;
    fake_kernel_set(note_close, NULL);
    sys_drop_handles(&message);
    assert_int_equal(closed_count, 1);
    assert_int_equal(closed[0], 21);
}

static void a_received_grant_tells_length_and_access(void **state)
{
    (void)state;
    struct sys_message message = {.tag = tn_tag_make(1, TN_TAG_GRANTS)};
    struct tn_message_buffer *buffer = sys_thread_buffer();
    struct tn_message_grant grant;
    buffer->grant_count = 1;
    buffer->grants[0] = (struct tn_message_grant){.length = 4096, .access = TN_RIGHT_WRITE};
    assert_int_equal(sys_received_grant(&message, 0, &grant), TN_OK);
    assert_int_equal(grant.length, 4096);
    assert_int_equal(grant.access, TN_RIGHT_WRITE);
    assert_int_equal(sys_received_grant(&message, 1, &grant), TN_ERR_NOT_FOUND);
}

static char memory[100];

/* Half of it, then a page that is missing. */
static struct sys_result copy_half(const struct fake_call *call)
{
    const struct tn_grant_copy *piece = (const void *)(uintptr_t)call->b;
    assert_int_equal(call->number, TN_SYS_GRANT_COPY);
    assert_int_equal(call->a, 0x700);
    assert_int_equal(call->c, 1);
    assert_int_equal(piece->grant, 2);
    assert_int_equal(piece->offset, 8);
    assert_int_equal(piece->address, (uintptr_t)memory);
    assert_int_equal(piece->length, sizeof(memory));
    if (call->d == 0) {
        assert_int_equal(piece->direction, TN_GRANT_READ);
        return (struct sys_result){TN_ERR_NOT_RESIDENT, sizeof(memory) / 2};
    }
    return fake_ok(sizeof(memory));
}

static struct sys_result copy_back(const struct fake_call *call)
{
    const struct tn_grant_copy *piece = (const void *)(uintptr_t)call->b;
    assert_int_equal(piece->direction, TN_GRANT_WRITE);
    return fake_ok(piece->length);
}

static void a_copy_tells_how_far_it_came(void **state)
{
    (void)state;
    const struct tn_grant_copy piece = {
        .offset = 8, .address = (uintptr_t)memory, .length = sizeof(memory), .grant = 2};
    uint64_t done = 0;
    fake_kernel_set(copy_half, NULL);
    assert_int_equal(sys_grant_copy(0x700, &piece, 1, &done), TN_ERR_NOT_RESIDENT);
    assert_int_equal(done, sizeof(memory) / 2);
    assert_int_equal(sys_grant_copy(0x700, &piece, 1, &done), TN_OK);
    assert_int_equal(done, sizeof(memory));
    assert_int_equal(sys_grant_read(0x700, 2, 8, memory, sizeof(memory)), TN_ERR_NOT_RESIDENT);
    fake_kernel_set(copy_back, NULL);
    assert_int_equal(sys_grant_write(0x700, 2, 8, memory, sizeof(memory)), TN_OK);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(four_handles_are_attached_and_no_more),
        TEST(four_grants_are_attached_and_no_more),
        TEST(a_new_message_begins_with_nothing),
        TEST(at_most_four_handles_are_accepted),
        TEST(received_handles_are_told_by_type),
        TEST(a_received_badge_is_no_handle),
        TEST(a_message_without_the_flag_carries_nothing),
        TEST(dropping_closes_the_handles_alone),
        TEST(a_received_grant_tells_length_and_access),
        TEST(a_copy_tells_how_far_it_came),
    };
    return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}

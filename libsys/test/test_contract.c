/* SPDX-License-Identifier: MIT */
/* Generated stubs: what a client passes is what the handler sees, and back; and every way in which the
 * other side can break the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <contracts/console.h>
#include <contracts/file.h>
#include <contracts/supervisor.h>
#include <libsys/serve.h>

#include "fake_kernel.h"

/* What the handlers saw, and what they answer. */
static struct {
    uint64_t badge, file, offset;
    uint32_t flags;
    char text[64];
    size_t length, room;
    uint64_t token;
} seen;
static tn_status_t verdict;

static tn_status_t on_open(void *self, const struct sys_request *request, const char *path,
                           size_t path_length, uint32_t flags, uint64_t *file, uint64_t *size)
{
    assert_ptr_equal(self, &seen);
    seen.badge = request->badge;
    seen.flags = flags;
    seen.length = path_length;
    strcpy(seen.text, path);
    *file = UINT64_MAX - 1;
    *size = 12;
    return verdict;
}

static tn_status_t on_read(void *self, const struct sys_request *request, uint64_t file,
                           uint64_t offset, void *data, size_t data_size, size_t *data_length)
{
    (void)self;
    (void)request;
    seen.file = file;
    seen.offset = offset;
    seen.room = data_size;
    memset(data, 'r', data_size);
    *data_length = data_size;
    return verdict;
}

static tn_status_t on_write(void *self, const struct sys_request *request, uint64_t file,
                            uint64_t offset, const void *data, size_t data_length)
{
    (void)self;
    (void)request;
    seen.file = file;
    seen.offset = offset;
    seen.length = data_length;
    memcpy(seen.text, data, data_length < sizeof(seen.text) ? data_length : sizeof(seen.text));
    return verdict;
}

static tn_status_t on_list(void *self, const struct sys_request *request, const char *after,
                           size_t after_length, uint64_t *size, uint32_t *flags, char *path,
                           size_t path_size, size_t *path_length)
{
    (void)self;
    (void)request;
    (void)after_length;
    strcpy(seen.text, after);
    *size = 3;
    *flags = 1;
    seen.room = path_size;
    memcpy(path, "name", 4);
    *path_length = 4;
    return verdict;
}

static const struct file_handlers handlers = {
    .open = on_open, .read = on_read, .write = on_write, .list = on_list};

static tn_status_t on_request(void *self, struct sys_request *request)
{
    return file_dispatch(&handlers, self, request);
}

static const struct sys_server server = {.endpoint = 1, .self = &seen, .request = on_request};

/* What the fake kernel does with the next calls. */
static unsigned deaths;           /* That many calls end with TN_ERR_PEER_DIED first. */
static unsigned calls;            /* Calls made. */
static tn_status_t kernel_status; /* Of the kernel, instead of delivering. */
static void (*spoil)(struct sys_message *reply);

static void deliver(unsigned number, struct sys_message *message, uint64_t deadline)
{
    assert_int_equal(number, TN_SYS_IPC_CALL);
    assert_int_equal(deadline, TN_DEADLINE_NEVER);
    calls++;
    if (deaths > 0 || kernel_status != TN_OK) {
        tn_status_t status = deaths > 0 ? TN_ERR_PEER_DIED : kernel_status;
        deaths -= deaths > 0;
        message->tag = (uint64_t)(uint8_t)status << 8;
        return;
    }
    message->badge = 4;
    message->token = 99;
    /* Words that the tag does not carry arrive as zero. */
    for (unsigned i = (message->tag & TN_TAG_LOW) != 0 ? 4 : 0; i < 4; i++) {
        message->words[i] = 0;
    }
    sys_serve_one(&server, message);
    if (spoil != NULL) {
        spoil(message);
    }
}

static int set_up(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    verdict = TN_OK;
    deaths = calls = 0;
    kernel_status = TN_OK;
    spoil = NULL;
    fake_kernel_set(NULL, deliver);
    return 0;
}

static void arguments_and_results_travel(void **state)
{
    uint64_t file, size;
    (void)state;
    assert_int_equal(file_open(1, "a/b", 3, &file, &size), TN_OK);
    assert_string_equal(seen.text, "a/b");
    assert_int_equal(seen.length, 3);
    assert_int_equal(seen.flags, 3);
    assert_int_equal(seen.badge, 4);
    assert_true(file == UINT64_MAX - 1);
    assert_int_equal(size, 12);
}

static void bytes_travel_both_ways(void **state)
{
    char data[100];
    size_t length;
    (void)state;
    assert_int_equal(file_write(1, 5, 6, "hello", 5), TN_OK);
    assert_memory_equal(seen.text, "hello", 5);
    assert_int_equal(seen.offset, 6);
    assert_int_equal(file_read(1, 7, 8, data, sizeof(data), &length), TN_OK);
    assert_int_equal(seen.room, sizeof(data));
    assert_int_equal(length, sizeof(data));
    assert_int_equal(data[99], 'r');
}

static void the_room_is_what_the_contract_allows_at_most(void **state)
{
    static char data[8192];
    size_t length;
    (void)state;
    assert_int_equal(file_read(1, 7, 8, data, sizeof(data), &length), TN_OK);
    assert_int_equal(length, TN_MESSAGE_BUFFER_BYTES);
}

static void a_received_text_is_terminated(void **state)
{
    char path[6] = "xxxxx";
    uint64_t size;
    uint32_t flags;
    size_t length;
    (void)state;
    assert_int_equal(file_list(1, "", &size, &flags, path, 5, &length), TN_OK);
    assert_int_equal(seen.room, 4); /* One byte is for the terminator. */
    assert_string_equal(path, "name");
    assert_int_equal(path[5], 0);
}

static void an_error_leaves_results_untouched(void **state)
{
    uint64_t file = 1, size = 2;
    (void)state;
    verdict = TN_ERR_NOT_FOUND;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_NOT_FOUND);
    assert_int_equal(file, 1);
    assert_int_equal(size, 2);
}

static void too_long_texts_and_bytes_are_not_sent(void **state)
{
    char path[65];
    static char data[TN_MESSAGE_BUFFER_BYTES + 1];
    uint64_t file, size;
    (void)state;
    memset(path, 'p', 64);
    path[64] = 0;
    assert_int_equal(file_open(1, path, 0, &file, &size), TN_ERR_TOO_LONG);
    assert_int_equal(file_write(1, 1, 0, data, sizeof(data)), TN_ERR_TOO_LONG);
    assert_int_equal(calls, 0);
    path[63] = 0;
    assert_int_equal(file_open(1, path, 0, &file, &size), TN_OK);
}

static void idempotent_calls_are_repeated_when_the_server_dies(void **state)
{
    uint64_t file, size;
    (void)state;
    deaths = SYS_CONTRACT_REPEATS;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_OK);
    assert_int_equal(calls, SYS_CONTRACT_REPEATS + 1);
    assert_string_equal(seen.text, "a"); /* The text was sent anew each time. */
    deaths = SYS_CONTRACT_REPEATS + 1;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_PEER_DIED);
}

static void other_calls_are_not_repeated(void **state)
{
    (void)state;
    deaths = 1;
    assert_int_equal(file_remove(1, "a"), TN_ERR_PEER_DIED);
    assert_int_equal(calls, 1);
}

static void other_failures_are_not_repeated(void **state)
{
    uint64_t file, size;
    (void)state;
    kernel_status = TN_ERR_CLOSED;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_CLOSED);
    assert_int_equal(calls, 1);
}

static void make_status_positive(struct sys_message *reply)
{
    reply->tag = tn_tag_make(1, TN_TAG_LOW);
}

static void make_status_huge(struct sys_message *reply)
{
    reply->tag = tn_tag_make((uint32_t)-1000, 0);
}

static void drop_words(struct sys_message *reply)
{
    reply->tag &= ~TN_TAG_LOW;
}

static void drop_buffer(struct sys_message *reply)
{
    reply->tag &= ~TN_TAG_BUFFER;
}

static void overfill(struct sys_message *reply)
{
    (void)reply;
    sys_thread_buffer()->length = 101;
}

static void widen(struct sys_message *reply)
{
    reply->words[1] = UINT64_C(1) << 32;
}

static void a_reply_that_breaks_the_contract_is_refused(void **state)
{
    uint64_t file, size;
    uint32_t flags;
    char data[100];
    size_t length;
    (void)state;
    spoil = make_status_positive;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_FORMAT);
    spoil = make_status_huge;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_FORMAT);
    spoil = drop_words;
    assert_int_equal(file_open(1, "a", 0, &file, &size), TN_ERR_FORMAT);
    spoil = drop_buffer;
    assert_int_equal(file_read(1, 1, 0, data, sizeof(data), &length), TN_ERR_FORMAT);
    spoil = overfill;
    assert_int_equal(file_read(1, 1, 0, data, sizeof(data), &length), TN_ERR_FORMAT);
    spoil = widen;
    assert_int_equal(file_list(1, "", &size, &flags, data, sizeof(data), &length), TN_ERR_FORMAT);
}

/* A request as a hostile client makes it; the answer is the label of the reply. */
static tn_status_t ask(uint32_t label, uint64_t flags, uint64_t word, const char *bytes,
                       size_t length)
{
    struct sys_message message = {.tag = tn_tag_make(label, flags), .token = 9, .words = {word}};
    struct tn_message_buffer *buffer = sys_thread_buffer();
    memcpy(buffer->data, bytes, length);
    buffer->length = (uint32_t)length;
    sys_serve_one(&server, &message);
    assert_int_equal(message.token, 9);
    return (tn_status_t)tn_tag_label(message.tag);
}

static void a_request_that_breaks_the_contract_is_refused(void **state)
{
    static char data[TN_MESSAGE_BUFFER_BYTES];
    (void)state;
    assert_int_equal(ask(0, 0, 0, "", 0), TN_ERR_NOT_SUPPORTED);
    assert_int_equal(ask(CONSOLE_WRITE_LABEL, TN_TAG_BUFFER, 0, "", 0), TN_ERR_NOT_SUPPORTED);
    assert_int_equal(ask(FILE_OPEN_LABEL, TN_TAG_BUFFER, 0, "a", 1), TN_ERR_FORMAT);
    assert_int_equal(ask(FILE_OPEN_LABEL, TN_TAG_LOW, 0, "a", 1), TN_ERR_FORMAT);
    uint64_t both = TN_TAG_LOW | TN_TAG_BUFFER;
    assert_int_equal(ask(FILE_OPEN_LABEL, both, UINT64_C(1) << 32, "a", 1), TN_ERR_FORMAT);
    assert_int_equal(ask(FILE_OPEN_LABEL, both, 0, "a\0b", 3), TN_ERR_FORMAT);
    assert_int_equal(ask(FILE_OPEN_LABEL, both, 0, data, 64), TN_ERR_TOO_LONG);
    assert_int_equal(ask(FILE_OPEN_LABEL, both, 0, "a", 1), TN_OK);
}

static struct sys_message sent;

static void take_reply(unsigned number, struct sys_message *message, uint64_t deadline)
{
    (void)deadline;
    assert_int_equal(number, TN_SYS_IPC_REPLY);
    sent = *message;
    message->tag = (uint64_t)(uint8_t)kernel_status << 8;
}

static void a_deferred_call_is_answered_later(void **state)
{
    (void)state;
    fake_kernel_set(NULL, take_reply);
    assert_int_equal(console_read_reply(77, TN_OK, "keys", 4), TN_OK);
    assert_int_equal(sent.token, 77);
    assert_int_equal(tn_tag_label(sent.tag), TN_OK);
    assert_int_equal(sent.tag & TN_TAG_FLAGS, TN_TAG_BUFFER);
    assert_int_equal(sys_thread_buffer()->length, 4);
    assert_int_equal(supervisor_wait_reply(78, TN_OK, -3, 1, 5), TN_OK);
    assert_int_equal((int64_t)sent.words[0], -3);
    assert_int_equal(sent.words[2], 5);
    assert_int_equal(supervisor_wait_reply(79, TN_ERR_BUSY, 0, 0, 0), TN_OK);
    assert_int_equal((int32_t)tn_tag_label(sent.tag), TN_ERR_BUSY);
    assert_int_equal(sent.tag & TN_TAG_FLAGS, 0);
    kernel_status = TN_ERR_STALE;
    assert_int_equal(console_read_reply(77, TN_OK, "keys", 4), TN_ERR_STALE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(arguments_and_results_travel, set_up),
        cmocka_unit_test_setup(bytes_travel_both_ways, set_up),
        cmocka_unit_test_setup(the_room_is_what_the_contract_allows_at_most, set_up),
        cmocka_unit_test_setup(a_received_text_is_terminated, set_up),
        cmocka_unit_test_setup(an_error_leaves_results_untouched, set_up),
        cmocka_unit_test_setup(too_long_texts_and_bytes_are_not_sent, set_up),
        cmocka_unit_test_setup(idempotent_calls_are_repeated_when_the_server_dies, set_up),
        cmocka_unit_test_setup(other_calls_are_not_repeated, set_up),
        cmocka_unit_test_setup(other_failures_are_not_repeated, set_up),
        cmocka_unit_test_setup(a_reply_that_breaks_the_contract_is_refused, set_up),
        cmocka_unit_test_setup(a_request_that_breaks_the_contract_is_refused, set_up),
        cmocka_unit_test_setup(a_deferred_call_is_answered_later, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The console over a fake chip: nothing is lost up to the rings, who waits is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <console/console.h>
#include <contracts/console.h>
#include <libsys/serve.h>

#include "fake_kernel.h"

/* The chip: what it has received, what it was sent, and how much it takes. */
static char incoming[2048], outgoing[8192];
static size_t incoming_count, incoming_taken, outgoing_count, chip_room;
static bool wants_input, wants_room;

static bool take(struct line *line, uint8_t *byte)
{
    (void)line;
    if (incoming_taken == incoming_count) {
        return false;
    }
    *byte = (uint8_t)incoming[incoming_taken++];
    return true;
}

static bool put(struct line *line, uint8_t byte)
{
    (void)line;
    if (chip_room == 0) {
        return false;
    }
    chip_room--;
    outgoing[outgoing_count++] = (char)byte;
    return true;
}

static void want(struct line *line, bool input, bool room)
{
    (void)line;
    wants_input = input;
    wants_room = room;
}

static const struct line_ops ops = {.take = take, .put = put, .want = want};
static struct line line = {.ops = &ops};
static struct console console;

/* Deferred replies, as they go out. */
static struct sys_message replies[16];
static char reply_bytes[512];
static size_t reply_count;
static tn_status_t reply_status;

static void on_ipc(unsigned number, struct sys_message *message, uint64_t deadline)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    (void)deadline;
    assert_int_equal(number, TN_SYS_IPC_REPLY);
    replies[reply_count++] = *message;
    if ((message->tag & TN_TAG_BUFFER) != 0) {
        memcpy(reply_bytes, buffer->data, buffer->length);
        reply_bytes[buffer->length] = 0;
    }
    message->tag = (uint64_t)(uint8_t)reply_status << 8;
}

/* The kernel log, and acknowledged interrupts. */
static char log_text[4096];
static unsigned acks;

static struct sys_result on_call(const struct fake_call *call)
{
    if (call->number == TN_SYS_INTERRUPT_ACK) {
        acks++;
        return fake_ok(0);
    }
    assert_int_equal(call->number, TN_SYS_LOG_READ);
    struct tn_log_request *request = (struct tn_log_request *)(uintptr_t)call->b;
    size_t left = strlen(log_text) - request->position;
    size_t length = left < request->size ? left : request->size;
    memcpy((char *)(uintptr_t)request->buffer, log_text + request->position, length);
    request->position += length;
    return fake_ok(length);
}

static int set_up(void **state)
{
    (void)state;
    incoming_count = incoming_taken = outgoing_count = reply_count = 0;
    chip_room = sizeof(outgoing);
    reply_status = TN_OK;
    acks = 0;
    log_text[0] = 0;
    fake_kernel_set(on_call, on_ipc);
    console_init(&console, &line);
    return 0;
}

static const struct sys_server server = {
    .self = &console, .request = console_on_request, .signal = console_on_signal};

/* A request of client @p badge; the reply is in the message, token 0 if it was deferred. */
static struct sys_message request(uint64_t badge, uint64_t token, uint32_t label, const char *bytes,
                                  uint64_t room)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    struct sys_message message = {.token = token, .badge = badge, .words = {room}};
    message.tag = tn_tag_make(label, bytes != NULL ? TN_TAG_BUFFER : TN_TAG_LOW);
    if (bytes != NULL) {
        buffer->length = (uint32_t)strlen(bytes);
        memcpy(buffer->data, bytes, buffer->length);
    }
    sys_serve_one(&server, &message);
    return message;
}

static struct sys_message write_text(uint64_t token, const char *text)
{
    return request(1, token, CONSOLE_WRITE_LABEL, text, 0);
}

static struct sys_message read_bytes(uint64_t badge, uint64_t token, uint64_t room)
{
    return request(badge, token, CONSOLE_READ_LABEL, NULL, room);
}

static void key(const char *text)
{
    memcpy(incoming + incoming_count, text, strlen(text));
    incoming_count += strlen(text);
}

static void send_signal(uint64_t bits)
{
    struct sys_message message = {.tag = TN_TAG_KIND_SIGNAL, .words = {bits}};
    sys_serve_one(&server, &message);
}

static void expect_read(struct sys_message message, const char *text)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    assert_true(message.token != 0);
    assert_int_equal(tn_tag_label(message.tag), TN_OK);
    assert_int_equal(buffer->length, strlen(text));
    assert_memory_equal(buffer->data, text, strlen(text));
}

static void text_goes_to_the_chip_at_once(void **state)
{
    (void)state;
    struct sys_message reply = write_text(5, "one\ntwo");
    assert_int_equal(reply.words[0], 7);
    assert_int_equal(outgoing_count, 8);
    assert_memory_equal(outgoing, "one\r\ntwo", 8);
}

static void what_the_chip_does_not_take_waits_for_its_interrupt(void **state)
{
    (void)state;
    chip_room = 2;
    assert_int_equal(write_text(5, "hello").words[0], 5);
    send_signal(0);
    assert_int_equal(outgoing_count, 2);
    assert_true(wants_room);
    chip_room = 100;
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(outgoing_count, 5);
    assert_memory_equal(outgoing, "hello", 5);
    assert_false(wants_room);
}

static void a_writer_without_room_waits_and_comes_again(void **state)
{
    char text[CONSOLE_OUTPUT_BYTES + 101];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    chip_room = 0;
    assert_int_equal(write_text(5, text).words[0], CONSOLE_OUTPUT_BYTES);
    assert_int_equal(write_text(6, "more").token, 0);
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(reply_count, 0);
    chip_room = CONSOLE_OUTPUT_BYTES;
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(reply_count, 1);
    assert_int_equal(replies[0].token, 6);
    assert_int_equal(replies[0].words[0], 0); /* Nothing was taken: call again. */
    assert_int_equal(write_text(7, "more").words[0], 4);
}

static void who_must_not_wait_is_told_that_there_is_no_room(void **state)
{
    char text[CONSOLE_OUTPUT_BYTES + 101];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    chip_room = 0;
    struct sys_message reply = request(1, 5, CONSOLE_OFFER_LABEL, text, 0);
    assert_int_equal(reply.words[0], CONSOLE_OUTPUT_BYTES);
    reply = request(1, 6, CONSOLE_OFFER_LABEL, "more", 0);
    assert_int_equal(reply.token, 6);
    assert_int_equal(reply.words[0], 0);
}

static void too_many_waiting_writers_are_refused(void **state)
{
    char text[CONSOLE_OUTPUT_BYTES + 1];
    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    chip_room = 0;
    (void)write_text(1, text);
    for (uint64_t i = 0; i < CONSOLE_WRITERS_MAX; i++) {
        assert_int_equal(write_text(10 + i, "x").token, 0);
    }
    struct sys_message reply = write_text(99, "x");
    assert_int_equal(reply.token, 99);
    assert_int_equal((int32_t)tn_tag_label(reply.tag), TN_ERR_FULL);
}

static void input_waits_for_its_reader(void **state)
{
    (void)state;
    key("abc");
    send_signal(CONSOLE_SIGNAL_LINE);
    expect_read(read_bytes(1, 5, 2), "ab");
    expect_read(read_bytes(1, 6, 100), "c");
}

static void a_reader_waits_for_input(void **state)
{
    (void)state;
    assert_int_equal(read_bytes(1, 5, 100).token, 0);
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(reply_count, 0);
    key("xy");
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(reply_count, 1);
    assert_int_equal(replies[0].token, 5);
    assert_string_equal(reply_bytes, "xy");
}

static void only_one_client_reads(void **state)
{
    (void)state;
    assert_int_equal(read_bytes(1, 5, 100).token, 0);
    assert_int_equal((int32_t)tn_tag_label(read_bytes(2, 6, 100).tag), TN_ERR_BUSY);
    /* The same client again: its first call has ended. */
    assert_int_equal(read_bytes(1, 7, 100).token, 0);
    key("k");
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(replies[0].token, 7);
}

static void input_for_a_reader_that_is_gone_is_kept(void **state)
{
    (void)state;
    assert_int_equal(read_bytes(1, 5, 100).token, 0);
    reply_status = TN_ERR_STALE;
    key("kept");
    send_signal(CONSOLE_SIGNAL_LINE);
    expect_read(read_bytes(2, 6, 100), "kept");
}

static void nothing_is_lost_up_to_the_ring(void **state)
{
    char typed[CONSOLE_INPUT_BYTES + 51] = "";
    size_t got = 0;
    (void)state;
    for (size_t i = 0; i < sizeof(typed) - 1; i++) {
        typed[i] = (char)('a' + i % 26);
    }
    key(typed);
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(incoming_taken, CONSOLE_INPUT_BYTES); /* The rest stays in the chip. */
    assert_false(wants_input);                             /* And does not interrupt meanwhile. */
    while (got < strlen(typed)) {
        (void)read_bytes(1, 5, 100);
        size_t length = sys_thread_buffer()->length;
        assert_memory_equal(sys_thread_buffer()->data, typed + got, length);
        got += length;
    }
    assert_true(wants_input);
}

static void the_log_is_shown_and_goes_on_where_it_was(void **state)
{
    (void)state;
    console.machine = 9;
    strcpy(log_text, "boot\n");
    send_signal(CONSOLE_SIGNAL_LOG);
    assert_memory_equal(outgoing, "boot\r\n", 6);
    strcat(log_text, "more\n");
    send_signal(CONSOLE_SIGNAL_LOG);
    assert_memory_equal(outgoing + 6, "more\r\n", 6);
    send_signal(CONSOLE_SIGNAL_LOG);
    assert_int_equal(outgoing_count, 12);
}

static void a_long_log_is_shown_whole_as_room_comes(void **state)
{
    (void)state;
    console.machine = 9;
    memset(log_text, 'l', 3000);
    log_text[3000] = 0;
    chip_room = 0;
    send_signal(CONSOLE_SIGNAL_LOG);
    for (unsigned i = 0; i < 20; i++) {
        chip_room = 200;
        send_signal(CONSOLE_SIGNAL_LINE);
    }
    assert_int_equal(outgoing_count, 3000);
}

static void after_a_restart_old_text_is_not_shown_again(void **state)
{
    (void)state;
    console.machine = 9;
    strcpy(log_text, "old\n");
    console_skip_log(&console);
    strcat(log_text, "new\n");
    send_signal(CONSOLE_SIGNAL_LOG);
    assert_int_equal(outgoing_count, 5);
    assert_memory_equal(outgoing, "new\r\n", 5);
}

static void each_interrupt_is_acknowledged(void **state)
{
    (void)state;
    console.interrupt = 8;
    send_signal(CONSOLE_SIGNAL_LINE);
    assert_int_equal(acks, 1);
    send_signal(CONSOLE_SIGNAL_LOG);
    assert_int_equal(acks, 1);
}

static void a_screen_has_no_keys_and_a_keyboard_shows_nothing(void **state)
{
    static const struct line_ops screen_ops = {.put = put, .want = want};
    static const struct line_ops keyboard_ops = {.take = take, .want = want};
    struct line screen = {.ops = &screen_ops}, keyboard = {.ops = &keyboard_ops};
    (void)state;
    console_init(&console, &screen);
    assert_int_equal((int32_t)tn_tag_label(read_bytes(1, 5, 10).tag), TN_ERR_NOT_SUPPORTED);
    assert_int_equal(write_text(5, "one").words[0], 3);
    send_signal(CONSOLE_SIGNAL_LINE);
    console_init(&console, &keyboard);
    assert_int_equal((int32_t)tn_tag_label(write_text(5, "one").tag), TN_ERR_NOT_SUPPORTED);
    struct sys_message reply = request(1, 5, CONSOLE_OFFER_LABEL, "one", 0);
    assert_int_equal((int32_t)tn_tag_label(reply.tag), TN_ERR_NOT_SUPPORTED);
    key("k");
    send_signal(CONSOLE_SIGNAL_LINE);
    expect_read(read_bytes(1, 6, 10), "k");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_screen_has_no_keys_and_a_keyboard_shows_nothing, set_up),
        cmocka_unit_test_setup(text_goes_to_the_chip_at_once, set_up),
        cmocka_unit_test_setup(what_the_chip_does_not_take_waits_for_its_interrupt, set_up),
        cmocka_unit_test_setup(a_writer_without_room_waits_and_comes_again, set_up),
        cmocka_unit_test_setup(who_must_not_wait_is_told_that_there_is_no_room, set_up),
        cmocka_unit_test_setup(too_many_waiting_writers_are_refused, set_up),
        cmocka_unit_test_setup(input_waits_for_its_reader, set_up),
        cmocka_unit_test_setup(a_reader_waits_for_input, set_up),
        cmocka_unit_test_setup(only_one_client_reads, set_up),
        cmocka_unit_test_setup(input_for_a_reader_that_is_gone_is_kept, set_up),
        cmocka_unit_test_setup(nothing_is_lost_up_to_the_ring, set_up),
        cmocka_unit_test_setup(the_log_is_shown_and_goes_on_where_it_was, set_up),
        cmocka_unit_test_setup(a_long_log_is_shown_whole_as_room_comes, set_up),
        cmocka_unit_test_setup(after_a_restart_old_text_is_not_shown_again, set_up),
        cmocka_unit_test_setup(each_interrupt_is_acknowledged, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

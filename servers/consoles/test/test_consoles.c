/* SPDX-License-Identifier: MIT */
/* Three consoles as one: everybody gets everything, unless one holds the others up. */
#include <support/testing.h>

#include <contracts/console.h>

#include "consoles.h"
#include "fake_kernel.h"

static struct consoles consoles;
static struct consoles_input *const input = &consoles.input;

/* The three consoles, by handle: what they show, how much more they take, what they answer. */
#define FIRST 100
static struct {
    char shown[20000];
    size_t length, room;
    tn_status_t status;
} fakes[3];

/* Deferred replies, as they go out. */
static struct sys_message replies[16];
static char reply_bytes[512];
static size_t reply_count;
static tn_status_t reply_status;
static char log_text[16384];

static void on_reply(struct sys_message *message)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    replies[reply_count++] = *message;
    if ((message->tag & TN_TAG_BUFFER) != 0) {
        memcpy(reply_bytes, buffer->data, buffer->length);
        reply_bytes[buffer->length] = 0;
    }
    message->tag = (uint64_t)(uint8_t)reply_status << 8;
}

static void on_ipc(unsigned number, struct sys_message *message, uint64_t deadline)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    (void)deadline;
    if (number == TN_SYS_IPC_REPLY) {
        on_reply(message);
        return;
    }
    assert_int_equal(number, TN_SYS_IPC_CALL);
    assert_int_equal(tn_tag_label(message->tag), CONSOLE_OFFER_LABEL);
    __typeof__(&fakes[0]) fake = &fakes[message->destination - FIRST];
    if (fake->status != TN_OK) {
        message->tag = (uint64_t)(uint8_t)fake->status << 8;
        return;
    }
    size_t length = buffer->length < fake->room ? buffer->length : fake->room;
    memcpy(fake->shown + fake->length, buffer->data, length);
    fake->length += length;
    fake->room -= length;
    fake->shown[fake->length] = 0;
    message->words[0] = length;
    message->tag = tn_tag_make(TN_OK, TN_TAG_LOW);
}

static struct sys_result on_call(const struct fake_call *call)
{
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
    reply_count = 0;
    reply_status = TN_OK;
    log_text[0] = 0;
    fake_kernel_set(on_call, on_ipc);
    consoles_init(&consoles);
    for (uint32_t i = 0; i < 3; i++) {
        memset(&fakes[i], 0, sizeof(fakes[i]));
        fakes[i].room = sizeof(fakes[i].shown);
        assert_int_equal(consoles_add(&consoles, FIRST + i), TN_OK);
    }
    return 0;
}

/* Write @p length bytes for caller @p token. @return how many were taken; -1: the caller waits. */
static int write_bytes(uint64_t token, const char *bytes, size_t length)
{
    uint32_t written = 0;
    tn_status_t status = consoles_write(&consoles, token, true, bytes, length, &written);
    if (status == SYS_DEFERRED) {
        assert_int_equal(written, 0);
        return -1;
    }
    assert_int_equal(status, TN_OK);
    return (int)written;
}

static int write_text(uint64_t token, const char *text)
{
    return write_bytes(token, text, strlen(text));
}

/* Read for @p badge. @return the status. */
static tn_status_t read_text(uint64_t badge, uint64_t token, size_t room, char text[64])
{
    const struct sys_request request = {.badge = badge, .token = token};
    size_t length = 0;
    tn_status_t status = consoles_read(input, &request, text, room, &length);
    text[status == TN_OK ? length : 0] = 0;
    return status;
}

/* Fill the ring of console @p number, which has no room, while the others show everything. */
static void fill(unsigned number)
{
    char text[CONSOLES_OUTPUT_BYTES];
    memset(text, 'x', sizeof(text));
    fakes[number].room = 0;
    assert_int_equal(write_bytes(5, text, sizeof(text)), sizeof(text));
}

static void ticks(unsigned count)
{
    while (count-- > 0) {
        consoles_tick(&consoles);
    }
}

static void everybody_shows_what_is_written(void **state)
{
    (void)state;
    assert_int_equal(write_text(5, "one\n"), 4);
    assert_int_equal(write_text(5, "two"), 3);
    for (unsigned i = 0; i < 3; i++) {
        assert_string_equal(fakes[i].shown, "one\ntwo");
    }
    assert_false(consoles_has_text(&consoles));
    assert_int_equal(consoles_add(&consoles, 7), TN_OK);
    assert_int_equal(consoles_add(&consoles, 8), TN_ERR_FULL);
}

static void what_one_has_no_room_for_is_offered_again(void **state)
{
    (void)state;
    fakes[1].room = 2;
    assert_int_equal(write_text(5, "hello"), 5);
    assert_string_equal(fakes[0].shown, "hello");
    assert_string_equal(fakes[1].shown, "he");
    assert_true(consoles_has_text(&consoles));
    fakes[1].room = 100;
    consoles_tick(&consoles);
    assert_string_equal(fakes[1].shown, "hello");
    assert_false(consoles_has_text(&consoles));
}

static void the_log_comes_between(void **state)
{
    (void)state;
    consoles.machine = 9;
    strcpy(log_text, "boot\n");
    consoles_pump(&consoles);
    (void)write_text(5, "text\n");
    strcat(log_text, "more\n");
    consoles_pump(&consoles);
    assert_string_equal(fakes[0].shown, "boot\ntext\nmore\n");
    assert_string_equal(fakes[2].shown, "boot\ntext\nmore\n");
}

static void a_long_log_waits_for_room_and_is_whole(void **state)
{
    (void)state;
    consoles.machine = 9;
    memset(log_text, 'l', 10000);
    log_text[10000] = 0;
    for (unsigned i = 0; i < 21; i++) {
        for (unsigned end = 0; end < 3; end++) {
            fakes[end].room = 500;
        }
        consoles_tick(&consoles);
    }
    assert_int_equal(fakes[0].length, 10000);
    assert_int_equal(fakes[2].length, 10000);
}

static void after_a_restart_old_text_is_not_shown_again(void **state)
{
    (void)state;
    consoles.machine = 9;
    strcpy(log_text, "old\n");
    consoles_skip_log(&consoles);
    strcat(log_text, "new\n");
    consoles_pump(&consoles);
    assert_string_equal(fakes[0].shown, "new\n");
}

static void a_writer_waits_for_the_slowest(void **state)
{
    (void)state;
    fill(1);
    assert_int_equal(write_text(6, "more"), -1);
    ticks(CONSOLES_TICKS - 1);
    assert_int_equal(reply_count, 0);
    fakes[1].room = sizeof(fakes[1].shown);
    ticks(1);
    assert_int_equal(reply_count, 1);
    assert_int_equal(replies[0].token, 6);
    assert_int_equal(replies[0].words[0], 0); /* Nothing was taken: call again. */
    assert_int_equal(write_text(7, "more"), 4);
    assert_int_equal(fakes[1].length, CONSOLES_OUTPUT_BYTES + 4);
}

static void who_must_not_wait_does_not(void **state)
{
    uint32_t written = 9;
    (void)state;
    fill(1);
    assert_int_equal(consoles_write(&consoles, 6, false, "more", 4, &written), TN_OK);
    assert_int_equal(written, 0);
}

static void one_that_is_too_slow_is_passed_over_and_told(void **state)
{
    (void)state;
    fill(1);
    assert_int_equal(write_text(6, "12345"), -1);
    ticks(CONSOLES_TICKS);
    assert_int_equal(reply_count, 1);
    assert_int_equal(write_text(7, "12345"), 5);
    assert_string_equal(fakes[0].shown + CONSOLES_OUTPUT_BYTES, "12345");
    fakes[1].room = sizeof(fakes[1].shown) - 1;
    ticks(1);
    /* What it had, it shows. */
    assert_string_equal(fakes[1].shown + CONSOLES_OUTPUT_BYTES,
                        "\n[5 bytes were not shown here]\n");
    assert_int_equal(write_text(8, "again"), 5);
    assert_non_null(strstr(fakes[1].shown, "here]\nagain"));
}

static void one_that_takes_a_little_is_waited_for(void **state)
{
    uint32_t written;
    (void)state;
    fill(1);
    for (unsigned i = 0; i < 4 * CONSOLES_TICKS; i++) {
        fakes[1].room = i % (CONSOLES_TICKS - 1) == 0 ? 1 : 0;
        consoles_tick(&consoles);
        assert_int_equal(consoles_write(&consoles, 6, false, "x", 1, &written), TN_OK);
    }
    assert_false(consoles.ends[1].is_behind);
}

static void the_last_one_is_waited_for_however_long_it_takes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        fakes[i].status = i == 1 ? TN_OK : TN_ERR_CLOSED;
    }
    fill(1);
    assert_int_equal(write_text(8, "b"), -1);
    ticks(10 * CONSOLES_TICKS);
    assert_int_equal(reply_count, 0);
    assert_false(consoles.ends[1].is_behind);
}

static void one_that_is_gone_or_shows_nothing_is_left_out(void **state)
{
    (void)state;
    fakes[0].status = TN_ERR_NOT_SUPPORTED;
    fakes[1].status = TN_ERR_CLOSED;
    assert_int_equal(write_text(7, "one"), 3);
    fakes[0].status = fakes[1].status = TN_OK;
    assert_int_equal(write_text(7, "two"), 3);
    assert_string_equal(fakes[0].shown, "");
    assert_string_equal(fakes[2].shown, "onetwo");
    fakes[2].status = TN_ERR_CLOSED;
    assert_int_equal(write_text(8, "nobody"), 6); /* Thrown away. */
    assert_int_equal(write_text(8, "nobody"), 6);
    assert_false(consoles_has_text(&consoles));
}

static void one_that_dies_again_and_again_gets_its_text_later(void **state)
{
    (void)state;
    fakes[1].status = TN_ERR_PEER_DIED;
    assert_int_equal(write_text(7, "one"), 3);
    assert_true(consoles_has_text(&consoles));
    fakes[1].status = TN_OK;
    ticks(1);
    assert_string_equal(fakes[1].shown, "one");
}

static void too_many_waiting_writers_are_refused(void **state)
{
    uint32_t written = 0;
    (void)state;
    fill(0);
    for (uint64_t i = 0; i < CONSOLES_WRITERS_MAX; i++) {
        assert_int_equal(write_text(10 + i, "x"), -1);
    }
    assert_int_equal(consoles_write(&consoles, 99, true, "x", 1, &written), TN_ERR_FULL);
}

static void input_of_any_is_read(void **state)
{
    char text[64];
    (void)state;
    assert_int_equal(consoles_give(input, "ab", 2), 2);
    assert_int_equal(read_text(1, 5, 10, text), TN_OK);
    assert_string_equal(text, "ab");
    assert_int_equal(read_text(1, 6, 10, text), SYS_DEFERRED);
    assert_int_equal(consoles_give(input, "cd", 2), 2);
    assert_int_equal(reply_count, 1);
    assert_int_equal(replies[0].token, 6);
    assert_string_equal(reply_bytes, "cd");
}

static void only_one_client_reads(void **state)
{
    char text[64];
    (void)state;
    assert_int_equal(read_text(1, 5, 10, text), SYS_DEFERRED);
    assert_int_equal(read_text(2, 6, 10, text), TN_ERR_BUSY);
    /* The same client again: its first call has ended. */
    assert_int_equal(read_text(1, 7, 10, text), SYS_DEFERRED);
    (void)consoles_give(input, "k", 1);
    assert_int_equal(replies[0].token, 7);
    assert_int_equal(read_text(1, 8, 0, text), TN_ERR_INVALID);
}

static void input_for_a_reader_that_is_gone_is_kept(void **state)
{
    char text[64];
    (void)state;
    assert_int_equal(read_text(1, 5, 10, text), SYS_DEFERRED);
    reply_status = TN_ERR_STALE;
    assert_int_equal(consoles_give(input, "kept", 4), 4);
    assert_int_equal(read_text(2, 6, 10, text), TN_OK);
    assert_string_equal(text, "kept");
}

static void input_without_room_stays_with_its_console(void **state)
{
    static char typed[CONSOLES_INPUT_BYTES + 10];
    char text[64];
    (void)state;
    assert_int_equal(consoles_give(input, typed, sizeof(typed)), CONSOLES_INPUT_BYTES);
    assert_int_equal(consoles_give(input, typed, 1), 0);
    assert_int_equal(read_text(1, 5, 4, text), TN_OK);
    assert_int_equal(consoles_give(input, typed, 10), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(everybody_shows_what_is_written, set_up),
        cmocka_unit_test_setup(what_one_has_no_room_for_is_offered_again, set_up),
        cmocka_unit_test_setup(the_log_comes_between, set_up),
        cmocka_unit_test_setup(a_long_log_waits_for_room_and_is_whole, set_up),
        cmocka_unit_test_setup(after_a_restart_old_text_is_not_shown_again, set_up),
        cmocka_unit_test_setup(a_writer_waits_for_the_slowest, set_up),
        cmocka_unit_test_setup(who_must_not_wait_does_not, set_up),
        cmocka_unit_test_setup(one_that_is_too_slow_is_passed_over_and_told, set_up),
        cmocka_unit_test_setup(one_that_takes_a_little_is_waited_for, set_up),
        cmocka_unit_test_setup(the_last_one_is_waited_for_however_long_it_takes, set_up),
        cmocka_unit_test_setup(one_that_is_gone_or_shows_nothing_is_left_out, set_up),
        cmocka_unit_test_setup(one_that_dies_again_and_again_gets_its_text_later, set_up),
        cmocka_unit_test_setup(too_many_waiting_writers_are_refused, set_up),
        cmocka_unit_test_setup(input_of_any_is_read, set_up),
        cmocka_unit_test_setup(only_one_client_reads, set_up),
        cmocka_unit_test_setup(input_for_a_reader_that_is_gone_is_kept, set_up),
        cmocka_unit_test_setup(input_without_room_stays_with_its_console, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

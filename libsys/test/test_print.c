/* SPDX-License-Identifier: MIT */
/* Output: to the console if there is one, else to the log, in order and whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <contracts/console.h>
#include <libsys/print.h>
#include <libsys/serve.h>

#include "fake_kernel.h"

static const struct sys_start_handle with_console[] = {{SYS_START_USES, 5, "/svc/console"},
                                                       {SYS_START_MACHINE, 6, ""}};
static const struct sys_start both = {.handle_count = 2, .handles = with_console};
static const struct sys_start log_only = {.handle_count = 1, .handles = &with_console[1]};
static const struct sys_start neither = {0};

static char console[4096], logged[4096];
static uint32_t at_once; /* Bytes that the console takes at a time. */
static tn_status_t console_status;

static void on_ipc(unsigned number, struct sys_message *message, uint64_t deadline)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    uint32_t taken = buffer->length < at_once ? buffer->length : at_once;
    (void)number;
    (void)deadline;
    assert_int_equal(message->destination, 5);
    assert_int_equal(tn_tag_label(message->tag), CONSOLE_WRITE_LABEL);
    strncat(console, (const char *)buffer->data, taken);
    message->tag = tn_tag_make((uint32_t)console_status, TN_TAG_LOW);
    message->words[0] = taken;
}

static struct sys_result on_call(const struct fake_call *call)
{
    assert_int_equal(call->number, TN_SYS_LOG_WRITE);
    assert_int_equal(call->a, 6);
    assert_true(call->c <= TN_LOG_WRITE_MAX);
    strncat(logged, (const char *)(uintptr_t)call->b, call->c);
    return fake_ok(0);
}

static int set_up(void **state)
{
    (void)state;
    console[0] = logged[0] = 0;
    at_once = 1000;
    console_status = TN_OK;
    fake_kernel_set(on_call, on_ipc);
    return 0;
}

static void text_goes_to_the_console(void **state)
{
    (void)state;
    fake_start(&both);
    sys_print("%d %s\n", 5, "files");
    assert_string_equal(console, "5 files\n");
    assert_string_equal(logged, "");
}

static void long_text_arrives_whole_and_in_order(void **state)
{
    char text[1000], expected[1001];
    (void)state;
    fake_start(&both);
    at_once = 7;
    for (unsigned i = 0; i < sizeof(text); i++) {
        text[i] = (char)('a' + i % 26);
    }
    text[sizeof(text) - 1] = 0;
    sys_print("%s!", text);
    strcpy(expected, text);
    strcat(expected, "!");
    assert_string_equal(console, expected);
}

static void without_a_console_it_goes_to_the_log(void **state)
{
    char text[600];
    (void)state;
    fake_start(&log_only);
    memset(text, 'l', sizeof(text));
    sys_write(text, sizeof(text));
    assert_int_equal(strlen(logged), sizeof(text));
}

static void when_the_console_fails_it_goes_to_the_log(void **state)
{
    (void)state;
    fake_start(&both);
    console_status = TN_ERR_FULL;
    sys_print("hello");
    assert_string_equal(logged, "hello");
}

static void with_neither_it_is_lost_in_silence(void **state)
{
    (void)state;
    fake_start(&neither);
    fake_kernel_set(NULL, NULL);
    sys_print("hello");
    sys_log("hello");
}

static void log_lines_are_cut_and_end_in_a_newline(void **state)
{
    char text[400];
    (void)state;
    fake_start(&log_only);
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = 0;
    sys_log("%s", text);
    assert_int_equal(strlen(logged), TN_LOG_WRITE_MAX);
    assert_int_equal(logged[TN_LOG_WRITE_MAX - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(text_goes_to_the_console, set_up),
        cmocka_unit_test_setup(long_text_arrives_whole_and_in_order, set_up),
        cmocka_unit_test_setup(without_a_console_it_goes_to_the_log, set_up),
        cmocka_unit_test_setup(when_the_console_fails_it_goes_to_the_log, set_up),
        cmocka_unit_test_setup(with_neither_it_is_lost_in_silence, set_up),
        cmocka_unit_test_setup(log_lines_are_cut_and_end_in_a_newline, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

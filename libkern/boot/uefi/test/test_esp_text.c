/* SPDX-License-Identifier: MIT */
/* Texts of the system partition: what is read, and what is refused. */
#include <support/testing.h>

#include <string.h>

#include "esp_text.h"

#define DIGITS "00112233445566778899aabbccddeeff0123456789abcdefFEDCBA9876543210"

enum {
    LINE = 16
};

static tn_status_t digest(const char *text, uint8_t bytes[SHA256_BYTES])
{
    return esp_text_digest(text, strlen(text), bytes);
}

static tn_status_t line(const char *text, char to[LINE])
{
    return esp_text_line(text, strlen(text), to, LINE);
}

static void a_digest_is_read_as_sha256sum_writes_it(void **state)
{
    (void)state;
    const char *const texts[] = {DIGITS, DIGITS "\n", DIGITS "\r\n", DIGITS "  bundle\n"};
    const uint8_t expected[SHA256_BYTES] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                                            0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                            0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};
    for (size_t i = 0; i < TN_ARRAY_LEN(texts); i++) {
        uint8_t bytes[SHA256_BYTES] = {0};
        assert_int_equal(digest(texts[i], bytes), TN_OK);
        assert_memory_equal(bytes, expected, SHA256_BYTES);
    }
}

static void a_digest_that_is_cut_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[SHA256_BYTES] = {7};
    for (size_t length = 0; length < strlen(DIGITS); length++) {
        assert_int_equal(esp_text_digest(DIGITS, length, bytes), TN_ERR_TRUNCATED);
    }
    assert_int_equal(bytes[0], 7);
}

static void what_is_no_digest_is_refused(void **state)
{
    (void)state;
    const char *const texts[] = {DIGITS "0", "g" DIGITS, " " DIGITS,   "0x" DIGITS,
                                 DIGITS "/", "hello",    "\xff" DIGITS};
    for (size_t i = 0; i < TN_ARRAY_LEN(texts); i++) {
        uint8_t bytes[SHA256_BYTES] = {7};
        assert_int_equal(digest(texts[i], bytes), TN_ERR_FORMAT);
        assert_int_equal(bytes[0], 7);
    }
}

static void the_first_line_is_taken_without_blanks_at_its_end(void **state)
{
    (void)state;
    const char *const texts[][2] = {{"init=bin/x", "init=bin/x"},
                                    {"a b\n", "a b"},
                                    {"a b  \r\n", "a b"},
                                    {"", ""},
                                    {"\nsecond", ""},
                                    {"   ", ""},
                                    {" a", " a"},
                                    {"a\n\x01", "a"},
                                    {"fifteen letters", "fifteen letters"}};
    for (size_t i = 0; i < TN_ARRAY_LEN(texts); i++) {
        char to[LINE] = "?";
        assert_int_equal(line(texts[i][0], to), TN_OK);
        assert_string_equal(to, texts[i][1]);
    }
}

static void a_line_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    char to[LINE];
    assert_int_equal(line("sixteen letters.", to), TN_ERR_TOO_LONG);
    assert_int_equal(esp_text_line("a", 1, to, 1), TN_ERR_TOO_LONG);
    assert_string_equal(to, "");
}

static void a_line_of_other_bytes_is_refused(void **state)
{
    (void)state;
    char to[LINE];
    for (int byte = 1; byte < 256; byte++) {
        char text[3] = {'a', (char)byte, '\0'};
        bool ends = byte == '\n' || byte == '\r';
        bool prints = byte >= ' ' && byte <= '~';
        assert_int_equal(line(text, to), ends || prints ? TN_OK : TN_ERR_FORMAT);
    }
    assert_int_equal(esp_text_line("a\0b", 3, to, LINE), TN_ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_digest_is_read_as_sha256sum_writes_it),
        cmocka_unit_test(a_digest_that_is_cut_is_refused),
        cmocka_unit_test(what_is_no_digest_is_refused),
        cmocka_unit_test(the_first_line_is_taken_without_blanks_at_its_end),
        cmocka_unit_test(a_line_that_does_not_fit_is_refused),
        cmocka_unit_test(a_line_of_other_bytes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

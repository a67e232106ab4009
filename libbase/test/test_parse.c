/* SPDX-License-Identifier: MIT */
/* What is a number and what is not, row by row. */
#include <stdio.h>

#include <support/testing.h>

#include <libbase/parse.h>

static const uint64_t untouched = UINT64_C(0x5a5a5a5a5a5a5a5a);

static void assert_refused(const char *text, size_t length, tn_status_t expected)
{
    uint64_t value = untouched;
    assert_int_equal(tn_parse_u64(text, length, &value), expected);
    assert_int_equal(value, untouched);
}

static void assert_read(const char *text, uint64_t expected)
{
    uint64_t value = untouched;
    assert_int_equal(tn_parse_u64(text, strlen(text), &value), TN_OK);
    assert_int_equal(value, expected);
}

static void numbers_of_both_bases_are_read(void **state)
{
    (void)state;
    assert_read("0", 0);
    assert_read("9", 9);
    assert_read("10", 10);
    assert_read("1234567890", 1234567890);
    assert_read("0x0", 0);
    assert_read("0xabcdef", 0xabcdef);
    assert_read("0xABCDEF", 0xabcdef);
    assert_read("0x0000000000000000000000000001", 1);
}

static void the_largest_number_is_read_and_the_next_is_not(void **state)
{
    (void)state;
    assert_read("18446744073709551615", UINT64_MAX);
    assert_refused("18446744073709551616", 20, TN_ERR_RANGE);
    assert_refused("18446744073709551620", 20, TN_ERR_RANGE);
    assert_refused("99999999999999999999999", 23, TN_ERR_RANGE);
    assert_read("0xffffffffffffffff", UINT64_MAX);
    assert_refused("0x10000000000000000", 19, TN_ERR_RANGE);
}

static void a_wrong_form_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",   "x",   "0x",  "0X1",  "00",   "007", "+1",  "-1",  " 1",    "1 ",
        "1k", "1.0", "0xg", "0x1g", "0x 1", "1a",  "a",   "0b1", "\xb1",  "1\xb1",
        "/",  ":",   "0x`", "0x@",  "0x/",  "0x:", "0xG", "x10", "0x0x1",
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(texts); i++) {
        assert_refused(texts[i], strlen(texts[i]), TN_ERR_FORMAT);
    }
}

static void a_wrong_form_outranks_a_number_too_large(void **state)
{
    (void)state;
    assert_refused("99999999999999999999999!", 24, TN_ERR_FORMAT);
}

static void only_the_given_length_is_looked_at(void **state)
{
    (void)state;
    uint64_t value = untouched;
    assert_int_equal(tn_parse_u64("12345", 2, &value), TN_OK);
    assert_int_equal(value, 12);
    assert_refused("12\0", 3, TN_ERR_FORMAT);
    assert_refused("12", 0, TN_ERR_FORMAT);
    assert_refused("0x1", 2, TN_ERR_FORMAT);
}

static void random_numbers_come_back(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned round = 0; round < 2000; round++) {
        uint64_t number = tn_random_u64(&random) >> tn_random_below(&random, 64);
        char text[32];
        snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
        assert_read(text, number);
        snprintf(text, sizeof(text), "0x%llX", (unsigned long long)number);
        assert_read(text, number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_both_bases_are_read),
        cmocka_unit_test(the_largest_number_is_read_and_the_next_is_not),
        cmocka_unit_test(a_wrong_form_is_refused),
        cmocka_unit_test(a_wrong_form_outranks_a_number_too_large),
        cmocka_unit_test(only_the_given_length_is_looked_at),
        cmocka_unit_test(random_numbers_come_back),
    };
    return cmocka_run_group_tests_name("libbase.test_parse", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Text of the kernel, against the C library's. */

#include "format.h"

#include <limits.h>
#include <stdio.h>

#include <support/testing.h>

static char said[256];

static void put(const char *text, size_t length)
{
    assert_true(length > 0);
    strncat(said, text, length);
}

/* Not checked by the compiler: one test says what it should refuse. */
static void say(const char *format, ...)
{
    va_list arguments;
    said[0] = '\0';
    va_start(arguments, format);
    kern_format(put, format, arguments);
    va_end(arguments);
}

/* Six numbers in front bring the argument to the stack, where others go. */
#define SAYS_THE_SAME(format, argument)                                                            \
    do {                                                                                           \
        char expected[256];                                                                        \
        say(format, argument);                                                                     \
        snprintf(expected, sizeof(expected), format, argument);                                    \
        assert_string_equal(said, expected);                                                       \
        say("%u%u%u%u%u%u " format, 1u, 2u, 3u, 4u, 5u, 6u, argument);                             \
        assert_string_equal(said + 7, expected);                                                   \
    } while (0)

static void numbers_are_as_long_as_they_are_said_to_be(void **state)
{
    (void)state;
    static const unsigned long numbers[] = {0, 9, 10, UINT_MAX, 1ul + UINT_MAX, ULONG_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(numbers); i++) {
        SAYS_THE_SAME("a %u b", (unsigned)numbers[i]);
        SAYS_THE_SAME("%x", (unsigned)numbers[i]);
        SAYS_THE_SAME("0x%lx", numbers[i]);
        SAYS_THE_SAME("%llu", (unsigned long long)numbers[i]);
        SAYS_THE_SAME("%d", (int)numbers[i]);
        SAYS_THE_SAME("%ld", (long)numbers[i]);
    }
    SAYS_THE_SAME("%d", INT_MIN);
    SAYS_THE_SAME("%ld", LONG_MIN);
}

/* A caller may leave anything there. */
static void the_upper_half_of_a_short_number_says_nothing(void **state)
{
    (void)state;
    say("%u %x %d", 7 | ULONG_MAX << 32, 10 | ULONG_MAX << 32, 5 | ULONG_MAX << 32);
    assert_string_equal(said, "7 a 5");
}

static void texts_stand_where_they_should(void **state)
{
    (void)state;
    say("plain");
    assert_string_equal(said, "plain");
    say("%s", "");
    assert_string_equal(said, "");
    say("%s: %s%s.", "one", "", "two");
    assert_string_equal(said, "one: two.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_as_long_as_they_are_said_to_be),
        cmocka_unit_test(the_upper_half_of_a_short_number_says_nothing),
        cmocka_unit_test(texts_stand_where_they_should),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

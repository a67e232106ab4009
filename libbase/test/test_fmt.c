/* SPDX-License-Identifier: MIT */
/* Formatting against the C library's snprintf with random conversions, and what is our own. */
#include <stdio.h>

#include <support/testing.h>

#include <libbase/fmt.h>

enum {
    OUTPUT = 256
};

/* A random conversion, as text and as its parts. */
struct random_conversion {
    char format[32];
    unsigned letter; /* index into letters */
    unsigned length; /* index into lengths */
};

static const char letters[] = "diuxXpcs%";
static const char *const lengths[] = {"", "hh", "h", "l", "ll", "j", "t", "z"};

static void add(char *text, const char *more)
{
    strcat(text, more);
}

static void add_number(char *text, uint64_t number)
{
    sprintf(text + strlen(text), "%u", (unsigned)number);
}

static struct random_conversion make_conversion(struct tn_random *random)
{
    struct random_conversion made = {
        .format = "%",
        .letter = (unsigned)tn_random_below(random, sizeof(letters) - 1),
    };
    char letter = letters[made.letter];
    bool is_number = strchr("diuxX", letter) != NULL;

    if (letter != '%') {
        for (uint64_t flags = tn_random_below(random, 3); flags > 0; flags--) {
            add(made.format, is_number && tn_random_below(random, 2) == 0 ? "0" : "-");
        }
        if (tn_random_below(random, 2) == 0) {
            add_number(made.format, 1 + tn_random_below(random, 39));
        }
    }
    if (letter == 's' && tn_random_below(random, 2) == 0) {
        add(made.format, ".");
        if (tn_random_below(random, 4) != 0) {
            add_number(made.format, tn_random_below(random, 12));
        }
    }
    if (is_number) {
        made.length = (unsigned)tn_random_below(random, TN_ARRAY_LEN(lengths));
        add(made.format, lengths[made.length]);
    }
    add(made.format, (char[]){letter, '\0'});
    return made;
}

/* Let both print; six numbers in front bring the argument to the stack, where others go. */
#define PRINT_BOTH(expected, actual, size, format, argument)                                       \
    do {                                                                                           \
        expected_length = snprintf(expected, size, format, 1, 2, 3, 4, 5, 6, argument);            \
        actual_length = tn_format(actual, size, format, 1, 2, 3, 4, 5, 6, argument);               \
    } while (0)

static void assert_same_output(const char *format, const struct random_conversion *conversion,
                               uint64_t number, size_t size)
{
    char expected[OUTPUT];
    char actual[OUTPUT];
    char text[9] = "tenon kit";
    int expected_length;
    size_t actual_length;
    memset(expected, '#', OUTPUT);
    memset(actual, '#', OUTPUT);
    memcpy(text + 1, &number, 2);
    text[number % 9] = '\0';

    char letter = letters[conversion->letter];
    if (letter == 's') {
        PRINT_BOTH(expected, actual, size, format, text);
    } else if (letter == 'p') {
        PRINT_BOTH(expected, actual, size, format, (void *)(uintptr_t)(number | 1));
    } else if (letter == 'c' || conversion->length <= 2) {
        PRINT_BOTH(expected, actual, size, format, (int)number);
    } else {
        PRINT_BOTH(expected, actual, size, format, (unsigned long long)number);
    }
    if (expected_length != (int)actual_length || memcmp(expected, actual, OUTPUT) != 0) {
        fail_msg("format \"%s\", number 0x%llx, size %zu: \"%s\" instead of \"%s\"", format,
                 (unsigned long long)number, size, actual, expected);
    }
}

static uint64_t edgy_number(struct tn_random *random)
{
    static const uint64_t edges[] = {0,
                                     1,
                                     9,
                                     10,
                                     UINT64_MAX,
                                     INT64_MAX,
                                     (uint64_t)INT64_MIN,
                                     INT32_MAX,
                                     (uint64_t)INT32_MIN,
                                     UINT32_MAX,
                                     0x80,
                                     0x8000};
    size_t choice = tn_random_below(random, 2 * TN_ARRAY_LEN(edges));
    return choice < TN_ARRAY_LEN(edges) ? edges[choice]
                                        : tn_random_u64(random) >> tn_random_below(random, 64);
}

static void random_conversions_print_as_in_the_c_library(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    unsigned hits[sizeof(letters) - 1][TN_ARRAY_LEN(lengths)] = {{0}};
    for (unsigned round = 0; round < 50000; round++) {
        struct random_conversion conversion = make_conversion(&random);
        char format[64];
        sprintf(format, "%%d%%d%%d%%d%%d %%d<%s>", conversion.format);
        size_t size = tn_random_below(&random, 4) == 0 ? tn_random_below(&random, 30) : OUTPUT;
        assert_same_output(format, &conversion, edgy_number(&random), size);
        hits[conversion.letter][conversion.length]++;
    }
    for (size_t letter = 0; letter < sizeof(letters) - 1; letter++) {
        print_message("%%%c", letters[letter]);
        for (size_t length = 0; length < TN_ARRAY_LEN(lengths); length++) {
            print_message(" %5u", hits[letter][length]);
            assert_true(hits[letter][length] != 0 || letter >= 5);
        }
        print_message("\n");
    }
}

/* Print into @p buffer of OUTPUT bytes; not checked against printf's rules, unlike tn_format. */
static const char *print(char *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_vformat(buffer, OUTPUT, format, args);
    va_end(args);
    return buffer;
}

static void a_width_or_precision_may_come_from_the_arguments(void **state)
{
    (void)state;
    char out[OUTPUT];
    assert_string_equal(print(out, "<%*d>", 5, 42), "<   42>");
    assert_string_equal(print(out, "<%0*d>", 5, -42), "<-0042>");
    assert_string_equal(print(out, "<%*d>", -5, 42), "<42   >");
    assert_string_equal(print(out, "<%0*d>", -5, 42), "<42   >");
    assert_string_equal(print(out, "<%.*s>", 3, "tenon"), "<ten>");
    assert_string_equal(print(out, "<%.*s>", -1, "tenon"), "<tenon>");
    assert_string_equal(print(out, "<%*.*s>", 6, 2, "tenon"), "<    te>");
}

static void a_precision_keeps_from_reading_on(void **state)
{
    (void)state;
    char out[OUTPUT];
    const char unterminated[3] = {'a', 'b', 'c'};
    assert_string_equal(print(out, "<%.3s>", unterminated), "<abc>");
    assert_string_equal(print(out, "<%.0s>", (const char *)unterminated), "<>");
}

static void pointers_print_in_hexadecimal_and_null_is_no_trap(void **state)
{
    (void)state;
    char out[OUTPUT];
    assert_string_equal(print(out, "<%p>", (void *)0xdeadbeef), "<0xdeadbeef>");
    assert_string_equal(print(out, "<%p>", (void *)UINTPTR_MAX), "<0xffffffffffffffff>");
    assert_string_equal(print(out, "<%p>", (void *)0), "<0x0>");
    assert_string_equal(print(out, "<%08p>", (void *)0xabc), "<0x000abc>");
    assert_string_equal(print(out, "<%s>", (char *)0), "<(null)>");
    assert_string_equal(print(out, "<%.2s>", (char *)0), "<(n>");
}

static void an_unknown_conversion_prints_itself_and_takes_no_argument(void **state)
{
    (void)state;
    char out[OUTPUT];
    assert_string_equal(print(out, "%k%d", 7), "%k7");
    assert_string_equal(print(out, "%-08.3q|%d", 7), "%-08.3q|7");
    assert_string_equal(print(out, "%f %n %d", 7), "%f %n 7");
    assert_string_equal(print(out, "%#x %d", 7), "%#x 7");
    assert_string_equal(print(out, "%hhhd %d", 7), "%hhhd 7");
}

static void a_format_that_ends_within_a_conversion_prints_that_too(void **state)
{
    (void)state;
    char out[OUTPUT];
    assert_string_equal(print(out, "100%"), "100%");
    assert_string_equal(print(out, "x%-5."), "x%-5.");
    assert_string_equal(print(out, "%l"), "%l");
    assert_string_equal(print(out, ""), "");
}

static void the_length_is_that_of_the_whole_text(void **state)
{
    (void)state;
    char out[4] = "###";
    assert_int_equal(tn_format(NULL, 0, "%s-%d", "tenon", 12), 8);
    assert_int_equal(tn_format(out, 1, "%d", 12), 2);
    assert_string_equal(out, "");
    assert_int_equal(tn_format(out, 4, "%d", 123), 3);
    assert_string_equal(out, "123");
    assert_int_equal(tn_format(out, 4, "%d", 1234), 4);
    assert_string_equal(out, "123");
}

/* A sink that checks what it is promised. */
struct collecting_sink {
    struct tn_format_sink sink;
    char text[OUTPUT];
    size_t length;
};

static void collect(struct tn_format_sink *sink, const char *text, size_t length)
{
    struct collecting_sink *target = TN_CONTAINER_OF(sink, struct collecting_sink, sink);
    assert_int_not_equal(length, 0);
    assert_true(target->length + length < OUTPUT);
    memcpy(target->text + target->length, text, length);
    target->length += length;
}

static void print_to(struct collecting_sink *target, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tn_format_to(&target->sink, format, args);
    va_end(args);
}

static void a_sink_gets_the_pieces_in_order_and_none_empty(void **state)
{
    (void)state;
    struct collecting_sink target = {.sink = {collect}};
    print_to(&target, "%s%s|%5d|%-4c|%04x%%", "", "ab", 1, 'c', 0xbeU);
    assert_string_equal(target.text, "ab|    1|c   |00be%");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_conversions_print_as_in_the_c_library),
        cmocka_unit_test(a_width_or_precision_may_come_from_the_arguments),
        cmocka_unit_test(a_precision_keeps_from_reading_on),
        cmocka_unit_test(pointers_print_in_hexadecimal_and_null_is_no_trap),
        cmocka_unit_test(an_unknown_conversion_prints_itself_and_takes_no_argument),
        cmocka_unit_test(a_format_that_ends_within_a_conversion_prints_that_too),
        cmocka_unit_test(the_length_is_that_of_the_whole_text),
        cmocka_unit_test(a_sink_gets_the_pieces_in_order_and_none_empty),
    };
    return cmocka_run_group_tests_name("libbase.test_fmt", tests, NULL, NULL);
}

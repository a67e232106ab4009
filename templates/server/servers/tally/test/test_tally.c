/* SPDX-License-Identifier: MIT */
/* The tally's handlers: count, fill, overfill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tally.h"

static struct tally tally;

static int set_up(void **state)
{
    (void)state;
    tally = (struct tally){0};
    return 0;
}

static void expect(const char *word, uint64_t times)
{
    uint64_t result = 0;
    assert_int_equal(tally_add(&tally, word, &result), TN_OK);
    assert_int_equal(result, times);
}

static void words_are_counted_apart(void **state)
{
    (void)state;
    expect("pear", 1);
    expect("apple", 1);
    expect("pear", 2);
}

static void an_empty_word_is_refused(void **state)
{
    uint64_t times = 7;
    (void)state;
    assert_int_equal(tally_add(&tally, "", &times), TN_ERR_INVALID);
    assert_int_equal(times, 7);
}

static void a_full_tally_refuses_new_words_and_counts_old_ones(void **state)
{
    char word[TALLY_WORD_MAX + 1];
    uint64_t times;
    (void)state;
    for (unsigned i = 0; i < CONFIG_TALLY_WORDS; i++) {
        (void)snprintf(word, sizeof(word), "word%u", i);
        expect(word, 1);
    }
    assert_int_equal(tally_add(&tally, "another", &times), TN_ERR_FULL);
    expect("word0", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(words_are_counted_apart, set_up),
        cmocka_unit_test_setup(an_empty_word_is_refused, set_up),
        cmocka_unit_test_setup(a_full_tally_refuses_new_words_and_counts_old_ones, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Every status has its name and a sentence, and no other number has. */
#include <support/testing.h>

#include <libbase/status.h>

#define CASE(status)                                                                               \
    case status:                                                                                   \
        return #status

/* The name that the enumerator has in the source; a missing one does not compile (-Wswitch). */
static const char *name_in_source(enum tn_status status)
{
    switch (status) {
        CASE(TN_OK);
        CASE(TN_ERR_INVALID);
        CASE(TN_ERR_ADDRESS);
        CASE(TN_ERR_ALIGNMENT);
        CASE(TN_ERR_RANGE);
        CASE(TN_ERR_NOT_SUPPORTED);
        CASE(TN_ERR_NO_SYSCALL);
        CASE(TN_ERR_TOO_LONG);
        CASE(TN_ERR_HANDLE);
        CASE(TN_ERR_TYPE);
        CASE(TN_ERR_RIGHTS);
        CASE(TN_ERR_STALE);
        CASE(TN_ERR_BADGED);
        CASE(TN_ERR_TOO_MANY_HANDLES);
        CASE(TN_ERR_NO_MEMORY);
        CASE(TN_ERR_QUOTA);
        CASE(TN_ERR_NO_HANDLES);
        CASE(TN_ERR_FULL);
        CASE(TN_ERR_NO_CONTEXT);
        CASE(TN_ERR_STATE);
        CASE(TN_ERR_BUSY);
        CASE(TN_ERR_EXISTS);
        CASE(TN_ERR_NOT_FOUND);
        CASE(TN_ERR_TIMEOUT);
        CASE(TN_ERR_CANCELLED);
        CASE(TN_ERR_WOULD_BLOCK);
        CASE(TN_AGAIN);
        CASE(TN_ERR_EMPTY);
        CASE(TN_ERR_PEER_DIED);
        CASE(TN_ERR_CLOSED);
        CASE(TN_ERR_DEPTH);
        CASE(TN_ERR_DEADLOCK);
        CASE(TN_ERR_RESTARTED);
        CASE(TN_ERR_NOT_RESIDENT);
        CASE(TN_ERR_OVERRUN);
        CASE(TN_ERR_FORMAT);
        CASE(TN_ERR_TRUNCATED);
        CASE(TN_ERR_CHECKSUM);
        CASE(TN_ERR_MACHINE);
        CASE(TN_ERR_VERSION);
        CASE(TN_ERR_DEVICE);
    }
    return "TN_ERR_?";
}

static void each_name_is_that_of_the_source(void **state)
{
    (void)state;
    for (int32_t number = -129; number <= 128; number++) {
        assert_string_equal(tn_status_name(number), name_in_source((enum tn_status)number));
    }
}

static void each_status_has_one_sentence_of_its_own(void **state)
{
    (void)state;
    const char *unknown = tn_status_text(1);
    for (int32_t number = -128; number <= 0; number++) {
        const char *text = tn_status_text(number);
        bool is_known = strcmp(tn_status_name(number), "TN_ERR_?") != 0;
        assert_int_equal(is_known, strcmp(text, unknown) != 0);
        assert_int_equal(text[strlen(text) - 1], '.');
        for (int32_t other = number + 1; is_known && other <= 0; other++) {
            assert_string_not_equal(text, tn_status_text(other));
        }
    }
}

static void a_number_that_is_no_status_says_so(void **state)
{
    (void)state;
    static const int32_t numbers[] = {1, -8, -128, -256, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(numbers); i++) {
        assert_string_equal(tn_status_name(numbers[i]), "TN_ERR_?");
        assert_string_equal(tn_status_text(numbers[i]),
                            "This number is no status of this version.");
    }
}

static void success_is_zero_and_errors_fit_in_a_signed_byte(void **state)
{
    (void)state;
    assert_int_equal(TN_OK, 0);
    assert_string_equal(tn_status_name(0), "TN_OK");
    assert_string_equal(tn_status_text(TN_ERR_QUOTA), "The resource container does not cover it.");
    for (int32_t number = INT8_MAX + 1; number < 1000; number++) {
        assert_string_equal(tn_status_name(-number - 1), "TN_ERR_?");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_is_that_of_the_source),
        cmocka_unit_test(each_status_has_one_sentence_of_its_own),
        cmocka_unit_test(a_number_that_is_no_status_says_so),
        cmocka_unit_test(success_is_zero_and_errors_fit_in_a_signed_byte),
    };
    return cmocka_run_group_tests_name("libbase.test_status", tests, NULL, NULL);
}

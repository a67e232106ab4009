/* SPDX-License-Identifier: MIT */
/* The freestanding memory and text functions against the C library's: every alignment and length
 * that selects another path, and random ones. */
#include <support/testing.h>

#include <libbase/mem.h>

void *renamed_memcpy(void *restrict to, const void *restrict from, size_t length);
void *renamed_memmove(void *to, const void *from, size_t length);
void *renamed_memset(void *to, int byte, size_t length);
int renamed_memcmp(const void *a, const void *b, size_t length);
size_t renamed_strlen(const char *text);
int renamed_strcmp(const char *a, const char *b);
int renamed_strncmp(const char *a, const char *b, size_t length);

enum {
    LONGEST = 200, /* three blocks and every remainder */
    ARENA = 640,
};

/* Two arenas of equal random bytes: one for the C library, one for ours. */
struct arenas {
    struct tn_random random;
    _Alignas(16) unsigned char expected[ARENA];
    _Alignas(16) unsigned char actual[ARENA];
};

static void fill(struct arenas *arenas)
{
    for (size_t i = 0; i < ARENA; i++) {
        arenas->expected[i] = (unsigned char)tn_random_u64(&arenas->random);
    }
    memcpy(arenas->actual, arenas->expected, ARENA);
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

static void memcpy_copies_every_length_between_all_alignments(void **state)
{
    (void)state;
    struct arenas arenas = {.random = testing_random()};
    for (size_t length = 0; length <= LONGEST; length++) {
        for (size_t both = 0; both < 64; both++) {
            size_t to = both / 8;
            size_t from = 320 + both % 8;
            fill(&arenas);
            memcpy(arenas.expected + to, arenas.expected + from, length);
            assert_ptr_equal(renamed_memcpy(arenas.actual + to, arenas.actual + from, length),
                             arenas.actual + to);
            assert_memory_equal(arenas.actual, arenas.expected, ARENA);
        }
    }
}

static void memmove_copies_overlapping_memory_both_ways(void **state)
{
    (void)state;
    struct arenas arenas = {.random = testing_random()};
    for (size_t length = 0; length <= LONGEST; length++) {
        for (size_t to = 0; to <= 2 * 80; to++) {
            size_t from = 80 + tn_random_below(&arenas.random, 8);
            fill(&arenas);
            memmove(arenas.expected + to, arenas.expected + from, length);
            assert_ptr_equal(renamed_memmove(arenas.actual + to, arenas.actual + from, length),
                             arenas.actual + to);
            assert_memory_equal(arenas.actual, arenas.expected, ARENA);
        }
    }
}

static void memset_fills_every_length_at_all_alignments(void **state)
{
    (void)state;
    struct arenas arenas = {.random = testing_random()};
    for (size_t length = 0; length <= LONGEST; length++) {
        for (size_t to = 0; to < 8; to++) {
            int byte = (int)tn_random_u64(&arenas.random); /* only its low eight bits count */
            fill(&arenas);
            memset(arenas.expected + to, byte, length);
            assert_ptr_equal(renamed_memset(arenas.actual + to, byte, length), arenas.actual + to);
            assert_memory_equal(arenas.actual, arenas.expected, ARENA);
        }
    }
}

static void memcmp_finds_the_first_difference(void **state)
{
    (void)state;
    struct arenas arenas = {.random = testing_random()};
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = tn_random_below(&arenas.random, 40);
        size_t left = tn_random_below(&arenas.random, 9);
        size_t right = 320 + tn_random_below(&arenas.random, 9);
        fill(&arenas);
        memcpy(arenas.actual + right, arenas.actual + left, length);
        for (unsigned changes = (unsigned)tn_random_below(&arenas.random, 3); changes > 0;
             changes--) {
            arenas.actual[right + tn_random_below(&arenas.random, 40)] ^= 0x80;
        }
        const unsigned char *a = arenas.actual + left;
        const unsigned char *b = arenas.actual + right;
        assert_int_equal(sign(renamed_memcmp(a, b, length)), sign(memcmp(a, b, length)));
    }
}

static void strlen_counts_up_to_the_terminator(void **state)
{
    (void)state;
    char text[LONGEST + 1];
    for (size_t length = 0; length <= LONGEST; length++) {
        memset(text, 'x', sizeof(text));
        text[length] = '\0';
        assert_int_equal(renamed_strlen(text), length);
    }
}

static void texts_compare_as_in_the_c_library(void **state)
{
    (void)state;
    static const char *const texts[] = {"",       "a",    "b",       "ab",    "abc",
                                        "abd",    "abcd", "\x7f",    "\x80",  "\xff",
                                        "ab\xff", "ABC",  "abc\x01", "abcde", "abcdefgh"};
    for (size_t i = 0; i < TN_ARRAY_LEN(texts); i++) {
        for (size_t j = 0; j < TN_ARRAY_LEN(texts); j++) {
            const char *a = texts[i];
            const char *b = texts[j];
            assert_int_equal(sign(renamed_strcmp(a, b)), sign(strcmp(a, b)));
            for (size_t length = 0; length < 10; length++) {
                assert_int_equal(sign(renamed_strncmp(a, b, length)), sign(strncmp(a, b, length)));
            }
        }
    }
}

static void a_text_that_fits_is_copied(void **state)
{
    (void)state;
    char copy[6] = "######";
    assert_int_equal(tn_string_copy(copy, sizeof(copy), "tenon"), TN_OK);
    assert_string_equal(copy, "tenon");
    assert_int_equal(tn_string_copy(copy, 1, ""), TN_OK);
    assert_string_equal(copy, "");
    assert_int_equal(copy[1], 'e');
}

static void a_text_that_is_too_long_is_cut_and_terminated(void **state)
{
    (void)state;
    char copy[8] = "#######";
    assert_int_equal(tn_string_copy(copy, 5, "tenon"), TN_ERR_TOO_LONG);
    assert_string_equal(copy, "teno");
    assert_int_equal(copy[5], '#');
    assert_int_equal(tn_string_copy(copy, 1, "tenon"), TN_ERR_TOO_LONG);
    assert_string_equal(copy, "");
}

static void a_copy_without_room_for_the_terminator_is_a_broken_promise(void **state)
{
    (void)state;
    char copy[1] = "";
    assert_promise_broken((void)!tn_string_copy(copy, 0, "tenon"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memcpy_copies_every_length_between_all_alignments),
        cmocka_unit_test(memmove_copies_overlapping_memory_both_ways),
        cmocka_unit_test(memset_fills_every_length_at_all_alignments),
        cmocka_unit_test(memcmp_finds_the_first_difference),
        cmocka_unit_test(strlen_counts_up_to_the_terminator),
        cmocka_unit_test(texts_compare_as_in_the_c_library),
        cmocka_unit_test(a_text_that_fits_is_copied),
        cmocka_unit_test(a_text_that_is_too_long_is_cut_and_terminated),
        cmocka_unit_test(a_copy_without_room_for_the_terminator_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libbase.test_string", tests, NULL, NULL);
}

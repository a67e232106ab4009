/* SPDX-License-Identifier: MIT */
/* Both bitmaps against an array of bools, over random operations. */
#include <support/testing.h>

#include <libbase/bitmap.h>
#include <libbase/bitmap2.h>

enum {
    SIZES = 200,
    BEYOND = 64 /* bits behind the size that nothing may touch */
};

static void assert_words_equal(const uint64_t *words, const bool *model, size_t bits)
{
    for (size_t bit = 0; bit < bits; bit++) {
        assert_int_equal(tn_bitmap_test(words, bit), model[bit]);
    }
}

static size_t model_find(const bool *model, size_t size, size_t from, bool wanted)
{
    while (from < size && model[from] != wanted) {
        from++;
    }
    return from < size ? from : size;
}

static size_t model_count(const bool *model, size_t size)
{
    size_t count = 0;
    for (size_t bit = 0; bit < size; bit++) {
        count += model[bit] ? 1 : 0;
    }
    return count;
}

static void ranges_and_searches_agree_with_an_array_of_bools(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (size_t size = 1; size <= SIZES; size++) {
        uint64_t words[TN_BITMAP_WORDS(SIZES + BEYOND)] = {0};
        bool model[64 * TN_BITMAP_WORDS(SIZES + BEYOND)] = {false};
        for (unsigned round = 0; round < 60; round++) {
            size_t first = tn_random_below(&random, size + 1);
            size_t count = tn_random_below(&random, size - first + 1);
            bool value = tn_random_below(&random, 2) != 0;
            (value ? tn_bitmap_set_range : tn_bitmap_clear_range)(words, first, count);
            memset(model + first, value, count);
            assert_words_equal(words, model, TN_ARRAY_LEN(model));

            size_t from = tn_random_below(&random, size + 2);
            assert_int_equal(tn_bitmap_find_set(words, size, from),
                             model_find(model, size, from, true));
            assert_int_equal(tn_bitmap_find_clear(words, size, from),
                             model_find(model, size, from, false));
            assert_int_equal(tn_bitmap_count(words, size), model_count(model, size));
        }
    }
}

static void bits_behind_the_size_do_not_count(void **state)
{
    (void)state;
    uint64_t ones[2] = {UINT64_MAX, UINT64_MAX};
    uint64_t zeros[2] = {0, 0};
    assert_int_equal(tn_bitmap_count(ones, 70), 70);
    assert_int_equal(tn_bitmap_find_clear(ones, 70, 0), 70);
    assert_int_equal(tn_bitmap_find_set(zeros, 70, 0), 70);
    ones[0] = 0;
    ones[1] = UINT64_C(1) << 6;
    assert_int_equal(tn_bitmap_find_set(ones, 70, 0), 70);
    assert_int_equal(tn_bitmap_find_set(ones, 71, 0), 70);
    assert_int_equal(tn_bitmap_count(ones, 0), 0);
}

static void single_bits_are_set_and_cleared_alone(void **state)
{
    (void)state;
    uint64_t words[2] = {0};
    for (size_t bit = 0; bit < 128; bit++) {
        tn_bitmap_set(words, bit);
        assert_true(tn_bitmap_test(words, bit));
        assert_int_equal(words[bit / 64], UINT64_C(1) << bit % 64);
        assert_int_equal(words[1 - bit / 64], 0);
        tn_bitmap_clear(words, bit);
        assert_false(tn_bitmap_test(words, bit));
    }
    memset(words, 0xff, sizeof(words));
    tn_bitmap_clear(words, 77);
    assert_int_equal(words[0], UINT64_MAX);
    assert_int_equal(words[1], ~(UINT64_C(1) << 13));
}

static void an_array_has_a_word_for_each_64_bits_begun(void **state)
{
    (void)state;
    assert_int_equal(TN_BITMAP_WORDS(1), 1);
    assert_int_equal(TN_BITMAP_WORDS(64), 1);
    assert_int_equal(TN_BITMAP_WORDS(65), 2);
    assert_int_equal(TN_BITMAP2_WORDS(4096), 65);
}

static void the_two_level_map_finds_both_ends(void **state)
{
    (void)state;
    enum {
        BITS = 4096
    };
    struct tn_random random = testing_random();
    uint64_t map[TN_BITMAP2_WORDS(BITS)] = {0};
    bool model[BITS] = {false};
    for (unsigned round = 0; round < 20000; round++) {
        /* Few bits of few words, so that words and the whole map become empty again and again. */
        unsigned bit =
            (unsigned)(tn_random_below(&random, 3) * 2016 + tn_random_below(&random, 65));
        bit = bit < BITS ? bit : BITS - 1;
        model[bit] = tn_random_below(&random, round / 1000 % 2 == 0 ? 2 : 40) == 0;
        (model[bit] ? tn_bitmap2_set : tn_bitmap2_clear)(map, bit);

        assert_int_equal(tn_bitmap2_test(map, bit), model[bit]);
        size_t lowest = model_find(model, BITS, 0, true);
        assert_int_equal(tn_bitmap2_is_empty(map), lowest == BITS);
        if (lowest == BITS) {
            continue;
        }
        size_t highest = BITS - 1;
        while (!model[highest]) {
            highest--;
        }
        assert_int_equal(tn_bitmap2_lowest(map), lowest);
        assert_int_equal(tn_bitmap2_highest(map), highest);
    }
}

static void every_bit_of_the_two_level_map_can_be_the_only_one(void **state)
{
    (void)state;
    uint64_t map[TN_BITMAP2_WORDS(4096)] = {0};
    for (unsigned bit = 0; bit < 4096; bit++) {
        tn_bitmap2_set(map, bit);
        assert_int_equal(tn_bitmap2_lowest(map), bit);
        assert_int_equal(tn_bitmap2_highest(map), bit);
        tn_bitmap2_clear(map, bit);
        assert_true(tn_bitmap2_is_empty(map));
    }
}

static void an_empty_map_has_no_lowest_bit(void **state)
{
    (void)state;
    uint64_t map[TN_BITMAP2_WORDS(64)] = {0};
    assert_promise_broken((void)tn_bitmap2_lowest(map));
    assert_promise_broken((void)tn_bitmap2_highest(map));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_and_searches_agree_with_an_array_of_bools),
        cmocka_unit_test(bits_behind_the_size_do_not_count),
        cmocka_unit_test(single_bits_are_set_and_cleared_alone),
        cmocka_unit_test(an_array_has_a_word_for_each_64_bits_begun),
        cmocka_unit_test(the_two_level_map_finds_both_ends),
        cmocka_unit_test(every_bit_of_the_two_level_map_can_be_the_only_one),
        cmocka_unit_test(an_empty_map_has_no_lowest_bit),
    };
    return cmocka_run_group_tests_name("libbase.test_bitmap", tests, NULL, NULL);
}

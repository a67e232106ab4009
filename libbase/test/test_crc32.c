/* SPDX-License-Identifier: MIT */
/* The checksum against published values and against the definition, one bit at a time. */
#include <support/testing.h>

#include <libbase/crc32.h>

/* Long division in the reflected order, as IEEE 802.3 clause 3.2.9 defines it. */
static uint32_t crc32_by_definition(const uint8_t *data, size_t length)
{
    uint32_t crc = 0xffffffff;
    for (size_t bit = 0; bit < 8 * length; bit++) {
        uint32_t out = (crc ^ (uint32_t)(data[bit / 8] >> bit % 8)) & 1;
        crc = crc >> 1 ^ (out != 0 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static void published_values_come_out(void **state)
{
    (void)state;
    static const uint8_t zeros[32] = {0};
    assert_int_equal(tn_crc32(0, "123456789", 9),
                     0xcbf43926); /* the check value of the catalogues */
    assert_int_equal(tn_crc32(0, "", 0), 0);
    assert_int_equal(tn_crc32(0, "a", 1), 0xe8b7be43);
    assert_int_equal(tn_crc32(0, zeros, 32), 0x190a55ad);
}

static void random_bytes_agree_with_the_definition(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    uint8_t data[300];
    for (unsigned round = 0; round < 300; round++) {
        size_t length = tn_random_below(&random, sizeof(data) + 1);
        for (size_t i = 0; i < length; i++) {
            data[i] = (uint8_t)tn_random_u64(&random);
        }
        assert_int_equal(tn_crc32(0, data, length), crc32_by_definition(data, length));
    }
}

static void a_checksum_may_be_taken_in_pieces(void **state)
{
    (void)state;
    const char *text = "in pieces of any length, also of none";
    for (size_t first = 0; first <= 37; first++) {
        assert_int_equal(tn_crc32(tn_crc32(0, text, first), text + first, 37 - first),
                         tn_crc32(0, text, 37));
    }
}

static void every_single_flipped_bit_is_found(void **state)
{
    (void)state;
    uint8_t data[64] = {1, 2, 3};
    uint32_t crc = tn_crc32(0, data, sizeof(data));
    for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_not_equal(tn_crc32(0, data, sizeof(data)), crc);
        data[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_values_come_out),
        cmocka_unit_test(random_bytes_agree_with_the_definition),
        cmocka_unit_test(a_checksum_may_be_taken_in_pieces),
        cmocka_unit_test(every_single_flipped_bit_is_found),
    };
    return cmocka_run_group_tests_name("libbase.test_crc32", tests, NULL, NULL);
}

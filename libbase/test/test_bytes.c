/* SPDX-License-Identifier: MIT */
/* Byte orders, written out: the bytes in memory are the specification. */
#include <support/testing.h>

#include <libbase/bytes.h>

/* At offset 1 nothing is aligned. The bytes around must stay as they are. */
static const uint8_t sample[10] = {0xee, 0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0x88, 0xee};

static void loads_take_the_bytes_in_the_stated_order(void **state)
{
    (void)state;
    assert_int_equal(tn_load_le16(sample + 1), 0x8201);
    assert_int_equal(tn_load_le32(sample + 1), 0x84038201);
    assert_int_equal(tn_load_le64(sample + 1), UINT64_C(0x8807860584038201));
    assert_int_equal(tn_load_be16(sample + 1), 0x0182);
    assert_int_equal(tn_load_be32(sample + 1), 0x01820384);
    assert_int_equal(tn_load_be64(sample + 1), UINT64_C(0x0182038405860788));
}

static void the_highest_bit_is_not_a_sign(void **state)
{
    (void)state;
    static const uint8_t ones[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    assert_int_equal(tn_load_le16(ones), UINT16_MAX);
    assert_int_equal(tn_load_be16(ones), UINT16_MAX);
    assert_int_equal(tn_load_le32(ones), UINT32_MAX);
    assert_int_equal(tn_load_be32(ones), UINT32_MAX);
    assert_int_equal(tn_load_le64(ones), UINT64_MAX);
    assert_int_equal(tn_load_be64(ones), UINT64_MAX);
}

/* @p actual must hold @p length bytes of the sample at offset 1 and 0xee elsewhere. */
static void assert_stored(uint8_t actual[10], size_t length)
{
    for (size_t i = 0; i < 10; i++) {
        assert_int_equal(actual[i], i >= 1 && i <= length ? sample[i] : 0xee);
        actual[i] = 0xee;
    }
}

static void stores_write_the_same_bytes_and_no_others(void **state)
{
    (void)state;
    uint8_t bytes[10] = {0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee, 0xee};
    tn_store_le16(bytes + 1, 0x8201);
    assert_stored(bytes, 2);
    tn_store_le32(bytes + 1, 0x84038201);
    assert_stored(bytes, 4);
    tn_store_le64(bytes + 1, UINT64_C(0x8807860584038201));
    assert_stored(bytes, 8);
    tn_store_be16(bytes + 1, 0x0182);
    assert_stored(bytes, 2);
    tn_store_be32(bytes + 1, 0x01820384);
    assert_stored(bytes, 4);
    tn_store_be64(bytes + 1, UINT64_C(0x0182038405860788));
    assert_stored(bytes, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads_take_the_bytes_in_the_stated_order),
        cmocka_unit_test(the_highest_bit_is_not_a_sign),
        cmocka_unit_test(stores_write_the_same_bytes_and_no_others),
    };
    return cmocka_run_group_tests_name("libbase.test_bytes", tests, NULL, NULL);
}

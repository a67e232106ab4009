/* SPDX-License-Identifier: MIT */
/* Finding the package _S5_ by its bytes: every encoding that compilers use, and what only looks so. */
#include <support/testing.h>

#include <libdrv/acpi.h>

enum {
    HEADER = 36
};

/* What is found in @p aml, @p length bytes behind a header; the table ends where they do. */
static tn_status_t read_types(const char *aml, uint32_t length, uint8_t types[2])
{
    uint8_t *bytes = calloc(1, HEADER + length);
    memcpy(bytes + HEADER, aml, length);
    struct drv_acpi_table table = {.bytes = bytes, .length = HEADER + length};
    types[0] = 0xa5;
    types[1] = 0xa5;
    tn_status_t status = drv_acpi_s5_read(&table, types);
    free(bytes);
    return status;
}

#define FOUND(aml, a, b)                                                                           \
    do {                                                                                           \
        uint8_t types_[2];                                                                         \
        assert_int_equal(read_types(aml, sizeof(aml) - 1, types_), TN_OK);                         \
        assert_int_equal(types_[0], a);                                                            \
        assert_int_equal(types_[1], b);                                                            \
    } while (0)

#define NOT_FOUND(aml)                                                                             \
    do {                                                                                           \
        uint8_t types_[2];                                                                         \
        assert_int_equal(read_types(aml, sizeof(aml) - 1, types_), TN_ERR_NOT_FOUND);              \
        assert_int_equal(types_[0], 0xa5);                                                         \
    } while (0)

static void numbers_have_three_encodings(void **state)
{
    (void)state;
    FOUND("\x08_S5_\x12\x06\x04\x00\x00\x00\x00", 0, 0);
    FOUND("\x08_S5_\x12\x06\x04\x01\x00\x00\x00", 1, 0);
    FOUND("\x08_S5_\x12\x08\x04\x0a\x05\x0a\x07\x00\x00", 5, 7);
    FOUND("\x08_S5_\x12\x07\x04\x01\x0a\x02\x00\x00", 1, 2);
}

static void the_name_may_be_absolute(void **state)
{
    (void)state;
    FOUND("\x08\\_S5_\x12\x06\x04\x00\x01\x00\x00", 0, 1);
}

static void the_length_has_one_to_four_bytes(void **state)
{
    (void)state;
    FOUND("\x08_S5_\x12\x47\x00\x02\x01\x01", 1, 1);
    FOUND("\x08_S5_\x12\x88\x00\x00\x02\x01\x01", 1, 1);
    FOUND("\x08_S5_\x12\xc9\x00\x00\x00\x02\x01\x01", 1, 1);
}

static void a_mention_is_no_definition(void **state)
{
    (void)state;
    NOT_FOUND("\x5b_S5_\x12\x06\x04\x00\x00\x00\x00");
    NOT_FOUND("\x70\\_S5_\x12\x06\x04\x00\x00\x00\x00");
    FOUND("\x70_S5_\x00\x08_S4_\x12\x06\x04\x01\x01\x00\x00\x08_S5_\x12\x06\x04\x01\x00\x00\x00", 1,
          0);
}

static void what_is_no_package_of_small_numbers_is_passed_over(void **state)
{
    (void)state;
    NOT_FOUND("\x08_S5_\x14\x06\x04\x00\x00\x00\x00");     /* A method. */
    NOT_FOUND("\x08_S5_\x12\x03\x01\x00\x00\x00\x00");     /* One element. */
    NOT_FOUND("\x08_S5_\x12\x07\x04\x0a\x08\x00\x00\x00"); /* Type 8: three bits hold 7. */
    NOT_FOUND("\x08_S5_\x12\x08\x04\x0b\x05\x00\x00\x00"); /* A word. */
    FOUND("\x08_S5_\x14\x00\x08_S5_\x12\x06\x04\x00\x01\x00\x00", 0, 1);
}

static void a_table_that_ends_inside_is_not_read_beyond(void **state)
{
    (void)state;
    static const char aml[] = "\x08_S5_\x12\x08\x04\x0a\x05\x0a\x07";
    uint8_t types[2];
    for (uint32_t length = 0; length < sizeof(aml) - 1; length++) {
        assert_int_equal(read_types(aml, length, types), TN_ERR_NOT_FOUND);
    }
    assert_int_equal(read_types(aml, sizeof(aml) - 1, types), TN_OK);
}

/* The two bytes before the name belong to the header then, and there are enough of them. */
static void the_name_may_be_the_first_thing(void **state)
{
    (void)state;
    NOT_FOUND("_S5_\x12\x06\x04\x00\x00\x00\x00");
    NOT_FOUND("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_three_encodings),
        cmocka_unit_test(the_name_may_be_absolute),
        cmocka_unit_test(the_length_has_one_to_four_bytes),
        cmocka_unit_test(a_mention_is_no_definition),
        cmocka_unit_test(what_is_no_package_of_small_numbers_is_passed_over),
        cmocka_unit_test(a_table_that_ends_inside_is_not_read_beyond),
        cmocka_unit_test(the_name_may_be_the_first_thing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

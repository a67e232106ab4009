/* SPDX-License-Identifier: MIT */
/* Kernels' files: the ELF file with a PVH note of x86_64, and the Image of ARM64. */
#include <support/testing.h>

#include <string.h>

#include <libbase/bytes.h>

#include "kernel_file.h"

enum {
    FILE_BYTES = 512,
    TABLE = 64,
    HEADER = 56,
    NOTE_AT = 256,
    PART_AT = 320,
    PART_BYTES = 40,
    IMAGE_BYTES = 9000, /* In memory; in the file, FILE_BYTES. */
};

static uint8_t file[FILE_BYTES];
static struct kernel_file kernel;

static void put_header(unsigned index, uint32_t type, uint64_t offset, uint64_t pa,
                       uint64_t file_bytes, uint64_t memory_bytes)
{
    uint8_t *at = file + TABLE + index * HEADER;
    tn_store_le32(at, type);
    tn_store_le64(at + 8, offset);
    tn_store_le64(at + 24, pa);
    tn_store_le64(at + 32, file_bytes);
    tn_store_le64(at + 40, memory_bytes);
}

/* Two parts, at 1 MiB and two pages above, and a note with an entry in the first. */
static int make_pvh(void **state)
{
    (void)state;
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    static const uint8_t note[] = {4, 0, 0,   0,   4,   0, 0,    0, 18,   0,
                                   0, 0, 'X', 'e', 'n', 0, 0x10, 0, 0x10, 0};
    memset(file, 0x5a, sizeof(file));
    memset(file, 0, NOTE_AT);
    memcpy(file, ident, sizeof(ident));
    tn_store_le16(file + 16, 2);
    tn_store_le16(file + 18, 62);
    tn_store_le64(file + 32, TABLE);
    tn_store_le16(file + 54, HEADER);
    tn_store_le16(file + 56, 3);
    memcpy(file + NOTE_AT, note, sizeof(note));
    put_header(0, 1, PART_AT, 0x100000, PART_BYTES, PART_BYTES);
    put_header(1, 1, PART_AT, 0x102000, PART_BYTES, 5000);
    put_header(2, 4, NOTE_AT, 0x100000, sizeof(note), sizeof(note));
    return 0;
}

static int make_image(void **state)
{
    (void)state;
    memset(file, 0x5a, sizeof(file));
    memset(file, 0, 64);
    tn_store_le64(file + 16, IMAGE_BYTES);
    tn_store_le64(file + 24, 0xa);
    memcpy(file + 56, "ARM\x64", 4);
    return 0;
}

static tn_status_t read_pvh(void)
{
    return pvh_file_read(file, sizeof(file), &kernel);
}

static tn_status_t read_image(void)
{
    return image_file_read(file, sizeof(file), &kernel);
}

static void a_pvh_kernel_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_pvh(), TN_OK);
    assert_int_equal(kernel.base, 0x100000);
    assert_int_equal(kernel.memory_bytes, 0x4000);
    assert_int_equal(kernel.entry, 0x10);
}

static void a_pvh_kernel_is_placed_with_zeros_where_the_file_has_nothing(void **state)
{
    (void)state;
    static uint8_t memory[0x4000];
    assert_int_equal(read_pvh(), TN_OK);
    memset(memory, 0xff, sizeof(memory));
    pvh_file_place(&kernel, memory);
    for (size_t i = 0; i < sizeof(memory); i++) {
        bool is_part = i % 0x2000 < PART_BYTES;
        assert_int_equal(memory[i], is_part ? 0x5a : 0);
    }
}

static void a_pvh_kernel_for_another_machine_is_refused(void **state)
{
    (void)state;
    tn_store_le16(file + 18, 183);
    assert_int_equal(read_pvh(), TN_ERR_MACHINE);
}

static void what_is_no_pvh_kernel_is_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {{0, 0}, {4, 1}, {5, 2}, {16, 3}, {54, 32}, {57, 1}, {NOTE_AT + 8, 17}};
    for (size_t i = 0; i < TN_ARRAY_LEN(changes); i++) {
        make_pvh(state);
        file[changes[i].at] = changes[i].byte;
        assert_int_equal(read_pvh(), TN_ERR_FORMAT);
    }
    memset(file, 0, sizeof(file));
    assert_int_equal(read_pvh(), TN_ERR_FORMAT);
}

static void a_pvh_kernel_that_is_cut_is_refused(void **state)
{
    (void)state;
    for (size_t length = 0; length < PART_AT + PART_BYTES; length++) {
        assert_int_equal(pvh_file_read(file, length, &kernel), TN_ERR_TRUNCATED);
    }
}

static void a_pvh_kernel_in_bad_places_is_refused(void **state)
{
    static const struct {
        uint64_t pa, file_bytes, memory_bytes;
    } parts[] = {
        {0xff000, PART_BYTES, PART_BYTES},              /* Below 1 MiB. */
        {0x100000000, PART_BYTES, PART_BYTES},          /* Above 4 GiB. */
        {0xfffff000, PART_BYTES, 8192},                 /* Across it. */
        {0x102000, PART_BYTES, UINT64_MAX},             /* Around the end of addresses. */
        {0x102000, PART_BYTES, PART_BYTES - 1},         /* More file than memory. */
        {0x102000, PART_BYTES, KERNEL_FILE_MEMORY_MAX}, /* Too much. */
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(parts); i++) {
        make_pvh(state);
        put_header(1, 1, PART_AT, parts[i].pa, parts[i].file_bytes, parts[i].memory_bytes);
        assert_int_equal(read_pvh(), TN_ERR_FORMAT);
    }
}

static void a_pvh_kernel_whose_entry_is_elsewhere_is_refused(void **state)
{
    (void)state;
    tn_store_le32(file + NOTE_AT + 16, 0x104000);
    assert_int_equal(read_pvh(), TN_ERR_FORMAT);
    tn_store_le32(file + NOTE_AT + 16, 0xfffff);
    assert_int_equal(read_pvh(), TN_ERR_FORMAT);
}

static void an_image_is_read(void **state)
{
    (void)state;
    assert_int_equal(read_image(), TN_OK);
    assert_int_equal(kernel.base, 0);
    assert_int_equal(kernel.align, 0x200000);
    assert_int_equal(kernel.memory_bytes, 12288);
    assert_int_equal(kernel.entry, 0);
}

static void an_image_is_placed_as_it_is_with_zeros_behind(void **state)
{
    (void)state;
    static uint8_t memory[12288];
    assert_int_equal(read_image(), TN_OK);
    memset(memory, 0xff, sizeof(memory));
    image_file_place(&kernel, memory);
    assert_memory_equal(memory, file, sizeof(file));
    for (size_t i = sizeof(file); i < sizeof(memory); i++) {
        assert_int_equal(memory[i], 0);
    }
}

static void what_is_no_image_is_refused(void **state)
{
    static const struct {
        size_t at;
        uint8_t byte;
    } changes[] = {
        {56, 'a'}, /* The magic. */
        {24, 0xb}, /* Big-endian. */
        {24, 0x2}, /* Not anywhere in memory. */
        {8, 1},    /* An offset from the border. */
        {17, 1},   /* Smaller than its file. */
        {20, 1},   /* Larger than any machine. */
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(changes); i++) {
        make_image(state);
        file[changes[i].at] = changes[i].byte;
        assert_int_equal(read_image(), TN_ERR_FORMAT);
    }
}

static void an_image_that_is_cut_is_refused(void **state)
{
    (void)state;
    for (size_t length = 0; length < 64; length++) {
        assert_int_equal(image_file_read(file, length, &kernel), TN_ERR_TRUNCATED);
    }
}

static void a_kernel_of_x86_64_is_no_image(void **state)
{
    make_pvh(state);
    assert_int_equal(read_image(), TN_ERR_MACHINE);
}

static void an_image_is_no_pvh_kernel(void **state)
{
    (void)state;
    assert_int_equal(read_pvh(), TN_ERR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_pvh_kernel_is_read, make_pvh),
        cmocka_unit_test_setup(a_pvh_kernel_is_placed_with_zeros_where_the_file_has_nothing,
                               make_pvh),
        cmocka_unit_test_setup(a_pvh_kernel_for_another_machine_is_refused, make_pvh),
        cmocka_unit_test_setup(what_is_no_pvh_kernel_is_refused, make_pvh),
        cmocka_unit_test_setup(a_pvh_kernel_that_is_cut_is_refused, make_pvh),
        cmocka_unit_test_setup(a_pvh_kernel_in_bad_places_is_refused, make_pvh),
        cmocka_unit_test_setup(a_pvh_kernel_whose_entry_is_elsewhere_is_refused, make_pvh),
        cmocka_unit_test_setup(an_image_is_read, make_image),
        cmocka_unit_test_setup(an_image_is_placed_as_it_is_with_zeros_behind, make_image),
        cmocka_unit_test_setup(what_is_no_image_is_refused, make_image),
        cmocka_unit_test_setup(an_image_that_is_cut_is_refused, make_image),
        cmocka_unit_test_setup(a_kernel_of_x86_64_is_no_image, make_image),
        cmocka_unit_test_setup(an_image_is_no_pvh_kernel, make_image),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

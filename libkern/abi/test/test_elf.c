/* SPDX-License-Identifier: MIT */
/* The ELF reader: what a program may look like, and everything that makes it none. */

#include <abi/elf.h>

#include <abi/layout.h>
#include <abi/object.h>
#include <support/testing.h>

#define MACHINE 62
#define PAGE    4096
#define MOST    10 /* Program headers that fit in the file of the tests. */

/* The parts of an ELF file that the reader looks at (System V ABI, ELF-64, chapters 2 and 5). */
struct segment {
    uint32_t type, flags;
    uint64_t offset, va, pa, file_bytes, memory_bytes, align;
};
struct file {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    struct segment segments[MOST];
    uint8_t rest[3 * PAGE];
};

static struct file file;

/* Code at TN_USER_IMAGE, and data on the page behind it, with more memory than file. */
static int make(void **state)
{
    (void)state;
    file = (struct file){
        .ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
        .type = 2,
        .machine = MACHINE,
        .entry = TN_USER_IMAGE + 0x20,
        .phoff = 64,
        .phentsize = 56,
        .phnum = 2,
        .segments = {{1, 5, PAGE, TN_USER_IMAGE, 0, 0x100, 0x100, PAGE},
                     {1, 6, PAGE + 0x100, TN_USER_IMAGE + PAGE + 0x100, 0, 0x80, 0x5000, PAGE}},
    };
    return 0;
}

static struct tn_elf elf;

static tn_status_t read_limited(uint64_t size)
{
    memset(&elf, 0x77, sizeof(elf));
    tn_status_t status = tn_elf_read(&file, size, MACHINE, &elf);
    if (status != TN_OK) {
        assert_int_equal(elf.segment_count, 0x77777777); /* Not written. */
    }
    return status;
}

static tn_status_t read_file(void)
{
    return read_limited(sizeof(file));
}

static void a_program_is_its_entry_and_its_segments(void **state)
{
    (void)state;
    assert_int_equal(read_file(), TN_OK);
    assert_int_equal(elf.entry, TN_USER_IMAGE + 0x20);
    assert_int_equal(elf.segment_count, 2);
    assert_int_equal(elf.segments[0].access, TN_RIGHT_READ | TN_RIGHT_EXECUTE);
    assert_int_equal(elf.segments[1].access, TN_RIGHT_READ | TN_RIGHT_WRITE);
    assert_int_equal(elf.segments[1].va, TN_USER_IMAGE + PAGE + 0x100);
    assert_int_equal(elf.segments[1].memory_bytes, 0x5000);
    assert_int_equal(elf.segments[1].offset, PAGE + 0x100);
    assert_int_equal(elf.segments[1].file_bytes, 0x80);
}

static void headers_of_other_types_are_passed_over(void **state)
{
    (void)state;
    file.phnum = 4;
    file.segments[2] = (struct segment){.type = 0x6474e551, .flags = 7};
    file.segments[3] = file.segments[1];
    file.segments[1] = (struct segment){.type = 4, .va = UINT64_MAX};
    assert_int_equal(read_file(), TN_OK);
    assert_int_equal(elf.segment_count, 2);
}

static void it_may_stand_at_any_address(void **state)
{
    (void)state;
    static uint8_t shifted[sizeof(file) + 1];
    memcpy(shifted + 1, &file, sizeof(file));
    assert_int_equal(tn_elf_read(shifted + 1, sizeof(file), MACHINE, &elf), TN_OK);
}

static void every_shorter_file_is_truncated(void **state)
{
    (void)state;
    for (uint64_t size = 0; size < PAGE + 0x180; size++) {
        assert_int_equal(read_limited(size), TN_ERR_TRUNCATED);
    }
    assert_int_equal(read_limited(PAGE + 0x180), TN_OK);
}

static void what_is_no_program_of_ours_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < 7; i++) {
        make(NULL);
        file.ident[i] ^= 3;
        assert_int_equal(read_file(), TN_ERR_FORMAT);
    }
    make(NULL);
    file.type = 3; /* Not at fixed addresses. */
    assert_int_equal(read_file(), TN_ERR_FORMAT);
    make(NULL);
    file.machine = 183;
    assert_int_equal(read_file(), TN_ERR_MACHINE);
    make(NULL);
    file.phentsize = 55;
    assert_int_equal(read_file(), TN_ERR_FORMAT);
    make(NULL);
    file.phnum = 65;
    assert_int_equal(read_file(), TN_ERR_FORMAT);
    make(NULL);
    file.phnum = 0;
    assert_int_equal(read_file(), TN_ERR_FORMAT); /* No segment has the entry. */
    static const uint64_t far[] = {sizeof(file), UINT64_MAX - 55, UINT64_MAX};
    for (size_t i = 0; i < 3; i++) {
        make(NULL);
        file.phoff = far[i];
        assert_int_equal(read_file(), TN_ERR_TRUNCATED);
    }
}

/* The second segment, changed by @p change, must make the reader say @p expected. */
#define REFUSES(change, expected)                                                                  \
    do {                                                                                           \
        make(NULL);                                                                                \
        struct segment *data = &file.segments[1];                                                  \
        change;                                                                                    \
        assert_int_equal(read_file(), expected);                                                   \
    } while (0)

static void a_segment_that_breaks_a_rule_is_refused(void **state)
{
    (void)state;
    REFUSES(data->flags = 7, TN_ERR_FORMAT);
    REFUSES(data->flags = 2, TN_ERR_FORMAT);
    REFUSES(data->flags = 0, TN_ERR_FORMAT);
    REFUSES(data->memory_bytes = 0, TN_ERR_FORMAT);
    REFUSES(data->memory_bytes = 0x7f, TN_ERR_FORMAT);
    REFUSES(data->memory_bytes = UINT64_MAX, TN_ERR_FORMAT);
    REFUSES(data->memory_bytes = TN_USER_CLOCK, TN_ERR_FORMAT);
    REFUSES(data->va++, TN_ERR_FORMAT);
    REFUSES(data->va = TN_USER_IMAGE + 0x100, TN_ERR_FORMAT); /* On the page of the code. */
    REFUSES(data->va = TN_USER_CLOCK + 0x100, TN_ERR_FORMAT);
    REFUSES(data->va = UINT64_MAX - 0xeff, TN_ERR_FORMAT);
    REFUSES(data->offset += PAGE * UINT64_C(1000000), TN_ERR_TRUNCATED);
    REFUSES(data->offset = UINT64_MAX - 0xeff, TN_ERR_TRUNCATED);
    REFUSES((data->file_bytes = data->memory_bytes = sizeof(file)), TN_ERR_TRUNCATED);
}

static void segments_stand_between_the_usable_addresses(void **state)
{
    (void)state;
    make(NULL);
    file.segments[0].va = TN_USER_LOW - PAGE;
    file.entry = file.segments[0].va;
    assert_int_equal(read_file(), TN_ERR_FORMAT);
    file.segments[0].va = TN_USER_LOW;
    file.entry = TN_USER_LOW;
    assert_int_equal(read_file(), TN_OK);
    file.segments[1].va = TN_USER_CLOCK - PAGE + 0x100;
    file.segments[1].memory_bytes = PAGE - 0x100;
    assert_int_equal(read_file(), TN_OK);
    file.segments[1].memory_bytes++;
    assert_int_equal(read_file(), TN_ERR_FORMAT);
}

static void segments_come_in_ascending_order(void **state)
{
    (void)state;
    struct segment first = file.segments[0];
    file.segments[0] = file.segments[1];
    file.segments[1] = first;
    assert_int_equal(read_file(), TN_ERR_FORMAT);
}

static void there_is_room_for_so_many_segments(void **state)
{
    (void)state;
    for (uint16_t count = 3; count <= TN_ELF_SEGMENTS_MAX + 1; count++) {
        file.phnum = count;
        file.segments[count - 1] =
            (struct segment){1, 4, 0, TN_USER_IMAGE + UINT64_C(0x10000) * count, 0, 0, PAGE, PAGE};
        assert_int_equal(read_file(), count <= TN_ELF_SEGMENTS_MAX ? TN_OK : TN_ERR_FORMAT);
    }
}

static void the_entry_is_an_instruction_of_the_file(void **state)
{
    (void)state;
    static const uint64_t entries[] = {0, TN_USER_IMAGE - 1, TN_USER_IMAGE + 0x100,
                                       TN_USER_IMAGE + PAGE + 0x100, UINT64_MAX};
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        file.entry = entries[i];
        assert_int_equal(read_file(), TN_ERR_FORMAT);
    }
    file.entry = TN_USER_IMAGE + 0xff;
    assert_int_equal(read_file(), TN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_program_is_its_entry_and_its_segments, make),
        cmocka_unit_test_setup(headers_of_other_types_are_passed_over, make),
        cmocka_unit_test_setup(it_may_stand_at_any_address, make),
        cmocka_unit_test_setup(every_shorter_file_is_truncated, make),
        cmocka_unit_test_setup(what_is_no_program_of_ours_is_refused, make),
        cmocka_unit_test_setup(a_segment_that_breaks_a_rule_is_refused, make),
        cmocka_unit_test_setup(segments_stand_between_the_usable_addresses, make),
        cmocka_unit_test_setup(segments_come_in_ascending_order, make),
        cmocka_unit_test_setup(there_is_room_for_so_many_segments, make),
        cmocka_unit_test_setup(the_entry_is_an_instruction_of_the_file, make),
    };
    return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}

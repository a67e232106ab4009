/* SPDX-License-Identifier: MIT */
/* The kernel's look at what the loader left: taken as it is, or the end of the boot with a sentence. */
#include <support/testing.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <arch/arch.h>

#include "handoff.h"

static struct boot_handoff handoff;
static struct boot_info info;
static jmp_buf refused;
static char sentence[200];

void kern_boot_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    longjmp(refused, 1);
}

/* A good block, of two ranges. */
static int make(void **state)
{
    (void)state;
    memset(&handoff, 0, sizeof(handoff));
    memset(&info, 0xee, sizeof(info));
    handoff.magic = BOOT_HANDOFF_MAGIC;
    handoff.version = BOOT_HANDOFF_VERSION;
    handoff.bytes = sizeof(handoff);
    handoff.info.memory_count = 2;
    handoff.info.memory[0] = (struct boot_memory){0x100000, 0x1000, BOOT_MEMORY_RAM};
    handoff.info.memory[1] = (struct boot_memory){0x101000, 0x3000, BOOT_MEMORY_FIRMWARE};
    strcpy(handoff.command_line, "init=bin/x");
    return 0;
}

static void expect_refusal(const char *words)
{
    if (setjmp(refused) == 0) {
        handoff_take(&handoff, &info);
        fail_msg("taken, though %s", words);
    }
    assert_non_null(strstr(sentence, words));
}

static void only_its_magic_makes_it_a_block(void **state)
{
    (void)state;
    assert_true(handoff_is(&handoff));
    handoff.magic ^= UINT64_C(1) << 63;
    assert_false(handoff_is(&handoff));
}

static void a_block_is_taken_as_it_is(void **state)
{
    (void)state;
    handoff.info.bundle_base = 0x1234000;
    handoff.info.acpi_rsdp = 77;
    handoff.info.framebuffer.width = 800;
    handoff.info.bundle_sha256[31] = 5;
    handoff_take(&handoff, &info);
    assert_int_equal(info.bundle_base, 0x1234000);
    assert_int_equal(info.acpi_rsdp, 77);
    assert_int_equal(info.framebuffer.width, 800);
    assert_int_equal(info.bundle_sha256[31], 5);
    assert_memory_equal(info.memory, handoff.info.memory, sizeof(info.memory));
    assert_string_equal(info.loader, "UEFI");
}

static void the_command_line_outlives_the_block(void **state)
{
    (void)state;
    handoff_take(&handoff, &info);
    memset(&handoff, 0xff, sizeof(handoff));
    assert_string_equal(info.command_line, "init=bin/x");
}

static void a_command_line_without_end_is_cut(void **state)
{
    (void)state;
    memset(handoff.command_line, 'x', sizeof(handoff.command_line));
    handoff_take(&handoff, &info);
    assert_int_equal(strlen(info.command_line), BOOT_HANDOFF_LINE_MAX - 1);
}

static void another_version_is_refused(void **state)
{
    (void)state;
    handoff.version++;
    expect_refusal("of another version");
    handoff.version--;
    handoff.bytes -= 8;
    expect_refusal("of another version");
}

static void what_is_no_memory_map_is_refused(void **state)
{
    static const struct boot_memory bad[] = {
        {0xff000, 0x1000, BOOT_MEMORY_RAM},                      /* Below the one before. */
        {0x100000, 0x1000, BOOT_MEMORY_RAM},                     /* The same. */
        {0x200000, 0, BOOT_MEMORY_RAM},                          /* Nothing. */
        {0x200800, 0x1000, BOOT_MEMORY_RAM},                     /* No whole pages. */
        {0x200000, 0x1800, BOOT_MEMORY_RAM},                     /* Neither. */
        {UINT64_C(0xfffffffffffff000), 0x2000, BOOT_MEMORY_RAM}, /* Around the end. */
        {0x200000, 0x1000, BOOT_MEMORY_FIRMWARE + 1},            /* Of no kind. */
    };
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        make(state);
        handoff.info.memory[1] = bad[i];
        expect_refusal("no usable memory map");
    }
    make(state);
    handoff.info.memory_count = 0;
    expect_refusal("no usable memory map");
}

static void more_ranges_than_the_kernel_has_room_for_are_refused(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < BOOT_MEMORY_MAX; i++) {
        handoff.info.memory[i] =
            (struct boot_memory){UINT64_C(0x10000) * (i + 1), 0x1000, BOOT_MEMORY_RAM};
    }
    handoff.info.memory_count = BOOT_HANDOFF_MEMORY_MAX;
    handoff_take(&handoff, &info);
    handoff.info.memory_count = BOOT_HANDOFF_MEMORY_MAX + 1;
    expect_refusal("no usable memory map");
    handoff.info.memory_count = UINT32_MAX;
    expect_refusal("no usable memory map");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_its_magic_makes_it_a_block, make),
        cmocka_unit_test_setup(a_block_is_taken_as_it_is, make),
        cmocka_unit_test_setup(the_command_line_outlives_the_block, make),
        cmocka_unit_test_setup(a_command_line_without_end_is_cut, make),
        cmocka_unit_test_setup(another_version_is_refused, make),
        cmocka_unit_test_setup(what_is_no_memory_map_is_refused, make),
        cmocka_unit_test_setup(more_ranges_than_the_kernel_has_room_for_are_refused, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

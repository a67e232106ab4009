/* SPDX-License-Identifier: MIT */
/* The start block: what a parent writes is what the program reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libsys/start.h>

#define STACK 4096

static _Alignas(16) uint8_t stack[STACK];
static const char *const arguments[] = {"shell", "-x", ""};
static const struct sys_start_handle handles[] = {{SYS_START_USES, 5, "/svc/console"},
                                                  {SYS_START_THREAD, 6, ""}};
static const struct sys_start_device devices[] = {{{.name = "uart0", .base = 0x3f8}, 7, 8}};
static const struct sys_start_plan plan = {
    .arguments = arguments,
    .argument_count = 3,
    .handles = handles,
    .handle_count = 2,
    .devices = devices,
    .device_count = 1,
    .epoch = 3,
    .seed = {1, 2, 3},
};

/* Written at the address it is used at, the block can be read as the program does. */
static void all_arrives(void **state)
{
    uint64_t va;
    (void)state;
    assert_int_equal(sys_start_write(&plan, stack, STACK, (uintptr_t)stack, &va), TN_OK);
    const struct sys_start *start = (const void *)(uintptr_t)va;
    assert_int_equal(start->version, SYS_START_VERSION);
    assert_int_equal(start->epoch, 3);
    assert_memory_equal(start->seed, plan.seed, 16);
    assert_int_equal(start->argument_count, 3);
    assert_string_equal(start->arguments[0], "shell");
    assert_string_equal(start->arguments[1], "-x");
    assert_string_equal(start->arguments[2], "");
    assert_null(start->arguments[3]);
    assert_int_equal(start->handle_count, 2);
    assert_int_equal(start->handles[0].handle, 5);
    assert_string_equal(start->handles[0].name, "/svc/console");
    assert_string_equal(start->handles[1].name, "");
    assert_int_equal(start->device_count, 1);
    assert_string_equal(start->devices[0].device.name, "uart0");
    assert_int_equal(start->devices[0].interrupts, 8);
}

static void the_block_ends_the_stack_and_is_aligned(void **state)
{
    uint64_t va;
    (void)state;
    assert_int_equal(sys_start_write(&plan, stack, STACK, 0x5f0000, &va), TN_OK);
    assert_int_equal(va % 16, 0);
    assert_in_range(va, 0x5f0000 + STACK / 2, 0x5f0000 + STACK - sizeof(struct sys_start));
}

static void writing_twice_gives_the_same_place(void **state)
{
    uint64_t first, second;
    struct sys_start_plan other = plan;
    (void)state;
    assert_int_equal(sys_start_write(&plan, stack, STACK, 0x5f0000, &first), TN_OK);
    other.epoch = 4;
    assert_int_equal(sys_start_write(&other, stack, STACK, 0x5f0000, &second), TN_OK);
    assert_int_equal(first, second);
}

static void more_than_half_of_the_stack_is_refused(void **state)
{
    char *longer = malloc(STACK);
    const char *many[] = {longer};
    struct sys_start_plan large = {.arguments = many, .argument_count = 1};
    uint64_t va;
    (void)state;
    memset(longer, 'x', STACK);
    longer[STACK / 2] = 0;
    assert_int_equal(sys_start_write(&large, stack, STACK, 0x5f0000, &va), TN_ERR_TOO_LONG);
    longer[STACK / 2 - 256] = 0;
    assert_int_equal(sys_start_write(&large, stack, STACK, 0x5f0000, &va), TN_OK);
    free(longer);
}

static void nothing_but_a_name_is_enough(void **state)
{
    struct sys_start_plan small = {.arguments = arguments, .argument_count = 1};
    uint64_t va;
    (void)state;
    assert_int_equal(sys_start_write(&small, stack, STACK, (uintptr_t)stack, &va), TN_OK);
    const struct sys_start *start = (const void *)(uintptr_t)va;
    assert_int_equal(start->handle_count, 0);
    assert_null(start->arguments[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_arrives),
        cmocka_unit_test(the_block_ends_the_stack_and_is_aligned),
        cmocka_unit_test(writing_twice_gives_the_same_place),
        cmocka_unit_test(more_than_half_of_the_stack_is_refused),
        cmocka_unit_test(nothing_but_a_name_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

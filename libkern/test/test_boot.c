/* SPDX-License-Identifier: MIT */
/* From the boot information to the first user instruction, and why it may not get there: every boot
 * that cannot go on says why on the console and ends the machine with a failing exit code. */

#include <abi/bundle.h>
#include <abi/symbols.h>
#include <libbase/crc32.h>

#include "backtrace.h"
#include "check.h"
#include "world.h"

#define EXIT_BOOT_FAILED 2
#define EXIT_PANIC       3

/* The bundle at BUNDLE_BASE, to be spoilt before the boot. */
static struct tn_bundle_header *header(void)
{
    return (void *)(arch_window() + BUNDLE_BASE);
}

static struct tn_bundle_entry *entry(void)
{
    return (struct tn_bundle_entry *)(header() + 1);
}

static uint8_t *program(void)
{
    return arch_window() + BUNDLE_BASE + TN_PAGE_SIZE;
}

/* A machine that is switched on, with the ordinary bundle in memory. */
static struct boot_info switch_on(void)
{
    fail_allocation(0);
    host_reset(WORLD_BYTES);
    return world_boot_info(world_bundle(BUNDLE_BASE, "bin/supervisor"), "");
}

static void fails(const struct boot_info *info, const char *why)
{
    assert_int_equal(host_boot(info), HOST_OFF);
    assert_int_equal(host_exit_code(), EXIT_BOOT_FAILED);
    if (strstr(host_console(), "Tenon cannot start: ") == NULL ||
        strstr(host_console(), why) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", host_console(), why);
    }
}

/* --- It runs ----------------------------------------------------------------------------------- */

static void the_first_program_finds_its_information(void **state)
{
    (void)state;
    assert_true(runs(&world.root));
    assert_int_equal(world.root.t->arch.frame.pc, ENTRY);
    assert_int_equal(world.root.t->arch.frame.sp % 16, 0);
    assert_int_equal(world.info.bundle_bytes, header()->size);
    assert_int_equal(world.info.reserved, 0);
    assert_memory_equal(world.info.seed, "\1\2\3\4", 4);
    uint64_t magic;
    assert_true(host_user_load(&magic, world.info.bundle_va, sizeof(magic)));
    assert_int_equal(magic, TN_BUNDLE_MAGIC);
    uint64_t area = 5;
    assert_true(host_user_store(world.root.t->arch.tls, &area, sizeof(area)));
    assert_string_equal(host_console(), "");
}

static void its_segments_are_mapped_as_the_file_says(void **state)
{
    (void)state;
    uint8_t code[TN_PAGE_SIZE], data[TN_PAGE_SIZE];
    assert_true(host_user_may(ENTRY, MM_ATTR_EXECUTE));
    assert_false(host_user_may(ENTRY, MM_ATTR_WRITE));
    assert_true(host_user_may(ENTRY + TN_PAGE_SIZE, MM_ATTR_WRITE));
    assert_false(host_user_may(ENTRY + TN_PAGE_SIZE, MM_ATTR_EXECUTE));
    assert_true(host_user_load(code, ENTRY, sizeof(code)));
    assert_true(host_user_load(data, ENTRY + TN_PAGE_SIZE, sizeof(data)));
    for (size_t i = 0; i < TN_PAGE_SIZE; i++) {
        assert_int_equal(code[i], 0xc0);
        assert_int_equal(data[i], i < TN_PAGE_SIZE / 2 ? 0xda : 0);
    }
}

static void the_stack_has_a_guard_below(void **state)
{
    (void)state;
    assert_true(host_user_may(SCRATCH, MM_ATTR_WRITE));
    assert_false(host_user_may(SCRATCH - 1, MM_ATTR_READ));
}

static void the_command_line_names_another_program(void **state)
{
    (void)state;
    static const char *const lines[] = {"init=bin/other", "quiet init=bin/other more",
                                        "init=bin/wrong init=bin/other", "noinit=x init=bin/other"};
    for (size_t i = 0; i < TN_ARRAY_LEN(lines); i++) {
        host_reset(WORLD_BYTES);
        struct boot_info info = world_boot_info(world_bundle(BUNDLE_BASE, "bin/other"), lines[i]);
        assert_int_equal(host_boot(&info), HOST_RUNS);
        check_kernel();
    }
}

static void memory_in_pieces_is_used_without_what_is_taken(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    info.memory[0] = (struct boot_memory){0x1234, 0x90000, BOOT_MEMORY_RAM};
    info.memory[1] = (struct boot_memory){0x92000, 0x1000, BOOT_MEMORY_FIRMWARE};
    info.memory[2] = (struct boot_memory){0x100000, 0x200000, BOOT_MEMORY_RAM};
    info.memory[3] = (struct boot_memory){0x300000, 0x1000, BOOT_MEMORY_RESERVED};
    info.memory[4] = (struct boot_memory){0x301800, 0x900, BOOT_MEMORY_RAM}; /* No whole page. */
    info.memory_count = 5;
    assert_int_equal(host_boot(&info), HOST_RUNS);
    check_kernel();
    uint64_t taken = (0x20000 + header()->size) / TN_PAGE_SIZE;
    assert_true(kernel.frames.total <= 0x2 * 0x90 + 0x200 - taken);
}

static void a_long_command_line_is_cut(void **state)
{
    (void)state;
    static char text[400];
    memset(text, 'a', sizeof(text) - 1);
    struct boot_info info = switch_on();
    info.command_line = text;
    assert_int_equal(host_boot(&info), HOST_RUNS);
    assert_int_equal(strlen(kernel.command_line), sizeof(kernel.command_line) - 1);
}

/* --- The bundle -------------------------------------------------------------------------------- */

static void no_bundle(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    info.bundle_bytes = 0;
    fails(&info, "no boot bundle");
}

static void a_bundle_off_its_page(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    info.bundle_base += 16;
    fails(&info, "is not page-aligned");
}

static void a_truncated_bundle(void **state)
{
    (void)state;
    static const uint64_t lengths[] = {1, 64, 127, TN_PAGE_SIZE, 3 * TN_PAGE_SIZE};
    for (size_t i = 0; i < TN_ARRAY_LEN(lengths); i++) {
        struct boot_info info = switch_on();
        info.bundle_bytes = lengths[i];
        fails(&info, "it ends too early");
    }
}

static void a_corrupt_bundle(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    header()->magic++;
    fails(&info, "its form is not what it should");
    info = switch_on();
    entry()->size++;
    fails(&info, "it was altered");
    info = switch_on();
    header()->version++;
    fails(&info, "it is of another version");
    info = switch_on();
    entry()->offset = UINT64_MAX - TN_PAGE_SIZE + 1;
    header()->entries_crc = tn_crc32(0, entry(), sizeof(*entry()));
    fails(&info, "its form is not what it should");
}

static void a_bundle_for_another_machine(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    header()->machine = TN_BUNDLE_ARM64;
    fails(&info, "it is of another architecture");
}

static void a_bundle_without_the_first_program(void **state)
{
    (void)state;
    host_reset(WORLD_BYTES);
    struct boot_info info = world_boot_info(world_bundle(BUNDLE_BASE, "bin/other"), "");
    fails(&info, "has no program bin/supervisor");
    info = switch_on();
    info.command_line = "init=bin/missing";
    fails(&info, "has no program bin/missing");
}

/* --- The first program ------------------------------------------------------------------------- */

static void a_first_program_that_is_none(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    program()[0] = 0;
    fails(&info, "program bin/supervisor");
    info = switch_on();
    program()[18] = 183; /* e_machine: ARM64. */
    fails(&info, "it is of another architecture");
    info = switch_on();
    entry()->size = 100;
    header()->entries_crc = tn_crc32(0, entry(), sizeof(*entry()));
    fails(&info, "it ends too early");
}

/* --- Memory ------------------------------------------------------------------------------------ */

static void no_memory_at_all(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    info.memory_count = 0;
    fails(&info, "no RAM");
    info = switch_on();
    info.memory[0].kind = BOOT_MEMORY_RESERVED;
    fails(&info, "no RAM");
    info = switch_on();
    info.memory[0].length = 100;
    fails(&info, "no RAM");
    info = switch_on();
    info.memory[0].length = TN_PAGE_SIZE; /* Frame 0 alone, which is nobody's. */
    fails(&info, "no room for");
}

/* From nothing to enough, page by page: a clear end each time, then it runs. */
static void too_little_memory(void **state)
{
    (void)state;
    unsigned failures = 0;
    enum host_end end = HOST_OFF;
    for (uint64_t pages = 1; end != HOST_RUNS; pages++) {
        struct boot_info info = switch_on();
        info.memory[0] = (struct boot_memory){0x200000, pages * TN_PAGE_SIZE, BOOT_MEMORY_RAM};
        end = host_boot(&info);
        if (end == HOST_RUNS) {
            check_kernel();
        } else {
            assert_int_equal(host_exit_code(), EXIT_BOOT_FAILED);
            assert_non_null(strstr(host_console(), "Tenon cannot start: "));
            failures++;
        }
    }
    assert_true(failures > 5);
}

static void every_allocation_of_the_boot_fails_once(void **state)
{
    (void)state;
    unsigned failures = 0;
    for (uint64_t nth = 1; nth < 1000; nth++) {
        struct boot_info info = switch_on();
        fail_allocation(nth);
        enum host_end end = host_boot(&info);
        if (fail_allocation(0) < nth) {
            assert_int_equal(end, HOST_RUNS);
            break;
        }
        failures += end == HOST_OFF;
        assert_true(end == HOST_RUNS || host_exit_code() == EXIT_BOOT_FAILED);
    }
    assert_true(failures > 20);
}

static void overlapping_memory(void **state)
{
    (void)state;
    struct boot_info info = switch_on();
    info.memory[1] = (struct boot_memory){0x200000, 0x100000, BOOT_MEMORY_RAM};
    info.memory_count = 2;
    fails(&info, "memory map");
}

/* --- Names in a backtrace ---------------------------------------------------------------------- */

/* "alpha" at 0x1000, "beta" at 0x1080, up to 0x1100. */
struct symbols {
    struct tn_symbols_header header;
    struct tn_symbol symbols[2];
    char names[11];
};

static struct symbols good_symbols(void)
{
    return (struct symbols){
        .header = {TN_SYMBOLS_MAGIC, 0x1000, 0x1100, 2, 11},
        .symbols = {{0, 0}, {0x80, 6}},
        .names = "alpha\0beta",
    };
}

#define SYMBOL_BYTES (sizeof(struct tn_symbols_header) + 2 * sizeof(struct tn_symbol) + 11)

static const char *name_of(uint64_t pc)
{
    uint64_t offset = 0;
    return kern_symbol_name(pc, &offset);
}

static void an_address_belongs_to_the_symbol_below(void **state)
{
    (void)state;
    struct symbols table = good_symbols();
    uint64_t offset;
    kern_symbols_set(&table, SYMBOL_BYTES);
    assert_string_equal(kern_symbol_name(0x107f, &offset), "alpha");
    assert_int_equal(offset, 0x7f);
    assert_string_equal(kern_symbol_name(0x1080, &offset), "beta");
    assert_int_equal(offset, 0);
    assert_null(name_of(0xfff));
    assert_null(name_of(0x1100));
    kern_symbols_set(NULL, 0);
    assert_null(name_of(0x1000));
}

static void a_bad_symbol_table_names_nothing(void **state)
{
    (void)state;
    struct symbols table = good_symbols();
    for (size_t bytes = 0; bytes < SYMBOL_BYTES; bytes++) {
        kern_symbols_set(&table, bytes);
        assert_null(name_of(0x1000));
    }
    table.header.magic++;
    kern_symbols_set(&table, SYMBOL_BYTES);
    assert_null(name_of(0x1000));
    table = good_symbols();
    table.header.count = UINT32_MAX;
    kern_symbols_set(&table, SYMBOL_BYTES);
    assert_null(name_of(0x1000));
    table = good_symbols();
    table.symbols[0].name = 11;
    kern_symbols_set(&table, SYMBOL_BYTES);
    assert_null(name_of(0x1000));
    table = good_symbols();
    table.names[10] = 'x'; /* Not terminated. */
    kern_symbols_set(&table, SYMBOL_BYTES);
    assert_null(name_of(0x1080));
    kern_symbols_set(NULL, 0);
}

/* A bundle that carries the names of the kernel behind the program. */
static struct boot_info switch_on_with_names(void)
{
    struct boot_info info = switch_on();
    struct symbols table = good_symbols();
    memcpy(arch_window() + BUNDLE_BASE + header()->size, &table, sizeof(table));
    entry()[1] = (struct tn_bundle_entry){
        .name = "symbols/kernel", .offset = header()->size, .size = SYMBOL_BYTES};
    header()->size += TN_PAGE_SIZE;
    header()->entry_count = 2;
    header()->entries_crc = tn_crc32(0, entry(), 2 * sizeof(*entry()));
    info.bundle_bytes = header()->size;
    return info;
}

/* The kernel's state is spoilt, and a call finds a promise broken. It says so once, by name, and stops. */
static void a_panic_says_why_and_where_and_stops(void **state)
{
    (void)state;
    static const uint64_t callers[] = {0x1084, 0x1004, 0x9999};
    const uint64_t none[6] = {0};
    struct boot_info info = switch_on_with_names();
    assert_int_equal(host_boot(&info), HOST_RUNS);
    host_callers(callers, 3);
    kern_current()->process->object.refs = 0;
    assert_int_equal(host_syscall(TN_SYS_PROCESS_EXIT, none), HOST_OFF);
    assert_int_equal(host_exit_code(), EXIT_PANIC);
    assert_non_null(strstr(host_console(), "kernel panic: "));
    assert_non_null(strstr(host_console(), "0x1084 beta+0x4"));
    assert_non_null(strstr(host_console(), "0x1004 alpha+0x4"));
    assert_non_null(strstr(host_console(), "0x9999\n"));
    kern_symbols_set(NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_first_program_finds_its_information),
        TEST(its_segments_are_mapped_as_the_file_says),
        TEST(the_stack_has_a_guard_below),
        cmocka_unit_test(the_command_line_names_another_program),
        cmocka_unit_test(memory_in_pieces_is_used_without_what_is_taken),
        cmocka_unit_test(a_long_command_line_is_cut),
        cmocka_unit_test(no_bundle),
        cmocka_unit_test(a_bundle_off_its_page),
        cmocka_unit_test(a_truncated_bundle),
        cmocka_unit_test(a_corrupt_bundle),
        cmocka_unit_test(a_bundle_for_another_machine),
        cmocka_unit_test(a_bundle_without_the_first_program),
        cmocka_unit_test(a_first_program_that_is_none),
        cmocka_unit_test(no_memory_at_all),
        cmocka_unit_test(too_little_memory),
        cmocka_unit_test(every_allocation_of_the_boot_fails_once),
        cmocka_unit_test(overlapping_memory),
        cmocka_unit_test(an_address_belongs_to_the_symbol_below),
        cmocka_unit_test(a_bad_symbol_table_names_nothing),
        cmocka_unit_test(a_panic_says_why_and_where_and_stops),
    };
    return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}

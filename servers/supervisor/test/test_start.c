/* SPDX-License-Identifier: MIT */
/* Starting a program: every system call of it fails once; the status comes back, and nothing is left
 * but the slot and the container, so that it can be tried again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libbase/crc32.h>
#include <libbase/mem.h>

#include "fake_kernel.h"
#include "supervisor.h"

/* A bundle with one program: a code segment, and a data segment that is copied. */
static _Alignas(4096) uint8_t bytes[4 * 4096];
static struct tn_bundle_header header = {.entry_count = 1};
static struct tn_bundle_entry entry = {.name = "bin/net", .offset = 4096, .size = 3 * 4096};

static const struct tn_root_info root = {
    .container = 1, .machine = 2, .bundle = 3, .io_ports = 4, .io_memory = 5, .io_irqs = 6};
static const struct tn_manifest_item items[] = {
    {TN_ITEM_SERVES, 1}, {TN_ITEM_USES, 10}, {TN_ITEM_DEVICE, 27}, {TN_ITEM_USES, 1}};
static const char texts[] = "\0/svc/net\0/svc/supervisor\0\0uart0";
static const struct tn_manifest_server server = {
    .item_count = 3,
    .stack_bytes = 8192,
    .memory_bytes = 65536,
    .priority = 10,
    .threads = 3,
    .access = TN_ACCESS_ALL,
};
static struct supervisor supervisor;

static unsigned calls_left; /* The call that finds 0 fails. */
static int open_handles;    /* Handles of the supervisor that a start made. */
static int mappings;        /* Mappings in the supervisor that a start made. */
static int processes;       /* Processes that live. */
static bool handler_is_set; /* The end of the process would be reported. */
static bool has_resumed;
static unsigned bells;         /* Reports, as those learn who follow the log. */
static uint64_t process_flags; /* Of the process made last. */
static uint64_t limit;         /* Of the container made last. */
static uint64_t thread_limit;  /* The other one. */
static uint32_t next_handle;
static _Alignas(4096) uint8_t window[4 * 4096]; /* What is mapped here for a moment. */

static void store(size_t offset, const void *from, size_t size)
{
    memcpy(bytes + entry.offset + offset, from, size);
}

/* ELF-64, as in the System V ABI. */
static void make_program(void)
{
    static const uint8_t ident[16] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
    const uint16_t kinds[2] = {2, 62};
    const uint32_t version = 1;
    const uint64_t entry_point = 0x400000, headers_at = 64;
    const uint16_t sizes[3] = {64, 56, 2};
    const uint32_t flags[2][2] = {{1, 5}, {1, 6}};
    const uint64_t segments[2][6] = {{0, 0x400000, 0, 4096, 4096, 4096},
                                     {4096, 0x402000, 0, 100, 5000, 4096}};
    store(0, ident, 16);
    store(16, kinds, 4);
    store(20, &version, 4);
    store(24, &entry_point, 8);
    store(32, &headers_at, 8);
    store(52, sizes, 6);
    for (size_t i = 0; i < 2; i++) {
        store(64 + i * 56, flags[i], 8);
        store(64 + i * 56 + 8, segments[i], 48);
    }
    entry.crc = tn_crc32(0, bytes + entry.offset, entry.size);
}

static struct sys_result make_handle(void)
{
    open_handles++;
    return fake_ok(next_handle++);
}

static struct sys_result give(const struct fake_call *call)
{
    switch (call->number) {
    case TN_SYS_HANDLE_CLOSE:
        open_handles--;
        return fake_ok(0);
    case TN_SYS_MEMORY_UNMAP:
        mappings--;
        return fake_ok(0);
    case TN_SYS_PROCESS_KILL:
        assert_false(handler_is_set);
        processes--;
        return fake_ok(0);
    default: /* Telling who follows the log. */
        assert_int_equal(call->number, TN_SYS_NOTIFICATION_SIGNAL);
        bells++;
        return fake_ok(0);
    }
}

static struct sys_result map(const struct fake_call *call)
{
    const struct tn_map_request *request = (const void *)(uintptr_t)call->c;
    if (call->a != TN_HANDLE_NONE) {
        return fake_ok(request->va);
    }
    assert_true(request->size <= sizeof(window));
    mappings++;
    return fake_ok((uintptr_t)window);
}

static struct sys_result device(const struct fake_call *call)
{
    if (call->b > 0) {
        return fake_status(TN_ERR_NOT_FOUND);
    }
    *(struct tn_device *)(uintptr_t)call->c = (struct tn_device){
        .name = "uart0", .base = 0x3f8, .length = 8, .interrupt = 4, .flags = TN_DEVICE_PORTS};
    return fake_ok(0);
}

static struct sys_result take(const struct fake_call *call)
{
    switch (call->number) {
    case TN_SYS_PROCESS_CREATE:
        process_flags = call->b;
        processes++;
        return make_handle();
    case TN_SYS_CONTAINER_CREATE:
        limit = call->b;
        thread_limit = call->c;
        return make_handle();
    case TN_SYS_MEMORY_CREATE:
    case TN_SYS_THREAD_CREATE:
    case TN_SYS_CONTEXT_CREATE:
    case TN_SYS_HANDLE_MINT:
    case TN_SYS_IO_RANGE_CREATE:
        return make_handle();
    case TN_SYS_MEMORY_MAP:
        return map(call);
    case TN_SYS_HANDLE_INSTALL:
        return fake_ok(next_handle++);
    case TN_SYS_THREAD_RESUME:
        has_resumed = true;
        return fake_ok(0);
    case TN_SYS_CONTEXT_BIND:
        return fake_ok(0);
    default:
        return give(call);
    }
}

static bool cannot_fail(const struct fake_call *call)
{
    return call->number == TN_SYS_HANDLE_CLOSE || call->number == TN_SYS_MEMORY_UNMAP ||
           call->number == TN_SYS_PROCESS_KILL || call->number == TN_SYS_NOTIFICATION_SIGNAL;
}

static struct sys_result answer(const struct fake_call *call)
{
    if (cannot_fail(call)) {
        return give(call);
    }
    if (call->number == TN_SYS_MACHINE_DEVICE) {
        return device(call);
    }
    if (call->number == TN_SYS_PROCESS_SET_HANDLER && call->b == TN_HANDLE_NONE) {
        handler_is_set = false;
        return fake_ok(0);
    }
    if (calls_left == 0) {
        return fake_status(TN_ERR_QUOTA);
    }
    calls_left--;
    if (call->number == TN_SYS_PROCESS_SET_HANDLER) {
        handler_is_set = true;
        return fake_ok(0);
    }
    return take(call);
}

static int set_up(void **state)
{
    (void)state;
    make_program();
    supervisor = (struct supervisor){
        .root = &root,
        .bundle = {bytes, &header, &entry},
        .manifest = {.items = items, .text = texts, .item_count = 4, .text_bytes = sizeof(texts)},
        .endpoint = 7,
        .last_pid = SUPERVISOR_PID,
        .is_booting = true,
    };
    calls_left = 1000;
    open_handles = mappings = processes = 0;
    handler_is_set = has_resumed = false;
    next_handle = 100;
    fake_kernel_set(answer, NULL);
    return 0;
}

static struct program *add(void)
{
    struct program *program = program_add(&supervisor, &server, "net");
    program->endpoint = 8;
    program->bell = 9;
    return program;
}

static tn_status_t try_start(struct program *program)
{
    static const char *const arguments[] = {"net"};
    return start_program(&supervisor, program, "bin/net", arguments, 1);
}

static const struct sys_start_handle *given(const struct program *program, enum sys_start_kind kind)
{
    for (uint32_t i = 0; i < program->given_count; i++) {
        if (program->given[i].kind == (uint32_t)kind) {
            return &program->given[i];
        }
    }
    return NULL;
}

static void a_process_has_fpu_registers_if_its_entry_says_so(void **state)
{
    struct tn_manifest_server calculating = server;
    (void)state;
    assert_int_equal(try_start(add()), TN_OK);
    assert_int_equal(process_flags, 0);
    calculating.flags = TN_SERVER_TEMPLATE | TN_SERVER_FPU;
    assert_int_equal(try_start(program_add(&supervisor, &calculating, "sum")), TN_OK);
    assert_int_equal(process_flags, TN_PROCESS_FPU);
}

static void a_program_has_its_memory_on_top_of_its_handle_table(void **state)
{
    (void)state;
    assert_int_equal(try_start(add()), TN_OK);
    assert_int_equal(limit, server.memory_bytes + (uint64_t)CONFIG_MAX_HANDLES * TN_HANDLE_BYTES);
}

static void a_program_may_have_as_many_threads_as_its_entry_says(void **state)
{
    struct tn_manifest_server other = server;
    (void)state;
    assert_int_equal(try_start(add()), TN_OK);
    assert_int_equal(thread_limit, 3);
    other.threads = CONFIG_MAX_THREADS;
    assert_int_equal(try_start(program_add(&supervisor, &other, "other")), TN_OK);
    assert_int_equal(thread_limit, CONFIG_MAX_THREADS);
}

static void a_program_gets_what_its_entry_says(void **state)
{
    struct program *program = add();
    (void)state;
    assert_int_equal(try_start(program), TN_OK);
    assert_int_equal(program->state, SUPERVISOR_RUNNING);
    assert_true(has_resumed && handler_is_set);
    assert_string_equal(given(program, SYS_START_SERVES)->name, "/svc/net");
    assert_string_equal(given(program, SYS_START_USES)->name, "/svc/supervisor");
    assert_non_null(given(program, SYS_START_MACHINE));
    assert_non_null(given(program, SYS_START_BUNDLE));
    assert_non_null(given(program, SYS_START_SIGNALS));
    assert_non_null(given(program, SYS_START_THREAD));
    assert_int_equal(program->device_count, 1);
    assert_int_equal(program->devices[0].device.interrupt, 4);
    assert_int_equal(open_handles, 2); /* Container and process. */
    assert_int_equal(mappings, 0);
}

static void every_failure_leaves_only_slot_and_container(void **state)
{
    struct program *program = add();
    unsigned failures = 0;
    (void)state;
    for (unsigned n = 0; !has_resumed; n++) {
        calls_left = n;
        tn_status_t status = try_start(program);
        if (has_resumed) {
            assert_int_equal(status, TN_OK);
            break;
        }
        assert_int_equal(status, TN_ERR_QUOTA);
        assert_int_equal(processes, 0);
        assert_int_equal(mappings, 0);
        assert_int_equal(open_handles, program->container != TN_HANDLE_NONE ? 1 : 0);
        assert_int_equal(program->process, TN_HANDLE_NONE);
        assert_int_not_equal(program->state, SUPERVISOR_RUNNING);
        failures++;
    }
    assert_true(failures > 20);
    assert_int_equal(open_handles, 2);
}

static void a_file_that_is_not_there_costs_nothing(void **state)
{
    static const char *const arguments[] = {"net"};
    struct program *program = add();
    (void)state;
    assert_int_equal(start_program(&supervisor, program, "bin/gone", arguments, 1),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(open_handles, 0);
}

static void an_altered_file_is_not_started(void **state)
{
    struct program *program = add();
    (void)state;
    bytes[entry.offset + 5000] ^= 1;
    assert_int_equal(try_start(program), TN_ERR_CHECKSUM);
    assert_int_equal(open_handles, 0);
    bytes[entry.offset + 5000] ^= 1;
}

static void the_container_of_an_earlier_run_is_used_again(void **state)
{
    struct program *program = add();
    (void)state;
    assert_int_equal(try_start(program), TN_OK);
    tn_handle_t container = program->container;
    program->process = TN_HANDLE_NONE; /* It ended. */
    assert_int_equal(try_start(program), TN_OK);
    assert_int_equal(program->container, container);
    assert_int_equal(program->starts, 2);
}

static void the_first_device_that_is_missing_is_named(void **state)
{
    static const char names[] = "\0uart0\0uart*\0uart1\0uar\0nic*";
    static const struct tn_manifest_item wanted[] = {{TN_ITEM_SERVES, 23}, {TN_ITEM_DEVICE, 1},
                                                     {TN_ITEM_DEVICE, 7},  {TN_ITEM_DEVICE, 13},
                                                     {TN_ITEM_DEVICE, 19}, {TN_ITEM_DEVICE, 23}};
    struct tn_manifest_server wants = {.item_count = 3};
    (void)state;
    supervisor.manifest.text = names;
    supervisor.manifest.items = wanted;
    assert_null(missing_device(&supervisor, &wants));
    wants.item_count = 6;
    assert_string_equal(missing_device(&supervisor, &wants), "uart1");
    wants.first_item = 4;
    wants.item_count = 2;
    assert_string_equal(missing_device(&supervisor, &wants), "uar");
    wants.first_item = 5;
    wants.item_count = 1;
    assert_string_equal(missing_device(&supervisor, &wants), "nic*");
}

/* A program that uses "/svc/net", which @p flags say of its server. @return how often that is told. */
static unsigned use_what_nobody_serves(uint32_t flags)
{
    struct tn_manifest_server servers[] = {server, server};
    servers[0].item_count = 1;
    servers[0].flags = flags;
    servers[1].first_item = 3;
    servers[1].item_count = 1;
    supervisor.manifest.servers = servers;
    supervisor.manifest.server_count = 2;
    bells = 0;
    struct program *program = program_add(&supervisor, &servers[1], "user");
    program->bell = 9;
    assert_int_equal(try_start(program), TN_OK);
    assert_null(given(program, SYS_START_USES));
    program->process = TN_HANDLE_NONE;
    program_remove(program);
    return bells;
}

static void a_server_that_was_left_out_is_told_once(void **state)
{
    (void)state;
    assert_int_equal(use_what_nobody_serves(0), 1);
    assert_int_equal(use_what_nobody_serves(TN_SERVER_OPTIONAL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_first_device_that_is_missing_is_named, set_up),
        cmocka_unit_test_setup(a_server_that_was_left_out_is_told_once, set_up),
        cmocka_unit_test_setup(a_program_has_its_memory_on_top_of_its_handle_table, set_up),
        cmocka_unit_test_setup(a_program_may_have_as_many_threads_as_its_entry_says, set_up),
        cmocka_unit_test_setup(a_program_gets_what_its_entry_says, set_up),
        cmocka_unit_test_setup(a_process_has_fpu_registers_if_its_entry_says_so, set_up),
        cmocka_unit_test_setup(every_failure_leaves_only_slot_and_container, set_up),
        cmocka_unit_test_setup(a_file_that_is_not_there_costs_nothing, set_up),
        cmocka_unit_test_setup(an_altered_file_is_not_started, set_up),
        cmocka_unit_test_setup(the_container_of_an_earlier_run_is_used_again, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

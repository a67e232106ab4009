/* SPDX-License-Identifier: MIT */
/* Starting a program: container, process, segments, stack with start block, handles, thread.
 *
 * The fault handler is set last, so that a start that fails half-way is cleaned up by killing the
 * process without a report of its end. */
#include <libbase/mem.h>
#include <libbase/random.h>
#include <libsys/pages.h>
#include <libsys/syscall.h>

#include "supervisor.h"

/* What a start makes on its way; handles that are closed at its end in any case. */
struct attempt {
    const char *const *arguments;
    uint32_t argument_count;
    uint64_t entry;    /* First instruction. */
    uint64_t stack_va; /* Where the stack is mapped here while it is filled. */
    tn_handle_t stack;
    tn_handle_t thread;
    tn_handle_t context;
};

static void close_if_open(tn_handle_t handle)
{
    if (handle != TN_HANDLE_NONE) {
        (void)sys_handle_close(handle);
    }
}

/* What its manifest says is for the program; how many handles a table has is the kernel's choice. */
static uint64_t limit_of(const struct tn_manifest_server *server)
{
    return server->memory_bytes + (uint64_t)CONFIG_MAX_HANDLES * TN_HANDLE_BYTES;
}

/* Container and process; the container of an earlier run is used again. */
static tn_status_t make_process(struct supervisor *supervisor, struct program *program)
{
    tn_status_t status = TN_OK;
    if (program->container == TN_HANDLE_NONE) {
        status = sys_container_create(supervisor->root->container, limit_of(program->server),
                                      program->server->threads, &program->container);
    }
    uint32_t flags = (program->server->flags & TN_SERVER_FPU) != 0 ? TN_PROCESS_FPU : 0;
    return status == TN_OK ? sys_process_create(program->container, flags, &program->process)
                           : status;
}

/* The stack, mapped here for writing and there for use. */
static tn_status_t make_stack(struct program *program, struct attempt *attempt)
{
    uint64_t va;
    uint64_t size = program->server->stack_bytes;
    struct tn_map_request request = {
        .va = SYS_STACK_TOP - size,
        .size = size,
        .access = TN_RIGHT_READ | TN_RIGHT_WRITE,
    };
    tn_status_t status = sys_memory_create(program->container, size, &attempt->stack);
    if (status == TN_OK) {
        status = sys_memory_map(program->process, attempt->stack, &request, &va);
    }
    if (status == TN_OK) {
        status = sys_pages_map(attempt->stack, 0, size, request.access, &attempt->stack_va);
    }
    return status;
}

/* Different random bytes for each program, from those of this one and the counter. */
static void make_seed(const struct supervisor *supervisor, const struct program *program,
                      uint8_t seed[16])
{
    struct tn_random random;
    uint64_t parts[2];
    memcpy(parts, supervisor->root->seed, sizeof(parts));
    tn_random_init(&random, parts[0] ^ sys_arch_counter() ^ (uint64_t)program->pid << 56);
    parts[0] = tn_random_u64(&random);
    parts[1] ^= tn_random_u64(&random);
    memcpy(seed, parts, sizeof(parts));
}

static tn_status_t write_block(struct supervisor *supervisor, struct program *program,
                               const struct attempt *attempt, uint64_t *block_va)
{
    uint64_t size = program->server->stack_bytes;
    struct sys_start_plan plan = {
        .arguments = attempt->arguments,
        .argument_count = attempt->argument_count,
        .handles = program->given,
        .handle_count = program->given_count,
        .devices = program->devices,
        .device_count = program->device_count,
        .epoch = program->starts,
    };
    make_seed(supervisor, program, plan.seed);
    return sys_start_write(&plan, (void *)(uintptr_t)attempt->stack_va, size, SYS_STACK_TOP - size,
                           block_va);
}

/* The thread, which needs to know the block's address, and the block, which needs to know the
 * thread's handle: the block is written once for its size and once for good. */
static tn_status_t make_thread(struct supervisor *supervisor, struct program *program,
                               struct attempt *attempt)
{
    uint64_t block_va;
    if (program->given_count == GIVEN_MAX) {
        return TN_ERR_FULL;
    }
    struct sys_start_handle *own = &program->given[program->given_count++];
    *own = (struct sys_start_handle){.kind = SYS_START_THREAD, .name = ""};
    tn_status_t status = write_block(supervisor, program, attempt, &block_va);
    if (status != TN_OK) {
        return status;
    }
    struct tn_thread_start start = {
        .pc = attempt->entry,
        .sp = block_va,
        .argument2 = block_va,
        .tls = block_va + offsetof(struct sys_start, thread_area),
        .container = program->container,
    };
    status = sys_thread_create(program->process, &start, &attempt->thread);
    if (status == TN_OK) {
        status = sys_handle_install(program->process, attempt->thread, TN_RIGHTS_ALL, &own->handle);
    }
    return status == TN_OK ? write_block(supervisor, program, attempt, &block_va) : status;
}

static tn_status_t make_context(struct program *program, struct attempt *attempt)
{
    const struct tn_manifest_server *server = program->server;
    tn_status_t status = sys_context_create(program->container, server->priority, server->budget_ns,
                                            server->period_ns, &attempt->context);
    return status == TN_OK ? sys_context_bind(attempt->context, attempt->thread) : status;
}

/* From here on the end of the process is reported to the supervisor. */
static tn_status_t set_handler(struct supervisor *supervisor, struct program *program)
{
    tn_handle_t reports = TN_HANDLE_NONE;
    tn_status_t status = sys_handle_mint(supervisor->endpoint, TN_RIGHT_SEND,
                                         badge_of(supervisor, program), &reports);
    if (status != TN_OK) {
        return status;
    }
    status = sys_process_set_handler(program->process, reports);
    (void)sys_handle_close(reports);
    return status;
}

static tn_status_t build(struct supervisor *supervisor, struct program *program,
                         const struct tn_bundle_entry *file, struct attempt *attempt)
{
    tn_status_t status = tn_bundle_verify(&supervisor->bundle, file);
    if (status == TN_OK) {
        status = make_process(supervisor, program);
    }
    if (status == TN_OK) {
        status = load_image(supervisor, program, file, &attempt->entry);
    }
    if (status == TN_OK) {
        status = equip(supervisor, program);
    }
    if (status == TN_OK) {
        status = make_stack(program, attempt);
    }
    if (status == TN_OK) {
        status = make_thread(supervisor, program, attempt);
    }
    if (status == TN_OK) {
        status = make_context(program, attempt);
    }
    if (status == TN_OK) {
        status = set_handler(supervisor, program);
    }
    return status == TN_OK ? sys_thread_resume(attempt->thread) : status;
}

/* Close what only the start needed; after a failure also end the process. */
static void finish(struct program *program, const struct attempt *attempt, bool failed)
{
    if (attempt->stack_va != 0) {
        sys_pages_unmap(attempt->stack_va, program->server->stack_bytes);
    }
    close_if_open(attempt->stack);
    close_if_open(attempt->context);
    close_if_open(attempt->thread);
    if (failed && program->process != TN_HANDLE_NONE) {
        tn_status_t status = sys_process_set_handler(program->process, TN_HANDLE_NONE);
        status = status == TN_OK ? sys_process_kill(program->process, 0) : status;
        (void)status; /* The process is ours and alive. */
        (void)sys_handle_close(program->process);
        program->process = TN_HANDLE_NONE;
    }
}

tn_status_t start_program(struct supervisor *supervisor, struct program *program, const char *path,
                          const char *const *arguments, uint32_t argument_count)
{
    struct attempt attempt = {.arguments = arguments, .argument_count = argument_count};
    const struct tn_bundle_entry *file;
    program->starts++;
    if (tn_bundle_find(&supervisor->bundle, path, &file) != TN_OK) {
        report(supervisor, program, "the bundle has no file %s; see `program` in the manifest",
               path);
        return TN_ERR_NOT_FOUND;
    }
    tn_status_t status = build(supervisor, program, file, &attempt);
    finish(program, &attempt, status != TN_OK);
    if (status != TN_OK) {
        report(supervisor, program, "cannot start %s: %s", path, tn_status_text(status));
        return status;
    }
    program->state = SUPERVISOR_RUNNING;
    return TN_OK;
}

tn_status_t start_server(struct supervisor *supervisor, struct program *program)
{
    const char *arguments[ARGUMENTS_MAX] = {program->name};
    uint32_t count = 1;
    uint32_t epoch;
    const struct tn_manifest_server *server = program->server;
    for (uint32_t i = 0; i < server->item_count && count < ARGUMENTS_MAX; i++) {
        const struct tn_manifest_item *item = manifest_item(&supervisor->manifest, server, i);
        if (item->kind == TN_ITEM_ARGUMENT) {
            arguments[count++] = manifest_text(&supervisor->manifest, item->text);
        }
    }
    if (program->endpoint != TN_HANDLE_NONE) {
        tn_status_t status = sys_endpoint_rebind(program->endpoint, &epoch);
        (void)status; /* The endpoint is ours. */
    }
    const char *path = manifest_text(&supervisor->manifest, server->program);
    tn_status_t status = start_program(supervisor, program, path, arguments, count);
    if (status != TN_OK) {
        program->state = SUPERVISOR_FAILED;
        close_endpoint(program);
    }
    return status;
}

void close_endpoint(struct program *program)
{
    close_if_open(program->endpoint);
    program->endpoint = TN_HANDLE_NONE;
}

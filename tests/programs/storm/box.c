/* SPDX-License-Identifier: MIT */
/* Boxes: made, disturbed, closed. */
#include "box.h"

#include <abi/bundle_read.h>
#include <abi/elf.h>
#include <abi/layout.h>
#include <libsys/clock.h>
#include <libsys/ipc.h>
#include <libsys/serial.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#define NAME        "bin/storm"
#define LIMIT       UINT64_C(0x100000)
#define THREADS     (2 * BOX_THREADS) /* Some of those that the storms make. */
#define BUDGET      UINT64_C(1000000) /* Of a storm; its whole period without CONFIG_BUDGETS. */
#define STORMS_VA   UINT64_C(0x20000000)
#define STORM_BYTES (4 * TN_PAGE_SIZE) /* The structure at the bottom, the stack above. */
#define READ_WRITE  (TN_RIGHT_READ | TN_RIGHT_WRITE)

void must(tn_status_t status, const char *what)
{
    if (status != TN_OK) {
        sys_serial_print("storm: %s: %s\n", what, tn_status_name(status));
        (void)sys_machine_power(sys_program()->machine, TN_POWER_OFF, 2);
    }
}

static void map_at(tn_handle_t process, tn_handle_t memory, struct tn_map_request request)
{
    uint64_t va = 0;
    must(sys_memory_map(process, memory, &request, &va), "map");
}

/* Zeroed memory at @p va of @p process. */
static void map_new(struct box *box, tn_handle_t process, uint64_t va, uint64_t size)
{
    tn_handle_t memory = TN_HANDLE_NONE;
    must(sys_memory_create(box->container, size, &memory), "memory");
    map_at(process, memory, (struct tn_map_request){.va = va, .size = size, .access = READ_WRITE});
    must(sys_handle_close(memory), "close");
}

/* This program's own segments, where they are here: what is only read is shared. */
static void map_program(struct box *box, tn_handle_t process)
{
    const struct tn_root_info *root = sys_program()->root;
    const struct tn_bundle_entry *file = NULL;
    struct tn_bundle bundle;
    struct tn_elf elf;
    must(tn_bundle_open((const void *)(uintptr_t)root->bundle_va, root->bundle_bytes,
                        SYS_ARCH_MACHINE, &bundle),
         "bundle");
    must(tn_bundle_find(&bundle, NAME, &file), NAME);
    must(tn_elf_read(bundle.bytes + file->offset, file->size, SYS_ARCH_MACHINE, &elf), NAME);
    for (uint32_t i = 0; i < elf.segment_count; i++) {
        const struct tn_elf_segment *segment = &elf.segments[i];
        uint64_t va = TN_ALIGN_DOWN(segment->va, TN_PAGE_SIZE);
        uint64_t size = TN_ALIGN_UP(segment->va + segment->memory_bytes, TN_PAGE_SIZE) - va;
        if ((segment->access & TN_RIGHT_WRITE) != 0) {
            map_new(box, process, va, size);
            continue;
        }
        uint64_t offset = TN_ALIGN_DOWN(file->offset + segment->offset, TN_PAGE_SIZE);
        map_at(process, root->bundle,
               (struct tn_map_request){
                   .va = va, .offset = offset, .size = size, .access = segment->access});
    }
}

static void make_shared(struct box *box)
{
    tn_handle_t *shared = box->shared;
    for (unsigned i = 0; i < STORM_ENDPOINTS; i++) {
        must(sys_endpoint_create(box->container, &shared[i]), "endpoint");
    }
    must(sys_notification_create(box->container, &shared[3]), "notification");
    must(sys_timer_create(box->container, shared[3], 6, &shared[4]), "timer");
    must(sys_memory_create(box->container, 4 * TN_PAGE_SIZE, &shared[5]), "memory");
    must(sys_handle_duplicate(sys_program()->root->io_irqs, TN_RIGHTS_ALL, &shared[6]), "lines");
}

static void make_storms(struct box *box)
{
    struct tn_map_request here = {.size = BOX_THREADS * STORM_BYTES, .access = READ_WRITE};
    must(sys_memory_create(box->container, BOX_THREADS * STORM_BYTES, &box->memory), "memory");
    must(sys_memory_map(TN_HANDLE_NONE, box->memory, &here, &box->va), "map");
}

static void install(struct box *box, unsigned process, tn_handle_t handle, uint32_t rights)
{
    tn_handle_t there = TN_HANDLE_NONE;
    must(sys_handle_install(box->process[process], handle, rights, &there), "install");
}

/* The shared objects come first, so that storms know where the endpoints are. */
static void make_process(struct box *box, unsigned number)
{
    tn_handle_t process = box->process[number];
    map_program(box, process);
    map_at(process, box->memory,
           (struct tn_map_request){
               .va = STORMS_VA, .size = BOX_THREADS * STORM_BYTES, .access = READ_WRITE});
    for (unsigned i = 0; i < BOX_SHARED; i++) {
        install(box, number, box->shared[i], TN_RIGHTS_ALL);
    }
    install(box, number, box->container, TN_RIGHTS_ALL);
    for (unsigned i = 0; i < BOX_PROCESSES; i++) {
        install(box, number, box->process[i], TN_RIGHTS_ALL);
    }
    install(box, number, sys_program()->machine, TN_RIGHT_READ | TN_RIGHT_WRITE | TN_RIGHT_INSPECT);
    if (tn_random_below(box->random, 2) == 0) {
        must(sys_process_set_handler(process, box->reporter), "handler");
    }
}

/* The entry function of a storm is C: it never returns, and code without vector registers does not
 * mind how its stack is aligned. */
static void make_thread(struct box *box, unsigned number)
{
    unsigned process = number % BOX_PROCESSES;
    uint64_t there = STORMS_VA + number * STORM_BYTES;
    struct storm *storm = (struct storm *)(uintptr_t)(box->va + number * STORM_BYTES);
    uint64_t period = BUDGET * (1 + tn_random_below(box->random, 2));
    uint32_t priority = (uint32_t)(1 + tn_random_below(box->random, CONFIG_PRIORITIES / 2 - 1));
    *storm = (struct storm){
        .start = {.pc = (uintptr_t)storm_run,
                  .sp = there + STORM_BYTES / 2,
                  .argument = there,
                  .container = 0x1000 + BOX_SHARED + 1},
    };
    tn_random_init(&storm->random, tn_random_u64(box->random));
    struct tn_thread_start start = storm->start;
    start.sp = there + STORM_BYTES;
    start.container = box->container;
    must(sys_thread_create(box->process[process], &start, &box->thread[number]), "thread");
    must(sys_context_create(box->container, priority, CONFIG_BUDGETS ? BUDGET : period, period,
                            &box->context[number]),
         "context");
    must(sys_context_bind(box->context[number], box->thread[number]), "bind");
    install(box, process, box->thread[number], TN_RIGHTS_ALL);
    install(box, process, box->context[number], TN_RIGHTS_ALL);
}

void box_open(struct box *box, struct tn_random *random)
{
    tn_handle_t own = sys_program()->container;
    *box = (struct box){.random = random};
    must(sys_container_create(own, LIMIT, THREADS, &box->container), "container");
    must(sys_endpoint_create(own, &box->reports), "endpoint");
    must(sys_handle_mint(box->reports, TN_RIGHT_SEND, 1, &box->reporter), "mint");
    make_shared(box);
    make_storms(box);
    for (unsigned i = 0; i < BOX_PROCESSES; i++) {
        must(sys_process_create(box->container, 0, &box->process[i]), "process");
    }
    for (unsigned i = 0; i < BOX_PROCESSES; i++) {
        make_process(box, i);
    }
    for (unsigned i = 0; i < BOX_THREADS; i++) {
        make_thread(box, i);
    }
    for (unsigned i = 0; i < BOX_THREADS; i++) {
        must(sys_thread_resume(box->thread[i]), "resume");
    }
}

/* Take a report without waiting. @return whether there was one; a fault has a token. */
static bool take_report(struct box *box, struct sys_message *report)
{
    *report = (struct sys_message){.tag = TN_TAG_DEADLINE, .destination = box->reports};
    return sys_ipc_receive(report, TN_DEADLINE_POLL) == TN_OK;
}

static void answer_report(struct box *box)
{
    struct sys_message report;
    if (take_report(box, &report) && report.token != 0) {
        bool kill = tn_random_below(box->random, 8) == 0;
        report.tag = tn_tag_make(kill ? TN_FAULT_KILL : TN_FAULT_RESUME, 0);
        (void)!sys_ipc_reply(&report);
    }
}

/* Whether these succeed depends on what the storms did; that they are survived is the test. */
void box_disturb(struct box *box)
{
    uint64_t thread = tn_random_below(box->random, BOX_THREADS);
    for (unsigned i = 0; i < BOX_THREADS; i++) {
        (void)!sys_thread_cancel(box->thread[i]);
    }
    switch (tn_random_below(box->random, 6)) {
    case 0:
        (void)!sys_thread_suspend(box->thread[thread]);
        break;
    case 1:
    case 2:
        (void)!sys_thread_resume(box->thread[thread]);
        break;
    case 3:
        (void)!sys_context_bind(box->context[thread], box->thread[thread]);
        break;
    case 4:
        answer_report(box);
        break;
    default:
        (void)!sys_handle_revoke(box->shared[tn_random_below(box->random, BOX_SHARED)]);
        break;
    }
}

static void close_all(tn_handle_t *handles, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        must(sys_handle_close(handles[i]), "close");
    }
}

/* A process that is dead when kill returns, whatever its threads were doing. */
static void kill_process(tn_handle_t process)
{
    struct tn_process_info info = {0};
    must(sys_process_kill(process, 1), "kill");
    must(sys_process_info(process, &info), "information");
    if (info.state != TN_PROCESS_DEAD || info.handle_count != 0 || info.mapped_bytes != 0) {
        must(TN_ERR_STATE, "a killed process is not dead");
    }
}

static uint64_t count_calls(const struct box *box)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < BOX_THREADS; i++) {
        sum += ((const struct storm *)(uintptr_t)(box->va + i * STORM_BYTES))->calls;
    }
    return sum;
}

bool box_close(struct box *box, uint64_t *calls)
{
    struct tn_container_info info = {0};
    struct sys_message report;
    for (unsigned i = 0; i < BOX_PROCESSES; i++) {
        kill_process(box->process[i]);
    }
    *calls += count_calls(box);
    while (take_report(box, &report)) { /* What this thread still runs on goes home. */
    }
    must(sys_memory_unmap(TN_HANDLE_NONE, box->va, BOX_THREADS * STORM_BYTES), "unmap");
    close_all(box->shared, BOX_SHARED);
    close_all(box->process, BOX_PROCESSES);
    close_all(box->thread, BOX_THREADS);
    close_all(box->context, BOX_THREADS);
    close_all((tn_handle_t[]){box->memory, box->reporter, box->reports}, 3);
    must(sys_container_info(box->container, &info), "information");
    must(sys_handle_close(box->container), "close");
    if (info.used != 0) {
        sys_serial_print("storm: %lu bytes did not come back\n", info.used);
    }
    return info.used == 0;
}

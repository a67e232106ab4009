/* SPDX-License-Identifier: MIT */
/* Processes under test. */
#include <abi/bundle_read.h>
#include <abi/elf.h>
#include <abi/layout.h>

#include "child.h"

#define STACK_TOP UINT64_C(0x600000)
#define LIMIT     UINT64_C(262144)

/* The segment of this program (PROGRAM, of the build) that holds @p entry, mapped into the child as it
 * is here. */
static void map_code(struct child *child, uint64_t entry)
{
    const struct tn_root_info *root = sys_program()->root;
    const struct tn_bundle_entry *file = NULL;
    struct tn_bundle bundle;
    struct tn_elf elf;
    uint64_t va;
    EXPECT(TN_OK, tn_bundle_open((const void *)(uintptr_t)root->bundle_va, root->bundle_bytes,
                                 SYS_ARCH_MACHINE, &bundle));
    EXPECT(TN_OK, tn_bundle_find(&bundle, PROGRAM, &file));
    EXPECT(TN_OK, tn_elf_read(bundle.bytes + file->offset, file->size, SYS_ARCH_MACHINE, &elf));
    for (uint32_t i = 0; i < elf.segment_count; i++) {
        const struct tn_elf_segment *segment = &elf.segments[i];
        if (entry < segment->va || entry - segment->va >= segment->memory_bytes) {
            continue;
        }
        struct tn_map_request request = {
            .va = segment->va,
            .offset = file->offset + segment->offset,
            .size = TN_ALIGN_UP(segment->memory_bytes, TN_PAGE_SIZE),
            .access = segment->access,
        };
        EXPECT(TN_OK, sys_memory_map(child->process, root->bundle, &request, &va));
    }
}

static void map_stack(struct child *child)
{
    uint64_t va;
    tn_handle_t memory = TN_HANDLE_NONE;
    struct tn_map_request request = {
        .va = STACK_TOP - TN_PAGE_SIZE,
        .size = TN_PAGE_SIZE,
        .access = TN_RIGHT_READ | TN_RIGHT_WRITE,
    };
    EXPECT(TN_OK, sys_memory_create(child->container, TN_PAGE_SIZE, &memory));
    EXPECT(TN_OK, sys_memory_map(child->process, memory, &request, &va));
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void set_handler(struct child *child)
{
    tn_handle_t reporter = TN_HANDLE_NONE;
    child->reports = new_endpoint();
    EXPECT(TN_OK, sys_handle_mint(child->reports, TN_RIGHT_SEND, CHILD_BADGE, &reporter));
    EXPECT(TN_OK, sys_process_set_handler(child->process, reporter));
    EXPECT(TN_OK, sys_handle_close(reporter));
}

/* The process, without a thread. */
static void make_process(struct child *child, void (*entry)(void), uint32_t flags)
{
    *child = (struct child){0};
    EXPECT(TN_OK, sys_container_create(own_container(), LIMIT, 4, &child->container));
    EXPECT(TN_OK, sys_process_create(child->container, flags, &child->process));
    map_code(child, (uintptr_t)entry);
    map_stack(child);
    set_handler(child);
}

static void make_thread(struct child *child, void (*entry)(void), uint64_t argument)
{
    struct tn_thread_start start = {
        .pc = (uintptr_t)entry,
        .sp = STACK_TOP,
        .argument = argument,
        .container = child->container,
    };
    EXPECT(TN_OK, sys_thread_create(child->process, &start, &child->thread));
    EXPECT(TN_OK, sys_context_create(child->container, CONFIG_PRIORITIES / 2 - 1, 10000000,
                                     10000000, &child->context));
    EXPECT(TN_OK, sys_context_bind(child->context, child->thread));
}

void child_make(struct child *child, void (*entry)(void), uint64_t argument)
{
    make_process(child, entry, 0);
    make_thread(child, entry, argument);
}

void child_make_with(struct child *child, void (*entry)(void), tn_handle_t given)
{
    child_make_flagged(child, entry, given, 0);
}

void child_make_flagged(struct child *child, void (*entry)(void), tn_handle_t given, uint32_t flags)
{
    tn_handle_t there = TN_HANDLE_NONE;
    make_process(child, entry, flags);
    EXPECT(TN_OK, sys_handle_install(child->process, given, TN_RIGHTS_ALL, &there));
    make_thread(child, entry, there);
}

void child_start(struct child *child)
{
    EXPECT(TN_OK, sys_thread_resume(child->thread));
}

void child_report(struct child *child, struct sys_message *report)
{
    *report = (struct sys_message){.tag = TN_TAG_DEADLINE, .destination = child->reports};
    EXPECT(TN_OK, sys_ipc_receive(report, in_ms(60000)));
    EQUAL(TN_TAG_KIND_FAULT, report->tag & TN_TAG_KIND_MASK);
    EQUAL(CHILD_BADGE, report->badge);
}

void child_wait_dead(const struct child *child)
{
    struct tn_process_info info = {0};
    for (unsigned i = 0; i < 1000 && info.state != TN_PROCESS_DEAD; i++) {
        pause_ms(1);
        EXPECT(TN_OK, sys_process_info(child->process, &info));
    }
    EQUAL(TN_PROCESS_DEAD, info.state);
}

void child_answer(struct child *child, const struct sys_message *report, enum tn_fault_reply reply)
{
    struct sys_message answer = {.tag = tn_tag_make(reply, 0), .token = report->token};
    (void)child;
    EXPECT(TN_OK, sys_ipc_reply(&answer));
}

void child_expect_end(struct child *child, int32_t code, enum tn_exit_reason reason)
{
    struct sys_message report;
    struct tn_container_info info;
    struct tn_process_info process;
    child_report(child, &report);
    EQUAL(TN_FAULT_EXIT, tn_tag_label(report.tag));
    EQUAL(0, report.token);
    EQUAL((uint64_t)(int64_t)code, (uint64_t)(int64_t)(int32_t)report.words[0]);
    EQUAL(reason, report.words[1]);
    EXPECT(TN_OK, sys_process_info(child->process, &process));
    EQUAL(TN_PROCESS_DEAD, process.state);
    EQUAL((uint32_t)code, (uint32_t)process.exit_code);
    EQUAL(0, process.handle_count);
    EQUAL(0, process.mapped_bytes);
    close_all((tn_handle_t[]){child->thread, child->context, child->process, child->reports}, 4);
    /* All it had is back. */
    EXPECT(TN_OK, sys_container_info(child->container, &info));
    EQUAL(0, info.used);
    EXPECT(TN_OK, sys_handle_close(child->container));
}

void child_expect_fault(void (*entry)(void), uint64_t argument, enum tn_fault fault,
                        struct sys_message *report)
{
    struct child child;
    child_make(&child, entry, argument);
    child_start(&child);
    child_report(&child, report);
    EQUAL(fault, tn_tag_label(report->tag));
    CHECK(report->token != 0);
    child_answer(&child, report, TN_FAULT_KILL);
    child_expect_end(&child, (int32_t)fault, TN_EXIT_FAULT);
}

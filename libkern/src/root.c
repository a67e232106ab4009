/* SPDX-License-Identifier: MIT */
/* Bundle, program, handles: the first process, made with what every other is made with.
 *
 * Its read-only segments are mapped from the bundle as they are; writable ones are copied. Above them
 * lies, with a guard page below, the stack; the root information stands at its top. */

#include "root.h"

#include <abi/bundle_read.h>
#include <abi/elf.h>
#include <libbase/assert.h>
#include <libbase/mem.h>

#include "backtrace.h"
#include "context.h"
#include "io_range.h"
#include "kernel.h"
#include "memory.h"
#include "memory_source.h"
#include "syscall.h"

#define DEFAULT_PROGRAM "bin/supervisor"
#define STACK_PAGES     4
#define STACK_TOP       TN_USER_CLOCK
#define BUNDLE_VA       UINT64_C(0x0000000080000000)
#define ROOT_PRIORITY   (CONFIG_PRIORITIES / 2)
#define ROOT_PERIOD_NS  UINT64_C(10000000)
#define IO_PORT_COUNT   65536
/* No machine we run on has devices above 1 TiB. */
#define IO_MEMORY_LENGTH (UINT64_C(1) << 40)

/* What is under construction. */
struct root {
    struct kern_process *process;
    struct kern_thread *thread;
    struct kern_context *context;
    struct kern_memory *bundle_memory;
    struct tn_bundle bundle;
    struct tn_root_info *info; /* In the stack, through the window. */
    uint64_t info_va;
};

static void must(tn_status_t status)
{
    if (status != TN_OK) {
        kern_boot_fail("the first program: %s", kern_status_text(status));
    }
}

/* --- The bundle -------------------------------------------------------------------------------- */

static void open_bundle(const struct boot_info *info, struct root *root)
{
    if (info->bundle_bytes == 0) {
        kern_boot_fail("no boot bundle: pass one beside the kernel (-initrd tenon.bundle)");
    }
    if (!TN_IS_ALIGNED(info->bundle_base, MM_PAGE_SIZE)) {
        kern_boot_fail("the boot bundle at 0x%lx is not page-aligned",
                       (unsigned long)info->bundle_base);
    }
    tn_status_t status = tn_bundle_open(arch_window() + info->bundle_base, info->bundle_bytes,
                                        ARCH_ELF_MACHINE, &root->bundle);
    if (status != TN_OK) {
        kern_boot_fail("the boot bundle cannot be used: %s", kern_status_text(status));
    }
    kernel.bundle_bytes = root->bundle.header->size;
    const struct tn_bundle_entry *symbols;
    if (CONFIG_BACKTRACE && tn_bundle_find(&root->bundle, "symbols/kernel", &symbols) == TN_OK) {
        kern_symbols_set(root->bundle.bytes + symbols->offset, symbols->size);
    }
    must(kern_memory_create_fixed(kernel.root, info->bundle_base >> MM_PAGE_SHIFT,
                                  kernel.bundle_bytes >> MM_PAGE_SHIFT, false,
                                  &root->bundle_memory));
}

/* The value of init= in the command line, or the default. @param[out] name zero-terminated. */
static void program_name(const char *command_line, char name[64])
{
    static const char option[] = "init=";
    const char *value = DEFAULT_PROGRAM;
    for (const char *at = command_line; *at != '\0'; at++) {
        bool starts = at == command_line || at[-1] == ' ';
        if (starts && strncmp(at, option, sizeof(option) - 1) == 0) {
            value = at + sizeof(option) - 1;
        }
    }
    size_t length = 0;
    while (value[length] != '\0' && value[length] != ' ' && length < 63) {
        name[length] = value[length];
        length++;
    }
    name[length] = '\0';
}

/* --- The address space ------------------------------------------------------------------------- */

static struct kern_memory *anonymous(uint64_t page_count)
{
    struct kern_memory *memory;
    must(kern_memory_begin(kernel.root, page_count, &memory));
    tn_status_t status;
    while ((status = kern_memory_build(memory)) == TN_AGAIN) {
    }
    must(status);
    return memory;
}

static unsigned attr_of(uint32_t access)
{
    return MM_ATTR_READ | ((access & TN_RIGHT_WRITE) != 0 ? MM_ATTR_WRITE : 0u) |
           ((access & TN_RIGHT_EXECUTE) != 0 ? MM_ATTR_EXECUTE : 0u);
}

/* Copy the file's part of a segment into its new pages; the rest stays zero. */
static struct kern_memory *copy_segment(const uint8_t *file, const struct tn_elf_segment *segment,
                                        uint64_t page_count)
{
    struct kern_memory *memory = anonymous(page_count);
    uint64_t done = 0;
    while (done < segment->file_bytes) {
        uint64_t at = segment->va % MM_PAGE_SIZE + done;
        uint64_t room = MM_PAGE_SIZE - at % MM_PAGE_SIZE;
        uint64_t left = segment->file_bytes - done;
        uint8_t *page = kern_memory_page(memory, at >> MM_PAGE_SHIFT);
        memcpy(page + at % MM_PAGE_SIZE, file + segment->offset + done, left < room ? left : room);
        done += left < room ? left : room;
    }
    return memory;
}

static void map_segment(struct root *root, const struct tn_bundle_entry *entry,
                        const struct tn_elf_segment *segment)
{
    uint64_t start = TN_ALIGN_DOWN(segment->va, MM_PAGE_SIZE);
    uint64_t end = TN_ALIGN_UP(segment->va + segment->memory_bytes, MM_PAGE_SIZE);
    struct kern_map map = {
        .va = start,
        .page_count = (end - start) >> MM_PAGE_SHIFT,
        .attr = attr_of(segment->access),
        .rights = segment->access,
    };
    bool as_is =
        (segment->access & TN_RIGHT_WRITE) == 0 && segment->file_bytes == segment->memory_bytes;
    if (as_is) {
        map.object_page = (entry->offset + segment->offset) >> MM_PAGE_SHIFT;
        must(kern_memory_map(root->process, root->bundle_memory, &map));
        return;
    }
    const uint8_t *file = root->bundle.bytes + entry->offset;
    struct kern_memory *memory = copy_segment(file, segment, map.page_count);
    must(kern_memory_map(root->process, memory, &map));
    kern_object_put(&memory->object); /* The mapping keeps it. */
}

/* Stack, root information at its top, and the whole bundle to read. */
static void map_stack_and_bundle(struct root *root)
{
    struct kern_memory *stack = anonymous(STACK_PAGES);
    struct kern_map map = {
        .va = STACK_TOP - STACK_PAGES * MM_PAGE_SIZE,
        .page_count = STACK_PAGES,
        .attr = MM_ATTR_READ | MM_ATTR_WRITE,
        .rights = TN_RIGHT_READ | TN_RIGHT_WRITE,
    };
    must(kern_memory_map(root->process, stack, &map));
    uint64_t reserved = TN_ALIGN_UP(sizeof(struct tn_root_info), UINT64_C(16));
    uint8_t *last = kern_memory_page(stack, STACK_PAGES - 1);
    root->info = (struct tn_root_info *)(void *)(last + MM_PAGE_SIZE - reserved);
    root->info_va = STACK_TOP - reserved;
    kern_object_put(&stack->object);
    map = (struct kern_map){
        .va = BUNDLE_VA,
        .page_count = root->bundle_memory->page_count,
        .attr = MM_ATTR_READ,
        .rights = TN_RIGHT_READ,
    };
    must(kern_memory_map(root->process, root->bundle_memory, &map));
    root->info->bundle_va = BUNDLE_VA;
    root->info->bundle_bytes = kernel.bundle_bytes;
}

static uint64_t load_program(struct root *root, const char *name)
{
    const struct tn_bundle_entry *entry;
    if (tn_bundle_find(&root->bundle, name, &entry) != TN_OK) {
        kern_boot_fail("the boot bundle has no program %s (init=NAME names another)", name);
    }
    struct tn_elf elf;
    tn_status_t status =
        tn_elf_read(root->bundle.bytes + entry->offset, entry->size, ARCH_ELF_MACHINE, &elf);
    if (status != TN_OK) {
        kern_boot_fail("program %s of the boot bundle: %s", name, kern_status_text(status));
    }
    for (uint32_t i = 0; i < elf.segment_count; i++) {
        map_segment(root, entry, &elf.segments[i]);
    }
    return elf.entry;
}

/* --- Thread and handles ------------------------------------------------------------------------ */

static void make_thread(struct root *root, uint64_t entry)
{
    struct sched_params params = {
        .priority = ROOT_PRIORITY,
        .budget_ns = ROOT_PERIOD_NS,
        .period_ns = ROOT_PERIOD_NS,
    };
    struct tn_thread_start start = {
        .pc = entry,
        .sp = TN_ALIGN_DOWN(root->info_va, UINT64_C(16)),
        .argument = root->info_va,
        .tls = root->info_va + offsetof(struct tn_root_info, thread_area),
    };
    must(kern_thread_create(root->process, kernel.root, &start, &root->thread));
    must(kern_context_create(kernel.root, &params, &root->context));
    kern_context_bind(root->context, root->thread);
}

static tn_handle_t give(struct root *root, struct kern_object *object, unsigned rights)
{
    uint64_t handle;
    must(kern_handle_insert(&root->process->handles, object, rights, 0, NULL, &handle));
    return (tn_handle_t)handle;
}

static tn_handle_t give_all(struct root *root, struct kern_object *object)
{
    return give(root, object, kern_all_rights(object->type));
}

static tn_handle_t give_range(struct root *root, unsigned kind, uint64_t length)
{
    struct kern_io_range *range;
    if (length == 0) {
        return TN_HANDLE_NONE;
    }
    must(kern_io_range_create(kernel.root, kind, 0, length, &range));
    tn_handle_t handle = give_all(root, &range->object);
    kern_object_put(&range->object);
    return handle;
}

static tn_handle_t give_machine(struct root *root)
{
    struct kern_object *machine;
    must(kern_object_create(kernel.root, TN_TYPE_MACHINE, sizeof(*machine), 0, &machine));
    tn_handle_t handle = give_all(root, machine);
    kern_object_put(machine);
    return handle;
}

static void give_handles(struct root *root)
{
    struct tn_root_info *info = root->info;
    info->process = give_all(root, &root->process->object);
    info->thread = give_all(root, &root->thread->object);
    info->context = give_all(root, &root->context->object);
    info->container = give_all(root, &kernel.root->object);
    info->machine = give_machine(root);
    info->bundle =
        give(root, &root->bundle_memory->object, kern_all_rights(TN_TYPE_MEMORY) & ~TN_RIGHT_WRITE);
    info->io_ports = give_range(root, TN_IO_PORTS, ARCH_HAS_PORTS ? IO_PORT_COUNT : 0);
    info->io_memory = give_range(root, TN_IO_MEMORY, IO_MEMORY_LENGTH);
    info->io_irqs = give_range(root, TN_IO_INTERRUPTS, ARCH_IRQ_COUNT);
}

/* The handles hold what lives on; the references from making things are given back. */
static void release(struct root *root)
{
    kern_object_put(&root->process->object);
    kern_object_put(&root->thread->object);
    kern_object_put(&root->context->object);
    kern_object_put(&root->bundle_memory->object);
}

static void make_process(struct root *root)
{
    struct kern_object *object;
    tn_status_t status;
    must(kern_process_begin(kernel.root, &object));
    root->process = kern_process_of(object);
    while ((status = kern_process_build(root->process)) == TN_AGAIN) {
    }
    must(status);
}

TN_COLD void kern_root_start(const struct boot_info *info)
{
    struct root root = {0};
    char name[64];
    open_bundle(info, &root);
    program_name(info->command_line, name);
    make_process(&root);
    kernel.first_process = root.process->object.id;
    uint64_t entry = load_program(&root, name);
    map_stack_and_bundle(&root);
    make_thread(&root, entry);
    give_handles(&root);
    memcpy(root.info->seed, info->entropy, sizeof(root.info->seed));
    struct kern_thread *thread = root.thread;
    release(&root);
    must(kern_thread_resume(thread));
}

/* SPDX-License-Identifier: MIT */
/* Boot, traps and actors; see world.h. */

#include "world.h"

#include <abi/bundle.h>
#include <abi/elf.h>
#include <libbase/crc32.h>

#include "check.h"

#define KERNEL_BASE  UINT64_C(0x10000)
#define KERNEL_BYTES UINT64_C(0x20000)
#define YIELDS_MAX   100
#define FILLERS      (2 * TN_PAGE_SIZE) /* Where fill_handles() keeps its list in the scratch pages. */

struct world world;

/* --- Boot -------------------------------------------------------------------------------------- */

/* A program of two segments: a page of code, and one of data of which the file has the first half. */
struct program {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
    struct {
        uint32_t type, flags;
        uint64_t offset, va, pa, file_bytes, memory_bytes, align;
    } segments[2];
};

#define PROGRAM_BYTES (2 * TN_PAGE_SIZE + TN_PAGE_SIZE / 2)

static void program_write(uint8_t *at)
{
    struct program program = {
        .ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
        .type = 2,
        .machine = ARCH_ELF_MACHINE,
        .version = 1,
        .entry = ENTRY,
        .phoff = offsetof(struct program, segments),
        .ehsize = 64,
        .phentsize = 56,
        .phnum = 2,
        .segments = {{.type = 1,
                      .flags = 5,
                      .offset = TN_PAGE_SIZE,
                      .va = ENTRY,
                      .file_bytes = TN_PAGE_SIZE,
                      .memory_bytes = TN_PAGE_SIZE},
                     {.type = 1,
                      .flags = 6,
                      .offset = 2 * TN_PAGE_SIZE,
                      .va = ENTRY + TN_PAGE_SIZE,
                      .file_bytes = TN_PAGE_SIZE / 2,
                      .memory_bytes = TN_PAGE_SIZE}},
    };
    memset(at, 0, PROGRAM_BYTES);
    memcpy(at, &program, sizeof(program));
    memset(at + TN_PAGE_SIZE, 0xc0, TN_PAGE_SIZE);
    memset(at + 2 * TN_PAGE_SIZE, 0xda, TN_PAGE_SIZE / 2);
}

uint64_t world_bundle(uint64_t base, const char *name)
{
    struct tn_bundle_header *header = (void *)(arch_window() + base);
    struct tn_bundle_entry *entry = (void *)(header + 1);
    uint64_t size = TN_PAGE_SIZE + TN_ALIGN_UP(PROGRAM_BYTES, TN_PAGE_SIZE);
    memset(header, 0, size);
    strncpy(entry->name, name, sizeof(entry->name) - 1);
    entry->offset = TN_PAGE_SIZE;
    entry->size = PROGRAM_BYTES;
    program_write(arch_window() + base + TN_PAGE_SIZE);
    entry->crc = tn_crc32(0, arch_window() + base + TN_PAGE_SIZE, PROGRAM_BYTES);
    *header = (struct tn_bundle_header){
        .magic = TN_BUNDLE_MAGIC,
        .version = TN_BUNDLE_VERSION,
        .machine = ARCH_ELF_MACHINE,
        .size = size,
        .entry_count = 1,
        .entries_crc = tn_crc32(0, entry, sizeof(*entry)),
    };
    return size;
}

struct boot_info world_boot_info(uint64_t bundle_bytes, const char *command_line)
{
    return (struct boot_info){
        .kernel_base = KERNEL_BASE,
        .kernel_bytes = KERNEL_BYTES,
        .bundle_base = BUNDLE_BASE,
        .bundle_bytes = bundle_bytes,
        .entropy = {1, 2, 3, 4},
        .command_line = command_line,
        .loader = "the test",
        .memory_count = 1,
        .memory = {{.base = 0, .length = WORLD_BYTES, .kind = BOOT_MEMORY_RAM}},
    };
}

enum host_end world_boot(const char *command_line)
{
    host_reset(WORLD_BYTES);
    struct boot_info info =
        world_boot_info(world_bundle(BUNDLE_BASE, "bin/supervisor"), command_line);
    return host_boot(&info);
}

int world_setup(void **state)
{
    (void)state;
    fail_allocation(0);
    assert_int_equal(world_boot("quiet"), HOST_RUNS);
    struct kern_thread *thread = kern_current();
    memset(&world, 0, sizeof(world));
    uint64_t at = thread->arch.frame.ipc.words[0];
    assert_true(host_user_load(&world.info, at, sizeof(world.info)));
    world.root = (struct actor){
        .process = world.info.process,
        .thread = world.info.thread,
        .context = world.info.context,
        .t = thread,
        .p = thread->process,
    };
    check_kernel();
    return 0;
}

int world_teardown(void **state)
{
    (void)state;
    if (host_end() <= HOST_IDLES) {
        check_kernel();
    }
    return 0;
}

/* --- Traps ------------------------------------------------------------------------------------- */

enum host_end world_trap(enum host_end end)
{
    if (end > HOST_IDLES && end != HOST_WAITS) {
        fail_msg("the machine stopped (%d): %s", (int)end, host_console());
    }
    if (!world.unchecked) {
        check_kernel();
    }
    return end;
}

/* With TN_TRACE in the environment each trap of a thread is printed before it is made. */
static void print_trap(unsigned number, const uint64_t *arguments)
{
    if (getenv("TN_TRACE") != NULL) {
        print_message("%llu: process %llu thread %llu: call %u (%#llx, %#llx, %#llx, %#llx)\n",
                      (unsigned long long)host_now_ns,
                      (unsigned long long)kern_current()->process->object.id,
                      (unsigned long long)kern_current()->object.id, number,
                      (unsigned long long)arguments[0], (unsigned long long)arguments[1],
                      (unsigned long long)arguments[2], (unsigned long long)arguments[3]);
    }
}

/* Whether @p thread, which made a call, is back in user mode. It may be gone. */
static bool is_back(const struct arch_thread *thread)
{
    return host_running() == thread;
}

tn_status_t world_sys(const uint64_t call[7])
{
    struct arch_thread *thread = host_running();
    assert_non_null(thread);
    world.value = 0;
    print_trap((unsigned)call[0], call + 1);
    world_trap(host_syscall((unsigned)call[0], call + 1));
    if (!is_back(thread)) {
        return BLOCKED;
    }
    world.value = thread->frame.result.value;
    return (tn_status_t)thread->frame.result.status;
}

uint64_t world_must(unsigned line, const uint64_t call[7])
{
    tn_status_t status = world_sys(call);
    if (status != TN_OK) {
        fail_msg("line %u: call %u ended with %s", line, (unsigned)call[0], tn_status_name(status));
    }
    return world.value;
}

tn_status_t world_ipc(unsigned number, struct arch_ipc_regs *registers)
{
    struct arch_thread *thread = host_running();
    assert_non_null(thread);
    print_trap(number, &registers->tag);
    world_trap(host_ipc(number, registers));
    if (!is_back(thread)) {
        return BLOCKED;
    }
    *registers = thread->frame.ipc;
    return tn_tag_status(registers->tag);
}

tn_status_t call(uint64_t handle, uint64_t tag, uint64_t word)
{
    struct arch_ipc_regs registers = {.tag = tag | TN_TAG_LOW, .handle = handle, .words = {word}};
    return world_ipc(TN_SYS_IPC_CALL, &registers);
}

tn_status_t send(uint64_t handle, uint64_t tag, uint64_t word)
{
    struct arch_ipc_regs registers = {.tag = tag | TN_TAG_LOW, .handle = handle, .words = {word}};
    return world_ipc(TN_SYS_IPC_SEND, &registers);
}

tn_status_t recv(uint64_t handle)
{
    struct arch_ipc_regs registers = {.handle = handle};
    return world_ipc(TN_SYS_IPC_RECV, &registers);
}

tn_status_t recv_until(uint64_t handle, uint64_t deadline_ns)
{
    struct arch_ipc_regs registers = {
        .handle = handle, .tag = TN_TAG_DEADLINE, .deadline = deadline_ns};
    return world_ipc(TN_SYS_IPC_RECV, &registers);
}

tn_status_t reply(uint64_t token, uint64_t tag, uint64_t word)
{
    struct arch_ipc_regs registers = {.tag = tag | TN_TAG_LOW, .token = token, .words = {word}};
    return world_ipc(TN_SYS_IPC_REPLY, &registers);
}

tn_status_t reply_recv(uint64_t handle, uint64_t token, uint64_t tag, uint64_t word)
{
    struct arch_ipc_regs registers = {
        .tag = tag | TN_TAG_LOW, .handle = handle, .token = token, .words = {word}};
    return world_ipc(TN_SYS_IPC_REPLY_RECV, &registers);
}

const struct arch_ipc_regs *regs(const struct actor *actor)
{
    return &actor->t->arch.frame.ipc;
}

tn_status_t ipc_status(const struct actor *actor)
{
    return tn_tag_status(regs(actor)->tag);
}

tn_status_t sys_status(const struct actor *actor)
{
    return (tn_status_t)actor->t->arch.frame.result.status;
}

uint64_t put_at(uint64_t offset, const void *bytes, size_t length)
{
    assert_true(host_user_store(SCRATCH + offset, bytes, length));
    return SCRATCH + offset;
}

void get_at(uint64_t offset, void *bytes, size_t length)
{
    assert_true(host_user_load(bytes, SCRATCH + offset, length));
}

/* --- Actors ------------------------------------------------------------------------------------ */

struct kern_object *object_of(uint64_t handle)
{
    struct kern_slot *slot;
    assert_int_equal(kern_handle_find(&world.root.p->handles, handle, &slot), TN_OK);
    return slot->object;
}

struct actor spawn_process(void)
{
    struct actor actor = {0};
    actor.process = (tn_handle_t)MUST(TN_SYS_PROCESS_CREATE, world.info.container);
    actor.p = kern_process_of(object_of(actor.process));
    uint64_t memory = MUST(TN_SYS_MEMORY_CREATE, world.info.container, SCRATCH_BYTES);
    struct tn_map_request request = {
        .va = SCRATCH, .size = SCRATCH_BYTES, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    MUST(TN_SYS_MEMORY_MAP, actor.process, memory, PUT(request));
    MUST(TN_SYS_HANDLE_CLOSE, memory);
    return actor;
}

struct actor spawn_thread(const struct actor *of, unsigned priority)
{
    struct actor actor = {.process = of->process, .p = of->p};
    struct tn_thread_start start = {
        .pc = ENTRY, .sp = SCRATCH + SCRATCH_BYTES, .container = world.info.container};
    actor.thread = (tn_handle_t)MUST(TN_SYS_THREAD_CREATE, of->process, PUT(start));
    actor.t = kern_thread_of(object_of(actor.thread));
    actor.context =
        (tn_handle_t)MUST(TN_SYS_CONTEXT_CREATE, world.info.container, priority, PERIOD, PERIOD);
    MUST(TN_SYS_CONTEXT_BIND, actor.context, actor.thread);
    (void)SYS(TN_SYS_THREAD_RESUME, actor.thread); /* It may run at once. */
    return actor;
}

struct actor spawn(unsigned priority)
{
    struct actor process = spawn_process();
    return spawn_thread(&process, priority);
}

bool runs(const struct actor *actor)
{
    return host_running() == &actor->t->arch;
}

void become(const struct actor *actor)
{
    for (unsigned i = 0; i < YIELDS_MAX && !runs(actor); i++) {
        assert_non_null(host_running());
        (void)SYS(TN_SYS_THREAD_YIELD);
    }
    assert_true(runs(actor));
}

tn_status_t back(const struct actor *actor, tn_status_t status)
{
    if (status != BLOCKED) {
        return status;
    }
    become(actor);
    return ipc_status(actor);
}

tn_handle_t give(const struct actor *actor, uint64_t handle, unsigned rights)
{
    return (tn_handle_t)MUST(TN_SYS_HANDLE_INSTALL, actor->process, handle, rights);
}

tn_handle_t container(uint64_t limit)
{
    return (tn_handle_t)MUST(TN_SYS_CONTAINER_CREATE, world.info.container, limit,
                             CONTAINER_THREADS);
}

tn_handle_t endpoint(void)
{
    return (tn_handle_t)MUST(TN_SYS_ENDPOINT_CREATE, world.info.container);
}

tn_handle_t notification(void)
{
    return (tn_handle_t)MUST(TN_SYS_NOTIFICATION_CREATE, world.info.container);
}

void make_passive(struct actor *actor)
{
    MUST(TN_SYS_CONTEXT_UNBIND, actor->context);
    MUST(TN_SYS_HANDLE_CLOSE, actor->context);
    actor->context = 0;
}

unsigned state_of(const struct actor *actor)
{
    return kern_thread_state(actor->t);
}

unsigned fill_handles(uint64_t handle)
{
    unsigned count = 0;
    while (SYS(TN_SYS_HANDLE_DUPLICATE, handle, 0) == TN_OK) {
        put_at(FILLERS + count * sizeof(uint64_t), &world.value, sizeof(world.value));
        count++;
    }
    return count;
}

void empty_handles(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint64_t handle;
        get_at(FILLERS + i * sizeof(handle), &handle, sizeof(handle));
        MUST(TN_SYS_HANDLE_CLOSE, handle);
    }
}

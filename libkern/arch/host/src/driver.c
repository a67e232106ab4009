/* SPDX-License-Identifier: MIT */
/* Traps: from the test into the kernel and back.
 *
 * The kernel leaves a trap by returning from kern_leave(), or in the middle of it, when it idles or
 * stops; then host_stop() jumps back to the trap. An idle kernel is entered again by kern_leave(): its
 * state is the same before each turn of the loop in which it idled. */

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <arch/syscalls.h>
#include <libmm/frame.h>

#include "kern_lock.h"
#include "kernel.h"
#include "machine.h"

#define MEMORY_ALIGN   (UINT64_C(4) << 20) /* The largest block of frames, and of a handle table. */
#define MEMORY_PATTERN 0xa5

struct host_machine machine;
struct arch_cpu *host_cpu;
unsigned host_cpu_number;
uint8_t *host_memory;
uint64_t host_now_ns;

static jmp_buf trap_end;
static void (*told)(unsigned number, tn_status_t status);

void host_reset(uint64_t memory_bytes)
{
    if (host_memory == NULL) {
        host_memory = aligned_alloc(MEMORY_ALIGN, HOST_MEMORY_MAX);
    }
    if (host_memory == NULL || memory_bytes > HOST_MEMORY_MAX) {
        abort();
    }
    memset(host_memory, MEMORY_PATTERN, memory_bytes);
    memset(&kernel, 0, sizeof(kernel));
    machine =
        (struct host_machine){.memory_bytes = memory_bytes, .timer_ns = UINT64_MAX, .cpu_count = 1};
    host_cpu = NULL;
    host_cpu_number = 0;
    host_now_ns = 0;
    host_lines_reset();
    host_tlb_reset();
    host_ports_reset();
    host_fpu_reset();
}

_Noreturn void host_stop(enum host_end end)
{
    longjmp(trap_end, (int)end);
}

/* --- Leaving the kernel ------------------------------------------------------------------------ */

static tn_status_t status_of(const struct arch_thread *thread)
{
    if (thread->number < TN_SYS_IPC_COUNT) {
        return (int8_t)(uint8_t)(thread->frame.ipc.tag >> 8);
    }
    return (tn_status_t)thread->frame.result.status;
}

#define CASE(number, name)                                                                         \
    case TN_SYS_##number:                                                                          \
        return kern_sys_##name(a[0], a[1], a[2], a[3], a[4], a[5]);

static struct kern_result handle(unsigned number, const uint64_t a[6])
{
    switch (number) {
        KERN_SYSCALLS(CASE)
    default:
        return kern_sys_none(a[0], a[1], a[2], a[3], a[4], a[5]);
    }
}

/* An ordinary call, for the first time or again. The result goes where the C ABI has it, unless the
 * call is to be made once more. */
static void make_call(struct arch_thread *thread, unsigned number, const uint64_t arguments[6])
{
    thread->kind = HOST_FRAME_CALL;
    thread->number = number;
    thread->in_call = true;
    thread->frame.pc += ARCH_PC_ALIGN;
    struct kern_result result = handle(number, arguments);
    if (thread->kind != HOST_FRAME_RESTART) {
        thread->frame.result = result;
    }
}

/* User mode of @p thread, up to its next trap that is not the test's: an interrupt that is waiting, or
 * a call that is made again. @return whether there was one. */
static bool run_user(struct arch_thread *thread)
{
    if (thread->kind == HOST_FRAME_RESTART) {
        uint64_t arguments[6];
        memcpy(arguments, thread->arguments, sizeof(arguments));
        make_call(thread, thread->number, arguments);
        return true;
    }
    if (thread->in_call) {
        thread->in_call = false;
        if (told != NULL) {
            told(thread->number, status_of(thread));
        }
    }
    return host_deliver();
}

static enum host_end leave(void)
{
    do {
        machine.leaving = true;
        kern_leave();
        machine.leaving = false;
    } while (run_user(host_cpu->current));
    return HOST_RUNS;
}

_Noreturn void arch_resume(struct arch_thread *thread)
{
    machine.leaving = false;
    host_stop(run_user(thread) ? leave() : HOST_RUNS);
}

/* --- Traps ------------------------------------------------------------------------------------- */

/* What a trap hands to the kernel. */
struct trap {
    void (*enter)(const struct trap *trap);
    const struct boot_info *info;
    const uint64_t *arguments;
    const struct arch_ipc_regs *registers;
    unsigned number;
    unsigned access;
    uint64_t address;
    uint64_t code;
};

static enum host_end run(const struct trap *trap)
{
    int end = setjmp(trap_end);
    if (end == 0) {
        trap->enter(trap);
        end = (int)leave();
    }
    machine.end = (enum host_end)end;
    machine.leaving = false;
    kern_lock_release();
    return machine.end;
}

/* A trap of a CPU that runs, idles or waits. As arch_idle() does, it takes the lock for itself. */
static enum host_end run_locked(const struct trap *trap)
{
    kern_lock_acquire();
    if (CONFIG_MAX_CPUS > 1 && machine.end == HOST_IDLES) {
        kernel.idle &= ~(1u << host_cpu_number);
    }
    return run(trap);
}

static void enter_boot(const struct trap *trap)
{
    kern_main(trap->info);
}

enum host_end host_boot(const struct boot_info *info)
{
    static bool booted;
    if (booted) {
        kern_lock_acquire(); /* The first time it is held from the start. */
    }
    booted = true;
    return run(&(struct trap){.enter = enter_boot, .info = info});
}

/* --- Several CPUs ------------------------------------------------------------------------------ */

void host_cpus(unsigned count)
{
    machine.cpu_count = count;
}

static void enter_join(const struct trap *trap)
{
    (void)trap;
    if (CONFIG_MAX_CPUS > 1) { /* A core for one CPU has none of this. */
        kern_cpu_main(host_cpu);
    }
}

static void put_away(void)
{
    struct host_cpu_state *state = &machine.cpus[host_cpu_number];
    state->cpu = host_cpu;
    state->fpu = machine.fpu;
    state->fpu_on = machine.fpu_on;
    state->timer_ns = machine.timer_ns;
    state->loaded_root = machine.loaded_root;
    state->end = machine.end;
    state->joined = true;
}

void host_use_cpu(unsigned number)
{
    const struct host_cpu_state *state = &machine.cpus[number];
    put_away();
    host_cpu = state->cpu;
    host_cpu_number = number;
    machine.fpu = state->fpu;
    machine.fpu_on = state->fpu_on;
    machine.timer_ns = state->timer_ns;
    machine.loaded_root = state->loaded_root;
    machine.end = state->end;
    if (!state->joined) {
        run(&(struct trap){.enter = enter_join}); /* It takes the lock itself. */
    }
}

static void enter_ipi(const struct trap *trap)
{
    (void)trap;
    if (machine.end == HOST_RUNS) {
        host_cpu->current->kind = HOST_FRAME_FULL;
    } else {
        kern_pend(KERN_PENDING_SCHEDULE); /* It goes on looking for somebody to run. */
    }
    if (CONFIG_MAX_CPUS > 1) {
        kern_ipi();
    }
}

enum host_end host_take_ipi(void)
{
    bool *has = &machine.cpus[host_cpu_number].has_ipi;
    if (!*has && machine.end != HOST_WAITS) {
        return machine.end;
    }
    *has = false;
    return run_locked(&(struct trap){.enter = enter_ipi});
}

static bool is_settled(void)
{
    for (unsigned i = 0; i < machine.cpu_count; i++) {
        bool waits =
            i == host_cpu_number ? machine.end == HOST_WAITS : machine.cpus[i].end == HOST_WAITS;
        if (waits || machine.cpus[i].has_ipi) {
            return false;
        }
    }
    return true;
}

void host_settle(void)
{
    unsigned used = host_cpu_number;
    while (!is_settled()) {
        for (unsigned i = 0; i < machine.cpu_count; i++) {
            host_use_cpu(i);
            (void)host_take_ipi();
        }
    }
    host_use_cpu(used);
}

/* --- Traps of the CPU in use ------------------------------------------------------------------- */

/* The thread whose trap begins, which must exist: user mode cannot act while the machine idles. */
static struct arch_thread *trapping(void)
{
    struct arch_thread *thread = host_running();
    if (thread == NULL) {
        abort();
    }
    return thread;
}

/* A call that needs no kern_leave() returns at once, as in the other ports; leave() does the same, and
 * what it finds pending is nothing. */
static void enter_syscall(const struct trap *trap)
{
    make_call(trapping(), trap->number, trap->arguments);
}

enum host_end host_syscall(unsigned number, const uint64_t arguments[6])
{
    return run_locked(
        &(struct trap){.enter = enter_syscall, .number = number, .arguments = arguments});
}

static void enter_ipc(const struct trap *trap)
{
    struct arch_thread *thread = trapping();
    thread->kind = HOST_FRAME_IPC;
    thread->frame.ipc = *trap->registers;
    thread->frame.pc += ARCH_PC_ALIGN;
    thread->number = trap->number;
    thread->in_call = true;
    kern_ipc(trap->number);
}

enum host_end host_ipc(unsigned number, const struct arch_ipc_regs *registers)
{
    return run_locked(&(struct trap){.enter = enter_ipc, .number = number, .registers = registers});
}

static void enter_fault(const struct trap *trap)
{
    trapping()->kind = HOST_FRAME_FULL;
    kern_fault(trap->number, trap->address, trap->access, trap->code);
}

enum host_end host_fault(unsigned kind, uint64_t address, unsigned access, uint64_t code)
{
    return run_locked(&(struct trap){
        .enter = enter_fault, .number = kind, .address = address, .access = access, .code = code});
}

/* An interrupt saves everything. While the machine idles nothing is saved, and the kernel goes on
 * looking for somebody to run. */
static void begin_interrupt(void)
{
    if (machine.end == HOST_IDLES) {
        kern_pend(KERN_PENDING_SCHEDULE);
    } else {
        trapping()->kind = HOST_FRAME_FULL;
    }
}

static void enter_interrupt(const struct trap *trap)
{
    begin_interrupt();
    host_line_raise(trap->number);
    (void)host_deliver();
}

enum host_end host_interrupt(unsigned irq)
{
    return run_locked(&(struct trap){.enter = enter_interrupt, .number = irq});
}

static void enter_timer(const struct trap *trap)
{
    (void)trap;
    begin_interrupt();
    (void)host_deliver();
}

static enum host_end advance_to(uint64_t now_ns)
{
    host_now_ns = now_ns > host_now_ns ? now_ns : host_now_ns;
    if (machine.timer_ns > host_now_ns) {
        return machine.end;
    }
    return run_locked(&(struct trap){.enter = enter_timer});
}

enum host_end host_advance(uint64_t ns)
{
    uint64_t goal_ns = host_now_ns + ns;
    while (machine.timer_ns < goal_ns && machine.end <= HOST_IDLES) {
        advance_to(machine.timer_ns);
    }
    return machine.end <= HOST_IDLES ? advance_to(goal_ns) : machine.end;
}

enum host_end host_until_timer(void)
{
    if (machine.timer_ns == UINT64_MAX) {
        abort();
    }
    return advance_to(machine.timer_ns);
}

enum host_end host_end(void)
{
    return machine.end;
}

struct arch_thread *host_running(void)
{
    return machine.end == HOST_RUNS ? host_cpu->current : NULL;
}

void host_on_result(void (*wants)(unsigned number, tn_status_t status))
{
    told = wants;
}

/* SPDX-License-Identifier: MIT */
/* What registers hold behind a system call, an interrupt and a switch. */
#include <libbase/mem.h>

#include "pc.h"
#include "worker.h"

#define CANARY UINT64_C(0xca11ca11ca11ca00)

/* RFLAGS. */
#define FLAG_STEP       UINT64_C(0x100)
#define FLAG_INTERRUPT  UINT64_C(0x200)
#define FLAGS_FORBIDDEN UINT64_C(0xffffffffffdb7000) /* IOPL NT RF VM VIF VIP, and all above ID. */

static void fill(uint64_t set[PC_REGISTERS])
{
    for (uint64_t i = 0; i < PC_REGISTERS; i++) {
        set[i] = CANARY + i;
    }
}

static void check_kept(const uint64_t in[PC_REGISTERS], const uint64_t out[PC_REGISTERS])
{
    static const uint8_t kept[] = {PC_RBX, PC_RBP, PC_R12, PC_R13, PC_R14, PC_R15};
    for (unsigned i = 0; i < sizeof(kept); i++) {
        EQUAL(in[kept[i]], out[kept[i]]);
    }
}

/* Behind an ordinary call: what C preserves is kept, what SYSCALL writes is there, the rest is 0. */
static void check_call(const uint64_t in[PC_REGISTERS], const uint64_t out[PC_REGISTERS])
{
    static const uint8_t zero[] = {PC_RSI, PC_RDI, PC_R8, PC_R9, PC_R10};
    check_kept(in, out);
    for (unsigned i = 0; i < sizeof(zero); i++) {
        EQUAL(0, out[zero[i]]);
    }
    EQUAL((uintptr_t)pc_call_return, out[PC_RCX]);
    CHECK((out[PC_R11] & FLAG_INTERRUPT) != 0);
}

static void a_call_leaves_no_kernel_word(void)
{
    uint64_t in[PC_REGISTERS], out[PC_REGISTERS];
    fill(in);
    in[PC_RAX] = (uint64_t)TN_SYS_NULL << 8;
    pc_call(in, out);
    check_call(in, out);
    EQUAL(TN_OK, out[PC_RAX]);
    EQUAL(0, out[PC_RDX]);
}

static void a_call_that_does_not_exist_leaves_none_either(void)
{
    uint64_t in[PC_REGISTERS], out[PC_REGISTERS];
    fill(in);
    in[PC_RAX] = (uint64_t)255 << 8;
    pc_call(in, out);
    check_call(in, out);
    EQUAL(TN_ERR_NO_SYSCALL, (int64_t)out[PC_RAX]);
    EQUAL(0, out[PC_RDX]);
}

static void a_call_that_waits_leaves_none_either(void)
{
    uint64_t in[PC_REGISTERS], out[PC_REGISTERS];
    fill(in);
    in[PC_RAX] = (uint64_t)TN_SYS_THREAD_SLEEP << 8;
    in[PC_RDI] = in_ms(1);
    pc_call(in, out);
    check_call(in, out);
    EQUAL(TN_OK, out[PC_RAX]);
    EQUAL(0, out[PC_RDX]);
}

/* Four timers fire while the registers are held. */
static void interrupts_preserve_every_register(void)
{
    uint64_t in[PC_REGISTERS], out[PC_REGISTERS];
    tn_handle_t notification = new_notification(), timers[4];
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++) {
        EXPECT(TN_OK, sys_timer_create(own_container(), notification, 1u << i, &timers[i]));
        EXPECT(TN_OK, sys_timer_set(timers[i], in_ms(1 + i), 0));
    }
    fill(in);
    for (unsigned round = 0; round < 1000 && bits != 15; round++) {
        uint64_t more = 0;
        pc_spins = 10000;
        pc_spin(in, out);
        EQUAL(0, memcmp(in, out, sizeof(in)));
        (void)!sys_notification_wait(notification, TN_DEADLINE_POLL, &more);
        bits |= more;
    }
    EQUAL(15, bits);
    close_all(timers, 4);
    EXPECT(TN_OK, sys_handle_close(notification));
}

/* Also those that SYSCALL had overwritten: the thread waited in a call. */
static void written_registers_are_all_restored(void)
{
    static uint64_t stack[16] __attribute__((aligned(16)));
    tn_handle_t context = TN_HANDLE_NONE, thread = new_thread(pc_entry_sleep);
    struct tn_registers registers = {0};
    EXPECT(TN_OK, sys_context_create(own_container(), WORKER_URGENT, 1000000, 1000000, &context));
    EXPECT(TN_OK, sys_context_bind(context, thread));
    EXPECT(TN_OK, sys_thread_resume(thread));
    EXPECT(TN_OK, sys_thread_suspend(thread));
    EXPECT(TN_OK, sys_thread_cancel(thread));
    if (CONFIG_DEBUG_CALLS) {
        fill(registers.general);
        registers.pc = (uintptr_t)pc_entry_dump;
        registers.sp = (uintptr_t)(stack + 16);
        registers.valid = (UINT64_C(1) << PC_REGISTERS) - 1 + (UINT64_C(3) << 31);
        EXPECT(TN_OK, sys_thread_write_regs(thread, &registers));
        EXPECT(TN_OK, sys_thread_resume(thread));
        for (unsigned i = 0; i < PC_REGISTERS; i++) {
            EQUAL(registers.general[i], pc_dump[i]);
        }
    }
    close_all((tn_handle_t[]){context, thread}, 2);
}

static void flags_are_filtered(void)
{
    tn_handle_t thread = new_thread(pc_entry_dump);
    struct tn_registers registers = {.flags = UINT64_MAX, .valid = UINT64_C(1) << 33};
    if (CONFIG_DEBUG_CALLS) {
        EXPECT(TN_OK, sys_thread_write_regs(thread, &registers));
        EXPECT(TN_OK, sys_thread_read_regs(thread, &registers));
        EQUAL(0, registers.flags & (FLAGS_FORBIDDEN | FLAG_STEP));
        CHECK((registers.flags & FLAG_INTERRUPT) != 0);
        registers = (struct tn_registers){.flags = 0, .valid = UINT64_C(1) << 33};
        EXPECT(TN_OK, sys_thread_write_regs(thread, &registers));
        EXPECT(TN_OK, sys_thread_read_regs(thread, &registers));
        CHECK((registers.flags & FLAG_INTERRUPT) != 0);
    }
    EXPECT(TN_OK, sys_handle_close(thread));
}

/* CPUID leaf 7, EBX bit 0: programs may write their FS and GS base. */
static bool cpu_has_fsgsbase(void)
{
    uint32_t eax = 0, ebx, ecx = 0, edx;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    if (eax < 7) {
        return false;
    }
    eax = 7;
    ecx = 0;
    __asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    return (ebx & 1) != 0;
}

static void work_read_gs(struct worker *worker)
{
    __asm__ volatile("rdgsbase %0" : "=r"(worker->value));
}

/* Whether the thread pointer is what the kernel set, after the thread wrote another and waited. */
static void work_write_fs(struct worker *worker)
{
    uint64_t before, after;
    __asm__ volatile("rdfsbase %0" : "=r"(before));
    __asm__ volatile("wrfsbase %0" : : "r"(CANARY & 0xffffffff));
    uint64_t deadline = in_ms(1);
    (void)SYS_ARCH_CALL3(TN_SYS_THREAD_SLEEP, deadline, 0, 0);
    __asm__ volatile("rdfsbase %0" : "=r"(after));
    __asm__ volatile("wrfsbase %0" : : "r"(before));
    worker->value = after == before;
}

static void segment_bases_are_the_kernels_to_set(void)
{
    static struct worker worker;
    if (!cpu_has_fsgsbase()) {
        return;
    }
    __asm__ volatile("wrgsbase %0" : : "r"(CANARY & 0xffffffff));
    worker = (struct worker){.work = work_read_gs, .value = 55};
    worker_start(&worker, WORKER_URGENT);
    worker_join(&worker);
    EQUAL(0, worker.value);
    worker = (struct worker){.work = work_write_fs, .value = 55};
    worker_start(&worker, WORKER_URGENT);
    worker_join(&worker);
    EQUAL(1, worker.value);
}

const struct check_case pc_register_cases[] = {
    {"a_call_leaves_no_kernel_word", a_call_leaves_no_kernel_word},
    {"a_call_that_does_not_exist_leaves_none_either",
     a_call_that_does_not_exist_leaves_none_either},
    {"a_call_that_waits_leaves_none_either", a_call_that_waits_leaves_none_either},
    {"interrupts_preserve_every_register", interrupts_preserve_every_register},
    {"written_registers_are_all_restored", written_registers_are_all_restored},
    {"flags_are_filtered", flags_are_filtered},
    {"segment_bases_are_the_kernels_to_set", segment_bases_are_the_kernels_to_set},
    {NULL, NULL},
};

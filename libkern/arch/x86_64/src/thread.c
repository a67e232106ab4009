/* SPDX-License-Identifier: MIT */
/* The registers of threads that do not run. */
#include "cpu.h"

#include <abi/layout.h>
#include <libbase/mem.h>

#define FLAG_FIXED     UINT64_C(0x2)      /* Bit 1 of RFLAGS is always 1. */
#define FLAG_STEP      UINT64_C(0x100)    /* TF. */
#define FLAG_INTERRUPT UINT64_C(0x200)    /* IF. */
#define FLAGS_USER     UINT64_C(0x240cd5) /* ID AC OF DF SF ZF AF PF CF: what user mode may set. */

#define SYSCALL_BYTES 2 /* 0f 05. */

#define VALID_SP    (UINT64_C(1) << 31)
#define VALID_PC    (UINT64_C(1) << 32)
#define VALID_FLAGS (UINT64_C(1) << 33)
#define VALID_TLS   (UINT64_C(1) << 34)
#define VALID_FULL  ((UINT64_C(1) << ARCH_GENERAL_COUNT) - 1)
#define VALID_RBP   (UINT64_C(1) << 6)
#define VALID_CALL  (UINT64_C(0x7802) | VALID_RBP) /* rbx r12-r15, as C preserves. */

/* Where general register n (struct tn_registers) stands in a frame. */
static const uint8_t general_offset[ARCH_GENERAL_COUNT] = {
    THREAD_RAX, THREAD_RBX, THREAD_RCX, THREAD_RDX, THREAD_RSI, THREAD_RDI, THREAD_RBP, THREAD_R8,
    THREAD_R9,  THREAD_R10, THREAD_R11, THREAD_R12, THREAD_R13, THREAD_R14, THREAD_R15,
};

static uint64_t *general(struct arch_thread *thread, unsigned number)
{
    return (uint64_t *)(void *)((uint8_t *)thread + general_offset[number]);
}

static bool is_user(uint64_t address)
{
    return address < TN_USER_HIGH + TN_PAGE_SIZE;
}

/* IRETQ and the FS base take canonical addresses only; an address outside of the user half becomes 0,
 * where nothing is mapped, and is the thread's own fault. */
static uint64_t user_or_null(uint64_t address)
{
    return is_user(address) ? address : 0;
}

void arch_thread_init(struct arch_thread *thread, struct arch_space *space,
                      const struct tn_thread_start *start)
{
    memset(thread, 0, sizeof(*thread));
    thread->frame.pc = user_or_null(start->pc);
    thread->frame.sp = user_or_null(start->sp);
    thread->frame.cs = SELECTOR_USER_CODE;
    thread->frame.ss = SELECTOR_USER_DATA;
    thread->frame.flags = FLAG_INTERRUPT | FLAG_FIXED;
    thread->frame.ipc.handle = start->argument;
    thread->frame.ipc.token = start->argument2;
    thread->kind = FRAME_FULL;
    thread->tls = user_or_null(start->tls);
    thread->space = space;
}

/* Arguments 0 to 5 of an ordinary call: rdi rsi rdx r10 r8 r9. */
static void set_arguments(struct arch_ipc_regs *ipc, const uint64_t arguments[6])
{
    ipc->handle = arguments[0];
    ipc->token = arguments[1];
    ipc->deadline = arguments[2];
    ipc->words[3] = arguments[3];
    ipc->words[1] = arguments[4];
    ipc->words[2] = arguments[5];
}

void arch_thread_set_result(struct arch_thread *thread, struct kern_result result)
{
    static const uint64_t none[6];
    if (thread->kind == FRAME_RESTART) { /* It ends here after all. */
        thread->frame.pc += SYSCALL_BYTES;
        set_arguments(&thread->frame.ipc, none);
        thread->kind = FRAME_CALL;
    }
    thread->frame.ipc.tag = (uint64_t)result.status;
    thread->frame.ipc.deadline = result.value;
}

/* Entry code stores the result into rax and rdx after the handler has returned, and leaves the other
 * registers alone because of the kind; so the result carries what these two must hold. */
struct kern_result arch_thread_restart(struct arch_thread *thread, unsigned number,
                                       const uint64_t arguments[6])
{
    set_arguments(&thread->frame.ipc, arguments);
    thread->frame.ipc.tag = (uint64_t)number << 8;
    thread->frame.pc -= SYSCALL_BYTES;
    thread->kind = FRAME_RESTARTS;
    arch_cpu_self()->pending |= KERN_PENDING_SCHEDULE;
    return (struct kern_result){.status = (int64_t)number << 8, .value = arguments[2]};
}

static uint64_t valid_general(uint64_t kind)
{
    switch (kind) {
    case FRAME_FULL:
        return VALID_FULL;
    case FRAME_IPC:
        return VALID_RBP;
    default:
        return VALID_CALL;
    }
}

void arch_thread_read_regs(const struct arch_thread *thread, struct tn_registers *registers)
{
    uint64_t valid = valid_general(thread->kind);
    memset(registers, 0, sizeof(*registers));
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        if ((valid >> i & 1) != 0) {
            memcpy(&registers->general[i], (const uint8_t *)thread + general_offset[i], 8);
        }
    }
    registers->sp = thread->frame.sp;
    registers->pc = thread->frame.pc;
    registers->flags = thread->frame.flags;
    registers->tls = thread->tls;
    registers->valid = valid | VALID_SP | VALID_PC | VALID_FLAGS | VALID_TLS;
}

tn_status_t arch_thread_write_regs(struct arch_thread *thread, const struct tn_registers *registers)
{
    struct arch_frame *frame = &thread->frame;
    uint64_t valid = registers->valid;
    uint64_t kept = valid_general(thread->kind) & ~valid;
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        uint64_t value = (valid >> i & 1) != 0 ? registers->general[i] : 0;
        *general(thread, i) = (kept >> i & 1) != 0 ? *general(thread, i) : value;
    }
    frame->sp = (valid & VALID_SP) != 0 ? user_or_null(registers->sp) : frame->sp;
    frame->pc = (valid & VALID_PC) != 0 ? user_or_null(registers->pc) : frame->pc;
    thread->tls = (valid & VALID_TLS) != 0 ? user_or_null(registers->tls) : thread->tls;
    uint64_t flags = (valid & VALID_FLAGS) != 0 ? registers->flags : frame->flags;
    frame->flags = (flags & FLAGS_USER) | (frame->flags & FLAG_STEP) | FLAG_INTERRUPT | FLAG_FIXED;
    frame->cs = SELECTOR_USER_CODE;
    frame->ss = SELECTOR_USER_DATA;
    thread->kind = FRAME_FULL;
    return TN_OK;
}

void arch_thread_set_step(struct arch_thread *thread, bool on)
{
    thread->frame.flags = (thread->frame.flags & ~FLAG_STEP) | (on ? FLAG_STEP : 0);
}

uint64_t arch_thread_pc(const struct arch_thread *thread)
{
    return thread->frame.pc;
}

uint64_t arch_thread_sp(const struct arch_thread *thread)
{
    return thread->frame.sp;
}

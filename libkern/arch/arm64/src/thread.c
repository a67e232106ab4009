/* SPDX-License-Identifier: MIT */
/* Registers of threads: made, read, replaced, and wound back by one system call. */
#include <libbase/mem.h>

#include "internal.h"
#include "sysreg.h"

/** Bits of PSTATE that belong to user code: N, Z, C, V. All others stay 0: EL0, 64-bit, interrupts
 *  open. Source: Arm DDI 0487 C5.2.18. */
#define PSTATE_USER UINT64_C(0xf0000000)

/** First address behind the user half. */
#define USER_END UINT64_C(0x0000800000000000)

/* tn_registers.valid. */
#define VALID_GENERAL UINT64_C(0x7fffffff)
#define VALID_SPECIAL (UINT64_C(0xf) << 31)

/** Bits of registers x0-xN. */
#define UP_TO(n)     ((UINT64_C(2) << (n)) - 1)
#define ONLY(n)      (UINT64_C(1) << (n))
#define VALID_IN_IPC (UP_TO(11) | ONLY(29) | ONLY(30) | VALID_SPECIAL)
#define VALID_CALL   ((VALID_GENERAL & ~UP_TO(18)) | UP_TO(1) | VALID_SPECIAL)

/** Bytes of the SVC instruction. */
#define CALL_BYTES 4

void arch_thread_init(struct arch_thread *thread, struct arch_space *space,
                      const struct tn_thread_start *start)
{
    *thread = (struct arch_thread){.kind = ARCH_FRAME_FULL, .space = space, .tls = start->tls};
    thread->frame.ipc.words[0] = start->argument;
    thread->frame.ipc.words[1] = start->argument2;
    thread->frame.sp = start->sp;
    thread->frame.pc = start->pc;
}

void arch_thread_set_result(struct arch_thread *thread, struct kern_result result)
{
    thread->frame.ipc.words[0] = (uint64_t)result.status;
    thread->frame.ipc.words[1] = result.value;
}

struct kern_result arch_thread_restart(struct arch_thread *thread, unsigned number,
                                       const uint64_t arguments[6])
{
    (void)number; /* stands in the instruction itself */
    struct arch_frame *frame = &thread->frame;
    memcpy(frame->ipc.words, arguments, 6 * sizeof arguments[0]);
    memset(&frame->ipc.words[6], 0,
           offsetof(struct arch_frame, preserved) - offsetof(struct arch_frame, ipc.words[6]));
    frame->pc -= CALL_BYTES;
    thread->kind = ARCH_FRAME_RESTART;
    /* Registers are loaded from the frame only if the call leaves by kern_leave(). */
    arch_cpu_self()->pending |= KERN_PENDING_SCHEDULE;
    return (struct kern_result){(int64_t)arguments[0], arguments[1]};
}

/** Registers that the frame of @p thread keeps, as bits of tn_registers.valid. */
static uint64_t valid_registers(const struct arch_thread *thread)
{
    switch (thread->kind) {
    case ARCH_FRAME_IPC:
        return VALID_IN_IPC;
    case ARCH_FRAME_CALL:
        return VALID_CALL;
    default:
        return VALID_GENERAL | VALID_SPECIAL;
    }
}

void arch_thread_read_regs(const struct arch_thread *thread, struct tn_registers *registers)
{
    const uint64_t *general = (const uint64_t *)&thread->frame;
    *registers = (struct tn_registers){
        .sp = thread->frame.sp,
        .pc = thread->frame.pc,
        .flags = thread->frame.pstate & PSTATE_USER,
        .tls = thread->tls,
        .valid = valid_registers(thread),
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(registers->general); i++) {
        registers->general[i] = (registers->valid & ONLY(i)) ? general[i] : 0;
    }
}

tn_status_t arch_thread_write_regs(struct arch_thread *thread, const struct tn_registers *registers)
{
    if (registers->pc >= USER_END || registers->sp > USER_END) {
        return TN_ERR_INVALID;
    }
    memcpy(&thread->frame, registers->general, sizeof registers->general);
    thread->frame.sp = registers->sp;
    thread->frame.pc = registers->pc;
    thread->frame.pstate = (registers->flags & PSTATE_USER) | (thread->step ? PSTATE_SS : 0);
    thread->tls = registers->tls;
    thread->kind = ARCH_FRAME_FULL;
    return TN_OK;
}

void arch_thread_set_step(struct arch_thread *thread, bool on)
{
    thread->step = on;
    thread->frame.pstate = (thread->frame.pstate & ~PSTATE_SS) | (on ? PSTATE_SS : 0);
    struct arch_cpu *cpu = arch_cpu_self();
    if (cpu->current == thread) {
        arm64_step_load(cpu, thread);
        cpu->pending |= KERN_PENDING_SCHEDULE; /* so that pstate is loaded from the frame */
    }
}

uint64_t arch_thread_pc(const struct arch_thread *thread)
{
    return thread->frame.pc;
}

uint64_t arch_thread_sp(const struct arch_thread *thread)
{
    return thread->frame.sp;
}

/* SPDX-License-Identifier: MIT */
/* The registers of threads that do not run. */

#include "machine.h"

#include <string.h>

#define VALID_SP      (UINT64_C(1) << 31)
#define VALID_PC      (UINT64_C(1) << 32)
#define VALID_FLAGS   (UINT64_C(1) << 33)
#define VALID_TLS     (UINT64_C(1) << 34)
#define VALID_ALWAYS  (VALID_SP | VALID_PC | VALID_FLAGS | VALID_TLS)
#define VALID_GENERAL ((UINT64_C(1) << ARCH_GENERAL_COUNT) - 1)

_Static_assert(sizeof(struct arch_ipc_regs) == ARCH_GENERAL_COUNT * sizeof(uint64_t),
               "the general registers are those of the IPC convention");

void arch_thread_init(struct arch_thread *thread, struct arch_space *space,
                      const struct tn_thread_start *start)
{
    memset(thread, 0, sizeof(*thread));
    thread->frame.pc = start->pc;
    thread->frame.sp = start->sp;
    thread->frame.ipc.words[0] = start->argument;
    thread->frame.ipc.words[1] = start->argument2;
    thread->tls = start->tls;
    thread->space = space;
    thread->kind = HOST_FRAME_FULL;
}

void arch_thread_set_result(struct arch_thread *thread, struct kern_result result)
{
    if (thread->kind == HOST_FRAME_RESTART) { /* It ends here after all. */
        thread->kind = HOST_FRAME_CALL;
        thread->frame.pc += ARCH_PC_ALIGN;
    }
    thread->frame.result = result;
}

struct kern_result arch_thread_restart(struct arch_thread *thread, unsigned number,
                                       const uint64_t arguments[6])
{
    thread->kind = HOST_FRAME_RESTART;
    thread->number = number;
    memcpy(thread->arguments, arguments, sizeof(thread->arguments));
    thread->frame.pc -= ARCH_PC_ALIGN;
    host_cpu->pending |= KERN_PENDING_SCHEDULE;
    return (struct kern_result){.status = TN_AGAIN};
}

void arch_thread_read_regs(const struct arch_thread *thread, struct tn_registers *registers)
{
    memset(registers, 0, sizeof(*registers));
    registers->valid = VALID_ALWAYS;
    if (thread->kind == HOST_FRAME_FULL) {
        memcpy(registers->general, &thread->frame.ipc, sizeof(thread->frame.ipc));
        registers->valid |= VALID_GENERAL;
    }
    registers->sp = thread->frame.sp;
    registers->pc = thread->frame.pc;
    registers->flags = thread->frame.flags;
    registers->tls = thread->tls;
}

tn_status_t arch_thread_write_regs(struct arch_thread *thread, const struct tn_registers *registers)
{
    memcpy(&thread->frame.ipc, registers->general, sizeof(thread->frame.ipc));
    thread->frame.sp = registers->sp;
    thread->frame.pc = registers->pc;
    thread->frame.flags = registers->flags;
    thread->tls = registers->tls;
    thread->kind = HOST_FRAME_FULL;
    thread->in_call = false;
    return TN_OK;
}

void arch_thread_set_step(struct arch_thread *thread, bool on)
{
    thread->steps = on;
}

uint64_t arch_thread_pc(const struct arch_thread *thread)
{
    return thread->frame.pc;
}

uint64_t arch_thread_sp(const struct arch_thread *thread)
{
    return thread->frame.sp;
}

/* SPDX-License-Identifier: MIT */
/* System calls of debuggers: the registers of stopped threads, and steps of one instruction. */

#include <abi/syscall.h>

#include "cpus.h"
#include "syscall.h"

/* Stopped: its registers are at rest and nobody but a debugger or fault handler looks at them, as soon as
 * the CPU where it ran has heard of it. */
static bool is_stopped(const struct kern_thread *thread)
{
    return thread->state != TN_THREAD_DEAD &&
           (kern_thread_is_suspended(thread) || thread->state == TN_THREAD_FAULTED);
}

KERN_SYSCALL2(thread_read_regs, handle, to)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_INSPECT, &thread);
    if (status == TN_OK && (!is_stopped(thread) || thread == kern_current())) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK && kern_thread_is_elsewhere(thread)) {
        return kern_restart(TN_SYS_THREAD_READ_REGS, handle, to, 0, 0);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct tn_registers registers;
    arch_thread_read_regs(&thread->arch, &registers);
    return kern_give_struct(to, &registers, sizeof(registers));
}

#define VALID_SP    (UINT64_C(1) << 31)
#define VALID_PC    (UINT64_C(1) << 32)
#define VALID_FLAGS (UINT64_C(1) << 33)
#define VALID_TLS   (UINT64_C(1) << 34)
#define VALID_ALL   (UINT64_C(0xf) << 31 | ((UINT64_C(1) << ARCH_GENERAL_COUNT) - 1))

/* What a thread may not be given is refused here, so that the port can write without failing. */
static tn_status_t check_registers(const struct tn_registers *registers)
{
    bool pc = (registers->valid & VALID_PC) != 0;
    bool sp = (registers->valid & VALID_SP) != 0;
    bool tls = (registers->valid & VALID_TLS) != 0;
    if (pc && !TN_IS_ALIGNED(registers->pc, ARCH_PC_ALIGN)) {
        return TN_ERR_ALIGNMENT;
    }
    if ((pc && (registers->pc < TN_USER_LOW || registers->pc >= TN_USER_HIGH)) ||
        (sp && registers->sp > TN_USER_HIGH) || (tls && registers->tls > TN_USER_HIGH)) {
        return TN_ERR_RANGE;
    }
    return (registers->valid & ~VALID_ALL) == 0 ? TN_OK : TN_ERR_INVALID;
}

/* Write the registers that @p registers marks valid; the others keep their value. */
static tn_status_t write_registers(struct kern_thread *thread, const struct tn_registers *registers)
{
    struct tn_registers all;
    arch_thread_read_regs(&thread->arch, &all);
    for (unsigned i = 0; i < ARCH_GENERAL_COUNT; i++) {
        if ((registers->valid >> i & 1) != 0) {
            all.general[i] = registers->general[i];
        }
    }
    all.sp = (registers->valid & VALID_SP) != 0 ? registers->sp : all.sp;
    all.pc = (registers->valid & VALID_PC) != 0 ? registers->pc : all.pc;
    all.flags = (registers->valid & VALID_FLAGS) != 0 ? registers->flags : all.flags;
    all.tls = (registers->valid & VALID_TLS) != 0 ? registers->tls : all.tls;
    all.valid = VALID_ALL;
    return arch_thread_write_regs(&thread->arch, &all);
}

KERN_SYSCALL2(thread_write_regs, handle, from)
{
    struct kern_thread *thread;
    struct tn_registers registers;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK) {
        status = arch_copy_in(&registers, from, sizeof(registers));
    }
    if (status == TN_OK) {
        status = check_registers(&registers);
    }
    if (status == TN_OK) {
        bool at_rest = thread->state == TN_THREAD_FAULTED ||
                       (thread->state == TN_THREAD_READY && kern_thread_is_suspended(thread));
        status = at_rest && thread != kern_current() ? TN_OK : TN_ERR_STATE;
    }
    if (status == TN_OK && kern_thread_is_elsewhere(thread)) {
        return kern_restart(TN_SYS_THREAD_WRITE_REGS, handle, from, 0, 0);
    }
    if (status == TN_OK) {
        status = write_registers(thread, &registers);
    }
    return kern_status(status);
}

KERN_SYSCALL2(thread_set_step, handle, enable)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK && enable > 1) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK && (!is_stopped(thread) || thread == kern_current())) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK && kern_thread_is_elsewhere(thread)) {
        return kern_restart(TN_SYS_THREAD_SET_STEP, handle, enable, 0, 0);
    }
    if (status == TN_OK) {
        arch_thread_set_step(&thread->arch, enable == 1);
        kern_thread_set_reason(thread, KERN_REASON_STEP, enable == 1);
    }
    return kern_status(status);
}

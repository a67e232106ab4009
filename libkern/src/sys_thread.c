/* SPDX-License-Identifier: MIT */
/* System calls on threads and scheduling contexts. */

#include <libbase/checked.h>

#include "context.h"
#include "memory.h"
#include "schedule.h"
#include "syscall.h"

#define STACK_ALIGN 16

static tn_status_t decode_thread(uint64_t handle, unsigned right, struct kern_thread **thread)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_THREAD, right, &object);
    if (status == TN_OK) {
        *thread = kern_thread_of(object);
    }
    return status;
}

static tn_status_t check_start(const struct tn_thread_start *start)
{
    if (start->flags != 0) {
        return TN_ERR_INVALID;
    }
    if (!TN_IS_ALIGNED(start->sp, STACK_ALIGN) || !TN_IS_ALIGNED(start->pc, ARCH_PC_ALIGN)) {
        return TN_ERR_ALIGNMENT;
    }
    bool in_range = start->pc >= TN_USER_LOW && start->pc < TN_USER_HIGH &&
                    start->sp <= TN_USER_HIGH && start->tls <= TN_USER_HIGH;
    return in_range ? TN_OK : TN_ERR_RANGE;
}

static tn_status_t decode_create(uint64_t process_handle, uint64_t from,
                                 struct kern_process **process, struct tn_thread_start *start,
                                 struct kern_container **payer)
{
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_MANAGE, process);
    if (status == TN_OK) {
        status = arch_copy_in(start, from, sizeof(*start));
    }
    if (status == TN_OK) {
        status = kern_decode_payer(start->container, payer);
    }
    if (status == TN_OK) {
        status = check_start(start);
    }
    if (status == TN_OK && (*process)->state != TN_PROCESS_ALIVE) {
        status = TN_ERR_STATE;
    }
    return status == TN_OK ? kern_can_insert() : status;
}

KERN_SYSCALL2(thread_create, process_handle, from)
{
    struct kern_process *process;
    struct tn_thread_start start;
    struct kern_container *payer;
    struct kern_thread *thread;
    tn_status_t status = decode_create(process_handle, from, &process, &start, &payer);
    if (status == TN_OK) {
        status = kern_thread_create(process, payer, &start, &thread);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give(&thread->object, kern_all_rights(TN_TYPE_THREAD));
}

KERN_SYSCALL1(thread_resume, handle)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    return kern_status(status == TN_OK ? kern_thread_resume(thread) : status);
}

KERN_SYSCALL1(thread_suspend, handle)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    return kern_status(status == TN_OK ? kern_thread_suspend(thread) : status);
}

/* With the last thread the process ends, and that thread takes it apart. */
static void end_thread(struct kern_thread *thread)
{
    if (thread->process->thread_count == 1) {
        kern_process_end(thread->process, 0, TN_EXIT_NORMAL);
    } else {
        kern_thread_end(thread);
    }
}

KERN_SYSCALL0(thread_exit)
{
    end_thread(kern_current());
    return kern_ok(0);
}

KERN_SYSCALL1(thread_kill, handle)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK && thread->state != TN_THREAD_DEAD) {
        end_thread(thread);
    }
    return kern_status(status);
}

/* Stopped: its registers are at rest and nobody but a debugger or fault handler looks at them. */
static bool is_stopped(const struct kern_thread *thread)
{
    return thread->state != TN_THREAD_DEAD &&
           (thread->suspended || thread->state == TN_THREAD_FAULTED);
}

KERN_SYSCALL2(thread_read_regs, handle, to)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_INSPECT, &thread);
    if (status == TN_OK && (!is_stopped(thread) || thread == kern_current())) {
        status = TN_ERR_STATE;
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
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK) {
        status = arch_copy_in(&registers, from, sizeof(registers));
    }
    if (status == TN_OK) {
        status = check_registers(&registers);
    }
    if (status == TN_OK) {
        bool at_rest = thread->state == TN_THREAD_FAULTED ||
                       (thread->state == TN_THREAD_READY && thread->suspended);
        status = at_rest && thread != kern_current() ? TN_OK : TN_ERR_STATE;
    }
    if (status == TN_OK) {
        status = write_registers(thread, &registers);
    }
    return kern_status(status);
}

KERN_SYSCALL2(thread_set_step, handle, enable)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK && enable > 1) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK && (!is_stopped(thread) || thread == kern_current())) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        arch_thread_set_step(&thread->arch, enable == 1);
    }
    return kern_status(status);
}

KERN_SYSCALL0(thread_yield)
{
    kern_yield();
    return kern_ok(0);
}

KERN_SYSCALL1(thread_sleep, deadline_ns)
{
    if (deadline_ns > arch_now_ns()) {
        struct kern_thread *thread = kern_current();
        kern_thread_arm(thread, deadline_ns);
        kern_thread_block(thread, TN_THREAD_SLEEPING);
    }
    return kern_ok(0);
}

static struct kern_thread *thread_at(const struct kern_process *process, uint64_t index)
{
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        if (index == 0) {
            return tn_list_entry(node, struct kern_thread, in_process);
        }
        index--;
    }
    return NULL;
}

KERN_SYSCALL3(thread_info, process_handle, index, to)
{
    struct kern_process *process;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_INSPECT, &process);
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_thread *thread = thread_at(process, index);
    if (thread == NULL) {
        return kern_status(TN_ERR_NOT_FOUND);
    }
    const struct kern_context *context = thread->context != NULL ? thread->context : thread->own;
    struct tn_thread_info info = {
        .id = thread->object.id,
        .cpu_ns = thread->cpu_ns,
        .pc = arch_thread_pc(&thread->arch),
        .state = kern_thread_state(thread),
        .priority = context != NULL ? context->sched.params.priority : 0,
    };
    return kern_give_struct(to, &info, sizeof(info));
}

KERN_SYSCALL1(thread_set_buffer, va)
{
    return kern_status(kern_thread_set_buffer(kern_current(), va));
}

KERN_SYSCALL1(thread_cancel, handle)
{
    struct kern_thread *thread;
    tn_status_t status = decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK && !kern_thread_unwait(thread, TN_ERR_CANCELLED)) {
        status = thread->server != NULL ? TN_ERR_NOT_SUPPORTED : TN_ERR_STATE;
    }
    return kern_status(status);
}

static struct sched_params params_of(uint64_t priority, uint64_t budget_ns, uint64_t period_ns)
{
    return (struct sched_params){
        .priority = priority < CONFIG_PRIORITIES ? (uint32_t)priority : CONFIG_PRIORITIES,
        .budget_ns = budget_ns,
        .period_ns = period_ns,
    };
}

KERN_SYSCALL4(context_create, container, priority, budget_ns, period_ns)
{
    struct kern_container *payer;
    struct kern_context *context;
    struct sched_params params = params_of(priority, budget_ns, period_ns);
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = sched_params_check(&params);
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_context_create(payer, &params, &context);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give(&context->object, kern_all_rights(TN_TYPE_CONTEXT));
}

static tn_status_t decode_context(uint64_t handle, struct kern_context **context)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTEXT, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK) {
        *context = kern_context_of(object);
    }
    return status;
}

KERN_SYSCALL4(context_configure, handle, priority, budget_ns, period_ns)
{
    struct kern_context *context;
    struct sched_params params = params_of(priority, budget_ns, period_ns);
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK) {
        status = sched_params_check(&params);
    }
    if (status == TN_OK) {
        kern_context_configure(context, &params);
    }
    return kern_status(status);
}

static tn_status_t can_bind(const struct kern_context *context, const struct kern_thread *thread)
{
    if (context->owner != NULL || context->user != NULL) {
        return TN_ERR_BUSY;
    }
    if (thread->own != NULL) {
        return TN_ERR_EXISTS;
    }
    return thread->state == TN_THREAD_DEAD ? TN_ERR_STATE : TN_OK;
}

KERN_SYSCALL2(context_bind, handle, thread_handle)
{
    struct kern_context *context;
    struct kern_thread *thread;
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK) {
        status = decode_thread(thread_handle, TN_RIGHT_MANAGE, &thread);
    }
    if (status == TN_OK) {
        status = can_bind(context, thread);
    }
    if (status == TN_OK) {
        kern_context_bind(context, thread);
    }
    return kern_status(status);
}

/* Lent, about to be lent, or what its thread counts on to wake up. */
static bool is_needed(const struct kern_context *context)
{
    const struct kern_thread *owner = context->owner;
    switch (owner->state) {
    case TN_THREAD_SENDING:
    case TN_THREAD_REPLY:
    case TN_THREAD_FAULTED:
        return true;
    case TN_THREAD_RECEIVING:
        return owner->bound != NULL || sched_timeout_is_armed(&owner->timeout);
    default:
        return context->user != NULL && context->user != owner;
    }
}

KERN_SYSCALL1(context_unbind, handle)
{
    struct kern_context *context;
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK && context->owner == NULL) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK && is_needed(context)) {
        status = TN_ERR_BUSY;
    }
    if (status == TN_OK) {
        kern_context_unbind(context);
    }
    return kern_status(status);
}

/* SPDX-License-Identifier: MIT */
/* Starting CPUs, and stopping them in a panic. */

#include "cpus.h"

#include "kern_lock.h"
#include "kernel.h"
#include "memory_source.h"

/* CPUs that run besides the first. */
static unsigned others;

unsigned kern_cpus_running(void)
{
    return others + 1;
}

/* Frames come in powers of two. */
static unsigned stacks_order(void)
{
    const uint64_t bytes = ARCH_CPU_BYTES;
    unsigned order = 0;
    while ((MM_PAGE_SIZE << order) < bytes) {
        order++;
    }
    return order;
}

static tn_status_t start(unsigned number)
{
    uint64_t frame;
    tn_status_t status = kern_frames_take(stacks_order(), &frame);
    if (status != TN_OK) {
        return status;
    }
    status = arch_cpu_start(number, &kernel.cpus[number].arch, frame << MM_PAGE_SHIFT);
    if (status != TN_OK) {
        kern_frames_give(frame, stacks_order());
    }
    return status;
}

static const char *why(tn_status_t status)
{
    return status == TN_ERR_TIMEOUT ? "it does not answer" : kern_status_text(status);
}

void kern_cpus_start(void)
{
    for (unsigned number = 1; number < arch_cpu_count(); number++) {
        tn_status_t status = start(number);
        if (status == TN_OK) {
            others++;
            kern_log("CPU %u runs\n", number);
        } else {
            kern_log("CPU %u did not start: %s\n", number, why(status));
        }
    }
}

/* What happens to another CPU meanwhile is not worth a second text. */
bool kern_cpus_begin_panic(void)
{
    static unsigned who; /* Number of the CPU that panics, plus 1; 0: none. */
    unsigned self = arch_cpu_number() + 1;
    unsigned first = 0;
    if (__atomic_compare_exchange_n(&who, &first, self, false, __ATOMIC_RELAXED,
                                    __ATOMIC_RELAXED)) {
        arch_cpus_stop();
        return true;
    }
    if (first != self) {
        arch_halt();
    }
    return false;
}

/* It joins with an empty queue. */
_Noreturn void kern_cpu_main(struct arch_cpu *arch)
{
    struct kern_cpu *cpu = TN_CONTAINER_OF(arch, struct kern_cpu, arch);
    kern_lock_acquire();
    tn_list_init(&cpu->dead);
    cpu->number = arch_cpu_number();
    cpu->timer_ns = UINT64_MAX;
    cpu->charged_ns = arch_now_ns();
    kernel.online |= 1u << cpu->number;
    kern_pend(KERN_PENDING_SCHEDULE);
    arch_resume(kern_leave());
}

/* What is asked for stands in the pending word, which kern_leave() reads next. */
void kern_ipi(void)
{
}

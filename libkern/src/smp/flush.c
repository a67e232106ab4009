/* SPDX-License-Identifier: MIT */
/* Shootdown: a page is gone when all CPUs have forgotten it.
 *
 * There is one request at a time, of the CPU that holds the kernel lock. It asks those whose current
 * thread lives in that space: nobody else has it loaded, because an idle CPU has nothing loaded. Each of
 * them comes to kern_cpu_poll() while it waits for the lock that the asker holds, and answers. */

#include "cpus.h"

/* Written by the asker while nobody is asked, read by those who are. */
static struct {
    struct arch_space *space;
    uint64_t va;
    uint64_t page_count;
} request;

/* By CPU: asked, and has not answered. Each on a line of its own: it is looked at in a loop. */
static struct {
    _Alignas(64) bool is;
} asked[CONFIG_MAX_CPUS];

void kern_smp_flush(struct kern_process *process, uint64_t va, uint64_t page_count)
{
    uint32_t waits = 0;
    if (ARCH_FLUSH_REACHES_ALL) {
        return;
    }
    request.space = &process->arch;
    request.va = va;
    request.page_count = page_count;
    for (uint32_t i = 0; i < KERN_CPU_MAX; i++) {
        struct kern_cpu *cpu = &kernel.cpus[i];
        if (cpu == kern_cpu() || cpu->arch.current == NULL ||
            kern_thread_of_arch(cpu->arch.current)->process != process) {
            continue;
        }
        __atomic_store_n(&asked[i].is, true,
                         __ATOMIC_RELEASE); /* The request is there before it. */
        arch_ipi_send(i);
        waits |= 1u << i;
    }
    for (; waits != 0; waits &= waits - 1) {
        while (__atomic_load_n(&asked[__builtin_ctz(waits)].is, __ATOMIC_ACQUIRE)) {
            arch_relax();
        }
    }
}

void kern_cpu_poll(void)
{
    bool *is_asked = &asked[arch_cpu_number()].is;
    if (__atomic_load_n(is_asked, __ATOMIC_ACQUIRE)) {
        arch_space_flush(request.space, request.va, request.page_count);
        __atomic_store_n(is_asked, false, __ATOMIC_RELEASE);
    }
}

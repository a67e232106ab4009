/* SPDX-License-Identifier: MIT */
/* Loading threads, and freeing those who died while they were loaded. */

#include "load.h"

#include "cpus.h"
#include "kernel.h"

bool kern_is_on_cpu(const struct kern_thread *thread)
{
    const struct kern_cpu *cpu = kern_cpu();
    return &thread->arch == cpu->arch.current || thread == cpu->loaded;
}

void kern_unload(const struct kern_process *process)
{
    struct kern_cpu *cpu = kern_cpu();
    if (cpu->loaded != NULL && !cpu->unloaded && cpu->loaded->process == process) {
        arch_thread_unload(&cpu->loaded->arch);
        cpu->unloaded = true;
    }
}

/* Nobody looks at the dead any more: another thread is loaded, or none. */
static void free_dead(struct kern_cpu *cpu)
{
    struct tn_list *node;
    while ((node = tn_list_pop_front(&cpu->dead)) != NULL) {
        kern_thread_free(&tn_list_entry(node, struct kern_thread, in_process)->object);
    }
}

void kern_load_nobody(struct kern_cpu *cpu)
{
    struct kern_thread *loaded = cpu->loaded;
    cpu->arch.current = loaded != NULL ? &loaded->arch : NULL;
    if (CONFIG_MAX_CPUS == 1 || loaded == NULL) {
        return;
    }
    if (!cpu->unloaded) {
        arch_thread_unload(&loaded->arch);
    }
    cpu->loaded = NULL;
    cpu->unloaded = false;
    cpu->arch.current = NULL;
    kern_smp_left(cpu, loaded);
    free_dead(cpu);
}

void kern_load_current(struct kern_cpu *cpu)
{
    struct kern_thread *previous = cpu->loaded;
    struct kern_thread *next = kern_current();
    if (previous == NULL || cpu->unloaded) {
        arch_thread_load(&next->arch);
    } else if (previous != next) {
        (void)arch_thread_switch(&previous->arch, &next->arch);
    }
    cpu->loaded = next;
    cpu->unloaded = false;
    if (CONFIG_MAX_CPUS > 1 && previous != NULL && previous != next) {
        kern_smp_left(cpu, previous);
    }
    free_dead(cpu);
}

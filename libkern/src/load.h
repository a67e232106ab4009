/* SPDX-License-Identifier: MIT */
/* Whose address space is loaded while the kernel looks for who runs next.
 *
 * Outside of the long way out (leave.c) that is the current thread's. There, cpu.loaded says it, and
 * cpu.unloaded that it was, until its process ended.
 *
 * Rules: interrupts off. */
#ifndef KERN_LOAD_H
#define KERN_LOAD_H

#include <stdbool.h>

struct kern_cpu;
struct kern_process;
struct kern_thread;

/** Whether @p thread is current, or what is loaded is still its. */
bool kern_is_on_cpu(const struct kern_thread *thread);

/** Make sure that the address space of @p process is not loaded: its tables are about to go. */
void kern_unload(const struct kern_process *process);

/** Load the current thread, and free the dead. */
void kern_load_current(struct kern_cpu *cpu);

/** Nothing runs on @p cpu for a while. With other CPUs, nothing is kept either: whoever was loaded may run
 *  there, its registers are all in its frame and area, and nobody has to ask this CPU to forget a page.
 *  Alone, who was loaded last stays so, and probably comes back. */
void kern_load_nobody(struct kern_cpu *cpu);

#endif

/* SPDX-License-Identifier: MIT */
/* CPUs beyond the one that boots. Nothing at all where CONFIG_MAX_CPUS is 1.
 *
 * Rules: interrupts off; the kernel lock held where nothing else is said. */
#ifndef KERN_CPUS_H
#define KERN_CPUS_H

#include <stdbool.h>

/** Start all CPUs that the machine has and the kernel has room for. One that does not come, or for whose
 *  stacks there is no memory, is logged and left out. Context: boot, after arch_machine_init. */
void kern_cpus_start(void);

/** CPUs that run, this one included. */
unsigned kern_cpus_running(void);

/** Stop all other CPUs, because this one panics. If another one panics already, this one stops here.
 *  @return false if this CPU panics for the second time. Context: any. */
bool kern_cpus_begin_panic(void);

#endif

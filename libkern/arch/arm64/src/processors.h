/* SPDX-License-Identifier: MIT */
/* The CPUs of the machine: what the device tree lists, and messages between them. Of kernels for
 * several CPUs alone: who calls asks CONFIG_MAX_CPUS first. */
#ifndef ARM64_PROCESSORS_H
#define ARM64_PROCESSORS_H

#include <libdrv/fdt.h>

/** Remember @p node of @p fdt if it is a CPU. @return whether it is one. */
bool arm64_processors_note(const struct drv_fdt *fdt, const struct drv_fdt_node *node);

/** The whole tree was read, and the interrupt controller works: log what is left alone, and let this
 *  CPU, the one that boots, receive messages. */
void arm64_processors_init(void);

/** Let this CPU, which has its part of the interrupt controller, receive messages. */
void arm64_processors_listen(void);

/** Message @p irq came, below ARM64_GIC_PRIVATE_FIRST. Context: as kern_ipi(). */
void arm64_processors_message(unsigned irq);

/** MPIDR_EL1's affinity of CPU @p number, below arch_cpu_count(). */
uint64_t arm64_processors_affinity(unsigned number);

/** Whether the firmware starts CPU @p number by PSCI. */
bool arm64_processors_by_psci(unsigned number);

#endif

/* SPDX-License-Identifier: MIT */
/* One CPU: whatever others the machine has are never touched. */
#include "processors.h"

#include <arch/arch.h>

void processors_use_low_memory(uint64_t pa)
{
    (void)pa;
}

void processors_find(const struct drv_acpi_table *madt)
{
    (void)madt;
}

bool processors_are_stopping(void)
{
    return false;
}

unsigned arch_cpu_count(void)
{
    return 1;
}

tn_status_t arch_cpu_start(unsigned number, struct arch_cpu *cpu, uint64_t memory)
{
    (void)number;
    (void)cpu;
    (void)memory;
    return TN_ERR_NOT_SUPPORTED;
}

void arch_ipi_send(unsigned number)
{
    (void)number;
}

void arch_cpus_stop(void)
{
}

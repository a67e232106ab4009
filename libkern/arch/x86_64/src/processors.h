/* SPDX-License-Identifier: MIT */
/* CPUs beyond the one that boots, as far as other files of this port deal with them. Where
 * CONFIG_MAX_CPUS is 1, nothing happens here. */
#ifndef X86_PROCESSORS_H
#define X86_PROCESSORS_H

#include <stdbool.h>
#include <stdint.h>

#include <libdrv/acpi.h>

/** Memory below 1 MiB that starting CPUs takes: a page of code and a page table. */
#define PROCESSORS_START_BYTES UINT64_C(0x2000)

/** Where real mode can begin: Intel SDM 3A, 8.4.3 (the vector names a page below 1 MiB, but not one of
 *  0xa0 to 0xbf, and the firmware's memory is behind those). */
#define PROCESSORS_START_END UINT64_C(0xa0000)

/** Use the PROCESSORS_START_BYTES of RAM at @p pa, page-aligned and below PROCESSORS_START_END, which nobody else
 *  touches from now on. Without this call, no CPU can be started. Context: boot path. */
void processors_use_low_memory(uint64_t pa);

/** Number the CPUs that @p madt lists as usable. The local APIC works. Context: arch_machine_init. */
void processors_find(const struct drv_acpi_table *madt);

/** Whether arch_cpus_stop() was called: an NMI on another CPU means that it shall stop. */
bool processors_are_stopping(void);

#endif

/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef X86_PROCESSORS_INTERNAL_H
#define X86_PROCESSORS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/** Number of the local APIC of CPU @p number. */
uint8_t processors_apic(unsigned number);

/** Whether CPU @p number runs: it booted, or arch_cpu_start() succeeded. */
bool processors_is_started(unsigned number);

#endif

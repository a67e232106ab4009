/* SPDX-License-Identifier: MIT */
/* Time: the time-stamp counter, and the reference that tells its rate. */
#ifndef X86_CLOCK_H
#define X86_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Use the event timer whose registers are at physical address @p pa as the reference.
 *  @return false if it cannot be mapped or its period makes no sense. */
bool clock_use_hpet(uint64_t pa);

/** Use the ACPI timer at @p port as the reference. @param is_32_bits else it wraps at 24. */
void clock_use_pm_timer(uint16_t port, bool is_32_bits);

/** Use the interval timer 8254, which every PC has, as the reference. */
void clock_use_pit(void);

/** Begin to measure, with the reference and the local APIC. @param entry_counter see boot_info. */
void clock_start(uint64_t entry_counter);

#endif

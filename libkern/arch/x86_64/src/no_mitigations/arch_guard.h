/* SPDX-License-Identifier: MIT */
/* What the mitigations add to the structures of the port: nothing.
 *
 * Rules: included by <arch/port.h> alone. */
#ifndef ARCH_GUARD_H
#define ARCH_GUARD_H

/** Alignment of struct arch_cpu. */
#define ARCH_CPU_ALIGN 8

/** Tables that an address space needs beside its root. */
#define ARCH_SPACE_TABLES 0

/** Of a CPU. */
struct arch_cpu_guard {
};

/** Of an address space. */
struct arch_space_guard {
};

#endif

/* SPDX-License-Identifier: MIT */
/* The way from the firmware's state of the CPU to that of a kernel's entry; enter.S. */
#ifndef UEFI_ENTER_H
#define UEFI_ENTER_H

#include <stdint.h>

#include <libkern/boot_handoff.h>

/** Write what the caches hold of [@p begin, @p end) to memory, and forget it. */
void uefi_clean(uintptr_t begin, uintptr_t end);

/** Switch MMU and caches off and go to @p kernel, with its first two arguments. */
_Noreturn void uefi_enter(uint64_t tree, const struct boot_handoff *handoff, uintptr_t kernel);

/** Behind uefi_enter(), whose code is fetched from memory at its end. */
extern const uint8_t uefi_enter_end[];

#endif

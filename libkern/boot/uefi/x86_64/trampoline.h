/* SPDX-License-Identifier: MIT */
/* The code between the loader and the kernel; trampoline.S. */
#ifndef UEFI_TRAMPOLINE_H
#define UEFI_TRAMPOLINE_H

#define TRAMPOLINE_BYTES_MAX 4096

/* struct trampoline_arguments, for assembly. */
#define ARGUMENT_FROM    0
#define ARGUMENT_TO      4
#define ARGUMENT_WORDS   8
#define ARGUMENT_ENTRY   12
#define ARGUMENT_HANDOFF 16

#ifndef __ASSEMBLER__
#    include <stddef.h>
#    include <stdint.h>

/** What it does: copies, then enters. All addresses are physical. */
struct trampoline_arguments {
    uint32_t from;    /**< The kernel's layout. */
    uint32_t to;      /**< Its own address. */
    uint32_t words;   /**< Of 4 bytes. */
    uint32_t entry;   /**< Its first instruction, in 32 bits. */
    uint32_t handoff; /**< For EBX. */
};
_Static_assert(offsetof(struct trampoline_arguments, handoff) == ARGUMENT_HANDOFF, "trampoline.S");

/** The code, which runs at any address below 4 GiB, where it is copied to. */
extern const uint8_t uefi_trampoline[], uefi_trampoline_end[];
#endif

#endif

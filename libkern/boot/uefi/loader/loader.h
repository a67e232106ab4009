/* SPDX-License-Identifier: MIT */
/* What the files of the loader tell each other. It runs once, from top to bottom, on one CPU, as an application of
 * the firmware; whatever is wrong ends it with a sentence.
 *
 * The firmware is called through its tables alone. Its error codes have the highest bit set. */
#ifndef UEFI_LOADER_H
#define UEFI_LOADER_H

#include <stdbool.h>

#include <efi.h>

#include <libbase/compiler.h>
#include <libkern/boot_handoff.h>

#include "kernel_file.h"

/** The firmware, since efi_main() has begun. */
extern EFI_HANDLE uefi_image;
extern EFI_SYSTEM_TABLE *uefi_table;
extern EFI_BOOT_SERVICES *uefi_boot;

/* --- Text: say.c ------------------------------------------------------------------------------- */

/** Write what @p format says, as tn_format(), on all consoles of the firmware: screen and serial line. */
void say(const char *format, ...) TN_PRINTF(1, 2);

/** Say that Tenon cannot start and why, wait for a key or half a minute, and go back to the firmware.
 *  Never after the boot services have ended. */
_Noreturn void fail(const char *format, ...) TN_PRINTF(1, 2);

/* --- Memory: memory.c -------------------------------------------------------------------------- */

/** Pages of memory that are RAM for the kernel, all below @p end (0: anywhere).
 *  @param type EfiLoaderData, or EfiLoaderCode for what is executed. Fails with a sentence about @p what. */
void *memory_below(uint64_t end, uint64_t bytes, EFI_MEMORY_TYPE type, const char *what);

/** Let nobody else have [@p base, @p base + @p bytes). @return false if somebody has a part of it already. */
bool memory_reserve(uint64_t base, uint64_t bytes);

/* --- Files: files.c ---------------------------------------------------------------------------- */

/** A file of the partition, in memory that stays. */
struct file {
    const uint8_t *bytes; /**< Page-aligned. */
    size_t length;        /**< Bytes. */
};

/** Open the partition that the loader came from; names of files are those below port_folder. */
void files_open(void);

/** Read the file @p name of that folder. @return false if there is none; all else fails with a sentence. */
bool files_read(const char *name, struct file *file);

/** Read the file @p name, which has to be there, and compare it with the digest in @p name.sha256.
 *  @param[out] digest of the file. */
struct file files_read_checked(const char *name, uint8_t digest[32]);

/** Close what files_open() opened. */
void files_close(void);

/* --- The machine: machine.c -------------------------------------------------------------------- */

/** The table that the firmware offers under @p name, or NULL. */
void *machine_table(EFI_GUID name);

/** The screen that the firmware uses, as it is set; all zero if there is none that is a frame buffer. */
struct boot_framebuffer machine_screen(void);

/** Fill @p entropy from the firmware's generator; zero if it has none. */
void machine_entropy(uint8_t entropy[32]);

/* --- Leaving: leave.c -------------------------------------------------------------------------- */

/** End the boot services, and fill the memory map of @p info. Nothing of the firmware is there afterwards. */
void leave(struct boot_info *info);

/* --- One per architecture: <architecture>/port.c ------------------------------------------------ */

/** The architecture's name. */
extern const char port_name[];

/** The path of its folder on the partition; ends with a backslash. */
#define PORT_FOLDER_MAX 32
extern const char port_folder[PORT_FOLDER_MAX];

/** A counter that the kernel has, too: its arch_counter(). */
uint64_t port_counter(void);

/** Check the kernel's @p file and put it where it can be entered from. */
void port_load(const struct file *file);

/** Memory for the block at a place where the kernel looks for it, zero; firmware tables that the kernel reads
 *  are in its info. */
struct boot_handoff *port_handoff(void);

/** Look at the last memory map, right before the boot services end, which is the last moment to fail(). */
void port_check(const struct boot_info *info);

/** Enter the kernel. */
_Noreturn void port_enter(const struct boot_handoff *handoff);

#endif

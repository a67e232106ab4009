/* SPDX-License-Identifier: MIT */
/* Into an ARM64 kernel: it may lie anywhere, and is entered with MMU and caches off, so what it is made of has to be
 * in memory itself, not only in the caches.
 * Source: Linux, Documentation/arm64/booting.rst; Devicetree Specification 0.4, 5.2 (header). */
#include "../loader/loader.h"

#include <libbase/mem.h>
#include <libdrv/fdt.h>

#include "enter.h"

#define FDT_GUID                                                                                   \
    {                                                                                              \
        0xb1b621d5, 0xf19c, 0x41a5,                                                                \
        {                                                                                          \
            0x83, 0x0b, 0xd9, 0x15, 0x2c, 0x69, 0xaa, 0xe0                                         \
        }                                                                                          \
    }
#define FDT_BYTES_MAX                                                                              \
    0x100000u /* With the block behind it, it fits into what the kernel looks at. */
#define PAGE        UINT64_C(4096)
#define MEGABYTES_2 UINT64_C(0x200000)

const char port_name[] = "arm64";
const char port_folder[PORT_FOLDER_MAX] = "\\tenon\\arm64\\";

static struct kernel_file kernel;
static uint8_t *memory; /* Where the kernel is. */

uint64_t port_counter(void)
{
    uint64_t value;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(value));
    return value;
}

void port_load(const struct file *file)
{
    tn_status_t status = image_file_read(file->bytes, file->length, &kernel);
    if (status != TN_OK) {
        fail("%skernel is no ARM64 kernel: %s. Write the disk anew: ./tenon image.", port_folder,
             tn_status_text(status));
    }
    uint8_t *pages =
        memory_below(0, kernel.memory_bytes + kernel.align, EfiLoaderData, "the kernel");
    memory = (uint8_t *)TN_ALIGN_UP((uintptr_t)pages, kernel.align);
    image_file_place(&kernel, memory);
}

/* The tree that the firmware offers, and how much of it is used: it is room for more, mostly. */
static const uint8_t *find_tree(uint32_t *bytes)
{
    EFI_GUID name = FDT_GUID;
    struct drv_fdt fdt;
    const uint8_t *tree = machine_table(name);
    if (tree == NULL) {
        fail("the firmware has no device tree, which the kernel needs. "
             "Choose it in the firmware's settings; in QEMU: -M virt,acpi=off");
    }
    tn_status_t status = drv_fdt_open(&fdt, tree, FDT_BYTES_MAX);
    if (status != TN_OK) {
        fail("the firmware's device tree cannot be used: %s", tn_status_text(status));
    }
    *bytes = fdt.used_bytes;
    return tree;
}

struct boot_handoff *port_handoff(void)
{
    uint32_t tree_bytes;
    const uint8_t *tree = find_tree(&tree_bytes);
    uint64_t room = TN_ALIGN_UP((uint64_t)tree_bytes, PAGE);
    uint8_t *copy =
        memory_below(0, room + sizeof(struct boot_handoff), EfiLoaderData, "the loader");
    memcpy(copy, tree, tree_bytes);
    struct boot_handoff *handoff = (void *)(copy + room);
    memset(handoff, 0, sizeof(*handoff));
    handoff->info.fdt = (uint64_t)(uintptr_t)copy;
    return handoff;
}

void port_check(const struct boot_info *info)
{
    (void)info; /* All that the kernel needs is the loader's own memory. */
}

void port_enter(const struct boot_handoff *handoff)
{
    uefi_clean((uintptr_t)memory, (uintptr_t)memory + kernel.memory_bytes);
    uefi_clean((uintptr_t)uefi_enter, (uintptr_t)uefi_enter_end);
    uefi_enter(handoff->info.fdt, handoff, (uintptr_t)memory + kernel.entry);
}

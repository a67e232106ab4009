/* SPDX-License-Identifier: MIT */
/* Into an x86_64 kernel. It has to lie at its own address, 1 MiB, where the firmware may still be at home, and is
 * entered in the state in which the processor was born: 32 bits, no paging. So it is laid out elsewhere, and code
 * below 4 GiB puts it in its place when nobody else is left. */
#include "../loader/loader.h"

#include <libbase/mem.h>

#include "trampoline.h"

#define BELOW_4_GIB UINT64_C(0x100000000)
#define BELOW_1_GIB                                                                                \
    UINT64_C(0x40000000) /* Where the kernel can read before it has mapped all memory. */

const char port_name[] = "x86_64";
const char port_folder[PORT_FOLDER_MAX] = "\\tenon\\x86_64\\";

static struct kernel_file kernel;
static uint8_t *layout;     /* The kernel as it will be. */
static uint8_t *trampoline; /* The code that puts it there. */

uint64_t port_counter(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* Whether nothing of the @p bytes at @p memory is where the kernel will be. */
static bool is_apart(const void *memory, uint64_t bytes)
{
    uint64_t base = (uint64_t)(uintptr_t)memory;
    return base >= kernel.base + kernel.memory_bytes || base + bytes <= kernel.base;
}

void port_load(const struct file *file)
{
    tn_status_t status = pvh_file_read(file->bytes, file->length, &kernel);
    if (status != TN_OK) {
        fail("%skernel is no x86_64 kernel: %s. Write the disk anew: ./tenon image.", port_folder,
             tn_status_text(status));
    }
    /* If somebody has a part of it already, that is somebody who will leave, or port_check() complains. */
    (void)memory_reserve(kernel.base, kernel.memory_bytes);
    layout = memory_below(BELOW_4_GIB, kernel.memory_bytes, EfiLoaderData, "the kernel");
    trampoline = memory_below(BELOW_4_GIB, TRAMPOLINE_BYTES_MAX, EfiLoaderCode, "the loader");
    pvh_file_place(&kernel, layout);
}

struct boot_handoff *port_handoff(void)
{
    EFI_GUID acpi_2 = ACPI_20_TABLE_GUID;
    EFI_GUID acpi_1 = ACPI_TABLE_GUID;
    struct boot_handoff *handoff =
        memory_below(BELOW_1_GIB, sizeof(*handoff), EfiLoaderData, "the loader");
    memset(handoff, 0, sizeof(*handoff));
    void *rsdp = machine_table(acpi_2);
    if (rsdp == NULL) {
        rsdp = machine_table(acpi_1);
    }
    handoff->info.acpi_rsdp = (uint64_t)(uintptr_t)rsdp;
    return handoff;
}

static bool is_ram(const struct boot_info *info, uint64_t base, uint64_t bytes)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind == BOOT_MEMORY_RAM && base >= range->base &&
            base - range->base < range->length && bytes <= range->length - (base - range->base)) {
            return true;
        }
    }
    return false;
}

void port_check(const struct boot_info *info)
{
    const void *bundle = (const void *)(uintptr_t)info->bundle_base;
    if (!is_ram(info, kernel.base, kernel.memory_bytes) || !is_apart(layout, kernel.memory_bytes) ||
        !is_apart(trampoline, TRAMPOLINE_BYTES_MAX) || !is_apart(bundle, info->bundle_bytes) ||
        !is_apart(info, sizeof(struct boot_handoff))) {
        fail("the firmware keeps memory at 0x%llx, where the kernel has to be, %llu bytes long",
             (unsigned long long)kernel.base, (unsigned long long)kernel.memory_bytes);
    }
}

void port_enter(const struct boot_handoff *handoff)
{
    memcpy(trampoline, uefi_trampoline, (size_t)(uefi_trampoline_end - uefi_trampoline));
    const struct trampoline_arguments arguments = {
        .from = (uint32_t)(uintptr_t)layout,
        .to = (uint32_t)kernel.base,
        .words = (uint32_t)(kernel.memory_bytes / sizeof(uint32_t)),
        .entry = (uint32_t)(kernel.base + kernel.entry),
        .handoff = (uint32_t)(uintptr_t)handoff,
    };
    /* The code is a function for the 64-bit half of its way. */
    void (*go)(const struct trampoline_arguments *);
    memcpy(&go, &trampoline, sizeof(go));
    go(&arguments);
    __builtin_unreachable();
}

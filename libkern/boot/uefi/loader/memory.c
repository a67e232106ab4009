/* SPDX-License-Identifier: MIT */
/* Pages from the firmware. Nothing is ever given back: the kernel gets it all. */
#include "loader.h"

#define PAGE_SHIFT 12u

static UINTN pages_of(uint64_t bytes)
{
    return (UINTN)((bytes + (1u << PAGE_SHIFT) - 1) >> PAGE_SHIFT);
}

void *memory_below(uint64_t end, uint64_t bytes, EFI_MEMORY_TYPE type, const char *what)
{
    EFI_PHYSICAL_ADDRESS address = end == 0 ? UINT64_MAX : end - 1;
    EFI_STATUS status =
        uefi_boot->AllocatePages(AllocateMaxAddress, type, pages_of(bytes), &address);
    if (EFI_ERROR(status)) {
        fail("%s needs %llu bytes of memory, which the machine does not have", what,
             (unsigned long long)bytes);
    }
    return (void *)(uintptr_t)address;
}

bool memory_reserve(uint64_t base, uint64_t bytes)
{
    EFI_PHYSICAL_ADDRESS address = base;
    return !EFI_ERROR(
        uefi_boot->AllocatePages(AllocateAddress, EfiLoaderData, pages_of(bytes), &address));
}

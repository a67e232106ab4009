/* SPDX-License-Identifier: MIT */
/* The end of the boot services. They end only for who knows the latest memory map, and what asks for the map may
 * change it: so it is asked again, with room to spare, until nothing came in between. After the first attempt the
 * firmware may be half gone, and nothing but the map may be asked for.
 * Source: UEFI Specification 2.10, 7.4.6 (ExitBootServices). */
#include "loader.h"

#include "firmware_map.h"

#define SPARE 64u /* Descriptors that may join meanwhile. */
#define TRIES 16u

/* Where the map is put. */
static struct {
    uint8_t *descriptors;
    UINTN bytes;
    UINTN stride;
    struct boot_memory *scratch;
    size_t capacity;
} room;

static void find_room(void)
{
    UINTN key;
    UINT32 version;
    (void)uefi_boot->GetMemoryMap(&room.bytes, NULL, &key, &room.stride, &version);
    room.capacity = room.bytes / room.stride + SPARE;
    room.bytes += SPARE * room.stride;
    room.descriptors = memory_below(0, room.bytes, EfiLoaderData, "the memory map");
    room.scratch =
        memory_below(0, room.capacity * sizeof(*room.scratch), EfiLoaderData, "the memory map");
}

/* @return whether @p info has the memory map that belongs to @p key */
static bool read_map(struct boot_info *info, UINTN *key)
{
    UINTN bytes = room.bytes;
    UINT32 version;
    EFI_STATUS status = uefi_boot->GetMemoryMap(
        &bytes, (EFI_MEMORY_DESCRIPTOR *)(void *)room.descriptors, key, &room.stride, &version);
    if (EFI_ERROR(status)) {
        return false;
    }
    struct firmware_map map = {
        .descriptors = room.descriptors, .bytes = bytes, .stride = room.stride};
    return firmware_map_convert(&map, room.scratch, room.capacity, BOOT_HANDOFF_MEMORY_MAX, info) ==
           TN_OK;
}

void leave(struct boot_info *info)
{
    UINTN key;
    find_room();
    if (!read_map(info, &key)) {
        fail("the firmware gives no usable memory map");
    }
    port_check(info);
    for (unsigned tries = 0; tries < TRIES; tries++) {
        if (read_map(info, &key) && !EFI_ERROR(uefi_boot->ExitBootServices(uefi_image, key))) {
            return;
        }
    }
    /* Neither is there a firmware to say it, nor are we alone with the machine. */
    uefi_table->RuntimeServices->ResetSystem(EfiResetCold, EFI_LOAD_ERROR, 0, NULL);
    while (true) {
    }
}

/* SPDX-License-Identifier: MIT */
/* What the firmware knows of the machine: tables, screen, chance.
 * Source: UEFI Specification 2.10, 4.6 (configuration table), 12.9 (graphics output), 37.5 (random numbers). */
#include "loader.h"

#include <libbase/mem.h>

/* Masks of the formats of struct boot_framebuffer. */
#define LOW_BYTE   0x0000ffu
#define MIDDLE     0x00ff00u
#define HIGH_BYTE  0xff0000u
#define BLUE_LOW   0u
#define RED_LOW    1u
#define NO_FORMAT  UINT32_MAX
#define PIXEL_SIZE 4u

void *machine_table(EFI_GUID name)
{
    for (UINTN i = 0; i < uefi_table->NumberOfTableEntries; i++) {
        const EFI_CONFIGURATION_TABLE *entry = &uefi_table->ConfigurationTable[i];
        if (memcmp(&entry->VendorGuid, &name, sizeof(name)) == 0) {
            return entry->VendorTable;
        }
    }
    return NULL;
}

/* @return a format of struct boot_framebuffer, or NO_FORMAT */
static uint32_t format_of(const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *mode)
{
    const EFI_PIXEL_BITMASK *mask = &mode->PixelInformation;
    switch (mode->PixelFormat) {
    case PixelBlueGreenRedReserved8BitPerColor:
        return BLUE_LOW;
    case PixelRedGreenBlueReserved8BitPerColor:
        return RED_LOW;
    case PixelBitMask:
        if (mask->GreenMask == MIDDLE && mask->BlueMask == LOW_BYTE && mask->RedMask == HIGH_BYTE) {
            return BLUE_LOW;
        }
        if (mask->GreenMask == MIDDLE && mask->RedMask == LOW_BYTE && mask->BlueMask == HIGH_BYTE) {
            return RED_LOW;
        }
        return NO_FORMAT;
    default:
        return NO_FORMAT; /* Only by calls of the firmware. */
    }
}

/* The one that the console is on, else any. */
static EFI_GRAPHICS_OUTPUT_PROTOCOL *find_screen(void)
{
    EFI_GUID protocol = EFI_GRAPHICS_OUTPUT_PROTOCOL_GUID;
    EFI_GRAPHICS_OUTPUT_PROTOCOL *screen = NULL;
    if (!EFI_ERROR(uefi_boot->HandleProtocol(uefi_table->ConsoleOutHandle, &protocol,
                                             (void **)(void *)&screen)) ||
        !EFI_ERROR(uefi_boot->LocateProtocol(&protocol, NULL, (void **)(void *)&screen))) {
        return screen;
    }
    return NULL;
}

struct boot_framebuffer machine_screen(void)
{
    struct boot_framebuffer none = {0};
    EFI_GRAPHICS_OUTPUT_PROTOCOL *screen = find_screen();
    if (screen == NULL || screen->Mode == NULL || screen->Mode->Info == NULL) {
        return none;
    }
    const EFI_GRAPHICS_OUTPUT_MODE_INFORMATION *mode = screen->Mode->Info;
    uint32_t format = format_of(mode);
    if (format == NO_FORMAT || screen->Mode->FrameBufferBase == 0) {
        return none;
    }
    return (struct boot_framebuffer){
        .base = screen->Mode->FrameBufferBase,
        .width = mode->HorizontalResolution,
        .height = mode->VerticalResolution,
        .stride = mode->PixelsPerScanLine * PIXEL_SIZE,
        .format = format,
    };
}

void machine_entropy(uint8_t entropy[32])
{
    EFI_GUID protocol = EFI_RNG_PROTOCOL_GUID;
    EFI_RNG_PROTOCOL *generator;
    if (EFI_ERROR(uefi_boot->LocateProtocol(&protocol, NULL, (void **)(void *)&generator)) ||
        EFI_ERROR(generator->GetRNG(generator, NULL, 32, entropy))) {
        memset(entropy, 0, 32);
    }
}

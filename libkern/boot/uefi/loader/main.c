/* SPDX-License-Identifier: MIT */
/* The UEFI loader: two checked files, what the firmware knows of the machine, and the way into the kernel.
 *
 * Everything that can be wrong is found while there is a firmware to say so; what follows the end of the
 * boot services cannot fail. */
#include "esp_text.h"
#include "loader.h"

EFI_HANDLE uefi_image;
EFI_SYSTEM_TABLE *uefi_table;
EFI_BOOT_SERVICES *uefi_boot;

EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table);

static void read_command_line(char line[BOOT_HANDOFF_LINE_MAX])
{
    struct file file;
    if (!files_read("cmdline", &file)) {
        return;
    }
    tn_status_t status =
        esp_text_line((const char *)file.bytes, file.length, line, BOOT_HANDOFF_LINE_MAX);
    if (status != TN_OK) {
        fail("%scmdline: it is not one line of up to %d printable characters", port_folder,
             BOOT_HANDOFF_LINE_MAX - 1);
    }
}

/* crt0 of GNU-EFI calls it by the architecture's own convention, not by the firmware's. */
EFI_STATUS efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *table)
{
    uint64_t begin = port_counter();
    uint8_t digest[32];
    uefi_image = image;
    uefi_table = table;
    uefi_boot = table->BootServices;
    say("Tenon " TENON_VERSION ", UEFI loader for %s\n", port_name);

    files_open();
    struct file kernel = files_read_checked("kernel", digest);
    port_load(&kernel);
    struct boot_handoff *handoff = port_handoff();
    struct boot_info *info = &handoff->info;
    struct file bundle = files_read_checked("bundle", info->bundle_sha256);
    info->bundle_base = (uint64_t)(uintptr_t)bundle.bytes;
    info->bundle_bytes = bundle.length;
    read_command_line(handoff->command_line);
    files_close();

    handoff->magic = BOOT_HANDOFF_MAGIC;
    handoff->version = BOOT_HANDOFF_VERSION;
    handoff->bytes = sizeof(*handoff);
    info->loader_counter = begin;
    info->framebuffer = machine_screen();
    machine_entropy(info->entropy);
    if (info->framebuffer.width != 0) {
        say("screen %u x %u\n", info->framebuffer.width, info->framebuffer.height);
    }
    say("kernel %zu bytes, bundle %zu bytes: checked\n", kernel.length, bundle.length);
    leave(info);
    port_enter(handoff);
}

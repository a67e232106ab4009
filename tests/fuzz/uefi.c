/* SPDX-License-Identifier: MIT */
/* Fuzzes what the UEFI loader reads: both kinds of kernel, digests, the command line, the firmware's memory map.
 * The first byte of an input says which. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <esp_text.h>
#include <firmware_map.h>
#include <kernel_file.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum {
    PLACED_MAX = 1 << 20, /* Larger kernels are not worth the time. */
    RANGES = 64,
};

typedef tn_status_t (*read_t)(const uint8_t *bytes, size_t length, struct kernel_file *kernel);
typedef void (*place_t)(const struct kernel_file *kernel, uint8_t *memory);

/* What was accepted must be placeable without another look. */
static void try_kernel(const uint8_t *bytes, size_t length, read_t read, place_t place)
{
    struct kernel_file kernel;
    if (read(bytes, length, &kernel) != TN_OK) {
        return;
    }
    if (kernel.entry >= kernel.memory_bytes || kernel.memory_bytes > KERNEL_FILE_MEMORY_MAX) {
        abort();
    }
    if (kernel.memory_bytes <= PLACED_MAX) {
        uint8_t *memory = malloc(kernel.memory_bytes);
        if (memory == NULL) {
            abort();
        }
        place(&kernel, memory);
        free(memory);
    }
}

static void try_line(const char *text, size_t length)
{
    char line[20];
    memset(line, 'x', sizeof(line));
    tn_status_t status = esp_text_line(text, length, line, sizeof(line));
    const char *end = memchr(line, '\0', sizeof(line));
    if (end == NULL || (status == TN_OK && end != line && end[-1] == ' ')) {
        abort();
    }
}

/* Sorted whole pages without a common byte, whatever the firmware says. */
static void try_map(const uint8_t *bytes, size_t length)
{
    struct boot_info info;
    struct boot_memory scratch[RANGES];
    struct firmware_map map = {.descriptors = bytes, .bytes = length, .stride = 40};
    uint64_t end = 0;
    if (firmware_map_convert(&map, scratch, RANGES, RANGES / 2, &info) != TN_OK) {
        return;
    }
    for (uint32_t i = 0; i < info.memory_count; i++) {
        const struct boot_memory *range = &info.memory[i];
        if (range->base < end || range->length == 0 || (range->base | range->length) % 4096 != 0 ||
            range->length > UINT64_MAX - range->base || range->kind > BOOT_MEMORY_FIRMWARE) {
            abort();
        }
        end = range->base + range->length;
    }
    if (info.memory_count > RANGES / 2) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint8_t digest[SHA256_BYTES];
    if (length == 0) {
        return 0;
    }
    const uint8_t *rest = bytes + 1;
    length--;
    switch (bytes[0]) {
    case 'e':
        try_kernel(rest, length, pvh_file_read, pvh_file_place);
        break;
    case 'i':
        try_kernel(rest, length, image_file_read, image_file_place);
        break;
    case 'd':
        if (esp_text_digest((const char *)rest, length, digest) == TN_OK && length < 64) {
            abort();
        }
        break;
    case 'l':
        try_line((const char *)rest, length);
        break;
    default:
        try_map(rest, length);
        break;
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* The boot Image of ARM64: a header in the first 64 bytes, and everything else as it is in memory.
 * Source: Linux, Documentation/arm64/booting.rst, 4. */
#include "../loader/kernel_file.h"

#include <stdbool.h>

#include <libbase/bytes.h>
#include <libbase/mem.h>

#define HEADER_BYTES     64u
#define H_TEXT_OFFSET    8u
#define H_IMAGE_SIZE     16u
#define H_FLAGS          24u
#define H_MAGIC          56u
#define FLAG_BIG_ENDIAN  (UINT64_C(1) << 0)
#define FLAG_ANYWHERE    (UINT64_C(1) << 3)
#define MEGABYTES_2      UINT64_C(0x200000)
#define PAGE             UINT64_C(4096)
#define ELF_MACHINE      18u /* Where an ELF file says what it is for. */
#define ELF_MACHINE_NONE 0u

static const uint8_t MAGIC[4] = {'A', 'R', 'M', 0x64};
static const uint8_t ELF[4] = {0x7f, 'E', 'L', 'F'};

/* What is no Image: the x86_64 kernel is an ELF file. */
static tn_status_t why_not(const uint8_t *bytes)
{
    bool is_elf = memcmp(bytes, ELF, sizeof(ELF)) == 0;
    return is_elf && tn_load_le16(bytes + ELF_MACHINE) != ELF_MACHINE_NONE ? TN_ERR_MACHINE
                                                                           : TN_ERR_FORMAT;
}

tn_status_t image_file_read(const uint8_t *bytes, size_t length, struct kernel_file *kernel)
{
    if (length < HEADER_BYTES) {
        return TN_ERR_TRUNCATED;
    }
    if (memcmp(bytes + H_MAGIC, MAGIC, sizeof(MAGIC)) != 0) {
        return why_not(bytes);
    }
    uint64_t flags = tn_load_le64(bytes + H_FLAGS);
    uint64_t size = tn_load_le64(bytes + H_IMAGE_SIZE);
    if ((flags & FLAG_BIG_ENDIAN) != 0 || (flags & FLAG_ANYWHERE) == 0 ||
        tn_load_le64(bytes + H_TEXT_OFFSET) != 0 || size > KERNEL_FILE_MEMORY_MAX) {
        return TN_ERR_FORMAT;
    }
    if (size < length) {
        return TN_ERR_FORMAT;
    }
    *kernel = (struct kernel_file){
        .bytes = bytes,
        .length = length,
        .align = MEGABYTES_2,
        .memory_bytes = TN_ALIGN_UP(size, PAGE),
    };
    return TN_OK;
}

void image_file_place(const struct kernel_file *kernel, uint8_t *memory)
{
    memcpy(memory, kernel->bytes, kernel->length);
    memset(memory + kernel->length, 0, kernel->memory_bytes - kernel->length);
}

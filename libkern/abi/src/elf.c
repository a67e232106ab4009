/* SPDX-License-Identifier: MIT */
/* The ELF reader. Fields by offset, so that no structure has to match and no alignment is assumed. */

#include <abi/elf.h>

#include <abi/layout.h>
#include <abi/object.h>
#include <libbase/bytes.h>
#include <libbase/checked.h>
#include <libbase/mem.h>

/* File header. */
#define HEADER_BYTES 64u
#define H_TYPE       16u
#define H_MACHINE    18u
#define H_ENTRY      24u
#define H_PHOFF      32u
#define H_PHENTSIZE  54u
#define H_PHNUM      56u
#define TYPE_EXEC    2u
#define PHNUM_MAX    64u

/* Program header. */
#define PH_BYTES  56u
#define PH_TYPE   0u
#define PH_FLAGS  4u
#define PH_OFFSET 8u
#define PH_VADDR  16u
#define PH_FILESZ 32u
#define PH_MEMSZ  40u
#define PT_LOAD   1u
#define PF_X      1u
#define PF_W      2u
#define PF_R      4u

/* "\x7fELF", 64 bits, little-endian, version 1. */
static const uint8_t IDENT[7] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

static uint64_t page_up(uint64_t address)
{
    return TN_ALIGN_UP(address, TN_PAGE_SIZE);
}

static uint32_t access_of(uint32_t flags)
{
    return ((flags & PF_R) != 0 ? TN_RIGHT_READ : 0u) |
           ((flags & PF_W) != 0 ? TN_RIGHT_WRITE : 0u) |
           ((flags & PF_X) != 0 ? TN_RIGHT_EXECUTE : 0u);
}

static struct tn_elf_segment decode_segment(const uint8_t *header)
{
    return (struct tn_elf_segment){
        .va = tn_load_le64(header + PH_VADDR),
        .memory_bytes = tn_load_le64(header + PH_MEMSZ),
        .offset = tn_load_le64(header + PH_OFFSET),
        .file_bytes = tn_load_le64(header + PH_FILESZ),
        .access = access_of(tn_load_le32(header + PH_FLAGS)),
    };
}

static tn_status_t check_segment(const struct tn_elf_segment *segment, uint64_t size,
                                 uint64_t lowest)
{
    const uint32_t both = TN_RIGHT_WRITE | TN_RIGHT_EXECUTE;
    bool good = (segment->access & TN_RIGHT_READ) != 0 && (segment->access & both) != both &&
                segment->memory_bytes != 0 && segment->file_bytes <= segment->memory_bytes &&
                segment->va >= lowest &&
                tn_range_within(segment->va, segment->memory_bytes, TN_USER_CLOCK) &&
                segment->va % TN_PAGE_SIZE == segment->offset % TN_PAGE_SIZE;
    if (!good) {
        return TN_ERR_FORMAT;
    }
    return tn_range_within(segment->offset, segment->file_bytes, size) ? TN_OK : TN_ERR_TRUNCATED;
}

/* Where the next segment may begin: on a page of its own. */
static uint64_t end_of_last(const struct tn_elf *elf)
{
    if (elf->segment_count == 0) {
        return TN_USER_LOW;
    }
    const struct tn_elf_segment *last = &elf->segments[elf->segment_count - 1];
    return page_up(last->va + last->memory_bytes);
}

static tn_status_t read_segments(const uint8_t *headers, unsigned count, uint64_t size,
                                 struct tn_elf *elf)
{
    for (unsigned i = 0; i < count; i++) {
        const uint8_t *header = headers + i * PH_BYTES;
        if (tn_load_le32(header + PH_TYPE) != PT_LOAD) {
            continue;
        }
        if (elf->segment_count == TN_ELF_SEGMENTS_MAX) {
            return TN_ERR_FORMAT;
        }
        struct tn_elf_segment segment = decode_segment(header);
        tn_status_t status = check_segment(&segment, size, end_of_last(elf));
        if (status != TN_OK) {
            return status;
        }
        elf->segments[elf->segment_count++] = segment;
    }
    return TN_OK;
}

static tn_status_t check_entry(const struct tn_elf *elf)
{
    for (uint32_t i = 0; i < elf->segment_count; i++) {
        const struct tn_elf_segment *segment = &elf->segments[i];
        if ((segment->access & TN_RIGHT_EXECUTE) != 0 && elf->entry >= segment->va &&
            elf->entry - segment->va < segment->file_bytes) {
            return TN_OK;
        }
    }
    return TN_ERR_FORMAT;
}

tn_status_t tn_elf_read(const void *bytes, uint64_t size, uint16_t machine, struct tn_elf *elf)
{
    const uint8_t *file = bytes;
    if (size < HEADER_BYTES) {
        return TN_ERR_TRUNCATED;
    }
    if (memcmp(file, IDENT, sizeof(IDENT)) != 0 || tn_load_le16(file + H_TYPE) != TYPE_EXEC ||
        tn_load_le16(file + H_PHENTSIZE) != PH_BYTES) {
        return TN_ERR_FORMAT;
    }
    if (tn_load_le16(file + H_MACHINE) != machine) {
        return TN_ERR_MACHINE;
    }
    uint64_t offset = tn_load_le64(file + H_PHOFF);
    unsigned count = tn_load_le16(file + H_PHNUM);
    if (count > PHNUM_MAX) {
        return TN_ERR_FORMAT;
    }
    if (!tn_range_within(offset, (uint64_t)count * PH_BYTES, size)) {
        return TN_ERR_TRUNCATED;
    }
    struct tn_elf found = {.entry = tn_load_le64(file + H_ENTRY)};
    tn_status_t status = read_segments(file + offset, count, size, &found);
    if (status == TN_OK) {
        status = check_entry(&found);
    }
    if (status == TN_OK) {
        *elf = found;
    }
    return status;
}

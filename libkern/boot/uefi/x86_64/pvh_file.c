/* SPDX-License-Identifier: MIT */
/* An ELF file with a PVH note: load segments at physical addresses, and an entry in 32 bits.
 * Source: System V ABI, ELF-64 object file format, 2 and 5; Xen, public/elfnote.h. */
#include "../loader/kernel_file.h"

#include <stdbool.h>

#include <libbase/bytes.h>
#include <libbase/checked.h>
#include <libbase/mem.h>

/* File header. */
#define HEADER_BYTES   64u
#define H_TYPE         16u
#define H_MACHINE      18u
#define H_PHOFF        32u
#define H_PHENTSIZE    54u
#define H_PHNUM        56u
#define TYPE_EXEC      2u
#define MACHINE_X86_64 62u
#define PHNUM_MAX      64u

/* Program header. */
#define PH_BYTES  56u
#define PH_TYPE   0u
#define PH_OFFSET 8u
#define PH_PADDR  24u
#define PH_FILESZ 32u
#define PH_MEMSZ  40u
#define PT_LOAD   1u
#define PT_NOTE   4u

/* XEN_ELFNOTE_PHYS32_ENTRY, the first note: sizes of name and value, its type, its name, the value. */
static const uint8_t NOTE[] = {4, 0, 0, 0, 4, 0, 0, 0, 18, 0, 0, 0, 'X', 'e', 'n', 0};
#define NOTE_BYTES (sizeof(NOTE) + 4)

#define PAGE         UINT64_C(4096)
#define LOW_MEGABYTE UINT64_C(0x100000)
#define BELOW_4_GIB  UINT64_C(0x100000000)

static const uint8_t IDENT[7] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

/* A part that is loaded, or the note. */
struct segment {
    uint32_t type;
    uint64_t offset, pa, file_bytes, memory_bytes;
};

static struct segment segment_at(const uint8_t *bytes, unsigned index)
{
    const uint8_t *header = bytes + tn_load_le64(bytes + H_PHOFF) + (size_t)index * PH_BYTES;
    return (struct segment){
        .type = tn_load_le32(header + PH_TYPE),
        .offset = tn_load_le64(header + PH_OFFSET),
        .pa = tn_load_le64(header + PH_PADDR),
        .file_bytes = tn_load_le64(header + PH_FILESZ),
        .memory_bytes = tn_load_le64(header + PH_MEMSZ),
    };
}

static unsigned segment_count(const uint8_t *bytes)
{
    return tn_load_le16(bytes + H_PHNUM);
}

static tn_status_t check_header(const uint8_t *bytes, size_t length)
{
    if (length < HEADER_BYTES) {
        return TN_ERR_TRUNCATED;
    }
    if (memcmp(bytes, IDENT, sizeof(IDENT)) != 0) {
        return TN_ERR_FORMAT;
    }
    if (tn_load_le16(bytes + H_MACHINE) != MACHINE_X86_64) {
        return TN_ERR_MACHINE;
    }
    if (tn_load_le16(bytes + H_TYPE) != TYPE_EXEC ||
        tn_load_le16(bytes + H_PHENTSIZE) != PH_BYTES || segment_count(bytes) > PHNUM_MAX) {
        return TN_ERR_FORMAT;
    }
    uint64_t table = (uint64_t)segment_count(bytes) * PH_BYTES;
    return tn_range_within(tn_load_le64(bytes + H_PHOFF), table, length) ? TN_OK : TN_ERR_TRUNCATED;
}

/* Above the low megabyte, which belongs to the firmware, and below 4 GiB, because of the entry. */
static bool is_placed_well(const struct segment *segment)
{
    return segment->file_bytes <= segment->memory_bytes && segment->pa >= LOW_MEGABYTE &&
           tn_range_within(segment->pa, segment->memory_bytes, BELOW_4_GIB);
}

/* Widen [base, *end) by @p segment; remember the entry, a physical address, if it is the note. */
static tn_status_t take_segment(struct kernel_file *kernel, const struct segment *segment,
                                uint64_t *end)
{
    if (segment->type != PT_LOAD && segment->type != PT_NOTE) {
        return TN_OK;
    }
    if (!tn_range_within(segment->offset, segment->file_bytes, kernel->length)) {
        return TN_ERR_TRUNCATED;
    }
    if (segment->type == PT_NOTE) {
        const uint8_t *note = kernel->bytes + segment->offset;
        if (segment->file_bytes >= NOTE_BYTES && memcmp(note, NOTE, sizeof(NOTE)) == 0) {
            kernel->entry = tn_load_le32(note + sizeof(NOTE));
        }
        return TN_OK;
    }
    if (!is_placed_well(segment)) {
        return TN_ERR_FORMAT;
    }
    uint64_t base = TN_ALIGN_DOWN(segment->pa, PAGE);
    uint64_t segment_end = TN_ALIGN_UP(segment->pa + segment->memory_bytes, PAGE);
    kernel->base = base < kernel->base ? base : kernel->base;
    *end = segment_end > *end ? segment_end : *end;
    return TN_OK;
}

tn_status_t pvh_file_read(const uint8_t *bytes, size_t length, struct kernel_file *kernel)
{
    tn_status_t status = check_header(bytes, length);
    if (status != TN_OK) {
        return status;
    }
    uint64_t end = 0;
    *kernel =
        (struct kernel_file){.bytes = bytes, .length = length, .base = UINT64_MAX, .align = PAGE};
    for (unsigned i = 0; i < segment_count(bytes); i++) {
        struct segment segment = segment_at(bytes, i);
        status = take_segment(kernel, &segment, &end);
        if (status != TN_OK) {
            return status;
        }
    }
    if (end <= kernel->base || end - kernel->base > KERNEL_FILE_MEMORY_MAX ||
        kernel->entry < kernel->base || kernel->entry >= end) {
        return TN_ERR_FORMAT;
    }
    kernel->memory_bytes = end - kernel->base;
    kernel->entry -= kernel->base;
    return TN_OK;
}

void pvh_file_place(const struct kernel_file *kernel, uint8_t *memory)
{
    memset(memory, 0, kernel->memory_bytes);
    for (unsigned i = 0; i < segment_count(kernel->bytes); i++) {
        struct segment segment = segment_at(kernel->bytes, i);
        if (segment.type == PT_LOAD) {
            memcpy(memory + (segment.pa - kernel->base), kernel->bytes + segment.offset,
                   segment.file_bytes);
        }
    }
}

/* SPDX-License-Identifier: MIT */
/* Reader of programs. Structures are copied out of the file before they are looked at, so neither
 * their alignment nor a later change matters. */
#include <stdbool.h>

#include <abi/layout.h>
#include <abi/object.h>
#include <libbase/checked.h>
#include <libbase/mem.h>

#include "elf.h"

/* ELF-64 header and program header; names as in the specification. */
struct elf_header {
    uint8_t ident[16];
    uint16_t type, machine;
    uint32_t version;
    uint64_t entry, phoff, shoff;
    uint32_t flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct program_header {
    uint32_t type, flags;
    uint64_t offset, vaddr, paddr, filesz, memsz, align;
};

enum {
    TYPE_EXEC = 2,
    VERSION = 1
};
enum {
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_INTERP = 3,
    PT_TLS = 7
};
enum {
    PF_X = 1,
    PF_W = 2,
    PF_R = 4
};

static tn_status_t check_header(const struct elf_header *header, uint32_t machine)
{
    static const uint8_t ident[] = {0x7f, 'E', 'L', 'F', 2 /* 64 bits */, 1 /* little-endian */, 1};
    if (memcmp(header->ident, ident, sizeof(ident)) != 0 || header->type != TYPE_EXEC ||
        header->version != VERSION || header->ehsize != sizeof(struct elf_header) ||
        header->phentsize != sizeof(struct program_header) || header->phnum == 0) {
        return TN_ERR_FORMAT;
    }
    return header->machine == machine ? TN_OK : TN_ERR_MACHINE;
}

static uint32_t access_of(uint32_t flags)
{
    return ((flags & PF_R) != 0 ? TN_RIGHT_READ : 0) | ((flags & PF_W) != 0 ? TN_RIGHT_WRITE : 0) |
           ((flags & PF_X) != 0 ? TN_RIGHT_EXECUTE : 0);
}

/* Check one PT_LOAD header and describe its segment. */
static tn_status_t read_segment(struct elf_segment *segment, const struct program_header *header,
                                size_t size, uint64_t address_end)
{
    if (!tn_range_within(header->offset, header->filesz, size)) {
        return TN_ERR_TRUNCATED;
    }
    if (!TN_IS_ALIGNED(header->vaddr, TN_PAGE_SIZE) ||
        !TN_IS_ALIGNED(header->offset, TN_PAGE_SIZE) || header->memsz == 0 ||
        header->filesz > header->memsz || (header->flags & PF_R) == 0) {
        return TN_ERR_FORMAT;
    }
    if ((header->flags & PF_W) != 0 && (header->flags & PF_X) != 0) {
        return TN_ERR_RIGHTS;
    }
    /* What is not writable is mapped from the file, which has no zeros to add. */
    if ((header->flags & PF_W) == 0 && header->filesz != header->memsz) {
        return TN_ERR_FORMAT;
    }
    if (header->vaddr < TN_USER_IMAGE ||
        !tn_range_within(header->vaddr, header->memsz, address_end)) {
        return TN_ERR_RANGE;
    }
    *segment = (struct elf_segment){
        .va = header->vaddr,
        .offset = header->offset,
        .file_bytes = header->filesz,
        .memory_size = TN_ALIGN_UP(header->memsz, TN_PAGE_SIZE),
        .access = access_of(header->flags),
    };
    return TN_OK;
}

/* Append @p segment; segments come by rising address and share no page. */
static tn_status_t add_segment(struct elf_image *image, const struct elf_segment *segment)
{
    if (image->segment_count == ELF_SEGMENTS_MAX) {
        return TN_ERR_FORMAT;
    }
    if (image->segment_count > 0) {
        const struct elf_segment *last = &image->segments[image->segment_count - 1];
        if (segment->va < last->va + last->memory_size) {
            return TN_ERR_FORMAT;
        }
    }
    image->segments[image->segment_count++] = *segment;
    return TN_OK;
}

static tn_status_t read_program_header(struct elf_image *image, const struct program_header *header,
                                       size_t size, uint64_t address_end)
{
    struct elf_segment segment;
    switch (header->type) {
    case PT_LOAD:
        break;
    case PT_DYNAMIC:
    case PT_INTERP:
    case PT_TLS:
        return TN_ERR_NOT_SUPPORTED;
    default: /* Notes, stack flags and the like ask for nothing. */
        return TN_OK;
    }
    tn_status_t status = read_segment(&segment, header, size, address_end);
    return status == TN_OK ? add_segment(image, &segment) : status;
}

/* The entry point is in a segment that can be executed. */
static bool entry_is_good(const struct elf_image *image)
{
    for (uint32_t i = 0; i < image->segment_count; i++) {
        const struct elf_segment *segment = &image->segments[i];
        if ((segment->access & TN_RIGHT_EXECUTE) != 0 && image->entry >= segment->va &&
            image->entry - segment->va < segment->file_bytes) {
            return true;
        }
    }
    return false;
}

tn_status_t elf_read(struct elf_image *image, const void *bytes, size_t size, uint32_t machine,
                     uint64_t address_end)
{
    struct elf_header header;
    if (size < sizeof(header)) {
        return TN_ERR_TRUNCATED;
    }
    memcpy(&header, bytes, sizeof(header));
    tn_status_t status = check_header(&header, machine);
    if (status != TN_OK) {
        return status;
    }
    uint64_t table = (uint64_t)header.phnum * sizeof(struct program_header);
    if (!tn_range_within(header.phoff, table, size)) {
        return TN_ERR_TRUNCATED;
    }
    image->entry = header.entry;
    image->segment_count = 0;
    for (uint32_t i = 0; i < header.phnum && status == TN_OK; i++) {
        struct program_header program;
        const uint8_t *from = (const uint8_t *)bytes + header.phoff + i * sizeof(program);
        memcpy(&program, from, sizeof(program));
        status = read_program_header(image, &program, size, address_end);
    }
    if (status != TN_OK) {
        return status;
    }
    return entry_is_good(image) ? TN_OK : TN_ERR_FORMAT;
}

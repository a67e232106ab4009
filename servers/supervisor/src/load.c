/* SPDX-License-Identifier: MIT */
/* Loading: segments that are not written are mapped straight from the bundle, the others are copied
 * into memory of their own. */
#include <stdbool.h>

#include <abi/elf.h>
#include <abi/layout.h>
#include <libbase/mem.h>
#include <libsys/pages.h>
#include <libsys/syscall.h>

#include "supervisor.h"

/* The whole pages that a segment lies on. */
struct pages {
    uint64_t va;   /* First byte. */
    uint64_t size; /* A multiple of the page size. */
    uint64_t skip; /* Where on the first page the segment begins. */
};

static struct pages pages_of(const struct tn_elf_segment *segment)
{
    uint64_t start = TN_ALIGN_DOWN(segment->va, TN_PAGE_SIZE);
    uint64_t end = TN_ALIGN_UP(segment->va + segment->memory_bytes, TN_PAGE_SIZE);
    return (struct pages){start, end - start, segment->va - start};
}

/* Map a segment that nobody writes from the bundle; @p offset is that of the file. */
static tn_status_t map_shared(const struct supervisor *supervisor, tn_handle_t process,
                              const struct tn_elf_segment *segment, uint64_t offset)
{
    uint64_t va;
    struct pages pages = pages_of(segment);
    struct tn_map_request request = {
        .va = pages.va,
        .offset = offset + segment->offset - pages.skip,
        .size = pages.size,
        .access = segment->access,
    };
    return sys_memory_map(process, supervisor->root->bundle, &request, &va);
}

/* Copy the file's part of a segment into its fresh, zeroed @p memory, which is mapped for that. */
static tn_status_t fill(tn_handle_t memory, const struct tn_elf_segment *segment,
                        const uint8_t *bytes)
{
    uint64_t va;
    struct pages pages = pages_of(segment);
    if (segment->file_bytes == 0) {
        return TN_OK;
    }
    tn_status_t status = sys_pages_map(memory, 0, pages.size, TN_RIGHT_READ | TN_RIGHT_WRITE, &va);
    if (status == TN_OK) {
        memcpy((void *)(uintptr_t)(va + pages.skip), bytes, segment->file_bytes);
        sys_pages_unmap(va, pages.size);
    }
    return status;
}

/* Give the process its own copy of a segment. */
static tn_status_t map_private(const struct program *program, const struct tn_elf_segment *segment,
                               const uint8_t *bytes)
{
    uint64_t va;
    tn_handle_t memory = TN_HANDLE_NONE;
    struct pages pages = pages_of(segment);
    tn_status_t status = sys_memory_create(program->container, pages.size, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = fill(memory, segment, bytes);
    if (status == TN_OK) {
        struct tn_map_request request = {
            .va = pages.va,
            .size = pages.size,
            .access = segment->access,
        };
        status = sys_memory_map(program->process, memory, &request, &va);
    }
    (void)sys_handle_close(memory); /* The mapping keeps it. */
    return status;
}

/* Whether a segment can be used as it stands in the bundle. */
static bool is_shared(const struct tn_elf_segment *segment)
{
    return (segment->access & TN_RIGHT_WRITE) == 0 && segment->file_bytes == segment->memory_bytes;
}

tn_status_t load_image(struct supervisor *supervisor, const struct program *program,
                       const struct tn_bundle_entry *file, uint64_t *entry)
{
    struct tn_elf image;
    const uint8_t *bytes = supervisor->bundle.bytes + file->offset;
    tn_status_t status = tn_elf_read(bytes, file->size, SYS_ARCH_MACHINE, &image);
    for (uint32_t i = 0; status == TN_OK && i < image.segment_count; i++) {
        const struct tn_elf_segment *segment = &image.segments[i];
        if (is_shared(segment)) {
            status = map_shared(supervisor, program->process, segment, file->offset);
        } else {
            status = map_private(program, segment, bytes + segment->offset);
        }
    }
    if (status == TN_OK) {
        *entry = image.entry;
    }
    return status;
}

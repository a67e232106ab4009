/* SPDX-License-Identifier: MIT */
/* Loading: segments that are not written are mapped straight from the bundle, the others are copied
 * into memory of their own. */
#include <abi/layout.h>
#include <libbase/mem.h>
#include <libsys/pages.h>
#include <libsys/syscall.h>

#include "elf.h"
#include "supervisor.h"

/* Map a segment that nobody writes from the bundle; @p offset is that of the file. */
static tn_status_t map_shared(const struct supervisor *supervisor, tn_handle_t process,
                              const struct elf_segment *segment, uint64_t offset)
{
    uint64_t va;
    struct tn_map_request request = {
        .va = segment->va,
        .offset = offset + segment->offset,
        .size = segment->memory_size,
        .access = segment->access,
    };
    return sys_memory_map(process, supervisor->root->bundle, &request, &va);
}

/* Fill the fresh, zeroed @p memory with the segment's @p bytes, through a mapping for that moment. */
static tn_status_t fill(tn_handle_t memory, const struct elf_segment *segment, const uint8_t *bytes)
{
    uint64_t va;
    if (segment->file_bytes == 0) {
        return TN_OK;
    }
    tn_status_t status =
        sys_pages_map(memory, 0, segment->memory_size, TN_RIGHT_READ | TN_RIGHT_WRITE, &va);
    if (status == TN_OK) {
        memcpy((void *)(uintptr_t)va, bytes, segment->file_bytes);
        sys_pages_unmap(va, segment->memory_size);
    }
    return status;
}

/* Give the process its own copy of a segment that it writes. */
static tn_status_t map_private(const struct program *program, const struct elf_segment *segment,
                               const uint8_t *bytes)
{
    uint64_t va;
    tn_handle_t memory;
    tn_status_t status = sys_memory_create(program->container, segment->memory_size, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = fill(memory, segment, bytes);
    if (status == TN_OK) {
        struct tn_map_request request = {
            .va = segment->va,
            .size = segment->memory_size,
            .access = segment->access,
        };
        status = sys_memory_map(program->process, memory, &request, &va);
    }
    (void)sys_handle_close(memory); /* The mapping keeps it. */
    return status;
}

tn_status_t load_image(struct supervisor *supervisor, const struct program *program,
                       const struct tn_bundle_entry *file, uint64_t *entry)
{
    struct elf_image image;
    const uint8_t *bytes = supervisor->bundle.bytes + file->offset;
    tn_status_t status = elf_read(&image, bytes, file->size, sys_bundle_machine(), SYS_WINDOW_END);
    for (uint32_t i = 0; status == TN_OK && i < image.segment_count; i++) {
        const struct elf_segment *segment = &image.segments[i];
        if ((segment->access & TN_RIGHT_WRITE) != 0) {
            status = map_private(program, segment, bytes + segment->offset);
        } else {
            status = map_shared(supervisor, program->process, segment, file->offset);
        }
    }
    if (status == TN_OK) {
        *entry = image.entry;
    }
    return status;
}

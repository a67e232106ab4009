/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of programs: what it accepts must be mappable without another look. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <abi/elf.h>
#include <abi/layout.h>
#include <abi/object.h>
#include <libbase/checked.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(const struct tn_elf *elf, size_t length)
{
    uint64_t end = TN_USER_LOW;
    if (elf->segment_count == 0 || elf->segment_count > TN_ELF_SEGMENTS_MAX) {
        abort();
    }
    for (uint32_t i = 0; i < elf->segment_count; i++) {
        const struct tn_elf_segment *segment = &elf->segments[i];
        uint32_t both = TN_RIGHT_WRITE | TN_RIGHT_EXECUTE;
        if (!tn_range_within(segment->offset, segment->file_bytes, length) ||
            segment->file_bytes > segment->memory_bytes || segment->va < end ||
            !tn_range_within(segment->va, segment->memory_bytes, TN_USER_HIGH) ||
            (segment->va - segment->offset) % TN_PAGE_SIZE != 0 ||
            (segment->access & both) == both || (segment->access & TN_RIGHT_READ) == 0) {
            abort();
        }
        end = TN_ALIGN_UP(segment->va + segment->memory_bytes, TN_PAGE_SIZE);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct tn_elf elf;
    if (tn_elf_read(bytes, length, 62, &elf) == TN_OK) {
        check(&elf, length);
    }
    return 0;
}

/* SPDX-License-Identifier: MIT */
/* Physical memory of a machine that has only ACPI tables. Each range is an allocation of exactly its
 * size, so that the sanitizer sees a reader that goes one byte too far. */
#ifndef TEST_ACPI_MEMORY_H
#define TEST_ACPI_MEMORY_H

#include <libdrv/acpi.h>

#include <stddef.h>

enum {
    ACPI_RANGES_MAX = 8,
    ACPI_HEADER = 36
};

struct acpi_range {
    uint64_t pa;
    uint32_t length;
    uint8_t *bytes;
};

struct acpi_memory {
    struct drv_acpi_memory memory;
    struct acpi_range ranges[ACPI_RANGES_MAX];
    unsigned count;
};

/** A machine without memory. */
void acpi_memory_init(struct acpi_memory *machine);

/** Give its memory back. */
void acpi_memory_fini(struct acpi_memory *machine);

/** Put a copy of @p length bytes at @p pa. @return the copy, for changing it. */
uint8_t *acpi_memory_put(struct acpi_memory *machine, uint64_t pa, const void *bytes,
                         uint32_t length);

/** Put the file @p name of test/data at @p pa. @return the copy. @param[out] length may be NULL. */
uint8_t *acpi_memory_put_file(struct acpi_memory *machine, uint64_t pa, const char *name,
                              uint32_t *length);

/** Put a table at @p pa: a header with @p signature, then @p length bytes of @p body; checksum right.
 *  @return its first byte. */
uint8_t *acpi_memory_put_table(struct acpi_memory *machine, uint64_t pa, const char *signature,
                               const void *body, uint32_t length);

/** Put a root pointer of version 0 at @p pa that names the list at @p rsdt. @return its first byte. */
uint8_t *acpi_memory_put_rsdp(struct acpi_memory *machine, uint64_t pa, uint32_t rsdt);

/** Make the @p length bytes at @p bytes add up to 0 by their byte at @p at. */
void acpi_fix_checksum(uint8_t *bytes, uint32_t length, uint32_t at);

#endif

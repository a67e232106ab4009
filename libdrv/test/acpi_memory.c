/* SPDX-License-Identifier: MIT */
#include "acpi_memory.h"

#include <support/testing.h>

#include <stdio.h>

#include <libbase/bytes.h>

static const uint8_t *range_bytes(const struct drv_acpi_memory *memory, uint64_t pa,
                                  uint32_t length)
{
    const struct acpi_memory *machine = (const struct acpi_memory *)(const void *)memory;
    for (unsigned i = 0; i < machine->count; i++) {
        const struct acpi_range *range = &machine->ranges[i];
        if (pa >= range->pa && pa - range->pa <= range->length &&
            length <= range->length - (pa - range->pa)) {
            return range->bytes + (pa - range->pa);
        }
    }
    return NULL;
}

void acpi_memory_init(struct acpi_memory *machine)
{
    memset(machine, 0, sizeof(*machine));
    machine->memory.bytes = range_bytes;
}

void acpi_memory_fini(struct acpi_memory *machine)
{
    for (unsigned i = 0; i < machine->count; i++) {
        free(machine->ranges[i].bytes);
    }
}

uint8_t *acpi_memory_put(struct acpi_memory *machine, uint64_t pa, const void *bytes,
                         uint32_t length)
{
    assert_true(machine->count < ACPI_RANGES_MAX);
    struct acpi_range *range = &machine->ranges[machine->count++];
    *range = (struct acpi_range){.pa = pa, .length = length, .bytes = malloc(length)};
    assert_non_null(range->bytes);
    memcpy(range->bytes, bytes, length);
    return range->bytes;
}

uint8_t *acpi_memory_put_file(struct acpi_memory *machine, uint64_t pa, const char *name,
                              uint32_t *length)
{
    static uint8_t buffer[16384];
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(buffer, 1, sizeof(buffer), file);
    (void)fclose(file);
    assert_in_range(size, 1, sizeof(buffer) - 1);
    if (length != NULL) {
        *length = (uint32_t)size;
    }
    return acpi_memory_put(machine, pa, buffer, (uint32_t)size);
}

void acpi_fix_checksum(uint8_t *bytes, uint32_t length, uint32_t at)
{
    uint8_t sum = 0;
    bytes[at] = 0;
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)(0 - sum);
}

uint8_t *acpi_memory_put_table(struct acpi_memory *machine, uint64_t pa, const char *signature,
                               const void *body, uint32_t length)
{
    uint8_t buffer[1024] = {0};
    assert_true(ACPI_HEADER + length <= sizeof(buffer));
    memcpy(buffer, signature, 4);
    tn_store_le32(buffer + 4, ACPI_HEADER + length);
    if (length > 0) {
        memcpy(buffer + ACPI_HEADER, body, length);
    }
    acpi_fix_checksum(buffer, ACPI_HEADER + length, 9);
    return acpi_memory_put(machine, pa, buffer, ACPI_HEADER + length);
}

uint8_t *acpi_memory_put_rsdp(struct acpi_memory *machine, uint64_t pa, uint32_t rsdt)
{
    uint8_t rsdp[20] = "RSD PTR ";
    tn_store_le32(rsdp + 16, rsdt);
    acpi_fix_checksum(rsdp, sizeof(rsdp), 8);
    return acpi_memory_put(machine, pa, rsdp, sizeof(rsdp));
}

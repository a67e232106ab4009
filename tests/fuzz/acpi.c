/* SPDX-License-Identifier: MIT */
/* Fuzzes the ACPI reader: the input is the memory of a machine, its root pointer at address 0.
 *
 * Checksums would keep a fuzzer out, so each input is read twice: as it is, and with the checksums of
 * the pointer, the list and all tables made right. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libbase/bytes.h>
#include <libdrv/acpi.h>

enum {
    RSDP_BYTES_V1 = 20,
    RSDP_BYTES_V2 = 36,
    HEADER_BYTES = 36
};

struct machine {
    struct drv_acpi_memory memory;
    uint8_t *bytes;
    size_t size;
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static const uint8_t *machine_bytes(const struct drv_acpi_memory *memory, uint64_t pa,
                                    uint32_t length)
{
    const struct machine *machine = (const struct machine *)(const void *)memory;
    if (pa > machine->size || length > machine->size - pa) {
        return NULL;
    }
    return machine->bytes + pa;
}

static void fix(uint8_t *bytes, size_t length, size_t at)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    bytes[at] = (uint8_t)(bytes[at] - sum);
}

static void fix_table(struct machine *machine, uint64_t pa)
{
    if (pa < machine->size && machine->size - pa >= HEADER_BYTES) {
        uint32_t length = tn_load_le32(machine->bytes + pa + 4);
        if (length >= HEADER_BYTES && length <= machine->size - pa) {
            fix(machine->bytes + pa, length, 9);
        }
    }
}

static void fix_all(struct machine *machine)
{
    uint8_t *bytes = machine->bytes;
    fix(bytes, RSDP_BYTES_V1, 8);
    uint64_t root = tn_load_le32(bytes + 16);
    if (bytes[15] >= 2 && machine->size >= RSDP_BYTES_V2) {
        uint32_t length = tn_load_le32(bytes + 20);
        if (length >= RSDP_BYTES_V2 && length <= machine->size) {
            fix(bytes, length, 32);
        }
        root = tn_load_le64(bytes + 24) != 0 ? tn_load_le64(bytes + 24) : root;
    }
    for (uint64_t at = root; at < machine->size && machine->size - at > 4; at += 4) {
        if (at - root >= HEADER_BYTES) {
            fix_table(machine, tn_load_le32(bytes + at));
        }
    }
    fix_table(machine, root);
}

static void read_fixed(const struct machine *machine, const struct drv_acpi_table *table)
{
    struct drv_acpi_fadt fadt;
    struct drv_acpi_table dsdt;
    uint8_t types[2];
    if (drv_acpi_fadt_read(table, &fadt) == TN_OK &&
        drv_acpi_table_at(&machine->memory, fadt.dsdt, "DSDT", &dsdt) == TN_OK &&
        drv_acpi_s5_read(&dsdt, types) == TN_OK && (types[0] > 7 || types[1] > 7)) {
        abort(); /* The field in the register has three bits. */
    }
}

static void read_interrupts(const struct drv_acpi_table *table)
{
    struct drv_acpi_madt_entry entry;
    uint32_t offset = 0;
    for (uint32_t last = 0; drv_acpi_madt_next(table, &offset, &entry) == TN_OK; last = offset) {
        if (offset <= last || offset > table->length) {
            abort(); /* A reader that does not move on never ends. */
        }
    }
    struct drv_acpi_processor processor;
    offset = 0;
    for (uint32_t last = 0; drv_acpi_processor_next(table, &offset, &processor) == TN_OK;
         last = offset) {
        if (offset <= last || offset > table->length) {
            abort();
        }
    }
}

static void read_all(const struct machine *machine)
{
    struct drv_acpi acpi;
    struct drv_acpi_table table;
    struct drv_acpi_hpet hpet;
    uint8_t types[2];
    if (drv_acpi_init(&acpi, &machine->memory, 0) != TN_OK) {
        return;
    }
    if (drv_acpi_find(&acpi, "FACP", &table) == TN_OK) {
        read_fixed(machine, &table);
    }
    if (drv_acpi_find(&acpi, "APIC", &table) == TN_OK) {
        read_interrupts(&table);
    }
    if (drv_acpi_find(&acpi, "HPET", &table) == TN_OK) {
        (void)!drv_acpi_hpet_read(&table, &hpet);
    }
    if (drv_acpi_find(&acpi, "DSDT", &table) == TN_OK) {
        (void)!drv_acpi_s5_read(&table, types);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct machine machine = {
        .memory.bytes = machine_bytes, .bytes = malloc(length > 0 ? length : 1), .size = length};
    if (machine.bytes == NULL) {
        abort();
    }
    if (length > 0) {
        memcpy(machine.bytes, bytes, length);
    }
    read_all(&machine);
    if (length >= RSDP_BYTES_V1) {
        fix_all(&machine);
        read_all(&machine);
    }
    free(machine.bytes);
    return 0;
}

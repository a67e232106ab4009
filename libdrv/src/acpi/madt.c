/* SPDX-License-Identifier: MIT */
/* The interrupt controllers' table: a list of entries, each with its type and length in front.
 * Source: ACPI 6.5, 5.2.12. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>

#include "madt_internal.h"

#define FIRST_ENTRY 44 /* Behind the header, the local APICs' address and the flags. */

/* Flags of an override, 5.2.12.5 table 5.25: "as the bus has it" is high and edge on ISA. */
#define POLARITY_MASK 0x3u
#define POLARITY_LOW  0x3u
#define TRIGGER_MASK  0xcu
#define TRIGGER_LEVEL 0xcu

static const uint8_t kind_bytes[] = {
    [DRV_ACPI_IO_APIC] = 12,
    [DRV_ACPI_OVERRIDE] = 10,
};

static void decode(const uint8_t *bytes, struct drv_acpi_madt_entry *entry)
{
    *entry = (struct drv_acpi_madt_entry){.kind = (enum drv_acpi_madt_kind)bytes[0]};
    switch (entry->kind) {
    case DRV_ACPI_IO_APIC:
        entry->id = bytes[2];
        entry->address = tn_load_le32(bytes + 4);
        entry->gsi = tn_load_le32(bytes + 8);
        break;
    case DRV_ACPI_OVERRIDE:
        entry->id = bytes[3];
        entry->gsi = tn_load_le32(bytes + 4);
        entry->is_low = (tn_load_le16(bytes + 8) & POLARITY_MASK) == POLARITY_LOW;
        entry->is_level = (tn_load_le16(bytes + 8) & TRIGGER_MASK) == TRIGGER_LEVEL;
        break;
    }
}

tn_status_t madt_next(const struct drv_acpi_table *table, uint32_t *offset, const uint8_t **bytes,
                      const uint8_t *least, unsigned types)
{
    uint32_t at = *offset == 0 ? FIRST_ENTRY : *offset;
    while (at < table->length) {
        const uint8_t *here = table->bytes + at;
        if (table->length - at < 2 || table->length - at < here[1]) {
            return TN_ERR_TRUNCATED;
        }
        uint8_t expected = here[0] < types ? least[here[0]] : 0;
        if (here[1] < 2 || here[1] < expected) {
            return TN_ERR_FORMAT; /* Below 2 it would not even contain itself: no way to go on. */
        }
        at += here[1];
        *offset = at;
        if (expected != 0) {
            *bytes = here;
            return TN_OK;
        }
    }
    return TN_ERR_EMPTY;
}

tn_status_t drv_acpi_madt_next(const struct drv_acpi_table *table, uint32_t *offset,
                               struct drv_acpi_madt_entry *entry)
{
    const uint8_t *bytes;
    tn_status_t status = madt_next(table, offset, &bytes, kind_bytes, TN_ARRAY_LEN(kind_bytes));
    if (status == TN_OK) {
        decode(bytes, entry);
    }
    return status;
}

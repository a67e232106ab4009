/* SPDX-License-Identifier: MIT */
/* The interrupt controllers' table: a list of entries, each with its type and length in front.
 * Source: ACPI 6.5, 5.2.12. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>

#define FIRST_ENTRY 44 /* Behind the header, the local APICs' address and the flags. */

#define PROCESSOR_ENABLED 0x1u

/* Flags of an override, 5.2.12.5 table 5.25: "as the bus has it" is high and edge on ISA. */
#define POLARITY_MASK 0x3u
#define POLARITY_LOW  0x3u
#define TRIGGER_MASK  0xcu
#define TRIGGER_LEVEL 0xcu

/* An entry's first byte, where it is not the kind: a processor whose number needs 32 bits. */
#define TYPE_X2APIC 9

/* Bytes of an entry by its first byte; 0: not handed out. */
static const uint8_t type_bytes[] = {
    [DRV_ACPI_PROCESSOR] = 8,
    [DRV_ACPI_IO_APIC] = 12,
    [DRV_ACPI_OVERRIDE] = 10,
    [TYPE_X2APIC] = 16,
};

static void decode(const uint8_t *bytes, struct drv_acpi_madt_entry *entry)
{
    *entry = (struct drv_acpi_madt_entry){.kind = (enum drv_acpi_madt_kind)bytes[0]};
    switch (bytes[0]) {
    case TYPE_X2APIC:
        entry->kind = DRV_ACPI_PROCESSOR;
        entry->id = tn_load_le32(bytes + 4);
        entry->enabled = (tn_load_le32(bytes + 8) & PROCESSOR_ENABLED) != 0;
        break;
    case DRV_ACPI_PROCESSOR:
        entry->id = bytes[3];
        entry->enabled = (tn_load_le32(bytes + 4) & PROCESSOR_ENABLED) != 0;
        break;
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

tn_status_t drv_acpi_madt_next(const struct drv_acpi_table *table, uint32_t *offset,
                               struct drv_acpi_madt_entry *entry)
{
    uint32_t at = *offset == 0 ? FIRST_ENTRY : *offset;
    while (at < table->length) {
        const uint8_t *bytes = table->bytes + at;
        if (table->length - at < 2 || table->length - at < bytes[1]) {
            return TN_ERR_TRUNCATED;
        }
        uint8_t least = bytes[0] < TN_ARRAY_LEN(type_bytes) ? type_bytes[bytes[0]] : 0;
        if (bytes[1] < 2 || bytes[1] < least) {
            return TN_ERR_FORMAT; /* Below 2 it would not even contain itself: no way to go on. */
        }
        at += bytes[1];
        *offset = at;
        if (least != 0) {
            decode(bytes, entry);
            return TN_OK;
        }
    }
    return TN_ERR_EMPTY;
}

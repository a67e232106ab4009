/* SPDX-License-Identifier: MIT */
/* The processors of the interrupt controllers' table, which have two forms: with the number of a local
 * APIC, or with that of an x2APIC, which has 32 bits. Source: ACPI 6.5, 5.2.12.2 and 5.2.12.12. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>

#include "madt_internal.h"

#define TYPE_APIC   0
#define TYPE_X2APIC 9

#define ENABLED 0x1u

static const uint8_t type_bytes[] = {
    [TYPE_APIC] = 8,
    [TYPE_X2APIC] = 16,
};

tn_status_t drv_acpi_processor_next(const struct drv_acpi_table *table, uint32_t *offset,
                                    struct drv_acpi_processor *processor)
{
    const uint8_t *bytes;
    tn_status_t status = madt_next(table, offset, &bytes, type_bytes, TN_ARRAY_LEN(type_bytes));
    if (status != TN_OK) {
        return status;
    }
    if (bytes[0] == TYPE_APIC) {
        processor->apic = bytes[3];
        processor->enabled = (tn_load_le32(bytes + 4) & ENABLED) != 0;
    } else {
        processor->apic = tn_load_le32(bytes + 4);
        processor->enabled = (tn_load_le32(bytes + 8) & ENABLED) != 0;
    }
    return TN_OK;
}

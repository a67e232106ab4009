/* SPDX-License-Identifier: MIT */
/* The event timer's table: IA-PC HPET Specification 1.0a, 3.2.4. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>

#define HPET_BYTES    56
#define OFFSET_SPACE  40 /* Base address, a Generic Address Structure: its kind ... */
#define OFFSET_BASE   44 /* ... and its address. */
#define SPACE_MEMORY  0
#define REGISTER_SIZE 0x400

tn_status_t drv_acpi_hpet_read(const struct drv_acpi_table *table, struct drv_acpi_hpet *hpet)
{
    if (table->length < HPET_BYTES) {
        return TN_ERR_TRUNCATED;
    }
    uint64_t base = tn_load_le64(table->bytes + OFFSET_BASE);
    if (table->bytes[OFFSET_SPACE] != SPACE_MEMORY || base == 0 ||
        !TN_IS_ALIGNED(base, REGISTER_SIZE)) {
        return TN_ERR_FORMAT;
    }
    hpet->base = base;
    return TN_OK;
}

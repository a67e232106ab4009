/* SPDX-License-Identifier: MIT */
/* The fixed table: where the power management registers are. Offsets: ACPI 6.5, table 5.9.
 *
 * It has grown with each version. A register that became wider has an old field of 32 bits (a port)
 * and a new one (Generic Address Structure); the new one counts where it is present and not zero. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>
#include <libbase/mem.h>

#define FADT_BYTES_V1 116 /* What ACPI 1.0 defined. */
#define GAS_BYTES     12

#define FLAG_TIMER_32_BITS    (UINT32_C(1) << 8)
#define FLAG_RESET            (UINT32_C(1) << 10)
#define FLAG_HARDWARE_REDUCED (UINT32_C(1) << 20)

#define BOOT_ARCH_8042     0x02u /* IAPC_BOOT_ARCH bit 1. */
#define BOOT_ARCH_NO_CLOCK 0x20u /* IAPC_BOOT_ARCH bit 5. */

/* The Generic Address Structure at @p offset; none where the table is too short for it. */
static struct drv_acpi_register read_gas(const struct drv_acpi_table *table, uint32_t offset)
{
    struct drv_acpi_register none = {0};
    if (table->length < offset + GAS_BYTES) {
        return none;
    }
    const uint8_t *gas = table->bytes + offset;
    if (gas[0] > 1) { /* Neither memory (0) nor I/O port (1): a bus that is not spoken here. */
        return none;
    }
    return (struct drv_acpi_register){
        .address = tn_load_le64(gas + 4), .is_port = gas[0] == 1, .bits = gas[1]};
}

/* The register whose port is at @p old_offset, unless @p new_offset names it in the longer form. */
static struct drv_acpi_register read_register(const struct drv_acpi_table *table,
                                              uint32_t old_offset, uint32_t new_offset,
                                              uint8_t bits)
{
    struct drv_acpi_register extended = read_gas(table, new_offset);
    if (extended.address != 0) {
        return extended;
    }
    return (struct drv_acpi_register){
        .address = tn_load_le32(table->bytes + old_offset), .is_port = true, .bits = bits};
}

/* Versions before 2 leave it to the reader to know a PC; they have keyboard controller and clock. */
static void read_boot_flags(const struct drv_acpi_table *table, struct drv_acpi_fadt *fadt)
{
    unsigned boot_arch = tn_load_le16(table->bytes + 109);
    bool says_so = table->bytes[8] >= 2;
    fadt->has_keyboard_controller = !says_so || (boot_arch & BOOT_ARCH_8042) != 0;
    fadt->has_clock = !says_so || (boot_arch & BOOT_ARCH_NO_CLOCK) == 0;
}

tn_status_t drv_acpi_fadt_read(const struct drv_acpi_table *table, struct drv_acpi_fadt *fadt)
{
    if (table->length < FADT_BYTES_V1) {
        return TN_ERR_TRUNCATED;
    }
    const uint8_t *bytes = table->bytes;
    uint32_t flags = tn_load_le32(bytes + 112);
    memset(fadt, 0, sizeof(*fadt));
    fadt->dsdt = table->length >= 148 ? tn_load_le64(bytes + 140) : 0;
    if (fadt->dsdt == 0) {
        fadt->dsdt = tn_load_le32(bytes + 40);
    }
    read_boot_flags(table, fadt);
    fadt->is_hardware_reduced = (flags & FLAG_HARDWARE_REDUCED) != 0;
    if (fadt->is_hardware_reduced) {
        fadt->sleep_control = read_gas(table, 244);
    } else {
        fadt->smi_command = tn_load_le32(bytes + 48);
        fadt->acpi_enable = bytes[52];
        fadt->pm1a_control = read_register(table, 64, 172, 16);
        fadt->pm1b_control = read_register(table, 68, 184, 16);
        fadt->pm_timer = read_register(table, 76, 208, 32);
        fadt->pm_timer_is_32_bits = (flags & FLAG_TIMER_32_BITS) != 0;
    }
    if ((flags & FLAG_RESET) != 0 && table->length >= 129) {
        fadt->reset = read_gas(table, 116);
        fadt->reset_value = bytes[128];
    }
    return TN_OK;
}

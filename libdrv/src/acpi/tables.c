/* SPDX-License-Identifier: MIT */
/* From the root pointer to a table: addresses, lengths, signatures and checksums.
 * Source: ACPI Specification 6.5, 5.2.5 to 5.2.8. */
#include <libdrv/acpi.h>

#include <libbase/bytes.h>
#include <libbase/mem.h>

#define HEADER_BYTES    36 /* 5.2.6: what every table begins with. */
#define RSDP_BYTES_V1   20
#define RSDP_BYTES_V2   36
#define RSDP_BYTES_MAX  4096
#define SIGNATURE_BYTES 4

/* All bytes of a table, its checksum field included, add up to 0 in eight bits. Byte by byte: the
 * tables read at boot have some 500 bytes together; only the DSDT is long, and waits for power-off. */
static bool checksum_is_good(const uint8_t *bytes, uint32_t length)
{
    uint8_t sum = 0;
    for (uint32_t i = 0; i < length; i++) {
        sum = (uint8_t)(sum + bytes[i]);
    }
    return sum == 0;
}

tn_status_t drv_acpi_table_at(const struct drv_acpi_memory *memory, uint64_t pa,
                              const char *signature, struct drv_acpi_table *table)
{
    const uint8_t *header = memory->bytes(memory, pa, HEADER_BYTES);
    if (header == NULL) {
        return TN_ERR_RANGE;
    }
    uint32_t length = tn_load_le32(header + 4);
    if (memcmp(header, signature, SIGNATURE_BYTES) != 0 || length < HEADER_BYTES ||
        length > DRV_ACPI_TABLE_MAX) {
        return TN_ERR_FORMAT;
    }
    const uint8_t *bytes = memory->bytes(memory, pa, length);
    if (bytes == NULL) {
        return TN_ERR_RANGE;
    }
    if (!checksum_is_good(bytes, length)) {
        return TN_ERR_CHECKSUM;
    }
    *table = (struct drv_acpi_table){.bytes = bytes, .length = length};
    return TN_OK;
}

/* Version 2 gives an XSDT, with 64-bit addresses; only there is the longer checksum defined. */
static tn_status_t check_rsdp_v2(const struct drv_acpi_memory *memory, uint64_t rsdp,
                                 uint64_t *xsdt)
{
    const uint8_t *bytes = memory->bytes(memory, rsdp, RSDP_BYTES_V2);
    if (bytes == NULL) {
        return TN_ERR_RANGE;
    }
    uint32_t length = tn_load_le32(bytes + 20);
    if (length < RSDP_BYTES_V2 || length > RSDP_BYTES_MAX) {
        return TN_ERR_FORMAT;
    }
    bytes = memory->bytes(memory, rsdp, length);
    if (bytes == NULL) {
        return TN_ERR_RANGE;
    }
    if (!checksum_is_good(bytes, length)) {
        return TN_ERR_CHECKSUM;
    }
    *xsdt = tn_load_le64(bytes + 24);
    return TN_OK;
}

tn_status_t drv_acpi_init(struct drv_acpi *acpi, const struct drv_acpi_memory *memory,
                          uint64_t rsdp)
{
    const uint8_t *bytes = memory->bytes(memory, rsdp, RSDP_BYTES_V1);
    if (bytes == NULL) {
        return TN_ERR_RANGE;
    }
    if (memcmp(bytes, "RSD PTR ", 8) != 0) {
        return TN_ERR_FORMAT;
    }
    if (!checksum_is_good(bytes, RSDP_BYTES_V1)) {
        return TN_ERR_CHECKSUM;
    }
    uint64_t xsdt = 0;
    if (bytes[15] >= 2) {
        tn_status_t status = check_rsdp_v2(memory, rsdp, &xsdt);
        if (status != TN_OK) {
            return status;
        }
    }
    acpi->memory = memory;
    acpi->entry_bytes = xsdt != 0 ? 8 : 4;
    uint64_t root = xsdt != 0 ? xsdt : tn_load_le32(bytes + 16);
    return drv_acpi_table_at(memory, root, xsdt != 0 ? "XSDT" : "RSDT", &acpi->root);
}

tn_status_t drv_acpi_find(const struct drv_acpi *acpi, const char *signature,
                          struct drv_acpi_table *table)
{
    uint32_t count = (acpi->root.length - HEADER_BYTES) / acpi->entry_bytes;
    const uint8_t *entry = acpi->root.bytes + HEADER_BYTES;
    for (uint32_t i = 0; i < count; i++, entry += acpi->entry_bytes) {
        uint64_t pa = acpi->entry_bytes == 8 ? tn_load_le64(entry) : tn_load_le32(entry);
        const uint8_t *bytes = acpi->memory->bytes(acpi->memory, pa, SIGNATURE_BYTES);
        if (bytes != NULL && memcmp(bytes, signature, SIGNATURE_BYTES) == 0) {
            return drv_acpi_table_at(acpi->memory, pa, signature, table);
        }
    }
    return TN_ERR_NOT_FOUND;
}

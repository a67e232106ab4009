/* SPDX-License-Identifier: MIT */
/* Walking the entries of a MADT, whatever they are: each has its type and length in front. */
#ifndef ACPI_MADT_INTERNAL_H
#define ACPI_MADT_INTERNAL_H

#include <libdrv/acpi.h>

/** The next entry of @p table that has at least the bytes of its type.
 *  @param[in,out] offset as drv_acpi_madt_next. @param[out] bytes its first byte; set on success.
 *  @param least bytes that an entry has at least, by type; 0: passed over. @param types entries of it.
 *  @retval TN_OK, TN_ERR_EMPTY, TN_ERR_TRUNCATED, TN_ERR_FORMAT as drv_acpi_madt_next. */
TN_MUST_USE tn_status_t madt_next(const struct drv_acpi_table *table, uint32_t *offset,
                                  const uint8_t **bytes, const uint8_t *least, unsigned types);

#endif

/* SPDX-License-Identifier: MIT */
/* The texts on the EFI system partition: digests and the command line. Pure; tested on the host. */
#ifndef UEFI_ESP_TEXT_H
#define UEFI_ESP_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/status.h>

#include "sha256.h"

/** Read the digest at the beginning of @p text, as sha256sum writes it: 64 hexadecimal digits of either case, and
 *  a blank or the end of the line behind them; the rest is for people.
 *  @param[out] digest written only on success.
 *  @retval TN_OK @retval TN_ERR_FORMAT @retval TN_ERR_TRUNCATED it ends before 64 digits. */
TN_MUST_USE tn_status_t esp_text_digest(const char *text, size_t length,
                                        uint8_t digest[SHA256_BYTES]);

/** Copy the first line of @p text into @p line, terminated and without blanks at its end.
 *  @param size of @p line, at least 1.
 *  @retval TN_OK @retval TN_ERR_TOO_LONG it has @p size bytes or more
 *  @retval TN_ERR_FORMAT it has other bytes than printable ASCII. @p line is a beginning of it then. */
TN_MUST_USE tn_status_t esp_text_line(const char *text, size_t length, char *line, size_t size);

#endif

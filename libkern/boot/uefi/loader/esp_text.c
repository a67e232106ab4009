/* SPDX-License-Identifier: MIT */
/* Texts that people may have edited, on any system: lines end with or without a carriage return. */
#include "esp_text.h"

#include <stdbool.h>

#include <libbase/mem.h>

#define DIGITS ((size_t)(2 * SHA256_BYTES))

/* @return 0 to 15, or 16 for what is no digit */
static unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? (unsigned)(lower - 'a') + 10 : 16;
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\r' || c == '\n';
}

tn_status_t esp_text_digest(const char *text, size_t length, uint8_t digest[SHA256_BYTES])
{
    uint8_t found[SHA256_BYTES] = {0};
    for (size_t i = 0; i < DIGITS; i++) {
        if (i == length) {
            return TN_ERR_TRUNCATED;
        }
        unsigned value = hex_digit(text[i]);
        if (value > 15) {
            return TN_ERR_FORMAT;
        }
        found[i / 2] = (uint8_t)((unsigned)found[i / 2] << 4 | value);
    }
    if (length > DIGITS && !ends_word(text[DIGITS])) {
        return TN_ERR_FORMAT;
    }
    memcpy(digest, found, SHA256_BYTES);
    return TN_OK;
}

static bool is_printable(char c)
{
    return c >= ' ' && c <= '~';
}

tn_status_t esp_text_line(const char *text, size_t length, char *line, size_t size)
{
    tn_status_t status = TN_OK;
    size_t used = 0;
    size_t end = 0; /* Behind the last byte that is not blank. */
    while (status == TN_OK && used < length && text[used] != '\n' && text[used] != '\r') {
        if (!is_printable(text[used])) {
            status = TN_ERR_FORMAT;
        } else if (used + 1 == size) {
            status = TN_ERR_TOO_LONG;
        } else {
            line[used] = text[used];
            used++;
            end = line[used - 1] == ' ' ? end : used;
        }
    }
    line[end] = '\0';
    return status;
}

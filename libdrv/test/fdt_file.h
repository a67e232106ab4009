/* SPDX-License-Identifier: MIT */
/* Device trees that others wrote, from test/data. */
#ifndef TEST_FDT_FILE_H
#define TEST_FDT_FILE_H

#include <support/testing.h>

#include <stdio.h>

/** Bytes that any of the files has at most. */
#define FDT_FILE_MAX 16384

/** Read test/data/@p name into @p bytes (FDT_FILE_MAX, aligned to 8). @return its length. */
static inline size_t fdt_file_read(const char *name, uint8_t *bytes)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", TEST_DATA, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(bytes, 1, FDT_FILE_MAX, file);
    (void)fclose(file);
    assert_in_range(length, 1, FDT_FILE_MAX - 1);
    return length;
}

#endif

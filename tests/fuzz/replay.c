/* SPDX-License-Identifier: MIT */
/* Gives every file of a folder to a fuzz target, and each of its beginnings: what a fuzzer found once,
 * and truncation, are tried with every compiler. Reports how many runs there were. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FILE_MAX = 1 << 16,
    PREFIXES_MAX = 4096 /* Of a longer file only every so-many-th beginning is tried. */
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* In an allocation of its own size, so that the sanitizer sees the first byte behind it. */
static void try_once(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    if (copy == NULL) {
        abort();
    }
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    (void)LLVMFuzzerTestOneInput(copy, length);
    free(copy);
}

static unsigned long try_file(const char *path)
{
    static uint8_t bytes[FILE_MAX];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    size_t length = fread(bytes, 1, sizeof(bytes), file);
    (void)fclose(file);
    size_t step = length / PREFIXES_MAX + 1;
    unsigned long runs = 1;
    for (size_t prefix = 0; prefix < length; prefix += step, runs++) {
        try_once(bytes, prefix);
    }
    try_once(bytes, length);
    return runs;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (folder == NULL) {
        (void)fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    unsigned long runs = 0;
    unsigned files = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];
        if (entry->d_name[0] != '.') {
            (void)snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);
            runs += try_file(path);
            files++;
        }
    }
    (void)closedir(folder);
    (void)printf("%lu runs of %u seeds\n", runs, files);
    return files > 0 ? 0 : 1;
}

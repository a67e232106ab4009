/* SPDX-License-Identifier: MIT */
/* Commands about files. */
#include <contracts/file.h>
#include <libbase/mem.h>
#include <libsys/file.h>
#include <libsys/print.h>

#include "shell.h"

#define PIECE 512

/* A path as the file server wants it. */
static const char *relative(const char *path)
{
    while (*path == '/') {
        path++;
    }
    return path;
}

static const char *remedy_for(tn_status_t status)
{
    switch (status) {
    case TN_ERR_NOT_FOUND:
        return "ls shows what there is.";
    case TN_ERR_FULL:
        return "Remove a file with rm; mem shows the limit of ramfs.";
    case TN_ERR_INVALID:
        return "A path is like notes/today, at most 63 bytes.";
    case TN_ERR_HANDLE:
        return "There is no file server in this product.";
    default:
        return NULL;
    }
}

static void complain(const char *command, const char *thing, tn_status_t status)
{
    shell_complain(command, thing, status, remedy_for(status));
}

/* @p remedy is for a file of the boot bundle, which cannot be changed. */
static void complain_change(const char *command, const char *thing, tn_status_t status,
                            const char *remedy)
{
    if (status == TN_ERR_RIGHTS) {
        sys_print("%s: %s: it is a file of the boot bundle, read-only; %s\n", command, thing,
                  remedy);
    } else {
        complain(command, thing, status);
    }
}

void command_ls(struct shell *shell, int argc, char **argv)
{
    const char *beginning = argc > 1 ? relative(argv[1]) : "";
    char after[FILE_PATH_MAX + 1] = "";
    char path[FILE_PATH_MAX + 1];
    uint64_t size;
    uint32_t flags;
    size_t length;
    tn_status_t status = file_list(shell->files, after, &size, &flags, path, sizeof(path), &length);
    while (status == TN_OK) {
        if (strncmp(path, beginning, strlen(beginning)) == 0) {
            sys_print("%8lu %c %s\n", size, (flags & FILE_READ_ONLY) != 0 ? 'r' : '-', path);
        }
        memcpy(after, path, sizeof(after));
        status = file_list(shell->files, after, &size, &flags, path, sizeof(path), &length);
    }
    if (status != TN_ERR_NOT_FOUND) {
        complain("ls", "files", status);
    }
}

/* Print the file at @p path. A restart of the server in between only means to open it again. */
static tn_status_t print_file(tn_handle_t files, const char *path)
{
    char bytes[PIECE];
    uint64_t file, size;
    uint64_t offset = 0;
    size_t length = 0;
    tn_status_t status = file_open(files, path, 0, &file, &size);
    while (status == TN_OK) {
        status = file_read(files, file, offset, bytes, sizeof(bytes), &length);
        if (status == TN_ERR_RESTARTED) {
            status = file_open(files, path, 0, &file, &size);
            continue;
        }
        if (status != TN_OK || length == 0) {
            break;
        }
        sys_write(bytes, length);
        offset += length;
    }
    return status;
}

void command_cat(struct shell *shell, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        tn_status_t status = print_file(shell->files, relative(argv[i]));
        if (status != TN_OK) {
            complain("cat", argv[i], status);
        }
    }
}

/* Put the words with single spaces and a newline into @p text. @return how many bytes that are. */
static size_t join(char *text, size_t size, char *const *words)
{
    size_t length = 0;
    for (; *words != NULL; words++) {
        size_t word = strlen(*words);
        if (word + 1 > size - length) {
            break; /* Cannot be: the words come from one line. */
        }
        memcpy(text + length, *words, word);
        length += word;
        text[length++] = words[1] != NULL ? ' ' : '\n';
    }
    return length;
}

void command_write(struct shell *shell, int argc, char **argv)
{
    char text[PIECE];
    uint64_t file, size;
    (void)argc;
    size_t length = join(text, sizeof(text), argv + 2);
    tn_status_t status =
        file_open(shell->files, relative(argv[1]), FILE_CREATE | FILE_TRUNCATE, &file, &size);
    if (status == TN_OK) {
        status = file_write(shell->files, file, 0, text, length);
    }
    if (status != TN_OK) {
        complain_change("write", argv[1], status, "choose another name.");
    }
}

void command_rm(struct shell *shell, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        tn_status_t status = file_remove(shell->files, relative(argv[i]));
        if (status != TN_OK) {
            complain_change("rm", argv[i], status, "it stays.");
        }
    }
}

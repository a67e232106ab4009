/* SPDX-License-Identifier: MIT */
/* From the contract to the file system; nothing is decided here. */
#include <contracts/file.h>
#include <libbase/mem.h>

#include "ramfs.h"
#include "service.h"

static tn_status_t do_open(void *self, const struct sys_request *request, const char *path,
                           size_t path_length, uint32_t flags, uint64_t *file, uint64_t *size)
{
    (void)request;
    (void)path_length;
    return ramfs_open(self, path, flags, file, size);
}

static tn_status_t do_read(void *self, const struct sys_request *request, uint64_t file,
                           uint64_t offset, void *data, size_t data_size, size_t *data_length)
{
    (void)request;
    return ramfs_read(self, file, offset, data, data_size, data_length);
}

static tn_status_t do_write(void *self, const struct sys_request *request, uint64_t file,
                            uint64_t offset, const void *data, size_t data_length)
{
    (void)request;
    return ramfs_write(self, file, offset, data, data_length);
}

static tn_status_t do_truncate(void *self, const struct sys_request *request, uint64_t file,
                               uint64_t size)
{
    (void)request;
    return ramfs_truncate(self, file, size);
}

static tn_status_t do_remove(void *self, const struct sys_request *request, const char *path,
                             size_t path_length)
{
    (void)request;
    (void)path_length;
    return ramfs_remove(self, path);
}

static tn_status_t do_list(void *self, const struct sys_request *request, const char *after,
                           size_t after_length, uint64_t *size, uint32_t *flags, char *path,
                           size_t path_size, size_t *path_length)
{
    struct ramfs_entry entry;
    (void)request;
    (void)after_length;
    tn_status_t status = ramfs_next(self, after, &entry);
    if (status != TN_OK) {
        return status;
    }
    size_t length = strlen(entry.path);
    if (length > path_size) {
        return TN_ERR_TOO_LONG;
    }
    memcpy(path, entry.path, length);
    *path_length = length;
    *size = entry.size;
    *flags = entry.flags;
    return TN_OK;
}

tn_status_t ramfs_on_request(void *self, struct sys_request *request)
{
    static const struct file_handlers handlers = {
        .open = do_open,
        .read = do_read,
        .write = do_write,
        .truncate = do_truncate,
        .remove = do_remove,
        .list = do_list,
    };
    return file_dispatch(&handlers, self, request);
}

/* SPDX-License-Identifier: MIT */
/* The ramfs server: maps the boot bundle, serves. */
#include <libsys/pages.h>
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#include "ramfs.h"
#include "service.h"

/* Map the bundle, if this server was given it, and open it. */
static tn_status_t open_bundle(struct tn_bundle *bundle)
{
    struct tn_memory_info info = {0};
    uint64_t va;
    tn_handle_t memory = sys_program()->bundle;
    if (memory == TN_HANDLE_NONE) {
        return TN_ERR_NOT_FOUND;
    }
    tn_status_t status = sys_memory_info(memory, &info);
    if (status == TN_OK) {
        status = sys_pages_map(memory, 0, info.size, TN_RIGHT_READ, &va);
    }
    if (status != TN_OK) {
        return status;
    }
    return tn_bundle_open((const void *)(uintptr_t)va, info.size, SYS_ARCH_MACHINE, bundle);
}

int main(int argc, char **argv)
{
    static struct ramfs fs;
    static struct tn_bundle bundle;
    (void)argc;
    (void)argv;
    tn_status_t status = open_bundle(&bundle);
    if (status != TN_OK) {
        sys_log("ramfs: no files of the bundle: %s", tn_status_text(status));
    }
    ramfs_init(&fs, status == TN_OK ? &bundle : NULL, sys_program()->start->epoch);
    struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &fs,
        .request = ramfs_on_request,
    };
    status = sys_serve(&server);
    sys_log("ramfs: cannot receive: %s", tn_status_text(status));
    return 1;
}

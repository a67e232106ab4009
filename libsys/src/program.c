/* SPDX-License-Identifier: MIT */
/* The running program: what it was given, found by kind and name. */
#include <stdbool.h>

#include <libbase/mem.h>
#include <libsys/start.h>

#include "program.h"

static struct sys_program program;

const struct sys_program *sys_program(void)
{
    return &program;
}

void sys_program_init(const struct tn_root_info *root, const struct sys_start *start)
{
    program.root = root;
    program.start = start;
    if (root != NULL) {
        program.thread = root->thread;
        program.container = root->container;
        program.machine = root->machine;
        program.bundle = root->bundle;
        return;
    }
    program.thread = sys_start_handle(SYS_START_THREAD, NULL);
    program.container = sys_start_handle(SYS_START_CONTAINER, NULL);
    program.machine = sys_start_handle(SYS_START_MACHINE, NULL);
    program.bundle = sys_start_handle(SYS_START_BUNDLE, NULL);
}

tn_handle_t sys_start_handle(enum sys_start_kind kind, const char *name)
{
    const struct sys_start *start = program.start;
    for (uint32_t i = 0; start != NULL && i < start->handle_count; i++) {
        const struct sys_start_handle *given = &start->handles[i];
        if (given->kind == kind && (name == NULL || strcmp(given->name, name) == 0)) {
            return given->handle;
        }
    }
    return TN_HANDLE_NONE;
}

const struct sys_start_device *sys_start_device(const char *name)
{
    const struct sys_start *start = program.start;
    size_t length = strlen(name);
    for (uint32_t i = 0; start != NULL && i < start->device_count; i++) {
        if (strncmp(start->devices[i].device.name, name, length) == 0) {
            return &start->devices[i];
        }
    }
    return NULL;
}

/* Whether @p prefix covers @p path; *rest is then the part after it. "/" covers all, "/a" covers
 * "/a" and "/a/b", not "/ab". */
static bool covers(const char *prefix, const char *path, const char **rest)
{
    size_t length = strlen(prefix);
    if (strncmp(prefix, path, length) != 0) {
        return false;
    }
    const char *after = path + length;
    if (length > 0 && prefix[length - 1] == '/') {
        *rest = after;
        return true;
    }
    if (*after != '/' && *after != 0) {
        return false;
    }
    *rest = *after == '/' ? after + 1 : after;
    return true;
}

tn_status_t sys_name_lookup(const char *path, tn_handle_t *endpoint, const char **rest)
{
    const struct sys_start *start = program.start;
    size_t best = 0;
    for (uint32_t i = 0; start != NULL && i < start->handle_count; i++) {
        const struct sys_start_handle *given = &start->handles[i];
        const char *tail;
        if (given->kind == SYS_START_USES && strlen(given->name) > best &&
            covers(given->name, path, &tail)) {
            best = strlen(given->name);
            *endpoint = given->handle;
            *rest = tail;
        }
    }
    return best > 0 ? TN_OK : TN_ERR_NOT_FOUND;
}

/* SPDX-License-Identifier: MIT */
/* Equipping a process: exactly the handles that its entry in the manifest stands for. */
#include <libbase/mem.h>
#include <libsys/syscall.h>

#include "supervisor.h"

/* Install @p handle with @p rights as @p kind and @p name. */
static tn_status_t give(struct program *program, enum sys_start_kind kind, const char *name,
                        tn_handle_t handle, uint32_t rights)
{
    tn_handle_t installed = TN_HANDLE_NONE;
    if (program->given_count == GIVEN_MAX) {
        return TN_ERR_FULL;
    }
    tn_status_t status = sys_handle_install(program->process, handle, rights, &installed);
    if (status == TN_OK) {
        program->given[program->given_count++] =
            (struct sys_start_handle){.kind = kind, .handle = installed, .name = name};
    }
    return status;
}

/* Give a way to call @p endpoint; the badge tells the server who calls. */
static tn_status_t give_client(struct supervisor *supervisor, struct program *program,
                               const char *prefix, tn_handle_t endpoint)
{
    tn_handle_t client = TN_HANDLE_NONE;
    tn_status_t status = sys_handle_mint(endpoint, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE,
                                         badge_of(supervisor, program), &client);
    if (status != TN_OK) {
        return status;
    }
    status = give(program, SYS_START_USES, prefix, client, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    (void)sys_handle_close(client);
    return status;
}

/* Give a part of the I/O range @p all: @p length from @p base on. */
static tn_status_t give_range(struct program *program, tn_handle_t all, uint64_t base,
                              uint64_t length, tn_handle_t *range)
{
    tn_handle_t part = TN_HANDLE_NONE;
    tn_status_t status = sys_io_range_create(program->container, all, base, length, &part);
    if (status != TN_OK) {
        return status;
    }
    status = sys_handle_install(program->process, part, TN_RIGHT_READ | TN_RIGHT_WRITE, range);
    (void)sys_handle_close(part);
    return status;
}

static tn_status_t give_device(struct supervisor *supervisor, struct program *program,
                               const struct tn_device *device)
{
    const struct tn_root_info *root = supervisor->root;
    if (program->device_count == DEVICES_MAX) {
        return TN_ERR_FULL;
    }
    struct sys_start_device *given = &program->devices[program->device_count];
    *given = (struct sys_start_device){.device = *device};
    bool has_ports = (device->flags & TN_DEVICE_PORTS) != 0;
    tn_status_t status = give_range(program, has_ports ? root->io_ports : root->io_memory,
                                    device->base, device->length, &given->registers);
    if (status == TN_OK && device->interrupt != TN_NO_INTERRUPT) {
        status = give_range(program, root->io_irqs, device->interrupt, 1, &given->interrupts);
    }
    if (status == TN_OK) {
        program->device_count++;
    }
    return status;
}

/* Whether @p pattern ("uart0", "uart*") stands for the device @p name. */
static bool matches(const char *pattern, const char *name)
{
    size_t length = strlen(pattern);
    if (length > 0 && pattern[length - 1] == '*') {
        return strncmp(pattern, name, length - 1) == 0;
    }
    return strcmp(pattern, name) == 0;
}

const char *missing_device(const struct supervisor *supervisor,
                           const struct tn_manifest_server *server)
{
    struct tn_device device = {0};
    for (uint32_t i = 0; i < server->item_count; i++) {
        const struct tn_manifest_item *item = manifest_item(&supervisor->manifest, server, i);
        const char *pattern = manifest_text(&supervisor->manifest, item->text);
        bool found = item->kind != TN_ITEM_DEVICE;
        for (uint64_t index = 0; !found; index++) {
            if (sys_machine_device(supervisor->root->machine, index, &device) != TN_OK) {
                return pattern;
            }
            found = matches(pattern, device.name);
        }
    }
    return NULL;
}

static tn_status_t give_devices(struct supervisor *supervisor, struct program *program,
                                const char *pattern)
{
    struct tn_device device = {0};
    uint32_t before = program->device_count;
    tn_status_t status = TN_OK;
    for (uint64_t i = 0; status == TN_OK; i++) {
        if (sys_machine_device(supervisor->root->machine, i, &device) != TN_OK) {
            break;
        }
        if (matches(pattern, device.name)) {
            status = give_device(supervisor, program, &device);
        }
    }
    if (status == TN_OK && program->device_count == before) {
        report(supervisor, program, "this machine has no device %s; see `devices` in the manifest",
               pattern);
        return TN_ERR_NOT_FOUND;
    }
    return status;
}

/* Whether @p prefix is that of a server that may be left out: then it was told already. */
static bool is_optional(const struct supervisor *supervisor, const char *prefix)
{
    const struct manifest *manifest = &supervisor->manifest;
    for (uint32_t i = 0; i < manifest->server_count; i++) {
        const struct tn_manifest_server *server = &manifest->servers[i];
        uint32_t items = (server->flags & TN_SERVER_OPTIONAL) != 0 ? server->item_count : 0;
        for (uint32_t j = 0; j < items; j++) {
            const struct tn_manifest_item *item = manifest_item(manifest, server, j);
            if (item->kind == TN_ITEM_SERVES &&
                strcmp(manifest_text(manifest, item->text), prefix) == 0) {
                return true;
            }
        }
    }
    return false;
}

static tn_status_t give_item(struct supervisor *supervisor, struct program *program,
                             const struct tn_manifest_item *item)
{
    const char *text = manifest_text(&supervisor->manifest, item->text);
    tn_handle_t endpoint;
    switch (item->kind) {
    case TN_ITEM_SERVES:
        return give(program, SYS_START_SERVES, text, program->endpoint, TN_RIGHT_RECEIVE);
    case TN_ITEM_USES:
        endpoint = endpoint_of_prefix(supervisor, text);
        if (endpoint != TN_HANDLE_NONE) {
            return give_client(supervisor, program, text, endpoint);
        }
        if (!is_optional(supervisor, text)) {
            report(supervisor, program, "starts without %s, which nobody serves", text);
        }
        return TN_OK;
    case TN_ITEM_DEVICE:
        return give_devices(supervisor, program, text);
    default: /* Arguments are not handles. */
        return TN_OK;
    }
}

/* Rights on the machine that TN_ACCESS_ bits stand for. */
static uint32_t machine_rights(uint32_t access)
{
    return ((access & TN_ACCESS_LOG_READ) != 0 ? TN_RIGHT_READ : 0) |
           ((access & TN_ACCESS_LOG_WRITE) != 0 ? TN_RIGHT_WRITE : 0) |
           ((access & TN_ACCESS_INFO) != 0 ? TN_RIGHT_INSPECT : 0) |
           ((access & TN_ACCESS_POWER) != 0 ? TN_RIGHT_POWER : 0);
}

static tn_status_t give_access(struct supervisor *supervisor, struct program *program)
{
    uint32_t access = program->server->access;
    tn_status_t status = give(program, SYS_START_CONTAINER, "", program->container,
                              TN_RIGHT_SPEND | TN_RIGHT_INSPECT);
    if (status == TN_OK && machine_rights(access) != 0) {
        status =
            give(program, SYS_START_MACHINE, "", supervisor->root->machine, machine_rights(access));
    }
    if (status == TN_OK && (access & TN_ACCESS_BUNDLE) != 0) {
        status = give(program, SYS_START_BUNDLE, "", supervisor->root->bundle,
                      TN_RIGHT_READ | TN_RIGHT_INSPECT);
    }
    if (status == TN_OK && program->bell != TN_HANDLE_NONE) {
        status =
            give(program, SYS_START_SIGNALS, "", program->bell, TN_RIGHT_SEND | TN_RIGHT_RECEIVE);
    }
    return status;
}

tn_status_t equip(struct supervisor *supervisor, struct program *program)
{
    program->given_count = 0;
    program->device_count = 0;
    tn_status_t status = give_access(supervisor, program);
    for (uint32_t i = 0; status == TN_OK && i < program->server->item_count; i++) {
        const struct tn_manifest_item *item =
            manifest_item(&supervisor->manifest, program->server, i);
        status = give_item(supervisor, program, item);
    }
    return status;
}

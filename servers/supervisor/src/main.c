/* SPDX-License-Identifier: MIT */
/* The first program: reads what shall run from the boot bundle, starts it, watches over it. */
#include <libsys/print.h>
#include <libsys/serial.h>
#include <libsys/serve.h>
#include <libsys/syscall.h>

#include "supervisor.h"

/* Says why nothing can run, and switches off with a failing code. */
static _Noreturn void give_up(struct supervisor *supervisor, const char *what, tn_status_t status)
{
    report(supervisor, NULL, "%s: %s", what, tn_status_text(status));
    report_end_of_boot(supervisor);
    sys_serial_print("\nTenon cannot go on: %s: %s\n", what, tn_status_text(status));
    (void)sys_machine_power(supervisor->root->machine, TN_POWER_OFF, 1);
    sys_process_exit(1);
}

/* The manifest, out of the checked bundle. */
static tn_status_t open_manifest(struct supervisor *supervisor)
{
    const struct tn_bundle_entry *file;
    tn_status_t status = tn_bundle_find(&supervisor->bundle, "manifest", &file);
    if (status == TN_OK) {
        status = tn_bundle_verify(&supervisor->bundle, file);
    }
    if (status != TN_OK) {
        return status;
    }
    return manifest_open(&supervisor->manifest, supervisor->bundle.bytes + file->offset,
                         file->size);
}

static bool server_serves(const struct supervisor *supervisor,
                          const struct tn_manifest_server *server)
{
    for (uint32_t i = 0; i < server->item_count; i++) {
        if (manifest_item(&supervisor->manifest, server, i)->kind == TN_ITEM_SERVES) {
            return true;
        }
    }
    return false;
}

/* A slot with endpoint and notification for @p server; both outlive its restarts, so the supervisor
 * pays for them. */
static tn_status_t prepare(struct supervisor *supervisor, const struct tn_manifest_server *server)
{
    tn_handle_t container = supervisor->root->container;
    struct program *program =
        program_add(supervisor, server, manifest_text(&supervisor->manifest, server->name));
    if (program == NULL) {
        return TN_ERR_FULL;
    }
    tn_status_t status = TN_OK;
    if (server_serves(supervisor, server)) {
        status = sys_endpoint_create(container, &program->endpoint);
    }
    if (status == TN_OK && (server->access & TN_ACCESS_LOG_READ) != 0) {
        status = sys_notification_create(container, &program->bell);
    }
    return status;
}

/* Whether @p server is for machines of another kind than this. */
static bool is_left_out(struct supervisor *supervisor, const struct tn_manifest_server *server)
{
    if ((server->flags & TN_SERVER_OPTIONAL) == 0) {
        return false;
    }
    const char *device = missing_device(supervisor, server);
    if (device != NULL) {
        report(supervisor, NULL, "%s is left out: this machine has no device %s",
               manifest_text(&supervisor->manifest, server->name), device);
    }
    return device != NULL;
}

/* All endpoints exist before the first server starts: each may use any other. */
static void prepare_all(struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->manifest.server_count; i++) {
        const struct tn_manifest_server *server = &supervisor->manifest.servers[i];
        if ((server->flags & TN_SERVER_TEMPLATE) != 0 || is_left_out(supervisor, server)) {
            continue;
        }
        tn_status_t status = prepare(supervisor, server);
        if (status != TN_OK) {
            report(supervisor, NULL, "%s cannot be prepared: %s",
                   manifest_text(&supervisor->manifest, server->name), tn_status_text(status));
        }
    }
}

static void start_all(struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        struct program *program = &supervisor->programs[i];
        if (program->pid != 0) {
            tn_status_t status = start_server(supervisor, program);
            (void)status; /* Reported; the others run on. */
        }
    }
}

int main(int argc, char **argv)
{
    static struct supervisor supervisor;
    (void)argc;
    (void)argv;
    supervisor.root = sys_program()->root;
    supervisor.last_pid = SUPERVISOR_PID;
    supervisor.is_booting = true;
    if (supervisor.root == NULL) {
        sys_fail("the supervisor must be the first program");
    }
    tn_status_t status = sys_endpoint_create(supervisor.root->container, &supervisor.endpoint);
    if (status != TN_OK) {
        give_up(&supervisor, "no endpoint", status);
    }
    status = tn_bundle_open((const void *)(uintptr_t)supervisor.root->bundle_va,
                            supervisor.root->bundle_bytes, SYS_ARCH_MACHINE, &supervisor.bundle);
    if (status != TN_OK) {
        give_up(&supervisor, "boot bundle", status);
    }
    status = open_manifest(&supervisor);
    if (status != TN_OK) {
        give_up(&supervisor, "file manifest of the boot bundle", status);
    }
    prepare_all(&supervisor);
    start_all(&supervisor);
    report_end_of_boot(&supervisor);
    if (programs_running(&supervisor) == 0) {
        give_up(&supervisor, "no server of the manifest could be started", TN_ERR_NOT_FOUND);
    }
    struct sys_server server = {
        .endpoint = supervisor.endpoint,
        .self = &supervisor,
        .request = on_request,
        .fault = on_fault,
    };
    give_up(&supervisor, "receiving", sys_serve(&server));
}

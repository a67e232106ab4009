/* SPDX-License-Identifier: MIT */
/* The table of programs. */
#include <libbase/mem.h>
#include <libbase/parse.h>
#include <libsys/syscall.h>

#include "supervisor.h"

static bool is_by_hand(const struct program *program)
{
    return (program->server->flags & TN_SERVER_TEMPLATE) != 0;
}

/* A free slot; else the one of a program by hand that ended first and that nobody waits for. */
static struct program *find_slot(struct supervisor *supervisor)
{
    struct program *oldest = NULL;
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        struct program *program = &supervisor->programs[i];
        if (program->pid == 0) {
            return program;
        }
        if (is_by_hand(program) && program->state != SUPERVISOR_RUNNING &&
            (oldest == NULL || program->pid < oldest->pid)) {
            oldest = program;
        }
    }
    if (oldest != NULL) {
        program_remove(oldest);
    }
    return oldest;
}

struct program *program_add(struct supervisor *supervisor, const struct tn_manifest_server *server,
                            const char *name)
{
    struct program *program = find_slot(supervisor);
    if (program == NULL) {
        return NULL;
    }
    memset(program, 0, sizeof(*program));
    program->pid = ++supervisor->last_pid;
    program->server = server;
    program->state = SUPERVISOR_FAILED;
    tn_status_t status = tn_string_copy(program->name, sizeof(program->name), name);
    (void)status; /* Cut is good enough for a name. */
    return program;
}

void program_remove(struct program *program)
{
    if (program->container != TN_HANDLE_NONE) {
        (void)sys_handle_close(program->container);
    }
    memset(program, 0, sizeof(*program));
}

struct program *program_find(struct supervisor *supervisor, const char *text)
{
    struct program *found = NULL;
    uint64_t pid = 0;
    if (tn_parse_u64(text, strlen(text), &pid) != TN_OK) {
        pid = 0;
    }
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        struct program *program = &supervisor->programs[i];
        bool matches =
            program->pid != 0 && (program->pid == pid || strcmp(program->name, text) == 0);
        if (matches && (found == NULL || program->state == SUPERVISOR_RUNNING)) {
            found = program;
        }
    }
    return found;
}

struct program *program_from(struct supervisor *supervisor, uint32_t from)
{
    struct program *found = NULL;
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        struct program *program = &supervisor->programs[i];
        if (program->pid != 0 && program->pid >= from &&
            (found == NULL || program->pid < found->pid)) {
            found = program;
        }
    }
    return found;
}

uint32_t programs_running(const struct supervisor *supervisor)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        const struct program *program = &supervisor->programs[i];
        count += program->pid != 0 && program->state == SUPERVISOR_RUNNING;
    }
    return count;
}

static bool serves(const struct manifest *manifest, const struct tn_manifest_server *server,
                   const char *prefix)
{
    for (uint32_t i = 0; i < server->item_count; i++) {
        const struct tn_manifest_item *item = manifest_item(manifest, server, i);
        if (item->kind == TN_ITEM_SERVES &&
            strcmp(manifest_text(manifest, item->text), prefix) == 0) {
            return true;
        }
    }
    return false;
}

tn_handle_t endpoint_of_prefix(const struct supervisor *supervisor, const char *prefix)
{
    if (strcmp(prefix, "/svc/supervisor") == 0) {
        return supervisor->endpoint;
    }
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        const struct program *program = &supervisor->programs[i];
        if (program->pid != 0 && program->endpoint != TN_HANDLE_NONE &&
            serves(&supervisor->manifest, program->server, prefix)) {
            return program->endpoint;
        }
    }
    return TN_HANDLE_NONE;
}

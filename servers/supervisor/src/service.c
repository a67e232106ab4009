/* SPDX-License-Identifier: MIT */
/* The supervisor contract: looking at programs, ending and starting them. */
#include <contracts/supervisor.h>
#include <libbase/fmt.h>
#include <libbase/mem.h>
#include <libsys/syscall.h>

#include "supervisor.h"

#define COMMAND_MAX 255

/* Copy a text into a reply, cut to its room. */
static size_t put_text(char *to, size_t room, const char *text)
{
    size_t length = strlen(text);
    length = length < room ? length : room;
    memcpy(to, text, length); /* NOLINT(bugprone-not-null-terminated-result): its length is told. */
    return length;
}

/* The numbers of a process; zero for one that has ended. */
static void inspect(tn_handle_t process, tn_handle_t container, struct tn_process_info *info,
                    struct tn_thread_info *thread, struct tn_container_info *memory)
{
    *info = (struct tn_process_info){0};
    *thread = (struct tn_thread_info){0};
    *memory = (struct tn_container_info){0};
    bool known = process == TN_HANDLE_NONE || sys_process_info(process, info) == TN_OK;
    known = known && (process == TN_HANDLE_NONE || sys_thread_info(process, 0, thread) == TN_OK);
    if (container != TN_HANDLE_NONE) {
        known = sys_container_info(container, memory) == TN_OK && known;
    }
    (void)known; /* What is not known stays 0. */
}

static tn_status_t do_list(void *self, const struct sys_request *request, uint32_t from,
                           uint32_t *pid, uint32_t *state, uint32_t *priority, uint32_t *threads,
                           uint32_t *restarts, uint64_t *cpu_ns, uint64_t *used, uint64_t *limit,
                           char *name, size_t name_size, size_t *name_length)
{
    struct supervisor *supervisor = self;
    const struct program *program = NULL;
    struct tn_process_info info;
    struct tn_thread_info thread;
    struct tn_container_info memory;
    (void)request;
    if (from <= SUPERVISOR_PID) {
        inspect(supervisor->root->process, supervisor->root->container, &info, &thread, &memory);
        *pid = SUPERVISOR_PID;
        *name_length = put_text(name, name_size, "supervisor");
    } else {
        program = program_from(supervisor, from);
        if (program == NULL) {
            return TN_ERR_NOT_FOUND;
        }
        inspect(program->process, program->container, &info, &thread, &memory);
        *pid = program->pid;
        *state = program->state;
        *restarts = program->restarts;
        *name_length = put_text(name, name_size, program->name);
    }
    *priority = thread.priority | thread.cpu << 16;
    *threads = info.thread_count;
    *cpu_ns = info.cpu_ns;
    *used = memory.used;
    *limit = memory.limit;
    return TN_OK;
}

/* What a handle of @p program was given for; "" if the program made it itself. */
static const char *purpose_of(const struct program *program, tn_handle_t handle)
{
    static const char *const purposes[] = {
        [SYS_START_THREAD] = "own thread",  [SYS_START_CONTAINER] = "own memory",
        [SYS_START_MACHINE] = "machine",    [SYS_START_BUNDLE] = "boot bundle",
        [SYS_START_SIGNALS] = "log signal",
    };
    for (uint32_t i = 0; i < program->given_count; i++) {
        const struct sys_start_handle *given = &program->given[i];
        if (given->handle == handle) {
            return given->name[0] != 0 ? given->name : purposes[given->kind];
        }
    }
    for (uint32_t i = 0; i < program->device_count; i++) {
        const struct sys_start_device *device = &program->devices[i];
        if (device->registers == handle || device->interrupts == handle) {
            return device->device.name;
        }
    }
    return "";
}

static tn_status_t do_capability(void *self, const struct sys_request *request, const char *name,
                                 size_t name_length, uint32_t after, uint32_t *handle,
                                 uint32_t *type, uint32_t *rights, uint64_t *badge,
                                 uint64_t *object, char *purpose, size_t purpose_size,
                                 size_t *purpose_length)
{
    const struct program *program = program_find(self, name);
    struct tn_handle_info info = {0};
    (void)request;
    (void)name_length;
    if (program == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    if (program->state != SUPERVISOR_RUNNING) {
        return TN_ERR_STATE;
    }
    tn_status_t status = sys_handle_next(program->process, after, handle);
    if (status == TN_OK) {
        status = sys_handle_info(program->process, *handle, &info);
    }
    if (status != TN_OK) {
        return status;
    }
    *type = info.type;
    *rights = info.rights;
    *badge = info.badge;
    *object = info.object_id;
    *purpose_length = put_text(purpose, purpose_size, purpose_of(program, *handle));
    return TN_OK;
}

static tn_status_t do_kill(void *self, const struct sys_request *request, const char *name,
                           size_t name_length, int32_t code)
{
    struct program *program = program_find(self, name);
    (void)request;
    if (program != NULL && program->state == SUPERVISOR_RUNNING) {
        return sys_process_kill(program->process, code);
    }
    if (strcmp(name, "supervisor") == 0 || strcmp(name, "1") == 0) {
        return TN_ERR_RIGHTS;
    }
    (void)name_length;
    return program == NULL ? TN_ERR_NOT_FOUND : TN_ERR_STATE;
}

/* What programs get that a person starts, or NULL. */
static const struct tn_manifest_server *find_template(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < supervisor->manifest.server_count; i++) {
        if ((supervisor->manifest.servers[i].flags & TN_SERVER_TEMPLATE) != 0) {
            return &supervisor->manifest.servers[i];
        }
    }
    return NULL;
}

/* Cut @p command into words at its spaces. @return how many there are, at most ARGUMENTS_MAX. */
static uint32_t split(char *command, const char *words[ARGUMENTS_MAX])
{
    uint32_t count = 0;
    bool in_word = false;
    for (char *at = command; *at != 0; at++) {
        if (*at == ' ') {
            *at = 0;
            in_word = false;
        } else if (!in_word) {
            if (count == ARGUMENTS_MAX) {
                break;
            }
            words[count++] = at;
            in_word = true;
        }
    }
    return count;
}

/* The part of @p path behind its last slash. */
static const char *base_name(const char *path)
{
    const char *base = path;
    for (; *path != 0; path++) {
        if (*path == '/') {
            base = path + 1;
        }
    }
    return base;
}

/* The path of the program that @p word means: "bench" is short for "bin/bench". */
static bool find_program(const struct supervisor *supervisor, const char *word,
                         char path[TN_MANIFEST_PATH_MAX + 1])
{
    static const char *const formats[] = {"%s", "bin/%s"};
    const struct tn_bundle_entry *file;
    for (size_t i = 0; i < TN_ARRAY_LEN(formats); i++) {
        size_t length = tn_format(path, TN_MANIFEST_PATH_MAX + 1, formats[i], word);
        if (length <= TN_MANIFEST_PATH_MAX &&
            tn_bundle_find(&supervisor->bundle, path, &file) == TN_OK) {
            return true;
        }
    }
    return false;
}

static tn_status_t do_run(void *self, const struct sys_request *request, const char *sent,
                          size_t sent_length, uint32_t *pid)
{
    struct supervisor *supervisor = self;
    const struct tn_manifest_server *server = find_template(supervisor);
    char command[COMMAND_MAX + 1];
    char path[TN_MANIFEST_PATH_MAX + 1];
    const char *words[ARGUMENTS_MAX];
    (void)request;
    if (server == NULL) {
        return TN_ERR_NOT_SUPPORTED;
    }
    memcpy(command, sent, sent_length + 1);
    uint32_t count = split(command, words);
    if (count == 0) {
        return TN_ERR_NOT_FOUND;
    }
    if (!find_program(supervisor, words[0], path)) {
        return TN_ERR_NOT_FOUND;
    }
    struct program *program = program_add(supervisor, server, base_name(path));
    if (program == NULL) {
        return TN_ERR_FULL;
    }
    tn_status_t status = start_program(supervisor, program, path, words, count);
    if (status != TN_OK) {
        program_remove(program);
        return status;
    }
    *pid = program->pid;
    return TN_OK;
}

static tn_status_t do_wait(void *self, const struct sys_request *request, uint32_t pid,
                           int32_t *code, uint32_t *reason, uint64_t *cpu_ns)
{
    struct program *program = program_from(self, pid);
    if (program == NULL || program->pid != pid ||
        (program->server->flags & TN_SERVER_TEMPLATE) == 0) {
        return TN_ERR_NOT_FOUND;
    }
    if (program->state == SUPERVISOR_RUNNING) {
        if (program->waiter != 0) {
            return TN_ERR_BUSY;
        }
        program->waiter = request->token;
        return SYS_DEFERRED;
    }
    *code = program->exit_code;
    *reason = program->exit_reason;
    *cpu_ns = program->cpu_ns;
    return TN_OK;
}

static tn_status_t do_machine(void *self, const struct sys_request *request, uint64_t *memory_total,
                              uint64_t *memory_free, uint64_t *kernel_bytes, uint64_t *bundle_bytes,
                              uint64_t *uptime_ns, uint64_t *idle_ns, uint32_t *cpu_count,
                              char *version, size_t version_size, size_t *version_length)
{
    const struct supervisor *supervisor = self;
    struct tn_machine_info info = {0};
    char text[64];
    (void)request;
    tn_status_t status = sys_machine_info(supervisor->root->machine, &info);
    if (status != TN_OK) {
        return status;
    }
    *memory_total = info.memory_total;
    *memory_free = info.memory_free;
    *kernel_bytes = info.kernel_bytes;
    *bundle_bytes = info.bundle_bytes;
    *uptime_ns = info.uptime_ns;
    *idle_ns = info.idle_ns;
    *cpu_count = info.cpu_count;
    tn_format(text, sizeof(text), "%s %s", info.version, info.arch);
    *version_length = put_text(version, version_size, text);
    return TN_OK;
}

static tn_status_t do_log(void *self, const struct sys_request *request, uint64_t position,
                          uint64_t *next, void *lines, size_t lines_size, size_t *lines_length)
{
    const struct supervisor *supervisor = self;
    struct tn_log_request log = {
        .position = position,
        .buffer = (uintptr_t)lines,
        .size = lines_size,
    };
    uint64_t length = 0;
    (void)request;
    tn_status_t status = sys_log_read(supervisor->root->machine, &log, &length);
    if (status == TN_OK) {
        *next = log.position;
        *lines_length = length;
    }
    return status;
}

static tn_status_t do_trace(void *self, const struct sys_request *request, uint32_t cpu,
                            uint64_t position, uint64_t *next, uint32_t *lost, void *records,
                            size_t records_size, size_t *records_length)
{
    const struct supervisor *supervisor = self;
    struct tn_trace_request trace = {
        .position = position,
        .buffer = (uintptr_t)records,
        .count = records_size / sizeof(struct tn_trace_record),
        .cpu = cpu,
    };
    uint64_t count = 0;
    (void)request;
    tn_status_t status = sys_trace_read(supervisor->root->machine, &trace, &count);
    if (status == TN_OK) {
        *next = trace.position;
        *lost = trace.lost;
        *records_length = count * sizeof(struct tn_trace_record);
    }
    return status;
}

static tn_status_t do_thread(void *self, const struct sys_request *request, uint32_t pid,
                             uint32_t index, uint64_t *thread)
{
    const struct supervisor *supervisor = self;
    tn_handle_t process = supervisor->root->process;
    struct tn_thread_info info = {0};
    (void)request;
    if (pid != SUPERVISOR_PID) {
        const struct program *program = program_from(self, pid);
        if (program == NULL || program->pid != pid) {
            return TN_ERR_NOT_FOUND;
        }
        if (program->state != SUPERVISOR_RUNNING) {
            return TN_ERR_STATE;
        }
        process = program->process;
    }
    tn_status_t status = sys_thread_info(process, index, &info);
    *thread = info.id;
    return status;
}

static tn_status_t do_power(void *self, const struct sys_request *request, uint32_t action,
                            int32_t code)
{
    const struct supervisor *supervisor = self;
    (void)request;
    return sys_machine_power(supervisor->root->machine, action, code);
}

tn_status_t on_request(void *self, struct sys_request *request)
{
    static const struct supervisor_handlers handlers = {
        .list = do_list,
        .capability = do_capability,
        .kill = do_kill,
        .run = do_run,
        .wait = do_wait,
        .machine = do_machine,
        .log = do_log,
        .power = do_power,
        .trace = do_trace,
        .thread = do_thread,
    };
    return supervisor_dispatch(&handlers, self, request);
}

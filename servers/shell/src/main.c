/* SPDX-License-Identifier: MIT */
/* The shell: reads lines from the console, runs them. */
#include <contracts/console.h>
#include <contracts/file.h>
#include <contracts/supervisor.h>
#include <libbase/mem.h>
#include <libsys/file.h>
#include <libsys/print.h>
#include <libsys/start.h>

#include "line.h"
#include "shell.h"

#define SHOWN_MAX 256

/* Bytes that the editor wants to show: sent when it waits for the next key. */
static struct {
    size_t length;
    char bytes[SHOWN_MAX];
} shown;

static void flush(void)
{
    if (shown.length > 0) {
        sys_write(shown.bytes, shown.length);
        shown.length = 0;
    }
}

static void show(void *self, const char *bytes, size_t length)
{
    (void)self;
    for (size_t i = 0; i < length; i++) {
        if (shown.length == sizeof(shown.bytes)) {
            flush();
        }
        shown.bytes[shown.length++] = bytes[i];
    }
}

static bool next_command(const char *word, size_t length, unsigned index,
                         char candidate[LINE_WORD_MAX + 1])
{
    for (const struct command *command = shell_commands; command->name != NULL; command++) {
        if (strncmp(command->name, word, length) == 0 && index-- == 0) {
            memcpy(candidate, command->name, strlen(command->name) + 1);
            return true;
        }
    }
    return false;
}

static bool next_file(tn_handle_t files, const char *word, size_t length, unsigned index,
                      char candidate[LINE_WORD_MAX + 1])
{
    _Static_assert(LINE_WORD_MAX == FILE_PATH_MAX, "a path fits");
    char after[FILE_PATH_MAX + 1] = "";
    uint64_t size;
    uint32_t flags;
    size_t path_length;
    while (file_list(files, after, &size, &flags, candidate, FILE_PATH_MAX + 1, &path_length) ==
           TN_OK) {
        if (strncmp(candidate, word, length) == 0 && index-- == 0) {
            return true;
        }
        memcpy(after, candidate, sizeof(after));
    }
    return false;
}

static bool candidate(void *self, const char *word, size_t length, bool is_first, unsigned index,
                      char text[LINE_WORD_MAX + 1])
{
    const struct shell *shell = self;
    if (is_first) {
        return next_command(word, length, index, text);
    }
    return next_file(shell->files, word, length, index, text);
}

static void greet(const struct shell *shell)
{
    uint64_t total, available, kernel, bundle, uptime, idle;
    uint32_t cpus;
    char version[64];
    size_t length;
    if (supervisor_machine(shell->supervisor, &total, &available, &kernel, &bundle, &uptime, &idle,
                           &cpus, version, sizeof(version), &length) == TN_OK) {
        sys_print("\n%s, %lu KiB of memory. Type help for a list of commands.\n", version,
                  total / 1024);
    }
}

static void type_keys(struct shell *shell, struct line_editor *editor, const uint8_t *keys,
                      size_t length)
{
    for (size_t i = 0; i < length; i++) {
        enum line_event event = line_type(editor, keys[i]);
        if (event == LINE_READY) {
            flush();
            shell_run_line(shell, editor->text);
        }
        if (event != LINE_NOTHING) {
            line_begin(editor);
        }
    }
}

/* The next keys: those typed while a program ran, else the console's. */
static tn_status_t read_keys(struct shell *shell, struct line_editor *editor)
{
    uint8_t keys[SHELL_AHEAD_MAX];
    size_t length = shell->ahead_count;
    tn_status_t status = TN_OK;
    flush();
    if (length > 0) {
        memcpy(keys, shell->ahead, length);
        shell->ahead_count = 0;
    } else {
        status = console_read(shell->console, keys, sizeof(keys), &length);
    }
    if (status == TN_OK) {
        type_keys(shell, editor, keys, length);
    }
    return status;
}

int main(int argc, char **argv)
{
    static struct line_editor editor;
    static struct shell shell;
    struct line_host host = {.show = show, .candidate = candidate, .self = &shell};
    tn_status_t status = TN_OK;
    (void)argc;
    (void)argv;
    shell.console = sys_start_handle(SYS_START_USES, "/svc/console");
    shell.supervisor = sys_start_handle(SYS_START_USES, "/svc/supervisor");
    shell.files = sys_start_handle(SYS_START_USES, "/");
    greet(&shell);
    line_init(&editor, &host, "tenon> ");
    line_begin(&editor);
    while (status == TN_OK) {
        status = read_keys(&shell, &editor);
    }
    sys_log("shell: console: %s", tn_status_text(status));
    return 1;
}

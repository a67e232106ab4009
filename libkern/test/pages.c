/* SPDX-License-Identifier: MIT */
/* The pages of docs/syscalls as a list of what must come about: the table of statuses of each page
 * is read, and compared with what the threads of this program's worlds got. */

#include "world.h"

#include <stdio.h>

#include "syscall.h"

#define NAME_OF(number, name) [TN_SYS_##number] = #name,

static const char *const names[TN_SYS_COUNT] = {
    [TN_SYS_IPC_CALL] = "ipc_call",   [TN_SYS_IPC_REPLY_RECV] = "ipc_reply_recv",
    [TN_SYS_IPC_SEND] = "ipc_send",   [TN_SYS_IPC_RECV] = "ipc_recv",
    [TN_SYS_IPC_REPLY] = "ipc_reply", KERN_SYSCALLS(NAME_OF)};

#define STATUSES 128

static unsigned produced[TN_SYS_COUNT][STATUSES];

static void note(unsigned number, tn_status_t status)
{
    if (number < TN_SYS_COUNT && status <= 0 && status > -STATUSES) {
        produced[number][-status]++;
    }
}

__attribute__((constructor)) static void listen(void)
{
    host_on_result(note);
}

static unsigned number_of(const char *name)
{
    for (unsigned i = 0; i < TN_SYS_COUNT; i++) {
        if (names[i] != NULL && strcmp(names[i], name) == 0) {
            return i;
        }
    }
    fail_msg("no system call is called %s", name);
    return 0;
}

static tn_status_t status_of(const char *name, size_t length)
{
    for (tn_status_t status = 0; status > -STATUSES; status--) {
        const char *candidate = tn_status_name(status);
        if (strlen(candidate) == length && memcmp(candidate, name, length) == 0) {
            return status;
        }
    }
    fail_msg("no status is called %.*s", (int)length, name);
    return 0;
}

/* Whether this configuration of the kernel can do what the row says. */
static bool is_offered(const char *row)
{
    return strstr(row, "Next release:") == NULL &&
           (!CONFIG_GRANTS ||
            strstr(row, "The kernel was built without `CONFIG_GRANTS`") == NULL) &&
           (CONFIG_TIMEOUT_FAULTS || strstr(row, "`TN_ERR_OVERRUN`") == NULL) &&
           (!CONFIG_CANCEL_FLAG || strstr(row, "built without `CONFIG_CANCEL_FLAG`") == NULL) &&
           (CONFIG_HELPING || strstr(row, "`owner`") == NULL) &&
           (!CONFIG_BUDGETS || strstr(row, "built without `CONFIG_BUDGETS`") == NULL) &&
           (!CONFIG_REVOKE_USES ||
            strstr(row, "The kernel was built without `CONFIG_REVOKE_USES`") == NULL) &&
           (!CONFIG_TRACE || strstr(row, "built without `CONFIG_TRACE`") == NULL);
}

/* The name of the status in a row, "| `STATUS` | cause |". */
static tn_status_t row_status(const char *row)
{
    const char *name = row + strlen("| `");
    return status_of(name, strcspn(name, "`,"));
}

/* Call @p use for each row of the table of page @p page. */
static void for_each_row(const char *page, void (*use)(unsigned number, const char *row))
{
    char path[512];
    char line[2048];
    snprintf(path, sizeof(path), "%s/%s.md", SYSCALL_PAGES, page);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "| `TN_", strlen("| `TN_")) == 0) {
            use(number_of(page), line);
        }
    }
    fclose(file);
}

static bool documented[TN_SYS_COUNT][STATUSES];

static void document(unsigned number, const char *row)
{
    documented[number][-row_status(row)] = true;
}

bool is_documented(unsigned number, tn_status_t status)
{
    static bool read;
    for (unsigned i = 0; i < TN_SYS_COUNT && !read; i++) {
        if (names[i] != NULL) {
            documented[i][0] = true;
            for_each_row(names[i], document);
        }
    }
    read = true;
    return number < TN_SYS_COUNT && status <= 0 && status > -STATUSES &&
           documented[number][-status];
}

static unsigned missing;

static void check_row(unsigned number, const char *row)
{
    tn_status_t status = row_status(row);
    if (is_offered(row)) {
        unsigned count = produced[number][-status];
        print_message("%-20s %-22s %6u\n", names[number], tn_status_name(status), count);
        missing += count == 0;
    }
}

static void check_undocumented(unsigned number)
{
    for (tn_status_t status = 0; status > -STATUSES; status--) {
        if (produced[number][-status] != 0 && !is_documented(number, status)) {
            fail_msg("%s ended with %s, which its page does not know", names[number],
                     tn_status_name(status));
        }
    }
}

void check_pages(const char *const *pages, size_t count)
{
    missing = 0;
    for (size_t i = 0; i < count; i++) {
        for_each_row(pages[i], check_row);
        check_undocumented(number_of(pages[i]));
    }
    assert_int_equal(missing, 0);
}

/* SPDX-License-Identifier: MIT */
/* Checks, and what cases share. */
#include <libsys/clock.h>
#include <libsys/pages.h>
#include <libsys/serial.h>

#include "check.h"
#include "run.h"

static unsigned checks, failures;

static bool note(bool good)
{
    checks++;
    failures += !good;
    return good;
}

unsigned check_count(void)
{
    return checks;
}

unsigned check_failures(void)
{
    return failures;
}

bool check_status(tn_status_t expected, tn_status_t actual, const char *text, const char *file,
                  unsigned line)
{
    if (!note(expected == actual)) {
        sys_serial_print("    %s:%u: %s: %s, not %s\n", file, line, text, tn_status_name(actual),
                         tn_status_name(expected));
    }
    return expected == actual;
}

bool check_true(bool condition, const char *text, const char *file, unsigned line)
{
    if (!note(condition)) {
        sys_serial_print("    %s:%u: not so: %s\n", file, line, text);
    }
    return condition;
}

bool check_equal(uint64_t expected, uint64_t actual, const char *text, const char *file,
                 unsigned line)
{
    if (!note(expected == actual)) {
        sys_serial_print("    %s:%u: %s is %lu (0x%lx), not %lu (0x%lx)\n", file, line, text,
                         actual, actual, expected, expected);
    }
    return expected == actual;
}

tn_handle_t own_container(void)
{
    return sys_program()->container;
}

tn_handle_t limited(tn_handle_t handle, uint32_t rights)
{
    tn_handle_t duplicate = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_handle_duplicate(handle, rights, &duplicate));
    return duplicate;
}

tn_handle_t new_endpoint(void)
{
    tn_handle_t endpoint = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_endpoint_create(own_container(), &endpoint));
    return endpoint;
}

tn_handle_t new_notification(void)
{
    tn_handle_t notification = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_notification_create(own_container(), &notification));
    return notification;
}

tn_handle_t new_memory(uint64_t pages)
{
    tn_handle_t memory = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_memory_create(own_container(), pages * TN_PAGE_SIZE, &memory));
    return memory;
}

tn_handle_t new_process(void)
{
    tn_handle_t process = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_process_create(own_container(), 0, &process));
    return process;
}

tn_handle_t new_thread(void (*entry)(void))
{
    tn_handle_t thread = TN_HANDLE_NONE;
    struct tn_thread_start start = {
        .pc = (uintptr_t)entry,
        .sp = SYS_WINDOW_END,
        .container = own_container(),
    };
    EXPECT(TN_OK, sys_thread_create(TN_HANDLE_NONE, &start, &thread));
    return thread;
}

void close_all(const tn_handle_t *handles, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        EXPECT(TN_OK, sys_handle_close(handles[i]));
    }
}

uint64_t in_ms(uint64_t ms)
{
    return sys_clock_now_ns() + ms * 1000000;
}

void pause_ms(uint64_t ms)
{
    EXPECT(TN_OK, sys_thread_sleep(in_ms(ms)));
}

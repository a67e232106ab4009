/* SPDX-License-Identifier: MIT */
/* Log, trace, information, power. */
#include <libbase/mem.h>

#include "check.h"

static tn_handle_t machine(void)
{
    return sys_program()->machine;
}

/* The position behind the last byte of the log. */
static uint64_t log_end(void)
{
    static char text[512];
    uint64_t length = 1;
    struct tn_log_request request = {.buffer = (uintptr_t)text, .size = sizeof(text)};
    while (length > 0) {
        EXPECT(TN_OK, sys_log_read(machine(), &request, &length));
    }
    return request.position;
}

static void what_is_written_can_be_read(void)
{
    char text[64] = {0};
    uint64_t length = 0;
    uint64_t end = log_end();
    struct tn_log_request request = {.position = end, .buffer = (uintptr_t)text, .size = 5};
    EXPECT(TN_OK, sys_log_write(machine(), "a line\n", 7));
    EXPECT(TN_OK, sys_log_read(machine(), &request, &length));
    EQUAL(5, length);
    EQUAL(end + 5, request.position);
    CHECK(memcmp(text, "a lin", 5) == 0);
    request.size = sizeof(text);
    EXPECT(TN_OK, sys_log_read(machine(), &request, &length));
    EQUAL(2, length);
    EXPECT(TN_OK, sys_log_read(machine(), &request, &length));
    EQUAL(0, length);
    EXPECT(TN_OK, sys_log_write(machine(), "", 0));
    EQUAL(end + 7, log_end());
}

static void the_log_checks_its_arguments(void)
{
    static char text[TN_LOG_WRITE_MAX + 1];
    uint64_t length;
    struct tn_log_request request = {.buffer = BAD_ADDRESS, .size = 10};
    tn_handle_t reader = limited(machine(), TN_RIGHT_READ);
    tn_handle_t writer = limited(machine(), TN_RIGHT_WRITE);
    memset(text, '.', sizeof(text));
    EXPECT(TN_ERR_HANDLE, sys_log_write(BAD_HANDLE, text, 1));
    EXPECT(TN_ERR_TYPE, sys_log_write(own_container(), text, 1));
    EXPECT(TN_ERR_RIGHTS, sys_log_write(reader, text, 1));
    EXPECT(TN_ERR_TOO_LONG, sys_log_write(writer, text, TN_LOG_WRITE_MAX + 1));
    EXPECT(TN_ERR_ADDRESS, sys_log_write(writer, BAD_POINTER, 1));
    EXPECT(TN_OK, sys_log_write(writer, text, TN_LOG_WRITE_MAX));
    EXPECT(TN_ERR_HANDLE, sys_log_read(BAD_HANDLE, &request, &length));
    EXPECT(TN_ERR_TYPE, sys_log_read(own_container(), &request, &length));
    EXPECT(TN_ERR_RIGHTS, sys_log_read(writer, &request, &length));
    EXPECT(TN_ERR_ADDRESS, sys_log_read(reader, BAD_POINTER, &length));
    EXPECT(TN_ERR_ADDRESS, sys_log_read(reader, &request, &length));
    EQUAL(0, request.position);
    close_all((tn_handle_t[]){reader, writer}, 2);
}

static void trace_records_tell_what_happened(void)
{
    static struct tn_trace_record records[8];
    uint64_t count = 0;
    struct tn_trace_request request = {.buffer = (uintptr_t)records, .count = 8};
    tn_handle_t writer = limited(machine(), TN_RIGHT_WRITE);
    EXPECT(TN_ERR_HANDLE, sys_trace_read(BAD_HANDLE, &request, &count));
    EXPECT(TN_ERR_TYPE, sys_trace_read(own_container(), &request, &count));
    EXPECT(TN_ERR_RIGHTS, sys_trace_read(writer, &request, &count));
    if (!CONFIG_TRACE) {
        EXPECT(TN_ERR_NOT_SUPPORTED, sys_trace_read(machine(), &request, &count));
        EXPECT(TN_OK, sys_handle_close(writer));
        return;
    }
    EXPECT(TN_OK, sys_trace_read(machine(), &request, &count));
    CHECK(count > 0 && count <= 8);
    for (uint64_t i = 0; i < count; i++) {
        CHECK(records[i].event >= TN_TRACE_SWITCH && records[i].event <= TN_TRACE_TIMEOUT);
        CHECK(records[i].cpu == 0);
        CHECK(i == 0 || records[i].time_ns >= records[i - 1].time_ns);
    }
    EQUAL(request.lost + count, request.position); /* It began at 0. */
    EXPECT(TN_ERR_ADDRESS, sys_trace_read(machine(), BAD_POINTER, &count));
    request.cpu = CONFIG_MAX_CPUS;
    EXPECT(TN_ERR_NOT_FOUND, sys_trace_read(machine(), &request, &count));
    request.cpu = 0;
    request.position = 0;
    request.buffer = BAD_ADDRESS;
    EXPECT(TN_ERR_ADDRESS, sys_trace_read(machine(), &request, &count));
    EXPECT(TN_OK, sys_handle_close(writer));
}

static void each_cpu_has_a_trace_of_its_own(void)
{
    static struct tn_trace_record records[8];
    struct tn_machine_info info;
    EXPECT(TN_OK, sys_machine_info(machine(), &info));
    for (unsigned cpu = 0; CONFIG_TRACE && cpu < CONFIG_MAX_CPUS; cpu++) {
        struct tn_trace_request request = {.buffer = (uintptr_t)records, .count = 8, .cpu = cpu};
        uint64_t count = 0;
        EXPECT(TN_OK, sys_trace_read(machine(), &request, &count));
        CHECK(cpu < info.cpu_count || count == 0);
        for (uint64_t i = 0; i < count; i++) {
            EQUAL(cpu, records[i].cpu);
        }
    }
}

static void information_is_plausible(void)
{
    struct tn_machine_info info;
    tn_handle_t writer = limited(machine(), TN_RIGHT_WRITE);
    EXPECT(TN_OK, sys_machine_info(machine(), &info));
    CHECK(info.memory_free > 0 && info.memory_free < info.memory_total);
    EQUAL(sys_program()->root->bundle_bytes, info.bundle_bytes);
    CHECK(info.cpu_count >= 1);
    CHECK(info.device_count >= 1);
    CHECK(info.user_counter > info.entry_counter);
    CHECK(strcmp(info.arch, CONFIG_ARCH_ARM64 ? "arm64" : "x86_64") == 0);
    CHECK(strlen(info.version) > 0);
    CHECK(strncmp(info.command_line, "init=bin/conformance", 20) == 0);
    uint64_t before = info.uptime_ns;
    pause_ms(1);
    EXPECT(TN_OK, sys_machine_info(machine(), &info));
    CHECK(info.uptime_ns >= before + 1000000);
    EXPECT(TN_ERR_HANDLE, sys_machine_info(BAD_HANDLE, &info));
    EXPECT(TN_ERR_TYPE, sys_machine_info(own_container(), &info));
    EXPECT(TN_ERR_RIGHTS, sys_machine_info(writer, &info));
    EXPECT(TN_ERR_ADDRESS, sys_machine_info(machine(), BAD_POINTER));
    EXPECT(TN_OK, sys_handle_close(writer));
}

static void devices_are_listed(void)
{
    struct tn_machine_info info;
    struct tn_device device;
    tn_handle_t writer = limited(machine(), TN_RIGHT_WRITE);
    EXPECT(TN_OK, sys_machine_info(machine(), &info));
    for (uint32_t i = 0; i < info.device_count; i++) {
        EXPECT(TN_OK, sys_machine_device(machine(), i, &device));
        CHECK(strlen(device.name) > 0);
    }
    EXPECT(TN_ERR_NOT_FOUND, sys_machine_device(machine(), info.device_count, &device));
    EXPECT(TN_ERR_NOT_FOUND, sys_machine_device(machine(), UINT64_MAX, &device));
    EXPECT(TN_ERR_HANDLE, sys_machine_device(BAD_HANDLE, 0, &device));
    EXPECT(TN_ERR_TYPE, sys_machine_device(own_container(), 0, &device));
    EXPECT(TN_ERR_RIGHTS, sys_machine_device(writer, 0, &device));
    EXPECT(TN_ERR_ADDRESS, sys_machine_device(machine(), 0, BAD_POINTER));
    EXPECT(TN_OK, sys_handle_close(writer));
}

static void power_needs_its_right(void)
{
    tn_handle_t other = limited(machine(), TN_RIGHT_READ | TN_RIGHT_WRITE | TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_machine_power(BAD_HANDLE, TN_POWER_OFF, 1));
    EXPECT(TN_ERR_TYPE, sys_machine_power(own_container(), TN_POWER_OFF, 1));
    EXPECT(TN_ERR_RIGHTS, sys_machine_power(other, TN_POWER_OFF, 1));
    EXPECT(TN_ERR_INVALID, sys_machine_power(machine(), 2, 1));
    EXPECT(TN_OK, sys_handle_close(other));
}

const struct check_case machine_cases[] = {
    {"what_is_written_can_be_read", what_is_written_can_be_read},
    {"the_log_checks_its_arguments", the_log_checks_its_arguments},
    {"trace_records_tell_what_happened", trace_records_tell_what_happened},
    {"each_cpu_has_a_trace_of_its_own", each_cpu_has_a_trace_of_its_own},
    {"information_is_plausible", information_is_plausible},
    {"devices_are_listed", devices_are_listed},
    {"power_needs_its_right", power_needs_its_right},
    {NULL, NULL},
};

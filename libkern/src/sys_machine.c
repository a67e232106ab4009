/* SPDX-License-Identifier: MIT */
/* System calls on the machine: log, trace, information, power. */

#include <libbase/mem.h>

#include "cpus.h"
#include "log.h"
#include "syscall.h"
#include "trace.h"
#include "version.h"

#define LOG_READ_MAX   4096
#define LOG_CHUNK      256
#define TRACE_READ_MAX 128

static tn_status_t decode_machine(uint64_t handle, unsigned right)
{
    struct kern_slot *slot;
    return kern_decode(handle, TN_TYPE_MACHINE, right, &slot);
}

KERN_SYSCALL3(log_write, handle, from, length)
{
    char text[TN_LOG_WRITE_MAX];
    tn_status_t status = decode_machine(handle, TN_RIGHT_WRITE);
    if (status == TN_OK && length > TN_LOG_WRITE_MAX) {
        status = TN_ERR_TOO_LONG;
    }
    if (status == TN_OK) {
        status = arch_copy_in(text, from, length);
    }
    if (status == TN_OK) {
        kern_log_append(text, length);
    }
    return kern_status(status);
}

/* Copy log text chunk by chunk, through the kernel's stack. @return bytes copied so far. */
static tn_status_t copy_log(struct tn_log_request *request, uint64_t *copied)
{
    uint64_t wanted = request->size < LOG_READ_MAX ? request->size : LOG_READ_MAX;
    char chunk[LOG_CHUNK];
    *copied = 0;
    while (*copied < wanted) {
        uint64_t room = wanted - *copied < LOG_CHUNK ? wanted - *copied : LOG_CHUNK;
        struct tn_log_ring_span span;
        tn_status_t status =
            tn_log_ring_read(kern_log_ring(), request->position, chunk, room, &span);
        if (status != TN_OK || span.length == 0) {
            return TN_OK; /* A position beyond the end has nothing to read either. */
        }
        status = arch_copy_out(request->buffer + *copied, chunk, span.length);
        if (status != TN_OK) {
            return status;
        }
        *copied += span.length;
        request->position = span.next;
    }
    return TN_OK;
}

KERN_SYSCALL2(log_read, handle, at)
{
    struct tn_log_request request;
    uint64_t copied = 0;
    tn_status_t status = decode_machine(handle, TN_RIGHT_READ);
    if (status == TN_OK) {
        status = arch_copy_in(&request, at, sizeof(request));
    }
    if (status == TN_OK) {
        status = copy_log(&request, &copied);
    }
    if (status == TN_OK) {
        status = arch_copy_out(at, &request, sizeof(request));
    }
    return status == TN_OK ? kern_ok(copied) : kern_status(status);
}

/* Copy records right from the ring; a call may end at its end and go on at its start. */
static tn_status_t copy_trace(struct tn_trace_request *request, uint64_t *copied)
{
    uint64_t wanted = request->count < TRACE_READ_MAX ? request->count : TRACE_READ_MAX;
    uint64_t count = 1;
    while (*copied < wanted && count != 0) {
        count = wanted - *copied;
        const struct tn_trace_record *records =
            kern_trace_find(request->cpu, &request->position, &count);
        tn_status_t status = arch_copy_out(request->buffer + *copied * sizeof(*records), records,
                                           count * sizeof(*records));
        if (status != TN_OK) {
            return status;
        }
        *copied += count;
        request->position += count;
    }
    return TN_OK;
}

/* Read the ring that the request at @p at names, and tell how many records were overwritten before. */
static tn_status_t read_trace(uint64_t at, uint64_t *copied)
{
    struct tn_trace_request request;
    tn_status_t status = arch_copy_in(&request, at, sizeof(request));
    if (status != TN_OK) {
        return status;
    }
    if (request.cpu >= KERN_CPU_MAX) {
        return TN_ERR_NOT_FOUND;
    }
    uint64_t from = request.position;
    status = copy_trace(&request, copied);
    if (status != TN_OK) {
        return status;
    }
    uint64_t lost = request.position - from - *copied;
    request.lost = lost < UINT32_MAX ? (uint32_t)lost : UINT32_MAX;
    return arch_copy_out(at, &request, sizeof(request));
}

KERN_SYSCALL2(trace_read, handle, at)
{
    uint64_t copied = 0;
    tn_status_t status = decode_machine(handle, TN_RIGHT_READ);
    if (status == TN_OK) {
        status = CONFIG_TRACE ? read_trace(at, &copied) : TN_ERR_NOT_SUPPORTED;
    }
    return status == TN_OK ? kern_ok(copied) : kern_status(status);
}

/* Of all CPUs together. */
static uint64_t idle_ns(void)
{
    uint64_t sum_ns = 0;
    for (unsigned i = 0; i < KERN_CPU_MAX; i++) {
        const struct kern_cpu *cpu = &kernel.cpus[i];
        sum_ns += cpu->idle_ns;
        if (CONFIG_MAX_CPUS > 1 && (kernel.idle & 1u << i) != 0) {
            sum_ns += arch_now_ns() - cpu->charged_ns; /* It adds that when it wakes up. */
        }
    }
    return sum_ns;
}

KERN_SYSCALL2(machine_info, handle, to)
{
    tn_status_t status = decode_machine(handle, TN_RIGHT_INSPECT);
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct tn_machine_info info = {
        .memory_total = kernel.memory_total,
        .memory_free = kernel.frames.free_count << MM_PAGE_SHIFT,
        .kernel_bytes = kernel.kernel_bytes,
        .uptime_ns = arch_now_ns(),
        .idle_ns = idle_ns(),
        .bundle_bytes = kernel.bundle_bytes,
        .cpu_count = kern_cpus_running(),
        .device_count = kernel.device_count,
        .entry_counter = kernel.entry_counter,
        .user_counter = kernel.user_counter,
        .version = KERN_VERSION,
        .arch = ARCH_NAME,
    };
    memcpy(info.command_line, kernel.command_line, sizeof(info.command_line));
    return kern_give_struct(to, &info, sizeof(info));
}

KERN_SYSCALL3(machine_device, handle, index, to)
{
    tn_status_t status = decode_machine(handle, TN_RIGHT_INSPECT);
    if (status == TN_OK && index >= kernel.device_count) {
        status = TN_ERR_NOT_FOUND;
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give_struct(to, &kernel.devices[index], sizeof(kernel.devices[index]));
}

KERN_SYSCALL3(machine_power, handle, action, code)
{
    tn_status_t status = decode_machine(handle, TN_RIGHT_POWER);
    if (status == TN_OK && action > TN_POWER_REBOOT) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        arch_power((unsigned)action, (int)code);
    }
    return kern_status(status);
}

/* SPDX-License-Identifier: MIT */
/* The types of objects: how each ends, and what a new handle to it may do. The one place that knows
 * them all, so that objects need not know each other. */

#include "container.h"
#include "context.h"
#include "interrupt.h"
#include "memory.h"
#include "process.h"
#include "report.h"
#include "thread.h"
#include "timer.h"

/* Nothing hangs on it. */
static void end_plain(struct kern_object *object)
{
    kern_object_free(object, object);
}

const struct kern_type kern_types[TN_TYPE_COUNT] = {
    [TN_TYPE_PROCESS] = {kern_process_free, kern_process_reap, 0x07},
    [TN_TYPE_THREAD] = {kern_thread_free, NULL, 0x07},
    [TN_TYPE_CONTEXT] = {kern_context_end, NULL, 0x07},
    [TN_TYPE_ENDPOINT] = {end_plain, kern_endpoint_reap, 0x3f},
    [TN_TYPE_NOTIFICATION] = {end_plain, NULL, 0x37},
    [TN_TYPE_MEMORY] = {kern_memory_end, kern_memory_reap, 0x77},
    [TN_TYPE_INTERRUPT] = {kern_interrupt_end, NULL, 0x07},
    [TN_TYPE_IO_RANGE] = {end_plain, NULL, 0x37},
    [TN_TYPE_TIMER] = {kern_timer_end, NULL, 0x07},
    [TN_TYPE_CONTAINER] = {kern_container_end, NULL, 0x17},
    [TN_TYPE_MACHINE] = {end_plain, NULL, 0xb7},
};

/* SPDX-License-Identifier: MIT */
/* The types of objects: how each ends, and what a new handle to it may do. The one place that knows
 * them all, so that objects need not know each other. */

#include <libbase/assert.h>

#include "context.h"
#include "interrupt.h"
#include "memory.h"
#include "notification.h"
#include "process.h"
#include "report.h"
#include "thread.h"
#include "timer.h"

const uint8_t kern_type_rights[TN_TYPE_COUNT] = {
    [TN_TYPE_PROCESS] = 0x07,   [TN_TYPE_THREAD] = 0x07,       [TN_TYPE_CONTEXT] = 0x07,
    [TN_TYPE_ENDPOINT] = 0x3f,  [TN_TYPE_NOTIFICATION] = 0x37, [TN_TYPE_MEMORY] = 0x77,
    [TN_TYPE_INTERRUPT] = 0x07, [TN_TYPE_IO_RANGE] = 0x37,     [TN_TYPE_TIMER] = 0x07,
    [TN_TYPE_CONTAINER] = 0x17, [TN_TYPE_MACHINE] = 0xb7,
};

void kern_type_end(struct kern_object *object)
{
    switch (object->type) {
    case TN_TYPE_PROCESS:
        kern_process_free(object);
        return;
    case TN_TYPE_THREAD:
        kern_thread_free(object);
        return;
    case TN_TYPE_CONTEXT:
        kern_context_end(object);
        return;
    case TN_TYPE_NOTIFICATION:
        kern_notification_end(object);
        return;
    case TN_TYPE_MEMORY:
        kern_memory_end(object);
        return;
    case TN_TYPE_INTERRUPT:
        kern_interrupt_end(object);
        return;
    case TN_TYPE_TIMER:
        kern_timer_end(object);
        return;
    default: /* Nothing hangs on it. */
        kern_object_free(object, object);
    }
}

tn_status_t kern_type_reap(struct kern_object *object)
{
    switch (object->type) {
    case TN_TYPE_PROCESS:
        return kern_process_reap(object);
    case TN_TYPE_THREAD:
        return kern_thread_reap(object);
    case TN_TYPE_ENDPOINT:
        return kern_endpoint_reap(object);
    default:
        tn_assert(object->type == TN_TYPE_MEMORY);
        return kern_memory_reap(object);
    }
}

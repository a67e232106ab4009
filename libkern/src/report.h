/* SPDX-License-Identifier: MIT */
/* Reports to handlers: faults and ends of processes, as messages at an endpoint.
 *
 * Rules: interrupts off. */
#ifndef KERN_REPORT_H
#define KERN_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/status.h>

struct kern_endpoint;
struct kern_object;
struct kern_process;
struct kern_thread;

/** @p thread, in state FAULTED with its words set, tells @p endpoint: delivered or queued.
 *  @return false if nobody can ever receive it. */
TN_MUST_USE bool kern_report_fault(struct kern_endpoint *endpoint, uint64_t badge,
                                   struct kern_thread *thread);

/** @p process, dead, tells @p endpoint: delivered or queued.
 *  @return false if nobody can hear it: the endpoint is dead, or its receiver is passive. */
TN_MUST_USE bool kern_report_exit(struct kern_endpoint *endpoint, uint64_t badge,
                                  struct kern_process *process);

/** End one waiter of the dead endpoint @p object. @retval TN_OK none is left @retval TN_AGAIN. */
TN_MUST_USE tn_status_t kern_endpoint_reap(struct kern_object *object);

#endif

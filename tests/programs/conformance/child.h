/* SPDX-License-Identifier: MIT */
/* A process that runs one entry point of this program's own code, with its reports coming here. */
#ifndef CONFORMANCE_CHILD_H
#define CONFORMANCE_CHILD_H

#include "check.h"

/** Badge of its reports. */
#define CHILD_BADGE 9

/** A process under test. */
struct child {
    tn_handle_t container; /**< Pays for it. */
    tn_handle_t process;   /**< It. */
    tn_handle_t thread;    /**< Its thread, not resumed yet. */
    tn_handle_t context;   /**< The thread's. */
    tn_handle_t reports;   /**< Endpoint where faults and its exit come. */
};

/** Make a process whose thread begins at @p entry with @p argument, less urgent than this thread. It
 *  has this program's code, a stack of a page, and no handle. */
void child_make(struct child *child, void (*entry)(void), uint64_t argument);

/** As child_make; it has a handle like @p given, whose value there is the argument. */
void child_make_with(struct child *child, void (*entry)(void), tn_handle_t given);

/** As child_make_with; @p flags are those of process_create. */
void child_make_flagged(struct child *child, void (*entry)(void), tn_handle_t given,
                        uint32_t flags);

/** Let it run. */
void child_start(struct child *child);

/** Wait for its next report. */
void child_report(struct child *child, struct sys_message *report);

/** Wait for its end without a report. */
void child_wait_dead(const struct child *child);

/** Answer the fault in @p report with @p reply. */
void child_answer(struct child *child, const struct sys_message *report, enum tn_fault_reply reply);

/** Wait for its end, which must be by @p reason with @p code, and close all handles. */
void child_expect_end(struct child *child, int32_t code, enum tn_exit_reason reason);

/** Run @p entry(@p argument) in a process of its own; it must fault with @p fault, in @p report, and
 *  is ended. */
void child_expect_fault(void (*entry)(void), uint64_t argument, enum tn_fault fault,
                        struct sys_message *report);

#endif

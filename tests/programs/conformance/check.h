/* SPDX-License-Identifier: MIT */
/* Conformance cases: one for each promise of docs/syscalls, run one after the other in the image.
 *
 * A check that fails is printed with its place and does not stop the case; the program's exit code is
 * the verdict. Rules: checks may be made by the first thread only; others leave what they saw in
 * memory. */
#ifndef CONFORMANCE_CHECK_H
#define CONFORMANCE_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/layout.h>
#include <libsys/ipc.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

/** A handle that never names anything: its index lies beyond every table. */
#define BAD_HANDLE 0xfffffff7u

/** An address that no process can have mapped. */
#define BAD_ADDRESS UINT64_C(0xffff800000000000)

/** A pointer to it. */
#define BAD_POINTER ((void *)(uintptr_t)BAD_ADDRESS)

/** A case. */
struct check_case {
    const char *name;  /**< What it shows. */
    void (*run)(void); /**< Makes checks. */
};

/** The call @p expression returns the status @p expected. */
#define EXPECT(expected, expression)                                                               \
    check_status((expected), (expression), #expression, __FILE_NAME__, __LINE__)

/** @p condition holds. */
#define CHECK(condition) check_true((condition), #condition, __FILE_NAME__, __LINE__)

/** Two numbers are equal. */
#define EQUAL(expected, actual)                                                                    \
    check_equal((uint64_t)(expected), (uint64_t)(actual), #actual, __FILE_NAME__, __LINE__)

/** See EXPECT. @return whether it held. */
bool check_status(tn_status_t expected, tn_status_t actual, const char *text, const char *file,
                  unsigned line);

/** See CHECK. @return @p condition. */
bool check_true(bool condition, const char *text, const char *file, unsigned line);

/** See EQUAL. @return whether they were. */
bool check_equal(uint64_t expected, uint64_t actual, const char *text, const char *file,
                 unsigned line);

/** Cases by area; each array ends with a case without name. */
extern const struct check_case handle_cases[];
extern const struct check_case process_cases[];      /**< Processes. */
extern const struct check_case thread_cases[];       /**< Threads. */
extern const struct check_case context_cases[];      /**< Scheduling contexts. */
extern const struct check_case ipc_cases[];          /**< Messages. */
extern const struct check_case receiver_cases[];     /**< Several receivers of one endpoint. */
extern const struct check_case twoways_cases[];      /**< Fast path and slow path. */
extern const struct check_case faultways_cases[];    /**< The same for faults. */
extern const struct check_case inversion_cases[];    /**< Who waits for whom, and how long. */
extern const struct check_case attached_cases[];     /**< What the kernel was built without. */
extern const struct check_case transfer_cases[];     /**< Handles in messages. */
extern const struct check_case grant_cases[];        /**< Memory of callers. */
extern const struct check_case revoke_cases[];       /**< What ends with a handle. */
extern const struct check_case register_cases[];     /**< What registers leave the kernel. */
extern const struct check_case notification_cases[]; /**< Notifications, timers, words. */
extern const struct check_case memory_cases[];       /**< Memory and containers. */
extern const struct check_case device_cases[];       /**< Interrupts, I/O ranges. */
extern const struct check_case machine_cases[];      /**< Log, information, power. */
extern const struct check_case fault_cases[];        /**< Faults and ends. */
extern const struct check_case program_cases[];      /**< libsys on the kernel. */

/* Things that most cases need; a failure to make one is a failed check. */

/** The first program's container. */
tn_handle_t own_container(void);

/** A second handle to @p handle with @p rights only. */
tn_handle_t limited(tn_handle_t handle, uint32_t rights);

/** A new endpoint. */
tn_handle_t new_endpoint(void);

/** A new notification. */
tn_handle_t new_notification(void);

/** A new memory object of @p pages pages. */
tn_handle_t new_memory(uint64_t pages);

/** A new process without anything in it. */
tn_handle_t new_process(void);

/** A new suspended thread of the own process that would run @p entry; without a context. */
tn_handle_t new_thread(void (*entry)(void));

/** Close all of the @p count handles in @p handles. */
void close_all(const tn_handle_t *handles, size_t count);

/** Let all threads that are ready run: sleeps for @p ms milliseconds. */
void pause_ms(uint64_t ms);

/** A point in time @p ms milliseconds from now. */
uint64_t in_ms(uint64_t ms);

#endif

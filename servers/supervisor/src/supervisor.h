/* SPDX-License-Identifier: MIT */
/* The supervisor's state: the programs it knows, and what it hands to them.
 *
 * One thread does everything, so nothing here is locked. A program keeps its slot, number, container
 * and endpoint across restarts; process and thread are new each time.
 *
 *      start ok            exit, policy says again
 *   --------------> RUNNING ----------------------> (start again)
 *       |              | exit, policy says no
 *       | start failed v
 *       +---------> FAILED / ENDED: its endpoint is closed, who waits there gets TN_ERR_CLOSED */
#ifndef SUPERVISOR_SUPERVISOR_H
#define SUPERVISOR_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/bundle_read.h>
#include <abi/message.h>
#include <abi/object.h>
#include <libsys/contract.h>
#include <libsys/start.h>
#include <libsys/supervisor.h>

#include "manifest.h"
#include "restart.h"

#define PROGRAMS_MAX  16 /**< Programs that are known at a time. */
#define GIVEN_MAX     12 /**< Handles that a program starts with, devices not counted. */
#define DEVICES_MAX   4  /**< Devices of one program. */
#define ARGUMENTS_MAX 16 /**< Arguments of one program, its name included. */

#define SUPERVISOR_PID 1u /**< The supervisor's own number. */

/** Bit that says to a follower of the kernel log: there is new text. */
#define SIGNAL_NEW_TEXT (UINT64_C(1) << 63)

/** A program: a server of the manifest, or one that a person started. */
struct program {
    uint32_t pid;                            /**< Its number; 0: the slot is free. */
    enum supervisor_state state;             /**< What it does. */
    const struct tn_manifest_server *server; /**< What it may have; in the manifest. */
    char name[TN_MANIFEST_NAME_MAX + 1];     /**< For messages and `kill`. */
    tn_handle_t container;                   /**< Pays for it. */
    tn_handle_t process;                     /**< While it runs. */
    tn_handle_t endpoint;                    /**< Where it serves; TN_HANDLE_NONE if it does not. */
    tn_handle_t bell;                        /**< Tells it of new log text, or TN_HANDLE_NONE. */
    uint32_t starts;                         /**< How often it was started. */
    uint32_t restarts;                       /**< How often it was started again. */
    struct restart_history history;          /**< For the policy. */
    uint64_t waiter;                         /**< Token of who waits for its end, or 0. */
    int32_t exit_code;                       /**< Once it has ended. */
    uint32_t exit_reason;                    /**< enum tn_exit_reason, once it has ended. */
    uint64_t cpu_ns;                         /**< CPU time of its last run, once that has ended. */
    uint32_t given_count;                    /**< Entries of given. */
    uint32_t device_count;                   /**< Entries of devices. */
    struct sys_start_handle given[GIVEN_MAX];     /**< What it was given in its last start. */
    struct sys_start_device devices[DEVICES_MAX]; /**< Devices it was given in its last start. */
};

/** Everything the supervisor knows. */
struct supervisor {
    const struct tn_root_info *root;       /**< What the kernel gave. */
    struct tn_bundle bundle;               /**< The boot bundle. */
    struct manifest manifest;              /**< What shall run. */
    tn_handle_t endpoint;                  /**< Where it receives: requests, faults, exits. */
    uint32_t last_pid;                     /**< The highest number given so far. */
    bool is_booting;                       /**< Not all servers were tried to start yet. */
    struct program programs[PROGRAMS_MAX]; /**< By slot; a badge is slot + 1. */
};

/** The program in slot @p badge - 1, or NULL if there is none. */
static inline struct program *program_of_badge(struct supervisor *supervisor, uint64_t badge)
{
    if (badge == 0 || badge > PROGRAMS_MAX || supervisor->programs[badge - 1].pid == 0) {
        return NULL;
    }
    return &supervisor->programs[badge - 1];
}

/** The badge of @p program. */
static inline uint64_t badge_of(const struct supervisor *supervisor, const struct program *program)
{
    return (uint64_t)(program - supervisor->programs) + 1;
}

/* programs.c: slots. */

/** A slot for a new program of @p server called @p name (cut if too long): a free one, or that of a
 *  program started by hand that has ended. @return NULL if there is none. */
struct program *program_add(struct supervisor *supervisor, const struct tn_manifest_server *server,
                            const char *name);

/** Give the slot of @p program, which does not run, and its container back. */
void program_remove(struct program *program);

/** The program that @p text names, by name or number; NULL if there is none. Running ones first. */
struct program *program_find(struct supervisor *supervisor, const char *text);

/** The program with the lowest number that is at least @p from, or NULL. */
struct program *program_from(struct supervisor *supervisor, uint32_t from);

/** Programs that run. */
uint32_t programs_running(const struct supervisor *supervisor);

/** The endpoint that serves @p prefix; TN_HANDLE_NONE if nobody does any more. */
tn_handle_t endpoint_of_prefix(const struct supervisor *supervisor, const char *prefix);

/* report.c: what people are told. */

/** Append a line about @p program (NULL: the supervisor itself) to the log, and tell the followers. */
void report(struct supervisor *supervisor, const struct program *program, const char *format, ...)
    TN_PRINTF(3, 4);

/** Boot is over: from now on reports that no running program follows go to the serial line, and so
 *  does the log up to now if nobody shows it. */
void report_end_of_boot(struct supervisor *supervisor);

/* load.c, equip.c, start.c: from a file to a running program. */

/** Map @p file of the bundle, an ELF program, into @p program's new process.
 *  @param[out] entry  its first instruction.
 *  @return TN_OK, a status of tn_elf_read or of a system call. */
TN_MUST_USE tn_status_t load_image(struct supervisor *supervisor, const struct program *program,
                                   const struct tn_bundle_entry *file, uint64_t *entry);

/** Put the handles that the manifest grants into @p program's process, and note them in it.
 *  @return TN_OK, or a status; what could not be given is reported. */
TN_MUST_USE tn_status_t equip(struct supervisor *supervisor, struct program *program);

/** The first of the devices of @p server that this machine does not have, as the manifest writes it; NULL
 *  if it has them all. */
const char *missing_device(const struct supervisor *supervisor,
                           const struct tn_manifest_server *server);

/** Start @p program from the file @p path of the bundle.
 *  @param arguments  @p argument_count texts, the program's name first.
 *  @return TN_OK: it runs. Else why not: it is reported, and nothing of it is left but the slot and
 *          the container. */
TN_MUST_USE tn_status_t start_program(struct supervisor *supervisor, struct program *program,
                                      const char *path, const char *const *arguments,
                                      uint32_t argument_count);

/** Start @p program, a server of the manifest, as that says. As start_program. */
TN_MUST_USE tn_status_t start_server(struct supervisor *supervisor, struct program *program);

/** Nobody serves @p program's endpoint any more: end it. */
void close_endpoint(struct program *program);

/* ends.c: faults and exits. */

/** A fault of @p badge's program, or its end; the handler of sys_serve. */
enum tn_fault_reply on_fault(void *self, uint64_t badge, enum tn_fault fault,
                             const uint64_t words[TN_MESSAGE_WORDS]);

/* service.c: the contract. */

/** A request; the handler of sys_serve. */
tn_status_t on_request(void *self, struct sys_request *request);

#endif

/* SPDX-License-Identifier: MIT */
/* How a program begins: what its parent hands over, and how it finds that.
 *
 * A program's first thread gets two arguments. The first program of the system gets the kernel's
 * struct tn_root_info as first and NULL as second. Every other program gets NULL as first and a
 * start block as second, which its parent wrote above the initial stack:
 *
 *      sp -> +-----------------------------+  aligned to 16, grows down from here
 *            | struct sys_start            |
 *            | argv[argc + 1], handles[],  |
 *            | devices[], texts            |
 *            +-----------------------------+  end of the stack's memory
 *
 * Authority is only in the handles; the block says what each is for. Pointers in it are addresses of
 * the new program. Rules: a program may read its block as long as it lives and writes only
 * thread_area. Context: any thread, after _start. */
#ifndef LIBSYS_START_H
#define LIBSYS_START_H

#include <stddef.h>
#include <stdint.h>

#include <abi/object.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

/** Version of the start block; a program refuses to start with another. */
#define SYS_START_VERSION 1u

/** What a handle of the start block is for. Numbers are final. */
enum sys_start_kind {
    SYS_START_THREAD = 1,    /**< The first thread itself. */
    SYS_START_CONTAINER = 2, /**< Pays for what the program makes. */
    SYS_START_MACHINE = 3,   /**< Log, information, power: as the rights say. */
    SYS_START_BUNDLE = 4,    /**< Memory object of the boot bundle, readable. */
    SYS_START_SERVES = 5,    /**< Endpoint to receive on; the name is the prefix it is known by. */
    SYS_START_USES = 6,      /**< Endpoint to call; the name is a prefix of the namespace. */
    SYS_START_SIGNALS = 7,   /**< Notification that tells of new text in the kernel log. */
};

/** A handle that the parent installed. */
struct sys_start_handle {
    uint32_t kind;      /**< enum sys_start_kind. */
    tn_handle_t handle; /**< Its value in the new program. */
    const char *name;   /**< Prefix of an endpoint, else "". */
};

/** A device that the program may drive. */
struct sys_start_device {
    struct tn_device device; /**< As the kernel found it. */
    tn_handle_t registers;   /**< I/O range of its ports or addresses. */
    tn_handle_t interrupts;  /**< I/O range of its interrupt number, or TN_HANDLE_NONE. */
};

/** The start block. */
struct sys_start {
    uint32_t version;        /**< SYS_START_VERSION. */
    uint32_t epoch;          /**< How often its server has been started: 1, 2, ... */
    uint64_t thread_area[2]; /**< The first thread's thread pointer is this address. */
    uint8_t seed[16];        /**< Random bytes of this program alone. */
    uint32_t argument_count; /**< Entries of arguments before its NULL; at least 1. */
    uint32_t handle_count;   /**< Entries of handles. */
    uint32_t device_count;   /**< Entries of devices. */
    uint32_t reserved;       /**< 0. */
    char **arguments;        /**< argv: the program's name, its arguments, NULL. */
    const struct sys_start_handle *handles; /**< What it was given. */
    const struct sys_start_device *devices; /**< What it may drive. */
};

/** What the running program is. */
struct sys_program {
    const struct tn_root_info *root; /**< NULL unless it is the first program. */
    const struct sys_start *start;   /**< NULL if it is the first program. */
    tn_handle_t thread;              /**< Its first thread. */
    tn_handle_t container;           /**< Pays for what it makes. */
    tn_handle_t machine;             /**< The machine, or TN_HANDLE_NONE. */
    tn_handle_t bundle;              /**< The boot bundle, or TN_HANDLE_NONE. */
};

/** The running program: handles that nearly every part needs. Never NULL. Cost: O(1). */
const struct sys_program *sys_program(void);

/** The handle of @p kind that the parent gave under @p name (NULL: the first of that kind).
 *  @return TN_HANDLE_NONE if there is none. Cost: O(handles). */
tn_handle_t sys_start_handle(enum sys_start_kind kind, const char *name);

/** The device that the manifest's pattern @p name gave to this program: "uart0", or "uart" for the
 *  first of that kind.
 *  @return NULL if there is none. Cost: O(devices). */
const struct sys_start_device *sys_start_device(const char *name);

/** Find the server of @p path: the longest prefix in the namespace that ends at a slash or at the
 *  end of @p path.
 *  @param path            absolute, terminated: "/svc/console", "/readme.txt".
 *  @param[out] endpoint   whom to call.
 *  @param[out] rest       what follows the prefix and its slash, inside @p path; may be "".
 *  @retval TN_ERR_NOT_FOUND  no prefix covers it: this program was not given such a server.
 *  Cost: O(handles * length). */
TN_MUST_USE tn_status_t sys_name_lookup(const char *path, tn_handle_t *endpoint, const char **rest);

/** What a parent puts into a start block. All pointers are the parent's. */
struct sys_start_plan {
    const char *const *arguments;           /**< argv of the new program. */
    uint32_t argument_count;                /**< Its length; at least 1. */
    const struct sys_start_handle *handles; /**< With names; handle values of the new program. */
    uint32_t handle_count;                  /**< Their number. */
    const struct sys_start_device *devices; /**< Handle values of the new program. */
    uint32_t device_count;                  /**< Their number. */
    uint32_t epoch;                         /**< For sys_start.epoch. */
    uint8_t seed[16];                       /**< For sys_start.seed. */
};

/** Write the start block of @p plan to the end of a stack.
 *  @param plan     what is handed over.
 *  @param stack    the stack's memory as the caller has it mapped, @p size bytes, aligned to 16.
 *  @param va       where the new program will have @p stack, aligned to 16.
 *  @param[out] block_va  address of the struct sys_start in the new program; also its first stack
 *                        pointer, aligned to 16.
 *  @retval TN_ERR_TOO_LONG  it does not fit in half of the stack; nothing usable was written.
 *  Cost: O(size of the block). */
TN_MUST_USE tn_status_t sys_start_write(const struct sys_start_plan *plan, void *stack, size_t size,
                                        uint64_t va, uint64_t *block_va);

#endif

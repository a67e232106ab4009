/* SPDX-License-Identifier: MIT */
/* The one list of results of the whole kit: kernel, system calls, libraries and contracts.
 *
 * Rules: a fallible function returns tn_status_t and hands results out by pointer. 0 is success,
 * errors are negative. Every value fits in a signed byte, because the kernel returns it in eight
 * bits of a message tag. A number is never reused for another meaning. */
#ifndef LIBBASE_STATUS_H
#define LIBBASE_STATUS_H

#include <stdint.h>

#include <libbase/compiler.h>

/** Result of a fallible operation: TN_OK or one negative value of enum tn_status. */
typedef int32_t tn_status_t;

/** Every status there is, grouped by kind. tn_status_name() and tn_status_text() print them. */
enum tn_status {
    TN_OK = 0, /**< It was done. */

    /* What the caller passed. */
    TN_ERR_INVALID = -1,       /**< An argument is outside its documented range. */
    TN_ERR_ADDRESS = -2,       /**< A user address is not mapped with the access that is needed. */
    TN_ERR_ALIGNMENT = -3,     /**< An address, offset or length is not aligned as required. */
    TN_ERR_RANGE = -4,         /**< A range wraps, or lies outside of the object it names. */
    TN_ERR_NOT_SUPPORTED = -5, /**< This configuration or machine does not offer it. */
    TN_ERR_NO_SYSCALL = -6,    /**< There is no system call of this number. */
    TN_ERR_TOO_LONG = -7,      /**< A message, name or text is longer than its limit. */

    /* Handles and authority. */
    TN_ERR_HANDLE = -16,           /**< The handle names nothing: closed, never valid, or stale. */
    TN_ERR_TYPE = -17,             /**< The handle names an object of another type. */
    TN_ERR_RIGHTS = -18,           /**< The handle lacks a right that the operation needs. */
    TN_ERR_STALE = -19,            /**< The reply token was used, or its call has ended. */
    TN_ERR_BADGED = -20,           /**< The handle has a badge already; only unbadged ones mint. */
    TN_ERR_TOO_MANY_HANDLES = -21, /**< The message carries more handles than are accepted. */

    /* Resources. */
    TN_ERR_NO_MEMORY = -32,  /**< The machine, or the storage handed over, has no memory left. */
    TN_ERR_QUOTA = -33,      /**< The resource container does not cover it. */
    TN_ERR_NO_HANDLES = -34, /**< The handle table is full. */
    TN_ERR_FULL = -35,       /**< A bounded queue, ring or table has no room. */
    TN_ERR_NO_CONTEXT = -36, /**< The thread would wait without a scheduling context to wake on. */

    /* State of the object. */
    TN_ERR_STATE = -48,       /**< The object is not in a state that allows it. */
    TN_ERR_BUSY = -49,        /**< Somebody else uses it. */
    TN_ERR_EXISTS = -50,      /**< It is there already. */
    TN_ERR_NOT_FOUND = -51,   /**< It is not there. */
    TN_ERR_TIMEOUT = -52,     /**< The deadline passed first. */
    TN_ERR_CANCELLED = -53,   /**< The wait was cancelled. */
    TN_ERR_WOULD_BLOCK = -54, /**< It would have to wait, and was asked not to. */
    TN_AGAIN = -55,           /**< Not finished: call again, progress is kept. */
    TN_ERR_EMPTY = -56,       /**< There is nothing to take. */

    /* The other side. */
    TN_ERR_PEER_DIED = -64,    /**< The server died while it served this call: effect unknown. */
    TN_ERR_CLOSED = -65,       /**< Nobody can receive on the endpoint any more. */
    TN_ERR_DEPTH = -66,        /**< The chain of calls is deeper than the kernel allows. */
    TN_ERR_DEADLOCK = -67,     /**< The call would wait for itself. */
    TN_ERR_RESTARTED = -68,    /**< The server was restarted: its sessions are gone. */
    TN_ERR_NOT_RESIDENT = -69, /**< A page of the client is not in memory. */
    TN_ERR_OVERRUN = -70,      /**< The budget ended while the call was served: effect unknown. */

    /* Data from outside. */
    TN_ERR_FORMAT = -80,    /**< The bytes do not have the form that their kind demands. */
    TN_ERR_TRUNCATED = -81, /**< The bytes end too early. */
    TN_ERR_CHECKSUM = -82,  /**< The bytes were altered. */
    TN_ERR_MACHINE = -83,   /**< It was made for another architecture. */
    TN_ERR_VERSION = -84,   /**< It was made for another version. */
    TN_ERR_DEVICE = -85,    /**< The device does not answer as it should. */
};

/** Name of @p status as in the source, e.g. "TN_ERR_QUOTA"; "TN_ERR_?" for a number that is none.
 *  @return a static string, never NULL. Context: any. Cost: O(number of statuses). */
const char *tn_status_name(tn_status_t status);

/** One sentence for a person on what @p status means; for an unknown number it says so.
 *  @return a static string, never NULL. Context: any. Cost: O(number of statuses). */
const char *tn_status_text(tn_status_t status);

#endif

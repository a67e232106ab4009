/* SPDX-License-Identifier: MIT */
/* The manifest as programs read it: file "manifest" of the boot bundle, made from TOML by
 * tools/manifest. The kernel does not look at it; the supervisor does.
 *
 *   struct tn_manifest_header
 *   struct tn_manifest_server[server_count]
 *   struct tn_manifest_item[item_count]      those of the first server, those of the second, ...
 *   char text[text_bytes]                    zero-terminated texts, named by their offset here
 *
 * Rules: little-endian; every number is checked by its reader. */
#ifndef ABI_MANIFEST_H
#define ABI_MANIFEST_H

#include <stdint.h>

#define TN_MANIFEST_MAGIC   UINT64_C(0x316674736e614d6e) /**< "nManstf1". */
#define TN_MANIFEST_VERSION 2u                           /**< Of this layout. */

/** Most servers, and most items of all servers together. */
#define TN_MANIFEST_SERVERS_MAX 64u
#define TN_MANIFEST_ITEMS_MAX   1024u

/** Longest name of a server, and of an endpoint or device, without terminator. */
#define TN_MANIFEST_NAME_MAX 31u
#define TN_MANIFEST_PATH_MAX 63u

/** First bytes of a manifest. */
struct tn_manifest_header {
    uint64_t magic;        /**< TN_MANIFEST_MAGIC. */
    uint32_t version;      /**< TN_MANIFEST_VERSION. */
    uint32_t size;         /**< Bytes of the whole manifest. */
    uint32_t crc;          /**< CRC-32 of all bytes after this header. */
    uint32_t server_count; /**< At most TN_MANIFEST_SERVERS_MAX. */
    uint32_t item_count;   /**< At most TN_MANIFEST_ITEMS_MAX. */
    uint32_t text_bytes;   /**< Size of the texts; the last byte is 0. */
};
_Static_assert(sizeof(struct tn_manifest_header) == 32, "final");

/** When a server that ended is started again. */
enum tn_manifest_restart {
    TN_RESTART_NEVER = 0,  /**< Not at all. */
    TN_RESTART_ALWAYS = 1, /**< Each time. */
    TN_RESTART_LIMIT = 2,  /**< At most restart_limit (1-16) times in any restart_window_ns. */
};

/** What of the machine a server may use: bits of tn_manifest_server.access. */
#define TN_ACCESS_LOG_READ  0x1u  /**< Read the kernel log and learn when it has new text. */
#define TN_ACCESS_LOG_WRITE 0x2u  /**< Write to the kernel log. */
#define TN_ACCESS_INFO      0x4u  /**< Memory, devices, version. */
#define TN_ACCESS_POWER     0x8u  /**< Switch off, reboot. */
#define TN_ACCESS_BUNDLE    0x10u /**< Read the boot bundle. */
#define TN_ACCESS_ALL       0x1fu /**< Every bit that there is. */

/** tn_manifest_server.flags: not started at boot, but what programs that a person starts get. */
#define TN_SERVER_TEMPLATE 0x1u

/** tn_manifest_server.flags: its process is made with TN_PROCESS_FPU. */
#define TN_SERVER_FPU 0x2u

/** tn_manifest_server.flags: left out on a machine without one of its devices. */
#define TN_SERVER_OPTIONAL 0x4u

/** Every flag that there is. */
#define TN_SERVER_ALL 0x7u

/** A program that the supervisor starts, or the template for those a person starts. */
struct tn_manifest_server {
    uint32_t name;              /**< Text; unique. */
    uint32_t program;           /**< Text: path in the bundle; empty for the template. */
    uint32_t first_item;        /**< Index of the first thing it is given. */
    uint32_t item_count;        /**< Their number. */
    uint64_t memory_bytes;      /**< Limit of its container, without its handle table. */
    uint64_t budget_ns;         /**< CPU time in each period. */
    uint64_t period_ns;         /**< Length of a period. */
    uint32_t stack_bytes;       /**< Size of its first stack, a multiple of the page size. */
    uint32_t priority;          /**< Of its first thread. */
    uint32_t access;            /**< TN_ACCESS_ bits. */
    uint16_t restart;           /**< enum tn_manifest_restart. */
    uint16_t restart_limit;     /**< With TN_RESTART_LIMIT, else 0. */
    uint32_t threads;           /**< Limit of its container: 1 to CONFIG_MAX_THREADS. */
    uint32_t flags;             /**< TN_SERVER_ bits. */
    uint64_t restart_window_ns; /**< With TN_RESTART_LIMIT, else 0. */
};
_Static_assert(sizeof(struct tn_manifest_server) == 72, "final");

/** What a server is given. */
enum tn_manifest_item_kind {
    TN_ITEM_ARGUMENT = 1, /**< An argument of main. */
    TN_ITEM_SERVES = 2,   /**< A prefix of the namespace that it answers for. */
    TN_ITEM_USES = 3,     /**< A prefix that it may call. */
    TN_ITEM_DEVICE = 4,   /**< Devices by name; a * at the end stands for any rest. */
};

/** A thing that a server is given. */
struct tn_manifest_item {
    uint32_t kind; /**< enum tn_manifest_item_kind. */
    uint32_t text; /**< Offset of what the kind says: an argument, prefix or device name. */
};
_Static_assert(sizeof(struct tn_manifest_item) == 8, "final");

#endif

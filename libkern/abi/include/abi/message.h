/* SPDX-License-Identifier: MIT */
/* Messages: the tag, and what kernel and programs agree on about it.
 *
 *   63        48 47                       16 15           8 7        2  1  0
 *   +-----------+---------------------------+--------------+----------+--+--+
 *   |   epoch   |           label           |    status    |  flags   |hi|lo|
 *   +-----------+---------------------------+--------------+----------+--+--+
 *   sent:     0 |  the sender's             | call number* | flags    words 4-7, 0-3 are carried
 *   received:  epoch of the endpoint in a reply, else 0; status of the kernel; kind in bits 6-7
 *   * x86_64 passes the call number there; on ARM64 it is the SVC immediate and the field is 0.
 *
 * The status of an IPC call is a tn_status_t in eight bits; 0 means that the message is there. */
#ifndef ABI_MESSAGE_H
#define ABI_MESSAGE_H

#include <stdint.h>

/** Bits of the tag. Flags that this kernel does not know are refused: TN_ERR_NOT_SUPPORTED. */
#define TN_TAG_LOW      UINT64_C(0x01) /**< Words 0-3 are carried. */
#define TN_TAG_HIGH     UINT64_C(0x02) /**< Words 4-7 are carried. */
#define TN_TAG_BUFFER   UINT64_C(0x04) /**< The message buffer is carried: its first length bytes. */
#define TN_TAG_GRANTS   UINT64_C(0x08) /**< Grants are attached. Not in this release. */
#define TN_TAG_HANDLES  UINT64_C(0x10) /**< Handles are attached. Not in this release. */
#define TN_TAG_DEADLINE UINT64_C(0x20) /**< The deadline register counts. */
#define TN_TAG_FLAGS    UINT64_C(0xff) /**< All bits that a sender may use. */

/** What was received: bits 6-7 of the tag on return. */
#define TN_TAG_KIND_MASK    UINT64_C(0xc0)
#define TN_TAG_KIND_MESSAGE UINT64_C(0x00) /**< A message; token 0: sent, not called. */
#define TN_TAG_KIND_SIGNAL  UINT64_C(0x40) /**< Bits of the bound notification, in word 0. */
#define TN_TAG_KIND_FAULT   UINT64_C(0x80) /**< A fault or exit: label enum tn_fault. */

/** Number of message words that fit in registers. */
#define TN_MESSAGE_WORDS 8

/** Largest payload of a message buffer, in bytes. */
#define TN_MESSAGE_BUFFER_BYTES 4080

/** Deadlines, in nanoseconds of the clock page. Any other value is a point in time. */
#define TN_DEADLINE_POLL  UINT64_C(0) /**< Do not wait at all. */
#define TN_DEADLINE_NEVER UINT64_MAX  /**< Wait as long as it takes. */

/** The page that carries a long message; mapped by TN_SYS_THREAD_SET_BUFFER. The kernel reads length
 *  once. On receipt it holds the sender's bytes and their number. */
struct tn_message_buffer {
    uint32_t length;      /**< Bytes of data that are carried, at most the array. */
    uint32_t reserved[3]; /**< 0. */
    uint8_t data[TN_MESSAGE_BUFFER_BYTES]; /**< The payload. */
};
_Static_assert(sizeof(struct tn_message_buffer) == 4096, "one page");

/** Label of @p tag: 32 bits that belong to the two sides. */
static inline uint32_t tn_tag_label(uint64_t tag)
{
    return (uint32_t)(tag >> 16);
}

/** A tag with @p label and TN_TAG_ bits @p flags. */
static inline uint64_t tn_tag_make(uint32_t label, uint64_t flags)
{
    return (uint64_t)label << 16 | flags;
}

/** The kernel's status in the returned @p tag: TN_OK or a negative tn_status_t. */
static inline int32_t tn_tag_status(uint64_t tag)
{
    return (int8_t)(uint8_t)(tag >> 8);
}

/** The endpoint's epoch in the tag of a reply. */
static inline uint16_t tn_tag_epoch(uint64_t tag)
{
    return (uint16_t)(tag >> 48);
}

/** What happened, in the label of a fault message. Numbers are final. */
enum tn_fault {
    TN_FAULT_PAGE = 1,        /**< A memory access failed; address and access say which. */
    TN_FAULT_INSTRUCTION = 2, /**< Illegal or privileged instruction. */
    TN_FAULT_ARITHMETIC = 3,  /**< Division by zero or overflow. */
    TN_FAULT_ALIGNMENT = 4,   /**< Misaligned access or stack. */
    TN_FAULT_BREAKPOINT = 5,  /**< Breakpoint instruction. */
    TN_FAULT_STEP = 6,        /**< One instruction was executed (thread_set_step). */
    TN_FAULT_OTHER = 7,       /**< Any other exception; code says which. */
    TN_FAULT_EXIT = 32,       /**< The process has ended and returned all it had. No reply. */
};

/** Access of a page fault: bits of word 2. */
#define TN_FAULT_ACCESS_WRITE   1u /**< A store; else a load or fetch. */
#define TN_FAULT_ACCESS_EXECUTE 2u /**< An instruction fetch. */
#define TN_FAULT_ACCESS_PRESENT 4u /**< The page is mapped, but not for this access. */

/** Words of a fault message. For TN_FAULT_EXIT word 0 is the exit code, word 1 a tn_exit_reason. */
enum tn_fault_word {
    TN_FAULT_WORD_PC = 0,      /**< Where the thread was. */
    TN_FAULT_WORD_ADDRESS = 1, /**< The address that was accessed (page, alignment), else 0. */
    TN_FAULT_WORD_ACCESS = 2,  /**< TN_FAULT_ACCESS_ bits. */
    TN_FAULT_WORD_CODE = 3,    /**< The machine's own: x86 vector << 32 | error, ARM ESR. */
    TN_FAULT_WORD_THREAD = 4,  /**< Number of the thread (tn_thread_info.id). */
    TN_FAULT_WORD_SP = 5,      /**< Its stack pointer. */
};

/** Label of the reply to a fault message. */
enum tn_fault_reply {
    TN_FAULT_RESUME = 0, /**< Go on at the thread's program counter. */
    TN_FAULT_KILL = 1,   /**< End the process. */
};

/** Why a process ended. */
enum tn_exit_reason {
    TN_EXIT_NORMAL = 0, /**< It called process_exit, or its last thread ended. */
    TN_EXIT_KILLED = 1, /**< process_kill. */
    TN_EXIT_FAULT = 2,  /**< A fault that nobody handled; the code is its enum tn_fault. */
};

#endif

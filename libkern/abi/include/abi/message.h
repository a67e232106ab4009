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
#define TN_TAG_GRANTS   UINT64_C(0x08) /**< Grants are attached, in the message buffer: calls only. */
#define TN_TAG_HANDLES  UINT64_C(0x10) /**< Handles are attached, in the message buffer. */
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

/** Handles, and grants, that one message carries at most. */
#define TN_MESSAGE_HANDLES 4
#define TN_MESSAGE_GRANTS  4

/** Largest payload of a message that has handles or grants, in bytes: they stand behind it. */
#define TN_MESSAGE_ATTACHED_BYTES 3920

/** What a message tells of one object that the sender lets the receiver have. */
struct tn_message_handle {
    uint64_t value;  /**< Sent: the handle. Received: the handle, or the badge, or 0. */
    uint32_t rights; /**< Sent: TN_RIGHT_ bits it shall have, or TN_RIGHTS_ALL. Received: those. */
    uint16_t type;   /**< Sent: ignored. Received: enum tn_type; TN_TYPE_NONE: it is gone. */
    uint16_t flags;  /**< TN_HANDLE_ bits. */
};
_Static_assert(sizeof(struct tn_message_handle) == 16, "final");

/** Flags of a handle in a message. */
#define TN_HANDLE_MOVE  0x1u /**< Sent: the sender's handle goes; else a child of it arrives. */
#define TN_HANDLE_BADGE 0x2u /**< Received: value is the badge: it names an own endpoint. */
#define TN_HANDLE_GONE  0x4u /**< Received: it was closed or revoked while the message waited. */

/** Memory that a caller lets the server copy from or to until the reply. */
struct tn_message_grant {
    uint64_t base;     /**< Sent: first byte, any alignment. Received: 0. */
    uint64_t length;   /**< Bytes. */
    uint32_t access;   /**< TN_RIGHT_READ: may be copied from; TN_RIGHT_WRITE: to; or both. */
    uint32_t reserved; /**< 0. */
};
_Static_assert(sizeof(struct tn_message_grant) == 24, "final");

/** The page that carries what does not fit in registers; mapped by TN_SYS_THREAD_SET_BUFFER. The kernel
 *  reads counts and length once. What was received stands where it stood at the sender:
 *
 *      length, counts | data: up to 4080 bytes                                         |
 *                     | data: up to 3920 bytes         | grants[4], 96 | handles[4], 64 |
 */
struct tn_message_buffer {
    uint32_t length;  /**< Bytes of data that are carried; with TN_TAG_BUFFER. */
    uint32_t accepts; /**< Handles that this thread takes; the kernel looks at each delivery. */
    uint32_t handle_count; /**< Handles that are carried; with TN_TAG_HANDLES. */
    uint32_t grant_count;  /**< Grants that are carried; with TN_TAG_GRANTS. */
    union {
        uint8_t data[TN_MESSAGE_BUFFER_BYTES]; /**< The payload. */
        struct {
            uint8_t before_attached[TN_MESSAGE_ATTACHED_BYTES]; /**< The payload before them. */
            struct tn_message_grant
                grants[TN_MESSAGE_GRANTS]; /**< The first grant_count of them count. */
            struct tn_message_handle
                handles[TN_MESSAGE_HANDLES]; /**< The first handle_count likewise. */
        };
    };
};
_Static_assert(sizeof(struct tn_message_buffer) == 4096, "one page");
_Static_assert(__builtin_offsetof(struct tn_message_buffer, grants) == 3936, "final");
_Static_assert(__builtin_offsetof(struct tn_message_buffer, handles) == 4032, "final");

/** One piece of a grant_copy: which bytes of which grant, and where they are in the copying process. */
struct tn_grant_copy {
    uint64_t offset;    /**< First byte in the grant. */
    uint64_t address;   /**< First byte in the calling process. */
    uint64_t length;    /**< Bytes. */
    uint32_t grant;     /**< Index of one that came with the call, from 0. */
    uint32_t direction; /**< enum tn_grant_direction. */
};
_Static_assert(sizeof(struct tn_grant_copy) == 32, "final");

/** Pieces of one grant_copy at most. */
#define TN_GRANT_COPIES 16

/** Which way a piece is copied. */
enum tn_grant_direction {
    TN_GRANT_READ = 0,  /**< From the grant. */
    TN_GRANT_WRITE = 1, /**< To the grant. */
};

/** What call_info tells of a call in service: bits. */
#define TN_CALL_CANCELLED UINT64_C(1) /**< thread_cancel was called for its caller. */
#define TN_CALL_LATE      UINT64_C(2) /**< The caller's deadline has passed. */

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
    TN_FAULT_TIMEOUT = 8,     /**< A budget ended (context_set_timeout); code: enum tn_timeout. */
    TN_FAULT_EXIT = 32,       /**< The process has ended and returned all it had. No reply. */
};

/** Access of a page fault: bits of word 2. */
#define TN_FAULT_ACCESS_WRITE   1u /**< A store; else a load or fetch. */
#define TN_FAULT_ACCESS_EXECUTE 2u /**< An instruction fetch. */
#define TN_FAULT_ACCESS_PRESENT 4u /**< The page is mapped, but not for this access. */

/** What the end of a budget stopped. */
enum tn_timeout {
    TN_TIMEOUT_RUN = 0,  /**< The thread itself. Resumed, it goes on when it has budget again. */
    TN_TIMEOUT_CALL = 1, /**< Its call in service, which has ended: resumed, TN_ERR_OVERRUN. */
};

/** Words of a fault message. For TN_FAULT_EXIT word 0 is the exit code, word 1 a tn_exit_reason. */
enum tn_fault_word {
    TN_FAULT_WORD_PC = 0,      /**< Where the thread is. */
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

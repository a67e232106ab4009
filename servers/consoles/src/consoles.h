/* SPDX-License-Identifier: MIT */
/* Several consoles as one, apart from threads: what is written goes to all of them, what comes from any of
 * them is read.
 *
 *                           +--> ring of end 0 --offer--> console
 *   clients --write--> copy +--> ring of end 1 --offer--> console
 *   kernel log --------'
 *                                      input ring <--+-- a thread <--read--- console
 *   one reader <--read-----------------'             +-- a thread <--read--- keyboard
 *
 * Output needs no threads: no console makes who offers text wait. What it has no room for stays in its ring,
 * and is offered again at the next tick. A writer goes at the pace of the slowest console, so that none
 * misses text; but one whose ring was full at CONSOLES_TICKS ticks in a row is passed over: it misses all text
 * until it has shown what it has, and is told then how much that was. One that is gone is left out.
 *
 * Rules: output belongs to one thread; input (struct consoles_input) is under the caller's lock. */
#ifndef CONSOLES_CONSOLES_H
#define CONSOLES_CONSOLES_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/ring.h>
#include <libbase/status.h>
#include <libsys/contract.h>

#define CONSOLES_ENDS_MAX     4    /**< Consoles that are one. */
#define CONSOLES_OUTPUT_BYTES 4096 /**< Bytes that one of them has not taken yet. */
#define CONSOLES_INPUT_BYTES  512  /**< Bytes that came and that nobody has read yet. */
#define CONSOLES_WRITERS_MAX  8    /**< Writers that wait for room at a time. */
#define CONSOLES_TICKS        25   /**< A console may hold others up for so long. */

/** One of the consoles. */
struct consoles_end {
    tn_handle_t server;                   /**< It. */
    bool is_open;                         /**< It shows what it is sent. */
    bool is_behind;                       /**< It was passed over: it gets nothing. */
    uint32_t full_ticks;                  /**< At how many ticks in a row its ring was full. */
    uint64_t missed;                      /**< Bytes that it did not get while it was behind. */
    struct tn_ring output;                /**< Over bytes. */
    uint8_t bytes[CONSOLES_OUTPUT_BYTES]; /**< Storage. */
};

/** What was typed, and who waits for it. */
struct consoles_input {
    uint64_t reader;                     /**< Token of who waits for input, or 0. */
    uint64_t reader_badge;               /**< Who that is. */
    uint64_t reader_room;                /**< Bytes that the reader can take. */
    struct tn_ring ring;                 /**< Over bytes. */
    uint8_t bytes[CONSOLES_INPUT_BYTES]; /**< Storage. */
};

/** All of them. */
struct consoles {
    uint32_t end_count;                          /**< Entries of ends. */
    struct consoles_end ends[CONSOLES_ENDS_MAX]; /**< The consoles. */
    tn_handle_t machine;   /**< For the kernel log; TN_HANDLE_NONE: it is not shown. */
    uint64_t log_position; /**< How far the log was shown. */
    uint32_t writer_count; /**< Entries of writers. */
    uint64_t writers[CONSOLES_WRITERS_MAX]; /**< Tokens of who waits for room. */
    struct consoles_input input;            /**< What was typed. */
};

/** Make @p consoles without ends, empty, without a log. */
void consoles_init(struct consoles *consoles);

/** Add the console @p server. @retval TN_ERR_FULL there are CONSOLES_ENDS_MAX. */
TN_MUST_USE tn_status_t consoles_add(struct consoles *consoles, tn_handle_t server);

/** Forget the log up to now, so that only new text is shown: after a restart. */
void consoles_skip_log(struct consoles *consoles);

/** Show what can be shown, new text of the log too, and answer writers that waited. */
void consoles_pump(struct consoles *consoles);

/** Time has passed: as consoles_pump; and who held others up for too long is passed over. */
void consoles_tick(struct consoles *consoles);

/** Whether text is left that somebody has no room for: a tick is needed. Cost: O(ends). */
bool consoles_has_text(const struct consoles *consoles);

/** Hand over @p length bytes that came. @return how many there was room for. */
size_t consoles_give(struct consoles_input *input, const void *bytes, size_t length);

/** A write or offer of @p length bytes by the caller that @p token names. @param[out] written how many were
 *  taken. @return as the contract's handlers. */
tn_status_t consoles_write(struct consoles *consoles, uint64_t token, bool may_wait,
                           const void *bytes, size_t length, uint32_t *written);

/** A read of at most @p size bytes by @p request's caller. @return as the contract's handler. */
tn_status_t consoles_read(struct consoles_input *input, const struct sys_request *request,
                          void *bytes, size_t size, size_t *length);

#endif

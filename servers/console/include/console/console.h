/* SPDX-License-Identifier: MIT */
/* The console: two rings between a serial port and its clients, and the kernel log on top.
 *
 *   clients --write--> output ring --+--> UART      UART --> input ring --read--> one reader
 *   kernel log ----------------------+
 *
 * The output ring is filled by whoever comes and emptied when the chip has room; the input ring is
 * filled at each interrupt. A reader without input, and writers without room, wait: their calls are
 * answered later.
 * Rules: one thread. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stdint.h>

#include <console/line.h>
#include <libbase/ring.h>
#include <libsys/contract.h>

#define CONSOLE_INPUT_BYTES  512  /**< Bytes that came and that nobody has read yet. */
#define CONSOLE_OUTPUT_BYTES 1024 /**< Bytes that the chip has not taken yet. */
#define CONSOLE_WRITERS_MAX  8    /**< Writers that wait for room at a time. */

/** Bits of the notification that the console listens to. */
#define CONSOLE_SIGNAL_LINE UINT64_C(1) /**< The chip asks for attention, or it is time to look. */
#define CONSOLE_SIGNAL_LOG  (UINT64_C(1) << 63) /**< There is new text in the kernel log. */

/** What lies between a line and its clients. */
struct console {
    struct line *line;     /**< Its other end; NULL: output is thrown away and no input comes. */
    tn_handle_t machine;   /**< For the kernel log; TN_HANDLE_NONE: it is not shown. */
    tn_handle_t interrupt; /**< Of the port, or TN_HANDLE_NONE. */
    uint64_t log_position; /**< How far the log was shown. */
    uint64_t reader;       /**< Token of who waits for input, or 0. */
    uint64_t reader_badge; /**< Who that is. */
    uint64_t reader_room;  /**< Bytes that the reader can take. */
    uint32_t writer_count; /**< Entries of writers. */
    uint64_t writers[CONSOLE_WRITERS_MAX];      /**< Tokens of who waits for room. */
    struct tn_ring input;                       /**< Over input_bytes. */
    struct tn_ring output;                      /**< Over output_bytes. */
    uint8_t input_bytes[CONSOLE_INPUT_BYTES];   /**< Storage. */
    uint8_t output_bytes[CONSOLE_OUTPUT_BYTES]; /**< Storage. */
};

/** Make @p console empty, on @p line, without log or interrupt. */
void console_init(struct console *console, struct line *line);

/** Forget the log up to now, so that only new text is shown: after a restart. */
void console_skip_log(struct console *console);

/** Move what can be moved in both directions, and answer who waited for it. */
void console_pump(struct console *console);

/** A request; the handler of sys_serve. */
tn_status_t console_on_request(void *self, struct sys_request *request);

/** A signal; the handler of sys_serve. */
void console_on_signal(void *self, uint64_t bits);

#endif

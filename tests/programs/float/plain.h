/* SPDX-License-Identifier: MIT */
/* What a program does while a test holds its registers: compiled without them.
 *
 * Functions of this form are for simd_call(). They return 0, or what went wrong. */
#ifndef FLOAT_PLAIN_H
#define FLOAT_PLAIN_H

#include <libsys/ipc.h>
#include <libsys/thread.h>

#include "simd.h"

/** Threads that compete for the registers. */
#define KEEPERS 4

/** One of them. */
struct keeper {
    struct sys_thread thread;  /**< libsys's. */
    volatile uint64_t counter; /**< Grows while it runs. */
    struct simd expected;      /**< What it has in the registers. */
    struct simd found;         /**< What was in them at the end. */
};
extern struct keeper keepers[KEEPERS];

/** A call or receive: which, and its message. */
struct exchange {
    struct sys_message message; /**< Before and after. */
    uint32_t words;             /**< That travel: 0, 4 or 8. */
};

/** Count until each of the others has been seen to run several times; argument: a struct keeper. */
uint64_t plain_compete(void *argument);

/** Run simd_store(argument) in a new thread, as the first thing that it does. */
uint64_t plain_look(void *argument);

/** Sleep for a moment; yield; wait for a word that stays. */
uint64_t plain_sleep(void *argument);
uint64_t plain_yield(void *argument);
uint64_t plain_word(void *argument);

/** Wait for the notification whose handle argument points to. */
uint64_t plain_wait(void *argument);

/** Signal it. */
uint64_t plain_signal(void *argument);

/** Make the call of the struct exchange. */
uint64_t plain_call(void *argument);

/** Reply to the message, receive the next. */
uint64_t plain_reply_receive(void *argument);

#endif

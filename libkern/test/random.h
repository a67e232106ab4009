/* SPDX-License-Identifier: MIT */
/* What the parts of the random test share: one function or two of each part.
 *
 *      test_random.c ----> random_janitor.c     what root's thread does
 *                   |----> random_messages.c    IPC calls of everybody else
 *                   `----> random_calls.c       their other calls
 *      all of them ------> random_arguments.c   handles, addresses, times
 *
 * Rules: private to test_random. Calls are those of whoever runs. */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include "dice.h"
#include "world.h"

/** Pages of the largest mapping. */
#define RANDOM_SLOT_PAGES 4

/** Interrupt lines that ring. */
#define RANDOM_LINES 12

/** Longest sleep of the janitor. */
#define RANDOM_SLEEP_MAX_NS 400000

/** The janitor's priority, above everybody's. */
#define RANDOM_JANITOR (CONFIG_PRIORITIES - 1)

/** @return a handle of the running process to a @p type (0: any), mostly; sometimes any value. */
uint64_t random_handle(unsigned type);

/** @return a deadline: soon, special, or passed. */
uint64_t random_deadline(void);

/** @return an argument of the kind that @p letter stands for; see the table of calls. */
uint64_t random_argument(char letter);

/** @return a reply token of the running process, not answered perhaps. */
uint64_t random_token(void);

/** Make an IPC call. */
void random_message(void);

/** IPC call @p number of the running thread ended with @p status: what it left in the registers must be a
 *  message or a reply as it was sent, or nothing. */
void random_check_message(unsigned number, tn_status_t status);

/** Make any other call. */
void random_call(void);

/** Call @p number of the running thread ended with @p status: a page must know of it. */
void random_told(unsigned number, tn_status_t status);

/** Print how the calls ended; each must have succeeded at least once. */
void random_print(void);

/** Root's thread runs: replace the dead, meddle with the living, sleep. @p idled: the machine had nothing
 *  to do since the last time. */
void random_janitor(bool idled);

/** End all that the janitor and the others made. Root must run. */
void random_janitor_ends(void);

#endif

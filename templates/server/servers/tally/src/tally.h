/* SPDX-License-Identifier: MIT */
/* The tally: how often each word has come. */
#ifndef TALLY_H
#define TALLY_H

#include <contracts/tally.h>

/** Most bytes of a word, as in the contract. */
#define TALLY_WORD_MAX 31

/** A word and its count; unused: the count is 0. */
struct tally_entry {
    char word[TALLY_WORD_MAX + 1]; /**< Terminated. */
    uint64_t times;                /**< How often it has come. */
};

/** What the server knows; all zero at first. */
struct tally {
    struct tally_entry entries[CONFIG_TALLY_WORDS]; /**< In the order in which they came. */
};

/** Count @p word once more.
 *  @param[out] times how often it has come; written on success.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID  it is empty
 *  @retval TN_ERR_FULL     it is new, and there is no room for it
 *  Cost: O(CONFIG_TALLY_WORDS). */
TN_MUST_USE tn_status_t tally_add(struct tally *tally, const char *word, uint64_t *times);

/** A request: answers it by the contract. @p self is a struct tally. */
tn_status_t tally_on_request(void *self, struct sys_request *request);

#endif

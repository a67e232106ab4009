/* SPDX-License-Identifier: MIT */
/* The tally's handlers. */
#include <libbase/mem.h>

#include "tally.h"

/* The entry of @p word: its own, else the first unused one, else NULL. */
static struct tally_entry *find(struct tally *tally, const char *word)
{
    for (unsigned i = 0; i < CONFIG_TALLY_WORDS; i++) {
        struct tally_entry *entry = &tally->entries[i];
        if (entry->times == 0 || strcmp(entry->word, word) == 0) {
            return entry;
        }
    }
    return NULL;
}

tn_status_t tally_add(struct tally *tally, const char *word, uint64_t *times)
{
    if (word[0] == 0) {
        return TN_ERR_INVALID;
    }
    struct tally_entry *entry = find(tally, word);
    if (entry == NULL) {
        return TN_ERR_FULL;
    }
    if (entry->times == 0) {
        memcpy(entry->word, word, strlen(word) + 1); /* The contract bounds its length. */
    }
    *times = ++entry->times;
    return TN_OK;
}

static tn_status_t do_count(void *self, const struct sys_request *request, const char *word,
                            size_t word_length, uint64_t *times)
{
    (void)request;
    (void)word_length;
    return tally_add(self, word, times);
}

tn_status_t tally_on_request(void *self, struct sys_request *request)
{
    static const struct tally_handlers handlers = {.count = do_count};
    return tally_dispatch(&handlers, self, request);
}

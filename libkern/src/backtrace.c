/* SPDX-License-Identifier: MIT */
/* The symbol table of the boot bundle. */

#include "backtrace.h"

#include <stddef.h>

#include <abi/symbols.h>
#include <libbase/checked.h>

/* A table whose parts lie in its bytes, with at least one symbol; NULL if there is none. */
static const struct tn_symbols_header *header;

static const struct tn_symbol *symbols(void)
{
    return (const struct tn_symbol *)(const void *)(header + 1);
}

void kern_symbols_set(const void *table, uint64_t bytes)
{
    const struct tn_symbols_header *candidate = table;
    header = NULL;
    if (table == NULL || bytes < sizeof(*candidate) || candidate->magic != TN_SYMBOLS_MAGIC ||
        candidate->count == 0 || candidate->name_bytes == 0) {
        return;
    }
    uint64_t symbol_bytes = (uint64_t)candidate->count * sizeof(struct tn_symbol);
    if (!tn_range_within(symbol_bytes, candidate->name_bytes, bytes - sizeof(*candidate))) {
        return;
    }
    header = candidate;
}

/* The last symbol that is not above @p at; the first one if all are. */
static const struct tn_symbol *find(uint64_t at)
{
    const struct tn_symbol *table = symbols();
    uint32_t low = 0;
    uint32_t high = header->count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (table[middle].offset <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &table[low];
}

const char *kern_symbol_name(uint64_t pc, uint64_t *offset)
{
    if (header == NULL || pc < header->base || pc >= header->limit) {
        return NULL;
    }
    const struct tn_symbol *symbol = find(pc - header->base);
    const char *names = (const char *)(symbols() + header->count);
    if (symbol->name >= header->name_bytes || names[header->name_bytes - 1] != '\0') {
        return NULL;
    }
    *offset = pc - header->base - symbol->offset;
    return names + symbol->name;
}

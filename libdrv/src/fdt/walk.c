/* SPDX-License-Identifier: MIT */
/* The pass over the nodes. The structure block is a sequence of tokens:
 *
 *      BEGIN name [PROP length nameoffset value]... [child nodes]... END         ... FINISH
 *
 * One step reads from a BEGIN over all its properties, and leaves the offset at what follows. What
 * a node hands down to its children stands in levels[depth + 1] before they are reached.
 * Source: Devicetree Specification 0.4, 5.4. */
#include <libdrv/fdt.h>

#include "cells_internal.h"

#define TOKEN_BEGIN    1u
#define TOKEN_END      2u
#define TOKEN_PROPERTY 3u
#define TOKEN_NOP      4u
#define TOKEN_FINISH   9u

/** Names of the properties that are known. */
static const char *const known_names[DRV_FDT_KNOWN_COUNT] = {
    [DRV_FDT_COMPATIBLE] = "compatible",
    [DRV_FDT_REG] = "reg",
    [DRV_FDT_INTERRUPTS] = "interrupts",
    [DRV_FDT_STATUS] = "status",
    [DRV_FDT_RANGES] = "ranges",
    [DRV_FDT_PHANDLE] = "phandle",
    [DRV_FDT_INTERRUPT_PARENT] = "interrupt-parent",
    [DRV_FDT_ADDRESS_CELLS] = "#address-cells",
    [DRV_FDT_SIZE_CELLS] = "#size-cells",
};

/** A property as the structure block has it. */
struct property {
    uint32_t name; /* offset in the strings block */
    struct drv_fdt_value value;
};

/** Read the token at *@p offset and go behind it. */
FDT_INLINE tn_status_t read_token(const struct drv_fdt *fdt, uint32_t *offset, uint32_t *token)
{
    if (*offset >= fdt->structure_bytes) {
        return TN_ERR_TRUNCATED;
    }
    *token = fdt_load(fdt->structure + *offset);
    *offset += 4;
    return TN_OK;
}

/** Read the property whose token ends at *@p offset, and go behind it. Offsets are multiples of 4
 *  and at most structure_bytes, so a value that fits still fits when it is rounded up. Whether the name
 *  is inside the strings remains to be asked. */
FDT_INLINE tn_status_t read_property(const struct drv_fdt *fdt, uint32_t *offset,
                                     struct property *property)
{
    uint32_t left = fdt->structure_bytes - *offset;
    if (left < 8) {
        return TN_ERR_TRUNCATED;
    }
    const uint8_t *at = fdt->structure + *offset;
    uint32_t length = fdt_load(at);
    uint32_t name = fdt_load(at + 4);
    if (length > left - 8) {
        return TN_ERR_TRUNCATED;
    }
    property->name = name;
    property->value = (struct drv_fdt_value){at + 8, length};
    *offset += 8 + TN_ALIGN_UP(length, 4u);
    return TN_OK;
}

/** Whether one of the four bytes of @p cell, in any order, is 0: only then does subtracting 1 from all
 *  of them set a bit 7 that was not set. */
FDT_INLINE bool has_zero_byte(uint32_t cell)
{
    return ((cell - 0x01010101u) & ~cell & 0x80808080u) != 0;
}

/** Read the name whose BEGIN ends at *@p offset, and go behind its padding. */
static tn_status_t read_name(const struct drv_fdt *fdt, uint32_t *offset, const char **name)
{
    *name = (const char *)fdt->structure + *offset;
    while (*offset < fdt->structure_bytes) {
        uint32_t cell = fdt_load_raw(fdt->structure + *offset);
        *offset += 4;
        if (has_zero_byte(cell)) {
            return TN_OK;
        }
    }
    return TN_ERR_TRUNCATED;
}

/** Which known property is called @p name; DRV_FDT_KNOWN_COUNT if none is. */
static unsigned recognize(const char *name)
{
    /* Their first letters: all that most names are compared with. */
    static const char letters[DRV_FDT_KNOWN_COUNT + 1] = "crisrpi##";
    unsigned kind = 0;
    while (kind < DRV_FDT_KNOWN_COUNT &&
           (name[0] != letters[kind] || !fdt_is_same(name, known_names[kind]))) {
        kind++;
    }
    return kind;
}

/** Which known property has its name at offset @p name; DRV_FDT_KNOWN_COUNT + 1 if that is outside of
 *  the strings. Writers of blobs store each name once, so remembering offsets saves nearly all
 *  comparisons. */
FDT_INLINE unsigned classify(struct drv_fdt_walk *walk, uint32_t name)
{
    /* The multiplier is 2^32 divided by the golden ratio: neighbours land far apart. */
    struct drv_fdt_name *seen = &walk->names[name * 0x9e3779b1u >> (32 - DRV_FDT_NAMES_LOG2)];
    if (seen->offset != name) {
        if (name >= walk->fdt->strings_bytes) {
            return DRV_FDT_KNOWN_COUNT + 1;
        }
        *seen = (struct drv_fdt_name){name, recognize((const char *)walk->fdt->strings + name)};
    }
    return seen->kind;
}

/** Read all properties of @p node, which begin at *@p offset, and go behind them. */
static tn_status_t read_properties(struct drv_fdt_walk *walk, uint32_t *offset,
                                   struct drv_fdt_node *node)
{
    const struct drv_fdt *fdt = walk->fdt;
    uint32_t next = *offset;
    for (;;) {
        uint32_t token;
        struct property property;
        *offset = next;
        tn_status_t status = read_token(fdt, &next, &token);
        if (status != TN_OK) {
            return status;
        }
        if (token == TOKEN_PROPERTY) {
            status = read_property(fdt, &next, &property);
            if (status != TN_OK) {
                return status;
            }
            unsigned kind = classify(walk, property.name);
            if (kind > DRV_FDT_KNOWN_COUNT) {
                return TN_ERR_FORMAT;
            }
            node->known[kind] = property.value;
        } else if (token != TOKEN_NOP) {
            return TN_OK;
        }
    }
}

/** Take the cell that @p value consists of, if the property is there. */
static bool take_cell(struct drv_fdt_value value, uint32_t *cell)
{
    if (value.at == NULL) {
        return true;
    }
    if (value.length != 4) {
        return false;
    }
    *cell = fdt_load(value.at);
    return true;
}

/** A node works if it has no status, or one that says so. Both spellings occur. */
static bool is_okay(struct drv_fdt_value status)
{
    return status.at == NULL || drv_fdt_is(status, "okay") || drv_fdt_is(status, "ok");
}

/** Take from the properties of @p node, whose level is @p here, what holds for itself and @p below. */
static tn_status_t take_properties(struct drv_fdt_node *node, const struct drv_fdt_level *here,
                                   struct drv_fdt_level *below)
{
    /* Cell counts are not inherited: 2 and 1 unless the node says otherwise (2.3.5). */
    *below = (struct drv_fdt_level){
        .address_cells = 2,
        .size_cells = 1,
        .interrupt_parent = here->interrupt_parent,
        .enabled = here->enabled && is_okay(node->known[DRV_FDT_STATUS]),
        .ranges = node->known[DRV_FDT_RANGES],
    };
    if (!take_cell(node->known[DRV_FDT_PHANDLE], &node->phandle) ||
        !take_cell(node->known[DRV_FDT_INTERRUPT_PARENT], &below->interrupt_parent) ||
        !take_cell(node->known[DRV_FDT_ADDRESS_CELLS], &below->address_cells) ||
        !take_cell(node->known[DRV_FDT_SIZE_CELLS], &below->size_cells)) {
        return TN_ERR_FORMAT;
    }
    node->enabled = below->enabled;
    node->interrupt_parent = below->interrupt_parent;
    return TN_OK;
}

/** Read the node whose BEGIN ends at @p offset. On success the walk is behind its properties. */
static tn_status_t read_node(struct drv_fdt_walk *walk, uint32_t offset, struct drv_fdt_node *node)
{
    if (walk->depth == DRV_FDT_DEPTH_MAX) {
        return TN_ERR_TOO_LONG;
    }
    *node = (struct drv_fdt_node){.depth = walk->depth};
    tn_status_t status = read_name(walk->fdt, &offset, &node->name);
    if (status != TN_OK) {
        return status;
    }
    node->properties = offset;
    status = read_properties(walk, &offset, node);
    if (status != TN_OK) {
        return status;
    }
    struct drv_fdt_level *here = &walk->levels[walk->depth];
    status = take_properties(node, here, here + 1);
    if (status != TN_OK) {
        return status;
    }
    walk->offset = offset;
    walk->has_root = true;
    walk->depth++;
    return TN_OK;
}

void drv_fdt_walk_init(struct drv_fdt_walk *walk, const struct drv_fdt *fdt)
{
    walk->fdt = fdt;
    walk->offset = 0;
    walk->depth = 0;
    walk->has_root = false;
    walk->levels[0] =
        (struct drv_fdt_level){.enabled = true}; /* the others are set on the way down */
    for (unsigned i = 0; i < DRV_FDT_NAMES; i++) {
        walk->names[i] = (struct drv_fdt_name){UINT32_MAX, DRV_FDT_KNOWN_COUNT + 1};
    }
}

/** Whether a node may begin here: there is one root. */
static bool may_begin(const struct drv_fdt_walk *walk)
{
    return walk->depth > 0 || !walk->has_root;
}

tn_status_t drv_fdt_walk_next(struct drv_fdt_walk *walk, struct drv_fdt_node *node)
{
    for (;;) {
        uint32_t offset = walk->offset;
        uint32_t token;
        tn_status_t status = read_token(walk->fdt, &offset, &token);
        if (status != TN_OK) {
            return status;
        }
        if (token == TOKEN_BEGIN && may_begin(walk)) {
            return read_node(walk, offset, node);
        }
        if (token == TOKEN_FINISH && walk->depth == 0 && walk->has_root) {
            return TN_ERR_EMPTY;
        }
        if (token == TOKEN_END && walk->depth > 0) {
            walk->depth--;
        } else if (token != TOKEN_NOP) {
            return TN_ERR_FORMAT;
        }
        walk->offset = offset;
    }
}

tn_status_t drv_fdt_property(const struct drv_fdt *fdt, const struct drv_fdt_node *node,
                             const char *name, struct drv_fdt_value *value)
{
    uint32_t offset = node->properties;
    uint32_t token;
    struct property property;
    while (read_token(fdt, &offset, &token) == TN_OK &&
           (token == TOKEN_NOP || token == TOKEN_PROPERTY)) {
        if (token == TOKEN_NOP) {
            continue;
        }
        if (read_property(fdt, &offset, &property) != TN_OK) {
            break;
        }
        if (fdt_is_same((const char *)fdt->strings + property.name, name)) {
            *value = property.value;
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}

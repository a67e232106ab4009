/* SPDX-License-Identifier: MIT */
/* The pass over the nodes. The structure block is a sequence of tokens:
 *
 *      BEGIN name [PROP length nameoffset value]... [child nodes]... END         ... FINISH
 *
 * One step reads from a BEGIN over all its properties, and leaves the offset at what follows. What
 * a node hands down to its children stands in levels[depth + 1] before they are reached.
 * Source: Devicetree Specification 0.4, 5.4. */
#include <libdrv/fdt.h>

#include <libbase/mem.h>

#include "cells_internal.h"

#define TOKEN_BEGIN    1u
#define TOKEN_END      2u
#define TOKEN_PROPERTY 3u
#define TOKEN_NOP      4u
#define TOKEN_FINISH   9u

#define PHANDLE_BYTES 4u

/** The properties that every node is read for; the rest is KNOWN_COUNT. */
enum known {
    KNOWN_COMPATIBLE,
    KNOWN_REG,
    KNOWN_INTERRUPTS,
    KNOWN_STATUS,
    KNOWN_RANGES,
    KNOWN_PHANDLE,
    KNOWN_INTERRUPT_PARENT,
    KNOWN_ADDRESS_CELLS,
    KNOWN_SIZE_CELLS,
    KNOWN_COUNT,
};

/** Their names. */
static const char *const known_names[KNOWN_COUNT] = {
    [KNOWN_COMPATIBLE] = "compatible",
    [KNOWN_REG] = "reg",
    [KNOWN_INTERRUPTS] = "interrupts",
    [KNOWN_STATUS] = "status",
    [KNOWN_RANGES] = "ranges",
    [KNOWN_PHANDLE] = "phandle",
    [KNOWN_INTERRUPT_PARENT] = "interrupt-parent",
    [KNOWN_ADDRESS_CELLS] = "#address-cells",
    [KNOWN_SIZE_CELLS] = "#size-cells",
};

/** A property as the structure block has it. */
struct property {
    uint32_t name; /* offset in the strings block */
    struct drv_fdt_value value;
};

/** Read the token at *@p offset and go behind it. */
static inline tn_status_t read_token(const struct drv_fdt *fdt, uint32_t *offset, uint32_t *token)
{
    do {
        if (*offset >= fdt->structure_bytes) {
            return TN_ERR_TRUNCATED;
        }
        *token = fdt_load(fdt->structure + *offset);
        *offset += 4;
    } while (*token == TOKEN_NOP);
    return TN_OK;
}

/** Read the property whose token ends at *@p offset, and go behind it. Offsets are multiples of 4
 *  and at most structure_bytes, so a value that fits still fits when it is rounded up. */
static inline tn_status_t read_property(const struct drv_fdt *fdt, uint32_t *offset,
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
    if (name >= fdt->strings_bytes) {
        return TN_ERR_FORMAT;
    }
    property->name = name;
    property->value = (struct drv_fdt_value){at + 8, length};
    *offset += 8 + TN_ALIGN_UP(length, 4u);
    return TN_OK;
}

/** Whether one of the four bytes of @p cell is 0. A byte borrows from the one above only if it is 0,
 *  and bit 7 is set in (byte - 1) & ~byte only then or above such a byte. */
static inline bool has_zero_byte(uint32_t cell)
{
    return ((cell - 0x01010101u) & ~cell & 0x80808080u) != 0;
}

/** Read the name whose BEGIN ends at *@p offset, and go behind its padding. */
static tn_status_t read_name(const struct drv_fdt *fdt, uint32_t *offset, const char **name)
{
    *name = (const char *)fdt->structure + *offset;
    while (*offset < fdt->structure_bytes) {
        uint32_t cell = fdt_load(fdt->structure + *offset);
        *offset += 4;
        if (has_zero_byte(cell)) {
            return TN_OK;
        }
    }
    return TN_ERR_TRUNCATED;
}

/** Take over a property that holds one cell. */
static tn_status_t take_cell(struct drv_fdt_value value, uint32_t *cell)
{
    return value.length == PHANDLE_BYTES ? drv_fdt_cell(value, 0, cell) : TN_ERR_FORMAT;
}

/** A status property means that the node works, if it says so. Both spellings occur. */
static bool is_okay(struct drv_fdt_value status)
{
    return drv_fdt_is(status, "okay") || drv_fdt_is(status, "ok");
}

/** Which known property is called @p name. */
static enum known recognize(const char *name)
{
    unsigned kind = 0;
    /* The first letter rejects most candidates without a call. */
    while (kind < KNOWN_COUNT &&
           (name[0] != known_names[kind][0] || strcmp(name, known_names[kind]) != 0)) {
        kind++;
    }
    return (enum known)kind;
}

/** Which known property has its name at offset @p name. Writers of blobs store each name once, so
 *  remembering offsets saves nearly all comparisons of texts. */
static inline enum known classify(struct drv_fdt_walk *walk, uint32_t name)
{
    /* The multiplier is 2^32 divided by the golden ratio: neighbours land far apart. */
    struct drv_fdt_name *seen = &walk->names[name * 0x9e3779b1u >> (32 - DRV_FDT_NAMES_LOG2)];
    if (seen->offset != name) {
        *seen = (struct drv_fdt_name){name, recognize((const char *)walk->fdt->strings + name)};
    }
    return (enum known)seen->kind;
}

/** Put @p value where it belongs, if it is one that every node is read for: into @p node, or into
 *  @p below, which holds for its children. */
static tn_status_t note_property(enum known kind, struct drv_fdt_value value,
                                 struct drv_fdt_node *node, struct drv_fdt_level *below)
{
    switch (kind) {
    case KNOWN_COMPATIBLE:
        node->compatible = value;
        return TN_OK;
    case KNOWN_REG:
        node->reg = value;
        return TN_OK;
    case KNOWN_INTERRUPTS:
        node->interrupts = value;
        return TN_OK;
    case KNOWN_STATUS:
        below->enabled = below->enabled && is_okay(value);
        return TN_OK;
    case KNOWN_RANGES:
        below->ranges = value;
        return TN_OK;
    case KNOWN_PHANDLE:
        return take_cell(value, &node->phandle);
    case KNOWN_INTERRUPT_PARENT:
        return take_cell(value, &below->interrupt_parent);
    case KNOWN_ADDRESS_CELLS:
        return take_cell(value, &below->address_cells);
    case KNOWN_SIZE_CELLS:
        return take_cell(value, &below->size_cells);
    case KNOWN_COUNT:
        break;
    }
    return TN_OK;
}

/** Read all properties of @p node, which begin at *@p offset, and go behind them. */
static tn_status_t read_properties(struct drv_fdt_walk *walk, uint32_t *offset,
                                   struct drv_fdt_node *node, struct drv_fdt_level *below)
{
    for (;;) {
        uint32_t next = *offset;
        uint32_t token;
        struct property property;
        tn_status_t status = read_token(walk->fdt, &next, &token);
        if (status != TN_OK) {
            return status;
        }
        if (token != TOKEN_PROPERTY) {
            return TN_OK;
        }
        status = read_property(walk->fdt, &next, &property);
        if (status == TN_OK) {
            status = note_property(classify(walk, property.name), property.value, node, below);
        }
        if (status != TN_OK) {
            return status;
        }
        *offset = next;
    }
}

/** Read the node whose BEGIN ends at @p offset. On success the walk is behind its properties. */
static tn_status_t read_node(struct drv_fdt_walk *walk, uint32_t offset, struct drv_fdt_node *node)
{
    if (walk->depth == DRV_FDT_DEPTH_MAX) {
        return TN_ERR_TOO_LONG;
    }
    const struct drv_fdt_level *here = &walk->levels[walk->depth];
    struct drv_fdt_level *below = &walk->levels[walk->depth + 1];
    *node = (struct drv_fdt_node){.depth = walk->depth};
    tn_status_t status = read_name(walk->fdt, &offset, &node->name);
    if (status != TN_OK) {
        return status;
    }
    /* Cell counts are not inherited: 2 and 1 unless the node says otherwise (2.3.5). */
    *below = (struct drv_fdt_level){
        .address_cells = 2,
        .size_cells = 1,
        .interrupt_parent = here->interrupt_parent,
        .enabled = here->enabled,
    };
    node->properties = offset;
    status = read_properties(walk, &offset, node, below);
    if (status != TN_OK) {
        return status;
    }
    node->enabled = below->enabled;
    node->interrupt_parent = below->interrupt_parent;
    walk->offset = offset;
    walk->depth++;
    return TN_OK;
}

void drv_fdt_walk_init(struct drv_fdt_walk *walk, const struct drv_fdt *fdt)
{
    *walk = (struct drv_fdt_walk){.fdt = fdt};
    walk->levels[0].enabled = true;
    for (unsigned i = 0; i < DRV_FDT_NAMES; i++) {
        walk->names[i].offset = UINT32_MAX; /* no name stands there */
    }
}

/** A second root, or none: nothing but FINISH may stand at depth 0 once a root was there. */
static bool may_begin(const struct drv_fdt_walk *walk, uint32_t token_offset)
{
    return walk->depth > 0 || token_offset == 0;
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
        if (token == TOKEN_BEGIN && may_begin(walk, walk->offset)) {
            return read_node(walk, offset, node);
        }
        if (token == TOKEN_FINISH && walk->depth == 0 && walk->offset > 0) {
            return TN_ERR_EMPTY;
        }
        if (token != TOKEN_END || walk->depth == 0) {
            return TN_ERR_FORMAT;
        }
        walk->depth--;
        walk->offset = offset;
    }
}

tn_status_t drv_fdt_property(const struct drv_fdt *fdt, const struct drv_fdt_node *node,
                             const char *name, struct drv_fdt_value *value)
{
    uint32_t offset = node->properties;
    uint32_t token;
    struct property property;
    while (read_token(fdt, &offset, &token) == TN_OK && token == TOKEN_PROPERTY &&
           read_property(fdt, &offset, &property) == TN_OK) {
        if (strcmp((const char *)fdt->strings + property.name, name) == 0) {
            *value = property.value;
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}

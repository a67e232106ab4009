/* SPDX-License-Identifier: MIT */
/* Device trees: what firmware says about a machine, read in one pass from front to back.
 *
 *      header | reserved memory | structure: nodes and properties | strings: names of properties
 *
 * The reader returns the nodes one by one with the properties that every driver asks for; all others
 * are looked up by name in the node. Nothing is copied and nothing is believed: each offset, length
 * and text is checked before it is used, and the size that the header claims may go beyond the
 * memory that can be read, as long as the parts do not.
 *
 * Rules: pure; the caller owns the blob, which stays in place and unchanged. Context: any.
 * Source: Devicetree Specification 0.4, chapters 2 (properties) and 5 (flattened format). */
#ifndef LIBDRV_FDT_H
#define LIBDRV_FDT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/status.h>

/** Nodes may be nested this deep, the root included; deeper trees are refused. */
#define DRV_FDT_DEPTH_MAX 16

/** Names of properties that a pass remembers, and that number's logarithm. */
#define DRV_FDT_NAMES_LOG2 5
#define DRV_FDT_NAMES      (1 << DRV_FDT_NAMES_LOG2)

/** Bytes of a property, inside the blob; at is NULL if the node does not have it. Aligned to 4. */
struct drv_fdt_value {
    const uint8_t *at; /**< First byte. */
    uint32_t length;   /**< Bytes. */
};

/** A text to compare with, and its length: DRV_FDT_TEXT("arm,pl011"). */
struct drv_fdt_text {
    uint8_t bytes; /**< With the terminator: at least 1. */
    char at[23];   /**< Zero-terminated. In place: that is shorter than a pointer beside it. */
};
/** Initializer of a struct drv_fdt_text for the string literal @p literal. */
#define DRV_FDT_TEXT(literal)                                                                      \
    {                                                                                              \
        sizeof(literal), literal                                                                   \
    }

/** A blob whose header is in order. */
struct drv_fdt {
    const uint8_t *structure; /**< Structure block. */
    const uint8_t *strings;   /**< Strings block; its last byte is 0. */
    const uint8_t *reserved;  /**< Memory reservation block. */
    uint32_t structure_bytes; /**< Bytes of structure, a multiple of 4. */
    uint32_t strings_bytes;   /**< Length of the strings block. */
    uint32_t reserved_count;  /**< Entries of reserved. */
    uint32_t used_bytes;      /**< Bytes from the start of the blob to the end of its last part. */
};

/** Properties that every node is read for: index of drv_fdt_node.known. */
enum drv_fdt_known {
    DRV_FDT_COMPATIBLE,       /**< Texts, the most specific first; see drv_fdt_match. */
    DRV_FDT_REG,              /**< Addresses; see drv_fdt_reg. */
    DRV_FDT_INTERRUPTS,       /**< As its interrupt controller writes them. */
    DRV_FDT_STATUS,           /**< Text; anything but "okay": out of order. */
    DRV_FDT_RANGES,           /**< How addresses of its children appear above it. */
    DRV_FDT_PHANDLE,          /**< Its number for references; a cell. */
    DRV_FDT_INTERRUPT_PARENT, /**< phandle of the controller, also of its children; a cell. */
    DRV_FDT_ADDRESS_CELLS,    /**< Width of its children's addresses; a cell. */
    DRV_FDT_SIZE_CELLS,       /**< Width of their lengths; a cell. */
    DRV_FDT_KNOWN_COUNT,      /**< How many there are. */
};

/** A node, with what is needed most. Values are inside the blob. */
struct drv_fdt_node {
    const char *name;          /**< With unit address, zero-terminated; "" for the root. */
    unsigned depth;            /**< 0 for the root. */
    bool enabled;              /**< Neither it nor a node above it has a status but "okay". */
    uint32_t interrupt_parent; /**< phandle of the controller, inherited; 0 if none is named. */
    uint32_t phandle;          /**< Its own; 0 if it has none. */
    uint32_t properties;       /**< Where its properties begin; for drv_fdt_property. */
    struct drv_fdt_value known[DRV_FDT_KNOWN_COUNT + 1]; /**< The last takes all others. */
};

/** What a level of the tree hands down to the nodes below it. Private. */
struct drv_fdt_level {
    uint32_t address_cells;      /**< Cells of an address in reg. */
    uint32_t size_cells;         /**< Cells of a length in reg. */
    uint32_t interrupt_parent;   /**< phandle. */
    bool enabled;                /**< As in the node. */
    struct drv_fdt_value ranges; /**< How addresses below appear above; absent: not at all. */
};

/** A name that was recognized, or found to be none that matters. Private. */
struct drv_fdt_name {
    uint32_t offset; /**< In the strings block. */
    uint32_t kind;   /**< Which it is; see src/fdt/walk.c. */
};

/** A pass over the nodes. Private. */
struct drv_fdt_walk {
    const struct drv_fdt *fdt; /**< What is walked. */
    uint32_t offset;           /**< Of the next token. */
    unsigned depth;            /**< Open nodes. */
    bool has_root;             /**< It was returned. */
    struct drv_fdt_level
        levels[DRV_FDT_DEPTH_MAX + 1];        /**< [n]: what holds for nodes at depth n. */
    struct drv_fdt_name names[DRV_FDT_NAMES]; /**< By a hash of the offset. */
};

/** Check the header of the blob at @p blob.
 *  @param[out] fdt   its parts; written only on success.
 *  @param limit      bytes that may be read from @p blob on.
 *  @retval TN_OK
 *  @retval TN_ERR_ALIGNMENT @p blob is not aligned to 4.
 *  @retval TN_ERR_TRUNCATED @p limit, or the header's own size, ends before a part does.
 *  @retval TN_ERR_FORMAT no magic, misplaced parts, strings that do not end.
 *  @retval TN_ERR_VERSION not readable as version 17.
 *  Cost: O(1), and O(entries) for reserved memory. */
TN_MUST_USE tn_status_t drv_fdt_open(struct drv_fdt *fdt, const void *blob, uint64_t limit);

/** Entry @p index (below fdt->reserved_count) of the memory that is not to be used.
 *  @param[out] base, length in bytes; not checked in any way. Cost: O(1). */
void drv_fdt_reserved(const struct drv_fdt *fdt, uint32_t index, uint64_t *base, uint64_t *length);

/** Begin a pass over @p fdt, which outlives @p walk. */
void drv_fdt_walk_init(struct drv_fdt_walk *walk, const struct drv_fdt *fdt);

/** Go on to the next node, parents before children, in the order of the blob.
 *  @param[out] node valid as long as the blob is; indeterminate after a failure.
 *  @retval TN_OK
 *  @retval TN_ERR_EMPTY that was the last one; the tree is complete.
 *  @retval TN_ERR_TRUNCATED the structure ends inside a node.
 *  @retval TN_ERR_FORMAT an unknown token, a name or property outside of its block, a property behind
 *      a child, a malformed cell count, or a second root.
 *  @retval TN_ERR_TOO_LONG deeper than DRV_FDT_DEPTH_MAX.
 *  After a failure the walk stays where it is and fails again. Cost: O(bytes of the node). */
TN_MUST_USE tn_status_t drv_fdt_walk_next(struct drv_fdt_walk *walk, struct drv_fdt_node *node);

/** Look up property @p name of @p node, which a walk over @p fdt returned.
 *  @param[out] value written only on success.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND the node has no such property. Cost: O(properties). */
TN_MUST_USE tn_status_t drv_fdt_property(const struct drv_fdt *fdt, const struct drv_fdt_node *node,
                                         const char *name, struct drv_fdt_value *value);

/** Find out which of @p count kinds of device @p node is: its compatible texts, the most specific
 *  first, are looked up among @p texts.
 *  @return index of the first that is there; @p count if none is. Cost: O(bytes + texts * count). */
unsigned drv_fdt_match(const struct drv_fdt_node *node, const struct drv_fdt_text *texts,
                       unsigned count);

/** Read range @p index of the reg property of @p node, as the CPU sees it: translated by the `ranges`
 *  of the nodes above.
 *  @param walk that returned @p node last.
 *  @param[out] base, length in bytes; written only on success; base + length does not wrap.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND reg has no such range, or a bus above does not show it to the CPU.
 *  @retval TN_ERR_FORMAT cells of more than 64 bits, or a range that wraps.
 *  Cost: O(depth * entries of ranges). */
TN_MUST_USE tn_status_t drv_fdt_reg(const struct drv_fdt_walk *walk,
                                    const struct drv_fdt_node *node, uint32_t index, uint64_t *base,
                                    uint64_t *length);

/** Read cell @p index (32 bits) of @p value.
 *  @param[out] cell written only on success.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND @p value is absent or shorter. Cost: O(1). */
TN_MUST_USE tn_status_t drv_fdt_cell(struct drv_fdt_value value, uint32_t index, uint32_t *cell);

/** Read @p value as one number of 4 or 8 bytes.
 *  @param[out] number written only on success.
 *  @retval TN_OK @retval TN_ERR_FORMAT it has another length. Cost: O(1). */
TN_MUST_USE tn_status_t drv_fdt_number(struct drv_fdt_value value, uint64_t *number);

/** Whether @p value is exactly the zero-terminated @p text. Cost: O(length). */
bool drv_fdt_is(struct drv_fdt_value value, const char *text);

/** The bytes of @p value up to the first 0, or NULL if there is none: a text to print. */
const char *drv_fdt_string(struct drv_fdt_value value);

/** Read interrupt @p index of @p interrupts, written for an Arm GIC: three cells of kind, number, flags.
 *  @param[out] irq  GIC interrupt number: 32 + number for kind 0 (SPI), 16 + number for kind 1 (PPI).
 *  @param[out] edge whether it is edge-triggered; else it is level-sensitive.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND there is no such interrupt; nothing is written.
 *  @retval TN_ERR_FORMAT an unknown kind, or a number that the kind does not have.
 *  Cost: O(1). Source: Linux bindings, interrupt-controller/arm,gic-v3.yaml (SPDX GPL-2.0 OR BSD). */
TN_MUST_USE tn_status_t drv_fdt_gic_interrupt(struct drv_fdt_value interrupts, uint32_t index,
                                              unsigned *irq, bool *edge);

#endif

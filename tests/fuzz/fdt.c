/* SPDX-License-Identifier: MIT */
/* Fuzzes the device tree reader: the input is the blob. Whatever is in it, the reader must come to an
 * end, stay inside, and return no range that wraps. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libdrv/fdt.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void require(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* A value that is there must be inside the structure block, and readable to its last byte. */
static void check_value(const struct drv_fdt *fdt, struct drv_fdt_value value)
{
    if (value.at == NULL) {
        return;
    }
    size_t offset = (size_t)(value.at - fdt->structure);
    require(offset <= fdt->structure_bytes && value.length <= fdt->structure_bytes - offset);
    const char *text = drv_fdt_string(value);
    require(text == NULL || strlen(text) < value.length);
}

static void check_ranges(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node)
{
    uint64_t base;
    uint64_t size;
    for (uint32_t i = 0; i < 4 && drv_fdt_reg(walk, node, i, &base, &size) == TN_OK; i++) {
        require(base + size >= base);
    }
}

static void check_node(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node)
{
    static const struct drv_fdt_text kinds[] = {DRV_FDT_TEXT("arm,pl011"), DRV_FDT_TEXT("")};
    struct drv_fdt_value value;
    uint64_t number;
    unsigned irq;
    bool edge;
    require(node->depth < DRV_FDT_DEPTH_MAX);
    for (unsigned i = 0; i <= DRV_FDT_KNOWN_COUNT; i++) {
        check_value(walk->fdt, node->known[i]);
    }
    if (drv_fdt_property(walk->fdt, node, "bootargs", &value) == TN_OK) {
        check_value(walk->fdt, value);
        (void)!drv_fdt_number(value, &number);
    }
    check_ranges(walk, node);
    require(drv_fdt_match(node, kinds, TN_ARRAY_LEN(kinds)) <= TN_ARRAY_LEN(kinds));
    if (drv_fdt_gic_interrupt(node->known[DRV_FDT_INTERRUPTS], 0, &irq, &edge) == TN_OK) {
        require(irq >= 16 && irq < 1020);
    }
}

static void read_blob(const uint8_t *blob, size_t length)
{
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    uint64_t base;
    uint64_t size;
    uint32_t nodes = 0;
    if (drv_fdt_open(&fdt, blob, length) != TN_OK) {
        return;
    }
    require(fdt.used_bytes <= length);
    for (uint32_t i = 0; i < fdt.reserved_count; i++) {
        drv_fdt_reserved(&fdt, i, &base, &size);
    }
    drv_fdt_walk_init(&walk, &fdt);
    while (drv_fdt_walk_next(&walk, &node) == TN_OK) {
        require(++nodes <= fdt.structure_bytes / 8);
        check_node(&walk, &node);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    /* An allocation of its own size: aligned, and the sanitizer sees the first byte behind it. */
    uint8_t *blob = malloc(length > 0 ? length : 1);
    require(blob != NULL);
    if (length > 0) {
        memcpy(blob, bytes, length);
    }
    read_blob(blob, length);
    free(blob);
    return 0;
}

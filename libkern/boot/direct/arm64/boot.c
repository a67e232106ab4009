/* SPDX-License-Identifier: MIT */
/* Direct boot, and what follows the UEFI loader, in C: read the device tree once for what a boot_info says, show memory in the window,
 * and enter the kernel. The tree lies in memory that is mapped for a first look only; afterwards it
 * is read through the window like everything else.
 * Source: Devicetree Specification 0.4, 3.4-3.6 (/memory, /reserved-memory, /chosen); Linux,
 * Documentation/devicetree/bindings/chosen (initrd, rng-seed). */
#include <libbase/checked.h>
#include <libbase/mem.h>

#include "handoff.h"
#include "internal.h"
#include "memory.h"

/** Bytes that arm64_map_peek shows from its 2 MiB border on, and that border. */
#define PEEK_BYTES  UINT64_C(0x400000)
#define PEEK_BORDER UINT64_C(0x200000)

/** Highest physical address that page tables can name, plus one. */
#define PHYSICAL_END (UINT64_C(1) << 48)

/** Where QEMU's "virt" machine has its UART, for a message about a tree that does not say it. */
#define QEMU_UART UINT64_C(0x09000000)

/** Physical ranges as the tree gives them: [start, end). */
struct range {
    uint64_t start, end;
};

/** What the pass over the tree collects besides the boot_info. */
struct findings {
    struct boot_info *info;
    struct drv_fdt_value command_line;  /* bootargs */
    struct range bundle;                /* initrd */
    bool has_reserved;                  /* there is a /reserved-memory */
    const struct boot_handoff *handoff; /* what the UEFI loader left, or NULL */
};

/** Whether the UEFI loader has told about memory, bundle and command line already. */
static bool is_from_uefi(const struct findings *findings)
{
    return CONFIG_BOOT_UEFI && findings->handoff != NULL;
}

static struct boot_info boot_info;

void arm64_boot_main(uint64_t fdt, uint64_t entry_counter, uint64_t handoff);

/** Until the tree has told about the machine, a kernel for QEMU takes it for that: also a fault while
 *  the tree is read has to be reported somewhere. */
static void assume_machine(void)
{
    if (CONFIG_QEMU_EXIT) {
        arm64_power_init(ARM64_PSCI_NONE, true);
        arm64_console_init(QEMU_UART);
    }
}

/** End the boot because of the device tree, with which @p what is wrong. Where nothing is assumed, what
 *  it has said so far has to do. */
static _Noreturn void fail_without_tree(const char *what)
{
    if (!CONFIG_QEMU_EXIT) {
        arm64_machine_prepare_messages();
    }
    kern_boot_fail("device tree: %s", what);
}

/** Add the ranges of @p node's reg to the map as RAM, or take them out of it. What cannot be an
 *  address is no memory. */
static void read_memory(struct boot_info *info, const struct drv_fdt_walk *walk,
                        const struct drv_fdt_node *node, unsigned kind)
{
    uint64_t base;
    uint64_t length;
    for (uint32_t i = 0; drv_fdt_reg(walk, node, i, &base, &length) == TN_OK; i++) {
        if (!tn_range_within(base, length, PHYSICAL_END)) {
            continue;
        }
        if (kind == BOOT_MEMORY_RAM) {
            (void)boot_memory_add(info, base, length);
        } else {
            (void)boot_memory_take(info, base, length, kind);
        }
    }
}

/** Read number @p name of /chosen; absent or malformed: it stays. */
static void read_number(const struct drv_fdt *fdt, const struct drv_fdt_node *node,
                        const char *name, uint64_t *number)
{
    struct drv_fdt_value value;
    uint64_t found;
    if (drv_fdt_property(fdt, node, name, &value) == TN_OK &&
        drv_fdt_number(value, &found) == TN_OK) {
        *number = found;
    }
}

static void read_chosen(struct findings *findings, const struct drv_fdt *fdt,
                        const struct drv_fdt_node *node)
{
    struct boot_info *info = findings->info;
    struct drv_fdt_value value;
    if (drv_fdt_property(fdt, node, "bootargs", &value) == TN_OK && drv_fdt_string(value) != NULL) {
        findings->command_line = value;
    }
    if (drv_fdt_property(fdt, node, "rng-seed", &value) == TN_OK) {
        memcpy(info->entropy, value.at,
               value.length < sizeof info->entropy ? value.length : sizeof info->entropy);
    }
    read_number(fdt, node, "linux,initrd-start", &findings->bundle.start);
    read_number(fdt, node, "linux,initrd-end", &findings->bundle.end);
}

/** Whether @p node is called @p name, of @p length letters, with or without "@ADDRESS". */
static bool is_named(const struct drv_fdt_node *node, const char *name, size_t length)
{
    return node->name[0] == name[0] && strncmp(node->name, name, length) == 0 &&
           (node->name[length] == 0 || node->name[length] == '@');
}
#define IS_NAMED(node, literal) is_named(node, literal, sizeof(literal) - 1)

/** Take what @p node says about memory and loader. */
static void read_node(struct findings *findings, const struct drv_fdt_walk *walk,
                      const struct drv_fdt_node *node)
{
    if (node->depth != 1) {
        return;
    }
    if (IS_NAMED(node, "memory")) {
        if (!is_from_uefi(findings)) {
            read_memory(findings->info, walk, node, BOOT_MEMORY_RAM);
        }
    } else if (IS_NAMED(node, "chosen")) {
        read_chosen(findings, walk->fdt, node);
    } else if (IS_NAMED(node, "reserved-memory")) {
        findings->has_reserved = true;
    }
}

/** Take out of the map what the tree reserves, in either of its two ways. */
static void take_reserved(struct boot_info *info, const struct drv_fdt *fdt, bool has_node)
{
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    uint64_t base;
    uint64_t length;
    for (uint32_t i = 0; i < fdt->reserved_count; i++) {
        drv_fdt_reserved(fdt, i, &base, &length);
        if (tn_range_within(base, length, PHYSICAL_END)) {
            (void)boot_memory_take(info, base, length, BOOT_MEMORY_RESERVED);
        }
    }
    if (!has_node) {
        return;
    }
    bool inside = false;
    drv_fdt_walk_init(&walk, fdt);
    while (drv_fdt_walk_next(&walk, &node) == TN_OK) {
        if (node.depth == 1) {
            inside = IS_NAMED(&node, "reserved-memory");
        } else if (inside && node.depth == 2) {
            read_memory(info, &walk, &node, BOOT_MEMORY_RESERVED);
        }
    }
}

/** Read the whole tree. */
static void read_tree(struct findings *findings, const struct drv_fdt *fdt)
{
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    tn_status_t status;
    drv_fdt_walk_init(&walk, fdt);
    while ((status = drv_fdt_walk_next(&walk, &node)) == TN_OK) {
        if (!arm64_machine_note(&walk, &node)) {
            read_node(findings, &walk, &node);
        }
    }
    if (status != TN_ERR_EMPTY) {
        fail_without_tree(kern_status_text(status));
    }
    arm64_machine_prepare_messages();
    take_reserved(findings->info, fdt, findings->has_reserved);
}

/** Show the memory of the map in the window: ranges that touch at once, so that a border between them
 *  breaks no large page. What finds no place there is nobody's. */
static void show_memory(struct boot_info *info)
{
    uint32_t next;
    for (uint32_t i = 0; i < info->memory_count; i = next) {
        struct boot_memory *first = &info->memory[i];
        uint64_t end = first->base + first->length;
        next = i + 1;
        if (first->kind == BOOT_MEMORY_RESERVED) {
            continue;
        }
        while (next < info->memory_count && info->memory[next].base == end &&
               info->memory[next].kind != BOOT_MEMORY_RESERVED) {
            end += info->memory[next++].length;
        }
        if (arm64_map_memory(first->base, end - first->base) != TN_OK) {
            for (uint32_t lost = i; lost < next; lost++) {
                info->memory[lost].kind = BOOT_MEMORY_RESERVED;
            }
        }
    }
}

/** The bundle, if the loader brought one: UEFI's is known already. */
static void take_bundle(struct boot_info *info, struct range bundle)
{
    if (bundle.end > bundle.start) {
        info->bundle_base = bundle.start;
        info->bundle_bytes = bundle.end - bundle.start;
    }
    if (info->bundle_bytes != 0 &&
        !boot_memory_is_ram(info, info->bundle_base, info->bundle_bytes)) {
        kern_boot_fail("the bundle, 0x%llx bytes at 0x%llx, is not in memory",
                       (unsigned long long)info->bundle_bytes,
                       (unsigned long long)info->bundle_base);
    }
}

/** Take what the UEFI loader left @p offset bytes behind the tree at @p blob, of which @p peeked bytes are mapped.
 *  Any other loader left nothing, and x1 is 0. */
static void take_handoff(struct findings *findings, const uint8_t *blob, uint64_t offset,
                         uint64_t peeked)
{
    const struct boot_handoff *handoff = (const void *)(blob + offset);
    if (!tn_range_within(offset, sizeof *handoff, peeked) ||
        !TN_IS_ALIGNED(offset, UINT64_C(4096)) || !handoff_is(handoff)) {
        return;
    }
    handoff_take(handoff, findings->info);
    findings->handoff = handoff;
    /* It is mixed in when the tree has been read, whose seed may be shorter. */
    memset(findings->info->entropy, 0, sizeof findings->info->entropy);
}

/** Add the chance of UEFI's generator to that of the tree. */
static void mix(uint8_t *entropy, const uint8_t *more)
{
    for (size_t i = 0; i < sizeof boot_info.entropy; i++) {
        entropy[i] ^= more[i];
    }
}

void arm64_boot_main(uint64_t fdt_address, uint64_t entry_counter, uint64_t handoff)
{
    struct boot_info *info = &boot_info;
    struct findings findings = {.info = info};
    struct drv_fdt fdt;
    assume_machine();
    if (fdt_address == 0 || fdt_address >= PHYSICAL_END) {
        fail_without_tree("the loader passed none in x0");
    }
    const uint8_t *blob = arm64_map_peek(fdt_address);
    uint64_t peeked = PEEK_BYTES - fdt_address % PEEK_BORDER;
    tn_status_t status = drv_fdt_open(&fdt, blob, peeked);
    if (status != TN_OK) {
        fail_without_tree(kern_status_text(status));
    }
    info->loader = "direct";
    info->command_line = "";
    if (CONFIG_BOOT_UEFI) {
        take_handoff(&findings, blob, handoff - fdt_address, peeked);
    }
    read_tree(&findings, &fdt);
    if (is_from_uefi(&findings)) {
        mix(info->entropy, findings.handoff->info.entropy);
        findings.bundle = (struct range){0}; /* The loader's has been checked. */
    }

    info->entry_counter = entry_counter;
    info->kernel_base = arm64_image_base();
    info->kernel_bytes = (uint64_t)(arm64_image_end - arm64_image);
    info->fdt = fdt_address;
    take_bundle(info, findings.bundle);
    if (!boot_memory_is_ram(info, fdt_address, fdt.used_bytes)) {
        kern_boot_fail("device tree: it is at 0x%llx, which it does not call memory",
                       (unsigned long long)fdt_address);
    }
    (void)boot_memory_take(info, fdt_address, fdt.used_bytes, BOOT_MEMORY_FIRMWARE);
    show_memory(info);
    if (findings.command_line.at != NULL && !is_from_uefi(&findings)) {
        info->command_line =
            (const char *)arch_window() + fdt_address + (findings.command_line.at - blob);
    }
    kern_main(info);
}

/* SPDX-License-Identifier: MIT */
/* What the device tree says about the machine: interrupt controller, timer, firmware, devices. One
 * pass collects; then everything is switched on in the order in which it depends on each other.
 *
 * A device whose interrupt goes to another controller than the GIC is reported without interrupt.
 * Source: Linux, Documentation/devicetree/bindings: interrupt-controller/arm,gic.yaml and
 * arm,gic-v3.yaml, timer/arm,arch_timer.yaml (order of interrupts), arm/psci.yaml, virtio/mmio.yaml. */
#include <abi/object.h>
#include <libbase/mem.h>

#include "internal.h"

/** Most devices that are reported: 32 virtio slots and a few more. */
#define DEVICES_MAX 40

/** The virtual timer is the third interrupt of the timer node. */
#define TIMER_VIRTUAL 2u

/** A kind of device that is reported. */
struct device_kind {
    const char *compatible; /**< As the tree calls it. */
    const char *name;       /**< As the kit calls it, without number. */
    const char *model;      /**< tn_device.model. */
};

static const struct device_kind device_kinds[] = {
    {"virtio,mmio", "virtio", "virtio-mmio"},
    {"arm,pl011", "uart", "pl011"},
    {"arm,pl031", "rtc", "pl031"},
};

/** A device, before the GIC's phandle is known. */
struct found_device {
    uint64_t base, length;
    unsigned kind; /* index of device_kinds */
    uint32_t interrupt_parent;
    unsigned irq;
    bool edge;
};

/** What the pass finds. */
struct findings {
    struct arm64_gic_place gic;
    struct found_device devices[DEVICES_MAX];
    unsigned device_count;
    bool has_timer;
    unsigned timer_irq;
    uint32_t timer_hz;
    enum arm64_psci psci;
    bool emulated;
};

/** Note the interrupt controller, if @p node is one that is known. */
static bool read_gic(struct findings *findings, const struct drv_fdt_walk *walk,
                     const struct drv_fdt_node *node)
{
    static const char *const version_2[] = {"arm,cortex-a15-gic", "arm,gic-400"};
    unsigned version = drv_fdt_is_compatible(node, "arm,gic-v3") ? 3 : 0;
    for (unsigned i = 0; version == 0 && i < TN_ARRAY_LEN(version_2); i++) {
        version = drv_fdt_is_compatible(node, version_2[i]) ? 2 : 0;
    }
    if (version == 0) {
        return false;
    }
    struct arm64_gic_place place = {.version = version, .phandle = node->phandle};
    uint64_t length;
    if (drv_fdt_reg(walk, node, 0, &place.distributor, &length) == TN_OK &&
        drv_fdt_reg(walk, node, 1, &place.interface, &place.interface_bytes) == TN_OK) {
        findings->gic = place;
    }
    return true;
}

static bool read_timer(struct findings *findings, const struct drv_fdt *fdt,
                       const struct drv_fdt_node *node)
{
    if (!drv_fdt_is_compatible(node, "arm,armv8-timer")) {
        return false;
    }
    bool edge;
    struct drv_fdt_value hz;
    uint32_t cell;
    findings->has_timer = drv_fdt_gic_interrupt(node->interrupts, TIMER_VIRTUAL,
                                                &findings->timer_irq, &edge) == TN_OK;
    if (drv_fdt_property(fdt, node, "clock-frequency", &hz) == TN_OK &&
        drv_fdt_cell(hz, 0, &cell) == TN_OK) {
        findings->timer_hz = cell;
    }
    return true;
}

static bool read_psci(struct findings *findings, const struct drv_fdt *fdt,
                      const struct drv_fdt_node *node)
{
    if (!drv_fdt_is_compatible(node, "arm,psci-1.0") &&
        !drv_fdt_is_compatible(node, "arm,psci-0.2")) {
        return false;
    }
    struct drv_fdt_value method;
    if (drv_fdt_property(fdt, node, "method", &method) == TN_OK) {
        findings->psci = drv_fdt_is_text(method, "hvc")   ? ARM64_PSCI_HVC
                         : drv_fdt_is_text(method, "smc") ? ARM64_PSCI_SMC
                                                          : ARM64_PSCI_NONE;
    }
    return true;
}

static bool read_device(struct findings *findings, const struct drv_fdt_walk *walk,
                        const struct drv_fdt_node *node)
{
    unsigned kind = 0;
    while (!drv_fdt_is_compatible(node, device_kinds[kind].compatible)) {
        if (++kind == TN_ARRAY_LEN(device_kinds)) {
            return false;
        }
    }
    struct found_device device = {
        .kind = kind,
        .interrupt_parent = node->interrupt_parent,
        .irq = TN_NO_INTERRUPT,
    };
    if (findings->device_count == DEVICES_MAX ||
        drv_fdt_reg(walk, node, 0, &device.base, &device.length) != TN_OK) {
        return true;
    }
    if (drv_fdt_gic_interrupt(node->interrupts, 0, &device.irq, &device.edge) != TN_OK) {
        device.irq = TN_NO_INTERRUPT;
    }
    findings->devices[findings->device_count++] = device;
    return true;
}

static void read_tree(struct findings *findings, const struct drv_fdt *fdt)
{
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    tn_status_t status;
    drv_fdt_walk_init(&walk, fdt);
    while ((status = drv_fdt_walk_next(&walk, &node)) == TN_OK) {
        if (node.depth == 0) {
            findings->emulated = drv_fdt_is_compatible(&node, "linux,dummy-virt");
        } else if (node.enabled && node.compatible.length > 0) {
            (void)(read_device(findings, &walk, &node) || read_gic(findings, &walk, &node) ||
                   read_timer(findings, fdt, &node) || read_psci(findings, fdt, &node));
        }
    }
    if (status != TN_ERR_EMPTY) {
        kern_boot_fail("device tree: %s", tn_status_text(status));
    }
}

/** Write "NAME" and the decimal @p number (below 100) into @p text. */
static void number_name(char text[16], const char *name, unsigned number)
{
    size_t length = strlen(name);
    memcpy(text, name, length);
    if (number >= 10) {
        text[length++] = (char)('0' + number / 10);
    }
    text[length] = (char)('0' + number % 10);
}

static void report_devices(const struct findings *findings)
{
    unsigned counts[TN_ARRAY_LEN(device_kinds)] = {0};
    for (unsigned i = 0; i < findings->device_count; i++) {
        const struct found_device *found = &findings->devices[i];
        const struct device_kind *kind = &device_kinds[found->kind];
        struct tn_device device = {
            .base = found->base,
            .length = found->length,
            .interrupt = TN_NO_INTERRUPT,
        };
        if (found->interrupt_parent == findings->gic.phandle) {
            device.interrupt = found->irq;
            device.flags = found->edge ? TN_INTERRUPT_EDGE << TN_DEVICE_IRQ_SHIFT : 0;
        }
        number_name(device.name, kind->name, counts[found->kind]++);
        memcpy(device.model, kind->model, strlen(kind->model));
        kern_device_add(&device);
    }
}

/** Let the first UART be the console of panics. */
static void use_console(const struct findings *findings)
{
    for (unsigned i = 0; i < findings->device_count; i++) {
        if (strcmp(device_kinds[findings->devices[i].kind].name, "uart") == 0) {
            arm64_console_init(findings->devices[i].base);
            return;
        }
    }
}

/** Bytes that can be read from @p pa on: to the end of its range of memory. */
static uint64_t readable_bytes(const struct boot_info *info, uint64_t pa)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind != BOOT_MEMORY_RESERVED && pa >= range->base &&
            pa - range->base < range->length) {
            return range->base + range->length - pa;
        }
    }
    return 0;
}

void arch_machine_init(const struct boot_info *info)
{
    struct findings findings = {.psci = ARM64_PSCI_NONE};
    struct drv_fdt fdt;
    tn_status_t status =
        drv_fdt_open(&fdt, arch_window() + info->fdt, readable_bytes(info, info->fdt));
    if (status != TN_OK) {
        kern_boot_fail("device tree: %s", tn_status_text(status));
    }
    read_tree(&findings, &fdt);
    arm64_power_init(findings.psci, findings.emulated);
    use_console(&findings);
    if (findings.gic.version == 0) {
        kern_boot_fail("device tree: no interrupt controller that the kernel knows "
                       "(arm,cortex-a15-gic, arm,gic-400, arm,gic-v3)");
    }
    if (!findings.has_timer) {
        kern_boot_fail("device tree: no usable arm,armv8-timer node");
    }
    status = arm64_gic_init(&findings.gic);
    if (status != TN_OK) {
        kern_boot_fail("the interrupt controller at 0x%llx does not answer as a GICv%u",
                       (unsigned long long)findings.gic.distributor, findings.gic.version);
    }
    status = arm64_clock_init(info->entry_counter, findings.timer_hz);
    if (status != TN_OK || !arm64_gic_configure(findings.timer_irq, false)) {
        kern_boot_fail("the timer has no rate or no interrupt");
    }
    arch_timer_set(UINT64_MAX);
    arm64_clock_set_interrupt(findings.timer_irq);
    arch_irq_unmask(findings.timer_irq);
    report_devices(&findings);
}

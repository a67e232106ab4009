/* SPDX-License-Identifier: MIT */
/* What the device tree says about the machine: interrupt controller, timer, firmware, devices. The
 * boot path, which reads the tree anyway, shows every node to arm64_machine_note(); when the kernel
 * is ready, all is switched on in the order in which it depends on each other.
 *
 * A device whose interrupt goes to another controller than the GIC is reported without interrupt.
 * Source: Linux, Documentation/devicetree/bindings: interrupt-controller/arm,gic.yaml and
 * arm,gic-v3.yaml, timer/arm,arch_timer.yaml (order of interrupts), arm/psci.yaml, virtio/mmio.yaml. */
#include <abi/object.h>

#include "internal.h"
#include "mitigations.h"
#include "processors.h"

/** Most devices that are reported: 32 virtio slots and a few more. */
#define DEVICES_MAX 40

/** The virtual timer is the third interrupt of the timer node. */
#define TIMER_VIRTUAL 2u

/** What a node can be. Up to PART_DEVICES, devices that are reported. */
enum part {
    PART_VIRTIO,
    PART_UART,
    PART_RTC,
    PART_DEVICES,
    PART_GIC_A15 = PART_DEVICES,
    PART_GIC_400,
    PART_GIC_3,
    PART_TIMER,
    PART_PSCI_02,
    PART_PSCI_10,
    PART_COUNT,
};

/** What the tree calls it. */
static const struct drv_fdt_text compatible[PART_COUNT] = {
    [PART_VIRTIO] = DRV_FDT_TEXT("virtio,mmio"),
    [PART_UART] = DRV_FDT_TEXT("arm,pl011"),
    [PART_RTC] = DRV_FDT_TEXT("arm,pl031"),
    [PART_GIC_A15] = DRV_FDT_TEXT("arm,cortex-a15-gic"),
    [PART_GIC_400] = DRV_FDT_TEXT("arm,gic-400"),
    [PART_GIC_3] = DRV_FDT_TEXT("arm,gic-v3"),
    [PART_TIMER] = DRV_FDT_TEXT("arm,armv8-timer"),
    [PART_PSCI_02] = DRV_FDT_TEXT("arm,psci-0.2"),
    [PART_PSCI_10] = DRV_FDT_TEXT("arm,psci-1.0"),
};

/** What the kit calls the devices: the texts of tn_device, and where the number goes. */
static const struct {
    char name[16], model[16];
    uint8_t name_length;
} device_names[PART_DEVICES] = {
    [PART_VIRTIO] = {"virtio", "virtio-mmio", 6},
    [PART_UART] = {"uart", "pl011", 4},
    [PART_RTC] = {"rtc", "pl031", 3},
};

/** A device, before the GIC's phandle is known. */
struct found_device {
    uint64_t base, length;
    uint32_t interrupt_parent;
    uint32_t irq;
    uint8_t part;
    bool edge;
};

/** What was found. */
static struct {
    struct arm64_gic_place gic;
    struct found_device devices[DEVICES_MAX];
    unsigned device_count;
    bool has_timer;
    unsigned timer_irq;
    uint32_t timer_hz;
    enum arm64_psci psci;
    bool emulated;
} machine;

static void note_gic(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node,
                     unsigned version)
{
    struct arm64_gic_place place = {.version = version, .phandle = node->phandle};
    uint64_t length;
    if (drv_fdt_reg(walk, node, 0, &place.distributor, &length) == TN_OK &&
        drv_fdt_reg(walk, node, 1, &place.interface, &place.interface_bytes) == TN_OK) {
        machine.gic = place;
    }
}

static void note_timer(const struct drv_fdt *fdt, const struct drv_fdt_node *node)
{
    bool edge;
    struct drv_fdt_value hz;
    uint32_t cell;
    machine.has_timer = drv_fdt_gic_interrupt(node->known[DRV_FDT_INTERRUPTS], TIMER_VIRTUAL,
                                              &machine.timer_irq, &edge) == TN_OK;
    if (drv_fdt_property(fdt, node, "clock-frequency", &hz) == TN_OK &&
        drv_fdt_cell(hz, 0, &cell) == TN_OK) {
        machine.timer_hz = cell;
    }
}

static void note_psci(const struct drv_fdt *fdt, const struct drv_fdt_node *node)
{
    struct drv_fdt_value method;
    if (drv_fdt_property(fdt, node, "method", &method) != TN_OK) {
        return;
    }
    if (drv_fdt_is(method, "hvc")) {
        machine.psci = ARM64_PSCI_HVC;
    } else if (drv_fdt_is(method, "smc")) {
        machine.psci = ARM64_PSCI_SMC;
    }
}

static void note_device(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node,
                        unsigned part)
{
    if (machine.device_count == DEVICES_MAX) {
        return;
    }
    struct found_device *device = &machine.devices[machine.device_count];
    if (drv_fdt_reg(walk, node, 0, &device->base, &device->length) != TN_OK) {
        return;
    }
    device->part = (uint8_t)part;
    device->interrupt_parent = node->interrupt_parent;
    if (drv_fdt_gic_interrupt(node->known[DRV_FDT_INTERRUPTS], 0, &device->irq, &device->edge) !=
        TN_OK) {
        device->irq = TN_NO_INTERRUPT;
    }
    machine.device_count++;
}

/** What the root says: on which machine semihosting is known to be QEMU's. */
static void note_root(const struct drv_fdt_node *node)
{
    static const struct drv_fdt_text virt = DRV_FDT_TEXT("linux,dummy-virt");
    machine.emulated = drv_fdt_match(node, &virt, 1) == 0;
}

bool arm64_machine_note(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node)
{
    if (node->depth == 0) {
        note_root(node);
        return true;
    }
    if (!node->enabled) {
        return false;
    }
    if (CONFIG_MAX_CPUS > 1 && arm64_processors_note(walk->fdt, node)) {
        return true;
    }
    unsigned part = drv_fdt_match(node, compatible, PART_COUNT);
    switch (part) {
    case PART_VIRTIO:
    case PART_UART:
    case PART_RTC:
        note_device(walk, node, part);
        break;
    case PART_GIC_A15:
    case PART_GIC_400:
    case PART_GIC_3:
        note_gic(walk, node, part == PART_GIC_3 ? 3 : 2);
        break;
    case PART_TIMER:
        note_timer(walk->fdt, node);
        break;
    case PART_PSCI_02:
    case PART_PSCI_10:
        note_psci(walk->fdt, node);
        break;
    default:
        return false;
    }
    return true;
}

/** Write the decimal @p number (below 100) to @p text. */
static void write_number(char *text, unsigned number)
{
    if (number >= 10) {
        *text++ = (char)('0' + number / 10);
        number %= 10;
    }
    *text = (char)('0' + number);
}

static void report_devices(void)
{
    unsigned counts[PART_DEVICES] = {0};
    for (unsigned i = 0; i < machine.device_count; i++) {
        const struct found_device *found = &machine.devices[i];
        bool has_irq = found->interrupt_parent == machine.gic.phandle;
        struct tn_device device = {.base = found->base, .length = found->length};
        __builtin_memcpy(device.name, device_names[found->part].name, sizeof device.name);
        __builtin_memcpy(device.model, device_names[found->part].model, sizeof device.model);
        write_number(device.name + device_names[found->part].name_length, counts[found->part]++);
        device.interrupt = has_irq ? found->irq : TN_NO_INTERRUPT;
        device.flags = has_irq && found->edge ? TN_INTERRUPT_EDGE << TN_DEVICE_IRQ_SHIFT : 0;
        kern_device_add(&device);
    }
}

void arm64_machine_prepare_messages(void)
{
    arm64_power_init(machine.psci, machine.emulated);
    for (unsigned i = 0; i < machine.device_count; i++) {
        if (machine.devices[i].part == PART_UART) {
            arm64_console_init(machine.devices[i].base);
            return;
        }
    }
}

/** Start the interrupt controller. */
static void start_gic(void)
{
    if (machine.gic.version == 0) {
        kern_boot_fail("device tree: no interrupt controller that the kernel knows (a GIC)");
    }
    /* NOLINTNEXTLINE(bugprone-branch-clone,misc-redundant-expression): each is configured. */
    if (machine.gic.version == 3 ? !CONFIG_GICV3 : !CONFIG_GICV2) {
        kern_boot_fail("the interrupt controller is a GICv%u: build with CONFIG_GICV%u",
                       machine.gic.version, machine.gic.version);
    }
    if (arm64_gic_init(&machine.gic) != TN_OK) {
        kern_boot_fail("the interrupt controller at 0x%llx does not answer as a GICv%u",
                       (unsigned long long)machine.gic.distributor, machine.gic.version);
    }
}

/** Let the timer of this CPU interrupt it. @return false if the controller has no such interrupt. */
static bool start_own_timer(void)
{
    arch_timer_set(UINT64_MAX);
    if (!arm64_gic_configure(machine.timer_irq, false)) {
        return false;
    }
    arch_irq_unmask(machine.timer_irq);
    return true;
}

/** Start clock and timer. */
static void start_timer(uint64_t entry_counter)
{
    if (!machine.has_timer) {
        kern_boot_fail("device tree: no usable arm,armv8-timer");
    }
    if (arm64_clock_init(entry_counter, machine.timer_hz) != TN_OK) {
        kern_boot_fail("neither CNTFRQ_EL0 nor the device tree tells the counter's rate");
    }
    arm64_clock_set_interrupt(machine.timer_irq);
    if (!start_own_timer()) {
        kern_boot_fail("device tree: the interrupt controller has no interrupt %u for the timer",
                       machine.timer_irq);
    }
}

tn_status_t arm64_machine_cpu_init(void)
{
    tn_status_t status = arm64_gic_cpu_init(&machine.gic);
    return status == TN_OK && !start_own_timer() ? TN_ERR_DEVICE : status;
}

void arch_machine_init(const struct boot_info *info)
{
    mitigations_find();
    start_gic();
    start_timer(info->entry_counter);
    if (CONFIG_MAX_CPUS > 1) {
        arm64_processors_init();
    }
    report_devices();
}

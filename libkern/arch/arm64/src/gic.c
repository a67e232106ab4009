/* SPDX-License-Identifier: MIT */
/* The generic interrupt controller, versions 2 and 3. The distributor is nearly the same in both;
 * version 3 moves the registers of private interrupts (below 32) into a frame per CPU, routes shared
 * ones by affinity, and lets the CPU acknowledge by system register.
 *
 * All interrupts have the same priority, group 1 where there are groups, and go to this CPU.
 * Source: Arm IHI 0048 4.3, 4.4 (version 2); Arm IHI 0069 12.9-12.11, 12.2 (version 3). */
#include "internal.h"
#include "sysreg.h"

/* Distributor; the frame of private interrupts has the same registers at the same offsets. */
#define GICD_CTLR       0x000u
#define GICD_TYPER      0x004u
#define GICD_IGROUPR    0x080u
#define GICD_ISENABLER  0x100u
#define GICD_ICENABLER  0x180u
#define GICD_IPRIORITYR 0x400u
#define GICD_ITARGETSR  0x800u
#define GICD_ICFGR      0xc00u
#define GICD_IROUTER    0x6000u
#define GICD_BYTES_V2   0x1000u
#define GICD_BYTES_V3   0x8000u

#define CTLR_GROUP0 0x01u /* version 2: the only group that a non-secure kernel sees */
#define CTLR_GROUP1 0x02u
#define CTLR_ARE    0x10u
#define CTLR_RWP    0x80000000u

/* Version 2: CPU interface. */
#define GICC_CTLR  0x00u
#define GICC_PMR   0x04u
#define GICC_IAR   0x0cu
#define GICC_EOIR  0x10u
#define GICC_BYTES 0x1000u

/* Version 3: redistributor, two or four frames of 64 KiB per CPU. */
#define GICR_TYPER          0x08u
#define GICR_WAKER          0x14u
#define GICR_FRAME          0x10000u
#define GICR_RD_BYTES       0x1000u
#define TYPER_VLPIS         0x02u
#define TYPER_LAST          0x10u
#define WAKER_SLEEP         0x02u
#define WAKER_CHILDREN      0x04u
#define WAKE_TRIES          1000000u
#define MPIDR_AFFINITY_HIGH UINT64_C(0xff00000000)
#define MPIDR_AFFINITY_LOW  UINT64_C(0xffffff)

#define PRIORITY      0xa0u /* anything that the mask lets through */
#define PRIORITY_MASK 0xf0u
#define PRIVATE_COUNT 32u

static struct {
    unsigned version;
    arm64_device_t distributor;
    arm64_device_t private;   /* registers of interrupts below 32: version 2, the distributor */
    arm64_device_t interface; /* version 2 */
    unsigned irq_count;
} gic;

/** Whether it is version 2: known when the kernel is built for one version alone. */
static bool is_v2(void)
{
    return !CONFIG_GICV3 || (CONFIG_GICV2 && gic.version == 2);
}

/** Registers of interrupt @p irq. */
static arm64_device_t bank(unsigned irq)
{
    return irq < PRIVATE_COUNT ? gic.private : gic.distributor;
}

/** Set the bit of @p irq in a write-one register array at @p offset. */
static void write_bit(unsigned irq, uint32_t offset)
{
    arm64_device_write(bank(irq), offset + irq / 32 * 4, 1u << irq % 32);
}

/** Set or clear the bit of @p irq in a plain register array at @p offset. */
static void assign_bit(unsigned irq, uint32_t offset, uint32_t bit, uint32_t per_word, bool on)
{
    uint32_t at = offset + irq / per_word * 4;
    uint32_t mask = bit << irq % per_word * (32 / per_word);
    uint32_t old = arm64_device_read(bank(irq), at);
    arm64_device_write(bank(irq), at, on ? old | mask : old & ~mask);
}

/** Version 3: changes of CTLR and of enable bits take a moment. */
static tn_status_t wait_clear(arm64_device_t device, uint32_t offset, uint32_t bit)
{
    for (unsigned i = 0; i < WAKE_TRIES; i++) {
        if ((arm64_device_read(device, offset) & bit) == 0) {
            return TN_OK;
        }
        __asm__ volatile("yield");
    }
    return TN_ERR_DEVICE;
}

static tn_status_t init_v2(const struct arm64_gic_place *place)
{
    gic.interface = arm64_map_device(place->interface, GICC_BYTES);
    if (gic.interface == NULL) {
        return TN_ERR_DEVICE;
    }
    gic.private = gic.distributor;
    arm64_device_write(gic.distributor, GICD_CTLR, CTLR_GROUP0);
    arm64_device_write(gic.interface, GICC_PMR, PRIORITY_MASK);
    arm64_device_write(gic.interface, GICC_CTLR, 1);
    return TN_OK;
}

/** Find the redistributor of this CPU: its TYPER has our affinity in the upper half. */
static tn_status_t find_redistributor(const struct arm64_gic_place *place, uint64_t *found)
{
    uint64_t mpidr = arm64_read("mpidr_el1");
    uint32_t affinity =
        (uint32_t)((mpidr & MPIDR_AFFINITY_HIGH) >> 8 | (mpidr & MPIDR_AFFINITY_LOW));
    uint64_t frame = place->interface;
    while (frame - place->interface + 2 * GICR_FRAME <= place->interface_bytes) {
        arm64_device_t redistributor = arm64_map_device(frame, GICR_RD_BYTES);
        if (redistributor == NULL) {
            return TN_ERR_DEVICE;
        }
        uint32_t typer = arm64_device_read(redistributor, GICR_TYPER);
        if (arm64_device_read(redistributor, GICR_TYPER + 4) == affinity) {
            *found = frame;
            arm64_device_write(redistributor, GICR_WAKER,
                               arm64_device_read(redistributor, GICR_WAKER) & ~WAKER_SLEEP);
            return wait_clear(redistributor, GICR_WAKER, WAKER_CHILDREN);
        }
        if (typer & TYPER_LAST) {
            break;
        }
        frame += (typer & TYPER_VLPIS) ? 4 * GICR_FRAME : 2 * GICR_FRAME;
    }
    return TN_ERR_DEVICE;
}

static tn_status_t init_v3(const struct arm64_gic_place *place)
{
    uint64_t frame;
    tn_status_t status = find_redistributor(place, &frame);
    if (status != TN_OK) {
        return status;
    }
    gic.private = arm64_map_device(frame + GICR_FRAME, GICR_RD_BYTES);
    if (gic.private == NULL || ARM64_FIELD(arm64_read("id_aa64pfr0_el1"), 24) == 0) {
        return TN_ERR_DEVICE;
    }
    arm64_device_write(gic.distributor, GICD_CTLR, CTLR_ARE | CTLR_GROUP1);
    status = wait_clear(gic.distributor, GICD_CTLR, CTLR_RWP);
    arm64_write(ICC_SRE, 1);
    arm64_isb();
    arm64_write(ICC_PMR, PRIORITY_MASK);
    arm64_write(ICC_BPR1, 0);
    arm64_write(ICC_CTLR, 0); /* one write ends an interrupt */
    arm64_write(ICC_IGRPEN1, 1);
    arm64_isb();
    return status;
}

tn_status_t arm64_gic_init(const struct arm64_gic_place *place)
{
    gic.version = place->version;
    gic.distributor = arm64_map_device(place->distributor, is_v2() ? GICD_BYTES_V2 : GICD_BYTES_V3);
    if (gic.distributor == NULL) {
        return TN_ERR_DEVICE;
    }
    tn_status_t status = is_v2() ? init_v2(place) : init_v3(place);
    if (status != TN_OK) {
        return status;
    }
    unsigned lines = 32 * ((arm64_device_read(gic.distributor, GICD_TYPER) & 0x1f) + 1);
    gic.irq_count = lines < ARCH_IRQ_COUNT ? lines : ARCH_IRQ_COUNT;
    for (unsigned irq = 0; irq < gic.irq_count; irq += 32) {
        arm64_device_write(bank(irq), GICD_ICENABLER + irq / 32 * 4, UINT32_MAX);
    }
    return TN_OK;
}

unsigned arm64_gic_acknowledge(void)
{
    if (is_v2()) {
        return arm64_device_read(gic.interface, GICC_IAR);
    }
    unsigned irq = (unsigned)arm64_read(ICC_IAR1);
    __asm__ volatile("dsb sy" ::: "memory"); /* before the device is looked at */
    return irq;
}

void arm64_gic_complete(unsigned irq)
{
    if (is_v2()) {
        arm64_device_write(gic.interface, GICC_EOIR, irq);
    } else {
        arm64_write(ICC_EOIR1, irq);
        arm64_isb();
    }
}

/** Let shared interrupt @p irq come to this CPU. */
static void route(unsigned irq)
{
    if (is_v2()) {
        /* ITARGETSR of the first private interrupt reads as this CPU's own bit. */
        gic.distributor[GICD_ITARGETSR + irq] = gic.distributor[GICD_ITARGETSR];
        return;
    }
    uint64_t mpidr = arm64_read("mpidr_el1");
    arm64_device_write(gic.distributor, GICD_IROUTER + 8 * irq,
                       (uint32_t)(mpidr & MPIDR_AFFINITY_LOW));
    arm64_device_write(gic.distributor, GICD_IROUTER + 8 * irq + 4,
                       (uint32_t)((mpidr & MPIDR_AFFINITY_HIGH) >> 32));
}

bool arm64_gic_configure(unsigned irq, bool edge)
{
    if (irq < 16 || irq >= gic.irq_count) {
        return false;
    }
    arch_irq_mask(irq);
    bank(irq)[GICD_IPRIORITYR + irq] = PRIORITY;
    assign_bit(irq, GICD_ICFGR, 2, 16, edge);
    if (!is_v2()) {
        assign_bit(irq, GICD_IGROUPR, 1, 32, true);
    }
    if (irq >= PRIVATE_COUNT) {
        route(irq);
    }
    return true;
}

bool arm64_gic_is_edge(unsigned irq)
{
    return (arm64_device_read(bank(irq), GICD_ICFGR + irq / 16 * 4) >> irq % 16 * 2 & 2) != 0;
}

void arch_irq_mask(unsigned irq)
{
    write_bit(irq, GICD_ICENABLER);
}

void arch_irq_unmask(unsigned irq)
{
    write_bit(irq, GICD_ISENABLER);
}

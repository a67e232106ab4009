/* SPDX-License-Identifier: MIT */
/* The generic interrupt controller, versions 2 and 3. The distributor is nearly the same in both;
 * version 3 moves the registers of private interrupts (below 32) into a frame per CPU, routes shared
 * ones by affinity, and lets the CPU acknowledge by system register.
 *
 * All interrupts have the same priority, group 1 where there are groups, and go to the CPU that
 * configures them.
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
#define GICD_SGIR       0xf00u
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

/* Messages between CPUs: GICD_SGIR and ICC_SGI1R_EL1. */
#define SGIR_TARGETS_SHIFT 16
#define SGI1R_AFF1_SHIFT   16
#define SGI1R_IRQ_SHIFT    24
#define SGI1R_AFF2_SHIFT   32
#define SGI1R_RANGE_SHIFT  44
#define SGI1R_AFF3_SHIFT   48

#define PRIORITY      0xa0u /* anything that the mask lets through */
#define PRIORITY_MASK 0xf0u
#define PRIVATE_COUNT 32u

static struct {
    unsigned version;
    arm64_device_t distributor;
    arm64_device_t interface;                /* version 2 */
    arm64_device_t private[CONFIG_MAX_CPUS]; /* version 3: registers of interrupts below 32 */
    unsigned irq_count;
} gic;

/** Whether it is version 2: known when the kernel is built for one version alone. */
static bool is_v2(void)
{
    return !CONFIG_GICV3 || (CONFIG_GICV2 && gic.version == 2);
}

/** Registers of interrupt @p irq. In version 2 each CPU sees its own below 32 in the distributor. */
static arm64_device_t bank(unsigned irq)
{
    return !is_v2() && irq < PRIVATE_COUNT ? gic.private[arch_cpu_number()] : gic.distributor;
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
    arm64_device_write(gic.distributor, GICD_CTLR, CTLR_GROUP0);
    return TN_OK;
}

static tn_status_t cpu_init_v2(void)
{
    arm64_device_write(gic.interface, GICC_PMR, PRIORITY_MASK);
    arm64_device_write(gic.interface, GICC_CTLR, 1);
    return TN_OK;
}

/** Affinity of this CPU in 32 bits, as the registers of version 3 have it. */
static uint32_t own_affinity(void)
{
    uint64_t mpidr = arm64_read("mpidr_el1");
    return (uint32_t)((mpidr & MPIDR_AFFINITY_HIGH) >> 8 | (mpidr & MPIDR_AFFINITY_LOW));
}

/** Find the redistributor of this CPU: its TYPER has our affinity in the upper half. */
static tn_status_t find_redistributor(const struct arm64_gic_place *place, uint64_t *found)
{
    uint32_t affinity = own_affinity();
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

static tn_status_t init_v3(void)
{
    arm64_device_write(gic.distributor, GICD_CTLR, CTLR_ARE | CTLR_GROUP1);
    return wait_clear(gic.distributor, GICD_CTLR, CTLR_RWP);
}

static tn_status_t cpu_init_v3(const struct arm64_gic_place *place)
{
    uint64_t frame;
    tn_status_t status = find_redistributor(place, &frame);
    if (status != TN_OK) {
        return status;
    }
    arm64_device_t private = arm64_map_device(frame + GICR_FRAME, GICR_RD_BYTES);
    if (private == NULL || ARM64_FIELD(arm64_read("id_aa64pfr0_el1"), 24) == 0) {
        return TN_ERR_DEVICE;
    }
    gic.private[arch_cpu_number()] = private;
    arm64_write(ICC_SRE, 1);
    arm64_isb();
    arm64_write(ICC_PMR, PRIORITY_MASK);
    arm64_write(ICC_BPR1, 0);
    arm64_write(ICC_CTLR, 0); /* one write ends an interrupt */
    arm64_write(ICC_IGRPEN1, 1);
    arm64_isb();
    return TN_OK;
}

tn_status_t arm64_gic_cpu_init(const struct arm64_gic_place *place)
{
    tn_status_t status = is_v2() ? cpu_init_v2() : cpu_init_v3(place);
    if (status == TN_OK) {
        arm64_device_write(bank(0), GICD_ICENABLER, UINT32_MAX);
    }
    return status;
}

tn_status_t arm64_gic_init(const struct arm64_gic_place *place)
{
    gic.version = place->version;
    gic.distributor = arm64_map_device(place->distributor, is_v2() ? GICD_BYTES_V2 : GICD_BYTES_V3);
    if (gic.distributor == NULL) {
        return TN_ERR_DEVICE;
    }
    tn_status_t status = is_v2() ? init_v2(place) : init_v3();
    if (status == TN_OK) {
        status = arm64_gic_cpu_init(place);
    }
    if (status != TN_OK) {
        return status;
    }
    unsigned lines = 32 * ((arm64_device_read(gic.distributor, GICD_TYPER) & 0x1f) + 1);
    gic.irq_count = lines < ARCH_IRQ_COUNT ? lines : ARCH_IRQ_COUNT;
    for (unsigned irq = PRIVATE_COUNT; irq < gic.irq_count; irq += 32) {
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

/** Give @p irq the priority and the group of all. */
static void rank(unsigned irq)
{
    bank(irq)[GICD_IPRIORITYR + irq] = PRIORITY;
    if (!is_v2()) {
        assign_bit(irq, GICD_IGROUPR, 1, 32, true);
    }
}

bool arm64_gic_configure(unsigned irq, bool edge)
{
    if (irq < ARM64_GIC_PRIVATE_FIRST || irq >= gic.irq_count) {
        return false;
    }
    arch_irq_mask(irq);
    rank(irq);
    assign_bit(irq, GICD_ICFGR, 2, 16, edge);
    if (irq >= PRIVATE_COUNT) {
        route(irq);
    }
    return true;
}

uint64_t arm64_gic_accept(unsigned irq)
{
    rank(irq);
    arch_irq_unmask(irq);
    if (is_v2()) {
        return (uint64_t)gic.distributor[GICD_ITARGETSR] << SGIR_TARGETS_SHIFT;
    }
    uint64_t mpidr = arm64_read("mpidr_el1");
    uint64_t aff0 = mpidr & 0xff;
    uint64_t aff1 = mpidr >> 8 & 0xff;
    uint64_t aff2 = mpidr >> 16 & 0xff;
    uint64_t aff3 = mpidr >> 32 & 0xff;
    return aff3 << SGI1R_AFF3_SHIFT | aff0 / 16 << SGI1R_RANGE_SHIFT | aff2 << SGI1R_AFF2_SHIFT |
           aff1 << SGI1R_AFF1_SHIFT | UINT64_C(1) << aff0 % 16;
}

void arm64_gic_send(uint64_t target, unsigned irq)
{
    __asm__ volatile("dsb ishst" ::: "memory"); /* Neither write below waits for these by itself. */
    if (is_v2()) {
        arm64_device_write(gic.distributor, GICD_SGIR, (uint32_t)target | irq);
    } else {
        arm64_write(ICC_SGI1R, target | (uint64_t)irq << SGI1R_IRQ_SHIFT);
        arm64_isb();
    }
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

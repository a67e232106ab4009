/* SPDX-License-Identifier: MIT */
/* Which CPUs there are, and messages between them. The tree lists each as a node "cpu@N" whose reg is
 * the affinity of its MPIDR_EL1.
 * Source: Devicetree Specification 0.4, 3.8; Linux, Documentation/devicetree/bindings/arm/cpus.yaml;
 * Arm DDI 0487 D17.2.101 (MPIDR_EL1). */
#include "processors.h"

#include "internal.h"
#include "sysreg.h"

/** Messages that CPUs send each other. */
enum {
    MESSAGE_IPI,
    MESSAGE_STOP,
};

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

/** A CPU. */
struct processor {
    uint64_t affinity;
    uint64_t target; /* For arm64_gic_send(); 0: it does not listen. */
    bool by_psci;
};

static struct {
    struct processor list[CONFIG_MAX_CPUS]; /* By number. */
    unsigned others;                        /* Entries behind the first, which is this CPU. */
    unsigned more;                          /* CPUs for which there is no room. */
} processors;

static bool is_listed(uint64_t affinity)
{
    processors.list[0].affinity = arm64_read("mpidr_el1") & MPIDR_AFFINITY;
    for (unsigned i = 0; i <= processors.others; i++) {
        if (processors.list[i].affinity == affinity) {
            return true;
        }
    }
    return false;
}

static bool has_text(const struct drv_fdt *fdt, const struct drv_fdt_node *node, const char *name,
                     const char *text)
{
    struct drv_fdt_value value;
    return drv_fdt_property(fdt, node, name, &value) == TN_OK && drv_fdt_is(value, text);
}

bool arm64_processors_note(const struct drv_fdt *fdt, const struct drv_fdt_node *node)
{
    uint64_t affinity;
    if (node->depth != 2 || !has_text(fdt, node, "device_type", "cpu")) {
        return false;
    }
    /* reg has an address of one or two cells and no length. */
    if (drv_fdt_number(node->known[DRV_FDT_REG], &affinity) != TN_OK || is_listed(affinity)) {
        return true;
    }
    if (processors.others + 1 == CONFIG_MAX_CPUS) {
        processors.more++;
        return true;
    }
    processors.list[++processors.others] = (struct processor){
        .affinity = affinity,
        .by_psci = has_text(fdt, node, "enable-method", "psci"),
    };
    return true;
}

void arm64_processors_init(void)
{
    if (processors.more > 0) {
        kern_log("%u more CPUs are left alone: this kernel runs on at most %u\n", processors.more,
                 CONFIG_MAX_CPUS);
    }
    arm64_processors_listen();
}

unsigned arch_cpu_count(void)
{
    return processors.others + 1;
}

uint64_t arm64_processors_affinity(unsigned number)
{
    return processors.list[number].affinity;
}

bool arm64_processors_by_psci(unsigned number)
{
    return processors.list[number].by_psci;
}

void arm64_processors_listen(void)
{
    (void)arm64_gic_accept(MESSAGE_STOP);
    processors.list[arch_cpu_number()].target = arm64_gic_accept(MESSAGE_IPI);
}

void arm64_processors_message(unsigned irq)
{
    if (irq == MESSAGE_STOP) {
        arch_halt();
    }
    kern_ipi();
}

void arch_ipi_send(unsigned number)
{
    arm64_gic_send(processors.list[number].target, MESSAGE_IPI);
}

/* One that waits for the kernel lock does not look for interrupts, and does nothing else either. */
void arch_cpus_stop(void)
{
    for (unsigned number = 0; number <= processors.others; number++) {
        if (number != arch_cpu_number() && processors.list[number].target != 0) {
            arm64_gic_send(processors.list[number].target, MESSAGE_STOP);
        }
    }
}

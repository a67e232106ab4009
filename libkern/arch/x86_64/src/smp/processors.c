/* SPDX-License-Identifier: MIT */
/* Which CPUs there are, and messages between them. */
#include "processors.h"

#include <arch/arch.h>

#include "apic.h"
#include "processors_internal.h"

/* Local APICs that registers in memory can name; 255 means all of them. Intel SDM 3A, 11.4.6. */
#define APIC_MAX 254u

static struct {
    uint8_t apics[CONFIG_MAX_CPUS]; /* By number. */
    unsigned count;                 /* Entries. */
    unsigned more;                  /* CPUs for which there is no room. */
    unsigned far;                   /* CPUs that cannot be named. */
    bool stopping;
} processors = {.count = 1};

static bool is_listed(uint32_t apic)
{
    for (unsigned i = 0; i < processors.count; i++) {
        if (processors.apics[i] == apic) {
            return true;
        }
    }
    return false;
}

/* A number that comes twice is the same CPU; ours was entered first. */
static void add(uint32_t apic)
{
    if (apic <= APIC_MAX && is_listed(apic)) {
        return;
    }
    if (apic > APIC_MAX) {
        processors.far++;
    } else if (processors.count == CONFIG_MAX_CPUS) {
        processors.more++;
    } else {
        processors.apics[processors.count++] = (uint8_t)apic;
    }
}

void processors_find(const struct drv_acpi_table *madt)
{
    struct drv_acpi_processor processor;
    uint32_t offset = 0;
    processors.apics[0] = lapic_id();
    while (drv_acpi_processor_next(madt, &offset, &processor) == TN_OK) {
        if (processor.enabled) {
            add(processor.apic);
        }
    }
    if (processors.far > 0) {
        kern_log("%u CPUs are left alone: only an x2APIC reaches them\n", processors.far);
    }
    if (processors.more > 0) {
        kern_log("%u more CPUs are left alone: this kernel runs on at most %u\n", processors.more,
                 CONFIG_MAX_CPUS);
    }
}

unsigned arch_cpu_count(void)
{
    return processors.count;
}

uint8_t processors_apic(unsigned number)
{
    return processors.apics[number];
}

/* Stores reach memory before the write to the controller, which is not cached: Intel SDM 3A, 8.2.2. */
void arch_ipi_send(unsigned number)
{
    lapic_send(processors.apics[number], LAPIC_ASSERT | VECTOR_IPI);
}

/* By NMI, which no CPU can keep out for long. One that was not started takes none. */
void arch_cpus_stop(void)
{
    unsigned self = arch_cpu_number();
    processors.stopping = true;
    for (unsigned number = 0; number < processors.count; number++) {
        if (number != self && processors_is_started(number)) {
            lapic_send(processors.apics[number], LAPIC_ASSERT | LAPIC_NMI);
        }
    }
}

bool processors_are_stopping(void)
{
    return processors.stopping;
}

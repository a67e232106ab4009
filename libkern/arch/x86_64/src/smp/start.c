/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs: INIT, a pause, and twice the number of the page where they shall begin.
 * Source: Intel SDM 3A, 8.4.4.1, with its times. */
#include "processors.h"

#include <libbase/mem.h>

#include "apic.h"
#include "cpu.h"
#include "processors_internal.h"
#include "start.h"
#include "tables.h"

#define RESET_NS  UINT64_C(10000000)  /* Between INIT and the first start. */
#define AGAIN_NS  UINT64_C(200000)    /* Between the first start and the second. */
#define ANSWER_NS UINT64_C(500000000) /* From then on it is late. */
#define POLLS_MAX (1u << 24)          /* If the clock stands still: longer than any of these. */

/* start.S: the code for real mode. */
extern const uint8_t start_code[], start_code_end[];

/* For start.S: written before a CPU is awaited, read by that CPU alone. */
struct arch_cpu *start_cpu;
uint64_t start_stack;
uint32_t start_state = START_IDLE;
uint64_t start_root; /* Physical address of the table with which a CPU starts. */

_Noreturn void start_enter(struct arch_cpu *cpu);

static uint64_t low_memory; /* Physical address; 0: none. */
static uint32_t started = 1;
static bool ready;

void processors_use_low_memory(uint64_t pa)
{
    low_memory = pa;
}

bool processors_is_started(unsigned number)
{
    return (started >> number & 1) != 0;
}

static bool is_taken(void)
{
    return __atomic_load_n(&start_state, __ATOMIC_ACQUIRE) == START_TAKEN;
}

/* @return whether the CPU came meanwhile */
static bool wait(uint64_t ns)
{
    uint64_t end_ns = arch_now_ns() + ns;
    for (unsigned polls = 0; !is_taken() && polls < POLLS_MAX && arch_now_ns() < end_ns; polls++) {
        arch_relax();
    }
    return is_taken();
}

/* The table of the start is the kernel's, and maps the image and what is below it where it lies; of all
 * that, the kernel's text alone is executable (boot path, entry.S). All CPUs are reset at once: one
 * pause for all. */
static void make_ready(void)
{
    uint64_t *root = (uint64_t *)(void *)(arch_window() + low_memory + PAGE_BYTES);
    memcpy(arch_window() + low_memory, start_code, (size_t)(start_code_end - start_code));
    memcpy(root, arch_table_root, PAGE_BYTES);
    root[0] = tables_physical(arch_table_window) | PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED;
    start_root = low_memory + PAGE_BYTES;
    for (unsigned number = 1; number < arch_cpu_count(); number++) {
        lapic_send(processors_apic(number), LAPIC_ASSERT | LAPIC_INIT);
    }
    (void)wait(RESET_NS);
}

static bool wake(uint8_t apic)
{
    uint32_t command = LAPIC_ASSERT | LAPIC_START | (uint32_t)(low_memory / PAGE_BYTES);
    lapic_send(apic, command);
    if (wait(AGAIN_NS)) {
        return true;
    }
    lapic_send(apic, command);
    return wait(ANSWER_NS);
}

/* Between the last look and this it may have come: then it stays. Else INIT stops it wherever it is. */
static bool give_up(uint8_t apic)
{
    uint32_t awaited = START_AWAITED;
    if (!__atomic_compare_exchange_n(&start_state, &awaited, START_IDLE, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        return false;
    }
    lapic_send(apic, LAPIC_ASSERT | LAPIC_INIT);
    return true;
}

tn_status_t arch_cpu_start(unsigned number, struct arch_cpu *cpu, uint64_t memory)
{
    uint8_t apic = processors_apic(number);
    if (low_memory == 0) {
        return TN_ERR_NOT_SUPPORTED;
    }
    if (!ready) {
        make_ready();
        ready = true;
    }
    tables_map_stacks(number, memory);
    start_cpu = cpu;
    start_stack = cpu_stack_top(number, FIXED_KERNEL_STACK_TOP);
    __atomic_store_n(&start_state, START_AWAITED, __ATOMIC_RELEASE);
    if (!wake(apic) && give_up(apic)) {
        return TN_ERR_TIMEOUT;
    }
    started |= 1u << number;
    return TN_OK;
}

void start_enter(struct arch_cpu *cpu)
{
    arch_cpu_init(cpu);
    lapic_start();
    kern_cpu_main(cpu);
}

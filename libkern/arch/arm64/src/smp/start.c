/* SPDX-License-Identifier: MIT */
/* Starting the other CPUs: the firmware switches each on, at start.S.
 * Source: Arm DEN 0022 5.6 (CPU_ON), 5.2.2 (return codes). */
#include "start.h"

#include "internal.h"
#include "processors.h"

#define PSCI_CPU_ON        0xc4000003u
#define PSCI_SUCCESS       0
#define PSCI_NOT_SUPPORTED (-1)

#define ANSWER_NS UINT64_C(500000000) /* From then on a CPU is late. */
#define POLLS_MAX (1u << 24)          /* If the clock stands still: longer than that. */

static struct start starts[CONFIG_MAX_CPUS]; /* By number. */

/** Where CPUs begin. */
extern const uint8_t arm64_start_cpu[];

_Noreturn void arm64_start_main(struct start *start);

static uint32_t state_of(const struct start *start)
{
    return __atomic_load_n(&start->state, __ATOMIC_ACQUIRE);
}

/** Wait until @p start is not in @p state any more, or it is late. @return whether it is not. */
static bool wait_while(const struct start *start, uint32_t state)
{
    uint64_t end_ns = arch_now_ns() + ANSWER_NS;
    for (unsigned polls = 0;
         state_of(start) == state && polls < POLLS_MAX && arch_now_ns() < end_ns; polls++) {
        arch_relax();
    }
    return state_of(start) != state;
}

/** Do not await @p start any more. @return false if it has come after all. */
static bool give_up(struct start *start)
{
    uint32_t awaited = START_AWAITED;
    return __atomic_compare_exchange_n(&start->state, &awaited, START_GIVEN_UP, false,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/** Wait for the CPU of @p start, which the firmware has switched on. */
static tn_status_t await(struct start *start)
{
    if (!wait_while(start, START_AWAITED) && give_up(start)) {
        return TN_ERR_TIMEOUT;
    }
    while (!wait_while(start, START_COME)) {
        /* It is on its way: what it does there ends. */
    }
    return state_of(start) == START_READY ? TN_OK : TN_ERR_TIMEOUT;
}

static tn_status_t switch_on(struct start *start)
{
    uint64_t entry = (uint64_t)(arm64_start_cpu - arm64_image) + arm64_image_base();
    uint64_t answer = arm64_psci_call(PSCI_CPU_ON, arm64_processors_affinity(start->number), entry,
                                      (uint64_t)start);
    switch ((int32_t)answer) {
    case PSCI_SUCCESS:
        return await(start);
    case PSCI_NOT_SUPPORTED:
    case (int32_t)PSCI_CPU_ON: /* Nobody was there. */
        return TN_ERR_NOT_SUPPORTED;
    default:
        return TN_ERR_TIMEOUT;
    }
}

tn_status_t arch_cpu_start(unsigned number, struct arch_cpu *cpu, uint64_t memory)
{
    struct start *start = &starts[number];
    if (!arm64_processors_by_psci(number)) {
        return TN_ERR_NOT_SUPPORTED;
    }
    uint64_t stack = arm64_map_stack(memory, ARCH_CPU_BYTES);
    if (stack == 0) {
        return TN_ERR_NO_MEMORY;
    }
    start->number = number;
    start->stack = stack;
    start->cpu = cpu;
    __atomic_store_n(&start->state, START_AWAITED, __ATOMIC_RELEASE);
    tn_status_t status = switch_on(start);
    if (status != TN_OK) {
        arm64_unmap_stack(stack, ARCH_CPU_BYTES);
    }
    return status;
}

/** The rest of the life of a CPU that cannot be used: without a stack, which is the caller's again. */
static _Noreturn void stay_out(struct start *start)
{
    __atomic_store_n(&start->state, START_UNFIT, __ATOMIC_RELEASE);
    for (;;) {
        __asm__ volatile("wfi");
    }
}

_Noreturn void arm64_start_main(struct start *start)
{
    struct arch_cpu *cpu = start->cpu;
    *cpu = (struct arch_cpu){.number = start->number, .stack = start->stack};
    arch_cpu_init(cpu);
    if (arm64_machine_cpu_init() != TN_OK) {
        stay_out(start);
    }
    arm64_processors_listen();
    __atomic_store_n(&start->state, START_READY, __ATOMIC_RELEASE);
    kern_cpu_main(cpu);
}

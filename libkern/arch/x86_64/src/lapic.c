/* SPDX-License-Identifier: MIT */
/* The local APIC, through its registers in memory. Source: Intel SDM 3A, chapter 11 (APIC). */
#include "apic.h"

#include <stddef.h>

#include "instructions.h"
#include "tables.h"

#define BASE_X2APIC  (UINT64_C(1) << 10)
#define BASE_ENABLE  (UINT64_C(1) << 11)
#define BASE_ADDRESS UINT64_C(0x000ffffffffff000)

/* Registers, table 11-1. */
#define ID            0x020
#define TASK_PRIORITY 0x080
#define END           0x0b0
#define SPURIOUS      0x0f0
#define COMMAND_LOW   0x300
#define COMMAND_HIGH  0x310
#define LVT_TIMER     0x320
#define LVT_LINT0     0x350
#define LVT_LINT1     0x360
#define LVT_ERROR     0x370
#define TIMER_INITIAL 0x380
#define TIMER_CURRENT 0x390
#define TIMER_DIVIDE  0x3e0
#define REGISTERS     0x400

#define SPURIOUS_ENABLE    0x100u
#define LVT_MASKED         0x10000u
#define LVT_NMI            0x400u
#define COMMAND_TO_SELF    0x40000u
#define COMMAND_PENDING    0x1000u
#define DIVIDE_BY_1        0xbu
#define CPUID_EDX_HAS_APIC (1u << 9)

/* Volatile: each access is one to the device. */
static volatile uint8_t *registers;

static uint32_t read(unsigned offset)
{
    return *(volatile uint32_t *)(registers + offset);
}

static void write(unsigned offset, uint32_t value)
{
    *(volatile uint32_t *)(registers + offset) = value;
}

static void sources_init(void)
{
    write(SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    write(TASK_PRIORITY, 0);
    write(LVT_TIMER, LVT_MASKED);
    write(LVT_LINT0, LVT_MASKED); /* The 8259's, which firmware may have left connected. */
    write(LVT_LINT1, LVT_NMI);    /* So that an operator's NMI panics with a backtrace. */
    write(LVT_ERROR, LVT_MASKED);
    write(TIMER_DIVIDE, DIVIDE_BY_1);
}

bool lapic_init(void)
{
    if ((cpuid_read(1).edx & CPUID_EDX_HAS_APIC) == 0) {
        return false;
    }
    uint64_t base = msr_read(MSR_APIC_BASE);
    if ((base & BASE_X2APIC) != 0) {
        return false;
    }
    msr_write(MSR_APIC_BASE, base | BASE_ENABLE);
    registers = tables_map_device(base & BASE_ADDRESS, REGISTERS);
    if (registers == NULL) {
        return false;
    }
    sources_init();
    return true;
}

/* At the same address: each CPU sees its own there. */
void lapic_start(void)
{
    msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | BASE_ENABLE);
    sources_init();
}

uint8_t lapic_id(void)
{
    return (uint8_t)(read(ID) >> 24);
}

void lapic_end_of_interrupt(void)
{
    write(END, 0);
}

void lapic_send_self(unsigned vector)
{
    write(COMMAND_LOW, COMMAND_TO_SELF | LAPIC_ASSERT | vector);
}

/* The one message that is on its way is waited for, or the write would replace it. */
void lapic_send(uint8_t to, uint32_t message)
{
    while ((read(COMMAND_LOW) & COMMAND_PENDING) != 0) {
        __asm__ volatile("pause");
    }
    write(COMMAND_HIGH, (uint32_t)to << 24);
    write(COMMAND_LOW, message);
}

void lapic_timer_start(uint32_t ticks)
{
    write(LVT_TIMER, VECTOR_TIMER);
    write(TIMER_INITIAL, ticks);
}

void lapic_timer_measure(void)
{
    write(LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
    write(TIMER_INITIAL, UINT32_MAX);
}

uint32_t lapic_timer_left(void)
{
    return read(TIMER_CURRENT);
}

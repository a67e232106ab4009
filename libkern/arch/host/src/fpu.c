/* SPDX-License-Identifier: MIT */
/* A unit of eight registers, which is on or off. */

#include "machine.h"

#include <string.h>

#include <libbase/assert.h>

/* Never zero in a register that was not cleared: what the machine has when it is switched on. */
#define UNSET UINT64_C(0x5555555555555555)

void host_fpu_reset(void)
{
    machine.fpu_on = false;
    for (unsigned i = 0; i < TN_ARRAY_LEN(machine.fpu.registers); i++) {
        machine.fpu.registers[i] = UNSET;
    }
}

size_t arch_fpu_bytes(void)
{
    return sizeof(struct host_fpu);
}

void arch_fpu_init(struct arch_thread *thread, void *area)
{
    memset(area, 0, sizeof(struct host_fpu));
    thread->fpu = area;
}

void host_fpu_switch(const struct arch_thread *previous, const struct arch_thread *next)
{
    tn_assert(machine.fpu_on == (previous != NULL && previous->fpu != NULL));
    if (machine.fpu_on) {
        memcpy(previous->fpu, &machine.fpu, sizeof(machine.fpu));
    }
    machine.fpu_on = next != NULL && next->fpu != NULL;
    if (machine.fpu_on) {
        memcpy(&machine.fpu, next->fpu, sizeof(machine.fpu));
    } else {
        memset(&machine.fpu, 0, sizeof(machine.fpu));
    }
}

bool host_fpu_read(struct host_fpu *registers)
{
    *registers = machine.fpu;
    return machine.fpu_on;
}

bool host_fpu_write(const struct host_fpu *registers)
{
    if (machine.fpu_on) {
        machine.fpu = *registers;
    }
    return machine.fpu_on;
}

/* SPDX-License-Identifier: MIT */
/* Source: Arm DDI 0224, PrimeCell Real Time Clock (PL031) TRM, chapter 3. Registers are words. */
#include "rtc.h"

#include <libsys/pages.h>
#include <libsys/syscall.h>

#define SECONDS (0x00 / 4)
#define MATCH   (0x04 / 4)
#define MASK    (0x10 / 4)
#define CLEAR   (0x1c / 4)

static volatile uint32_t *registers;

void rtc_silence(void)
{
    registers[MASK] = 0;
    registers[CLEAR] = 1;
}

tn_status_t rtc_open(const struct sys_start_device *device)
{
    uint64_t va;
    tn_handle_t memory = TN_HANDLE_NONE;
    tn_status_t status = sys_memory_device(device->registers, 0, TN_PAGE_SIZE, &memory);
    if (status == TN_OK) {
        status = sys_pages_map(memory, 0, TN_PAGE_SIZE, TN_RIGHT_READ | TN_RIGHT_WRITE, &va);
    }
    if (status == TN_OK) {
        registers = (volatile uint32_t *)(uintptr_t)va;
        rtc_silence();
    }
    return status;
}

void rtc_ask(void)
{
    registers[MATCH] = registers[SECONDS] + 1;
    registers[MASK] = 1;
}

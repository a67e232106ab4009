/* SPDX-License-Identifier: MIT */
/* A device of the machine that interrupts while this program runs: each architecture's own. */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include <stdint.h>

#include <abi/object.h>

/** Let the device's interrupt set bit 0 of @p notification. */
void device_open(tn_handle_t notification);

/** Be interrupted by the device once or more, in user code. */
void device_interrupt(void);

/** Free the device. */
void device_close(void);

/** User code that is interrupted: stores @p value to the device register at @p address, if there is one,
 *  then loops @p rounds times. Its instructions lie between bench_spin and bench_spin_end. */
void bench_spin(uint64_t rounds, uint64_t address, uint32_t value);

#endif

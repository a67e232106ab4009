/* SPDX-License-Identifier: MIT */
/* Cases of the ARM64 port, and the assembly they stand on (asm.S). */
#ifndef BOARD_H
#define BOARD_H

#include "check.h"

/** General registers in struct tn_registers: x0-x30. */
#define BOARD_REGISTERS 31

/** Make a system call with the registers @p in; what they hold afterwards goes to @p out. */
void board_call_null(const uint64_t in[BOARD_REGISTERS], uint64_t out[BOARD_REGISTERS]);
void board_call_sleep(const uint64_t in[BOARD_REGISTERS],
                      uint64_t out[BOARD_REGISTERS]); /**< thread_sleep. */
void board_call_none(const uint64_t in[BOARD_REGISTERS],
                     uint64_t out[BOARD_REGISTERS]); /**< A number that no call has. */

/** Hold the registers @p in, and x1 as flags of conditions, while x0 is counted down to 0; then they go
 *  to @p out. */
void board_spin(const uint64_t in[BOARD_REGISTERS], uint64_t out[BOARD_REGISTERS]);

/** Entry of a thread: its registers go to board_dump, and it ends. */
void board_entry_dump(void);
extern volatile uint64_t board_dump[BOARD_REGISTERS]; /**< See board_entry_dump. */

extern const struct check_case board_cases[]; /**< What registers hold, and when. */

#endif

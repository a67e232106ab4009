/* SPDX-License-Identifier: MIT */
/* The kernel log as the core sees it; kern_log() is in <arch/arch.h>.
 *
 * Rules: interrupts off, or a panic. */
#ifndef KERN_LOG_H
#define KERN_LOG_H

#include <libbase/log_ring.h>

/** Make the log empty. Once, before anything is logged. */
void kern_log_init(void);

/** Append @p length bytes of @p text as they are. Cost: O(@p length). */
void kern_log_append(const char *text, size_t length);

/** The ring, for readers. */
const struct tn_log_ring *kern_log_ring(void);

#endif

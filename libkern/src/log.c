/* SPDX-License-Identifier: MIT */
/* The kernel log: text in a ring, which log_read hands out. */

#include "log.h"

#include <arch/arch.h>

#include "format.h"

#define LOG_BYTES (UINT64_C(1) << CONFIG_LOG_SIZE_LOG2)

static char storage[LOG_BYTES];
static struct tn_log_ring ring;

void kern_log_init(void)
{
    tn_log_ring_init(&ring, storage, LOG_BYTES);
}

const struct tn_log_ring *kern_log_ring(void)
{
    return &ring;
}

void kern_log_append(const char *text, size_t length)
{
    tn_log_ring_append(&ring, text, length);
}

void kern_log(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    kern_format(kern_log_append, format, args);
    va_end(args);
}

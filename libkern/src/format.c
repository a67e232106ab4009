/* SPDX-License-Identifier: MIT */
/* Text of the kernel: what stands between two conversions, then the conversion, and again. */

#include "format.h"

#include <stdbool.h>
#include <stdint.h>

#include <libbase/mem.h>

static void put_number(kern_put_t put, uint64_t number, unsigned base)
{
    char digits[20]; /* Of 2^64. */
    char *first = digits + sizeof(digits);
    do {
        *--first = "0123456789abcdef"[number % base];
        number /= base;
    } while (number != 0);
    put(first, (size_t)(digits + sizeof(digits) - first));
}

/* @param value of the argument, or its address: both come in a slot of eight bytes, the upper half of
 * an int unspecified (System V x86-64, 3.5.7; AAPCS64, 6.8.2). */
static void put_conversion(kern_put_t put, char letter, bool is_long, uint64_t value)
{
    if (letter == 's') {
        const char *text = (const char *)(uintptr_t)value;
        if (*text != '\0') {
            put(text, strlen(text));
        }
        return;
    }
    if (letter == 'd') {
        int64_t number = is_long ? (int64_t)value : (int32_t)value;
        if (number < 0) {
            put("-", 1);
        }
        put_number(put, number < 0 ? 0 - (uint64_t)number : (uint64_t)number, 10);
        return;
    }
    put_number(put, is_long ? value : (uint32_t)value, letter == 'x' ? 16 : 10);
}

void kern_format(kern_put_t put, const char *format, va_list arguments)
{
    for (;;) {
        const char *start = format;
        while (*format != '\0' && *format != '%') {
            format++;
        }
        if (format != start) {
            put(start, (size_t)(format - start));
        }
        if (*format == '\0') {
            return;
        }
        const char *letter = format + 1;
        while (*letter == 'l') {
            letter++;
        }
        put_conversion(put, *letter, letter != format + 1, va_arg(arguments, uint64_t));
        format = letter + 1;
    }
}

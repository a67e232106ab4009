/* SPDX-License-Identifier: MIT */
/* The bounded copy of a text that the C library does not have. */
#include <libbase/assert.h>
#include <libbase/mem.h>

tn_status_t tn_string_copy(char *to, size_t size, const char *from)
{
    tn_assert(size != 0);
    size_t length = 0;
    while (length < size - 1 && from[length] != '\0') {
        to[length] = from[length];
        length++;
    }
    to[length] = '\0';
    return from[length] == '\0' ? TN_OK : TN_ERR_TOO_LONG;
}

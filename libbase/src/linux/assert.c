/* SPDX-License-Identifier: MIT */
/* The end of a failed assertion in a Linux program. It stands in the installed archive alone and is linked
 * only if the program brings no tn_assert_failed() of its own. */
#include <stdio.h>
#include <stdlib.h>

#include <libbase/assert.h>

_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line)
{
    fprintf(stderr, "%s:%u: assertion failed%s%s\n", file, line, *expression ? ": " : "",
            expression);
    abort();
}

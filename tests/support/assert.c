/* SPDX-License-Identifier: MIT */
/* In a unit test a failed tn_assert() is cmocka's mock assertion: expect_assert_failure() accepts
 * it, anywhere else the test fails with the place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <libbase/assert.h>

_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line)
{
    mock_assert(0, expression, file, (int)line);
    abort(); /* mock_assert() jumps out; the compiler does not know. */
}

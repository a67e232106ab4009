/* SPDX-License-Identifier: MIT */
/* Copies from and to user memory: the range is checked here, the pages by the MMU (copy.inc). */
#include <libbase/checked.h>

#include "internal.h"

/** First address behind the user half. */
#define USER_END UINT64_C(0x0000800000000000)

/** The copies themselves, for ranges of user addresses; see copy.inc. */
tn_status_t arm64_copy_in(void *to, uint64_t from, size_t length);
tn_status_t arm64_copy_out(uint64_t to, const void *from, size_t length);

tn_status_t arch_copy_in(void *to, uint64_t from, size_t length)
{
    return tn_range_within(from, length, USER_END) ? arm64_copy_in(to, from, length)
                                                   : TN_ERR_ADDRESS;
}

tn_status_t arch_copy_out(uint64_t to, const void *from, size_t length)
{
    return tn_range_within(to, length, USER_END) ? arm64_copy_out(to, from, length)
                                                 : TN_ERR_ADDRESS;
}

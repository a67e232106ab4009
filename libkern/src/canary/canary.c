/* SPDX-License-Identifier: MIT */
/* Stack canaries: the compilers' names for the word and for what is called when it was overwritten. */

#include "canary.h"

#include <arch/arch.h>
#include <libbase/bytes.h>

extern uint64_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
uint64_t __stack_chk_guard;

_Noreturn void __stack_chk_fail(void)
{
    kern_panic(0, 0, "a function wrote past its stack frame");
}

/* Must not check the canary itself, which changes here. The first byte is zero, so that no text function
 * can write it. */
__attribute__((no_stack_protector)) void kern_canary_init(const struct boot_info *info)
{
    /* The first bytes are the seed of programs. */
    uint64_t entropy = tn_load_le64(info->entropy + sizeof(info->entropy) - sizeof(entropy));
    __stack_chk_guard = (entropy ^ arch_counter() * UINT64_C(0x9e3779b97f4a7c15)) << 8;
}

/* SPDX-License-Identifier: MIT */
/* The word that functions with arrays check before they return. */
#ifndef KERN_CANARY_H
#define KERN_CANARY_H

#include <libkern/boot_info.h>

/** Draw the canary from the entropy of @p info; without CONFIG_STACK_PROTECTOR there is none. Once, before
 *  the first function that has a canary and returns. */
void kern_canary_init(const struct boot_info *info);

#endif

/* SPDX-License-Identifier: MIT */
/* The screen that the loader found, as a device "screen0" for whoever drives it.
 *
 *      CONFIG_SCREEN    screen/     as above
 *      without it       no_screen/  programs learn of no screen
 *
 * Rules: boot, interrupts off. */
#ifndef KERN_SCREEN_H
#define KERN_SCREEN_H

#include <libkern/boot_info.h>

/** List the frame buffer of @p info, if there is one, behind the devices that the port has found. One that
 *  cannot be is left out with a line in the log. */
void kern_screen_find(const struct boot_info *info);

#endif

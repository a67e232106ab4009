/* SPDX-License-Identifier: MIT */
/* The first program: how authority enters the system.
 *
 * It is the only process that the kernel starts. Its handles reach all memory, all devices and the
 * machine; everything else in the system has what this program gave it. */
#ifndef KERN_ROOT_H
#define KERN_ROOT_H

#include <libkern/boot_info.h>

/** Start the program that the command line names (init=NAME; default bin/supervisor) from the boot
 *  bundle. Ends the boot if there is no bundle or no such program, or if either is not sound. */
void kern_root_start(const struct boot_info *info);

#endif

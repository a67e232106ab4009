/* SPDX-License-Identifier: MIT */
/* What the kernel calls itself. */
#ifndef KERN_VERSION_H
#define KERN_VERSION_H

/** Version and name of the configuration; at most 31 characters, for tn_machine_info.version. */
#define KERN_VERSION "Tenon " TENON_VERSION " " CONFIG_NAME

#endif

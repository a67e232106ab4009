/* SPDX-License-Identifier: MIT */
/* Constants of the contract file (docs/contracts/file.md), shared by servers and clients. */
#ifndef LIBSYS_FILE_H
#define LIBSYS_FILE_H

/** Flags of open. */
#define FILE_CREATE   0x1u /**< Make the file, empty, if it is not there. */
#define FILE_TRUNCATE 0x2u /**< Make it empty if it is there. */

/** Flags of list. */
#define FILE_READ_ONLY 0x1u /**< It comes from the boot bundle. */

/** Longest path, without terminator. */
#define FILE_PATH_MAX 63

#endif

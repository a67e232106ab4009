/* SPDX-License-Identifier: MIT */
/* The contract file, served from a struct ramfs. */
#ifndef RAMFS_SERVICE_H
#define RAMFS_SERVICE_H

#include <libsys/contract.h>

/** A request; @p self is a struct ramfs. The handler of sys_serve. */
tn_status_t ramfs_on_request(void *self, struct sys_request *request);

#endif

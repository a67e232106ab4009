/* SPDX-License-Identifier: MIT */
/* I/O ranges: which ports, device addresses or interrupt numbers somebody may use.
 *
 * Rules: immutable after creation. */
#ifndef KERN_IO_RANGE_H
#define KERN_IO_RANGE_H

#include "object.h"

/** A range. */
struct kern_io_range {
    struct kern_object object; /**< Its head. */
    uint64_t base;             /**< First port, address or number. */
    uint64_t length;           /**< How many. */
    unsigned kind;             /**< enum tn_io_kind. */
};

/** The range whose head is @p object. */
static inline struct kern_io_range *kern_io_range_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_io_range, object);
}

/** Make a range of @p kind. @retval TN_OK or as kern_object_create. */
TN_MUST_USE tn_status_t kern_io_range_create(struct kern_container *payer, unsigned kind,
                                             uint64_t base, uint64_t length,
                                             struct kern_io_range **range);

#endif

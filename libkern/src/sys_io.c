/* SPDX-License-Identifier: MIT */
/* System calls on I/O ranges, ports and interrupts. */

#include <libbase/checked.h>

#include "interrupt.h"
#include "io_range.h"
#include "notification.h"
#include "syscall.h"

#define INTERRUPT_FLAGS (TN_INTERRUPT_EDGE | TN_INTERRUPT_LOW)

tn_status_t kern_io_range_create(struct kern_container *payer, unsigned kind, uint64_t base,
                                 uint64_t length, struct kern_io_range **range)
{
    struct kern_object *object;
    tn_status_t status = kern_object_create(payer, TN_TYPE_IO_RANGE, sizeof(struct kern_io_range),
                                            offsetof(struct kern_io_range, object), &object);
    if (status == TN_OK) {
        *range = kern_io_range_of(object);
        (*range)->kind = kind;
        (*range)->base = base;
        (*range)->length = length;
    }
    return status;
}

/* Enter a part of the range in @p parent as its child, with its rights. */
static struct kern_result give_part(struct kern_io_range *part, struct kern_slot *parent)
{
    uint64_t handle = 0;
    tn_status_t status = kern_handle_insert(&kern_current()->process->handles, &part->object,
                                            kern_verbs_rights(parent->verbs), 0, parent, &handle);
    kern_object_put(&part->object);
    return status == TN_OK ? kern_ok(handle) : kern_status(status);
}

KERN_SYSCALL4(io_range_create, container, handle, base, length)
{
    struct kern_container *payer;
    struct kern_slot *slot;
    struct kern_io_range *part;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = kern_decode(handle, TN_TYPE_IO_RANGE, TN_RIGHT_DUPLICATE, &slot);
    }
    if (status == TN_OK && length == 0) {
        status = TN_ERR_INVALID;
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_io_range *whole = kern_io_range_of(slot->object);
    if (base < whole->base || !tn_range_within(base - whole->base, length, whole->length)) {
        return kern_status(TN_ERR_RANGE);
    }
    status = kern_can_insert();
    if (status == TN_OK) {
        status = kern_io_range_create(payer, whole->kind, base, length, &part);
    }
    return status == TN_OK ? give_part(part, slot) : kern_status(status);
}

/* A range of @p kind with @p right: any other range is of the wrong type. */
static tn_status_t decode_range(uint64_t handle, unsigned kind, unsigned right,
                                struct kern_io_range **range)
{
    struct kern_slot *slot;
    tn_status_t status = kern_decode(handle, TN_TYPE_IO_RANGE, 0, &slot);
    if (status != TN_OK) {
        return status;
    }
    *range = kern_io_range_of(slot->object);
    if ((*range)->kind != kind) {
        return TN_ERR_TYPE;
    }
    return (kern_verbs_rights(slot->verbs) & right) == right ? TN_OK : TN_ERR_RIGHTS;
}

static tn_status_t decode_port(uint64_t handle, unsigned right, uint64_t offset, uint64_t width,
                               unsigned *port)
{
    struct kern_io_range *range;
    tn_status_t status = decode_range(handle, TN_IO_PORTS, right, &range);
    if (status != TN_OK) {
        return status;
    }
    if (width != 1 && width != 2 && width != 4) {
        return TN_ERR_INVALID;
    }
    if (!tn_range_within(offset, width, range->length)) {
        return TN_ERR_RANGE;
    }
    *port = (unsigned)(range->base + offset);
    return TN_OK;
}

KERN_SYSCALL3(io_read, handle, offset, width)
{
    unsigned port;
    uint64_t value = 0;
    tn_status_t status = decode_port(handle, TN_RIGHT_READ, offset, width, &port);
    if (status == TN_OK) {
        status = arch_io_read(port, (unsigned)width, &value);
    }
    return status == TN_OK ? kern_ok(value) : kern_status(status);
}

KERN_SYSCALL4(io_write, handle, offset, width, value)
{
    unsigned port;
    tn_status_t status = decode_port(handle, TN_RIGHT_WRITE, offset, width, &port);
    if (status == TN_OK) {
        status = arch_io_write(port, (unsigned)width, value);
    }
    return kern_status(status);
}

static tn_status_t decode_line(uint64_t handle, uint64_t number, uint64_t flags)
{
    struct kern_io_range *range;
    tn_status_t status = decode_range(handle, TN_IO_INTERRUPTS, TN_RIGHT_WRITE, &range);
    if (status != TN_OK) {
        return status;
    }
    if ((flags & ~(uint64_t)INTERRUPT_FLAGS) != 0) {
        return TN_ERR_INVALID;
    }
    if (number < range->base || number - range->base >= range->length) {
        return TN_ERR_RANGE;
    }
    return kernel.interrupts[number] == NULL ? TN_OK : TN_ERR_EXISTS;
}

KERN_SYSCALL4(interrupt_create, container, handle, number, flags)
{
    struct kern_container *payer;
    struct kern_object *object;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = decode_line(handle, number, flags);
    }
    if (status == TN_OK) {
        status = arch_irq_configure((unsigned)number, (unsigned)flags);
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_object_create(payer, TN_TYPE_INTERRUPT, sizeof(struct kern_interrupt),
                                    offsetof(struct kern_interrupt, object), &object);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    kern_interrupt_of(object)->irq = (unsigned)number;
    kernel.interrupts[number] = kern_interrupt_of(object);
    return kern_give(object, kern_all_rights(TN_TYPE_INTERRUPT));
}

static tn_status_t decode_interrupt(uint64_t handle, struct kern_interrupt **interrupt)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_INTERRUPT, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK) {
        *interrupt = kern_interrupt_of(object);
    }
    return status;
}

KERN_SYSCALL3(interrupt_bind, handle, notification_handle, bits)
{
    struct kern_interrupt *interrupt;
    struct kern_object *notification;
    tn_status_t status = decode_interrupt(handle, &interrupt);
    if (status == TN_OK) {
        status = kern_decode_object(notification_handle, TN_TYPE_NOTIFICATION, TN_RIGHT_SEND,
                                    &notification);
    }
    if (status == TN_OK && bits == 0) {
        status = TN_ERR_INVALID;
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct kern_notification *before = interrupt->notification;
    interrupt->notification = kern_notification_of(kern_object_get(notification));
    interrupt->bits = bits;
    if (before != NULL) {
        kern_object_put(&before->object);
    }
    return kern_ok(0);
}

KERN_SYSCALL1(interrupt_ack, handle)
{
    struct kern_interrupt *interrupt;
    tn_status_t status = decode_interrupt(handle, &interrupt);
    if (status == TN_OK && interrupt->notification == NULL) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        arch_irq_unmask(interrupt->irq);
    }
    return kern_status(status);
}

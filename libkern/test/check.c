/* SPDX-License-Identifier: MIT */
/* Finding every object, and counting the pointers to it; see check.h. */

#include "check.h"

#include <stdio.h>

#include "endpoint.h"
#include "found.h"
#include "helping.h"
#include "interrupt.h"
#include "memory.h"
#include "notification.h"
#include "timer.h"

struct kern_object *found[FOUND_MAX];
size_t found_count;

/* By address, open addressing, half full at most. */
static struct found table[2 * FOUND_MAX];
static size_t visited;

void wrong(const struct kern_object *object, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    fail_msg("object %llu of type %u: %s", (unsigned long long)object->id, object->type, text);
    abort();
}

static struct found *place_of(const struct kern_object *object)
{
    size_t at = ((uintptr_t)object >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 51;
    while (table[at].object != NULL && table[at].object != object) {
        at = (at + 1) % TN_ARRAY_LEN(table);
    }
    return &table[at];
}

/* @p object is there, whether or not this pointer keeps it. */
static struct found *see(struct kern_object *object)
{
    struct found *place = place_of(object);
    if (place->object == NULL) {
        assert_true(found_count < FOUND_MAX);
        place->object = object;
        found[found_count++] = object;
    }
    return place;
}

/* A pointer that keeps @p object was found; NULL is none. */
static void hold(struct kern_object *object)
{
    if (object != NULL) {
        see(object)->refs++;
    }
}

#define HOLD(pointer)                                                                              \
    do {                                                                                           \
        if ((pointer) != NULL) {                                                                   \
            hold(&(pointer)->object);                                                              \
        }                                                                                          \
    } while (0)

uint32_t refs_found(const struct kern_object *object)
{
    return place_of(object)->refs;
}

static void visit_process(struct kern_process *process)
{
    HOLD(process->handler);
    for (size_t i = 1; process->handles.count != 0 && i < CONFIG_MAX_HANDLES; i++) {
        if (process->handles.slots[i].verbs != 0) {
            hold(process->handles.slots[i].object);
        }
    }
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        HOLD(tn_list_entry(node, struct kern_thread, in_process));
    }
    struct tn_tree_node *region;
    for (region = tn_tree_first(&process->space.regions); region != NULL;
         region = tn_tree_next(region)) {
        HOLD(kern_region_of(tn_tree_entry(region, struct mm_region, node))->memory);
    }
}

static void visit_thread(struct kern_thread *thread)
{
    HOLD(thread->process);
    HOLD(thread->own);
    if (thread->context != NULL) {
        see(&thread->context->object);
    }
    HOLD(kern_help_owner(thread));
    HOLD(thread->bound);
    if (thread->unfinished != NULL) {
        hold(thread->unfinished);
    }
}

/* Ends of processes wait here and keep them. */
static void visit_endpoint(struct kern_endpoint *endpoint)
{
    struct tn_tree_node *node;
    for (node = tn_tree_first(&endpoint->ipc.senders); node != NULL; node = tn_tree_next(node)) {
        struct ipc_waiter *waiter = tn_tree_entry(node, struct ipc_waiter, in_senders);
        if (waiter->kind == KERN_WAITER_EXIT) {
            HOLD(TN_CONTAINER_OF(waiter, struct kern_process, exit_waiter));
        }
    }
}

/* Without an owner, those who still use it keep it. */
static void visit_context(struct kern_context *context)
{
    if (context->owner == NULL && context->user != NULL) {
        HOLD(context);
    }
}

static void visit(struct kern_object *object)
{
    HOLD(object->payer);
    switch (object->type) {
    case TN_TYPE_PROCESS:
        visit_process(kern_process_of(object));
        break;
    case TN_TYPE_THREAD:
        visit_thread(kern_thread_of(object));
        break;
    case TN_TYPE_CONTEXT:
        visit_context(kern_context_of(object));
        break;
    case TN_TYPE_ENDPOINT:
        visit_endpoint(kern_endpoint_of(object));
        break;
    case TN_TYPE_TIMER:
        HOLD(kern_timer_of(object)->notification);
        break;
    case TN_TYPE_INTERRUPT:
        HOLD(kern_interrupt_of(object)->notification);
        break;
    default:
        break;
    }
}

static void hold_dying(void)
{
    struct tn_list *node;
    tn_list_for_each(node, &kernel.dying)
    {
        hold(tn_list_entry(node, struct kern_object, in_dying));
    }
}

/* They ended in their own trap, and nothing runs yet in their place. */
static void see_dead(void)
{
    struct tn_list *node;
    tn_list_for_each(node, &kern_cpu()->dead)
    {
        see(&tn_list_entry(node, struct kern_thread, in_process)->object);
    }
}

void find_all(void)
{
    memset(table, 0, sizeof(table));
    found_count = 0;
    HOLD(kernel.root);
    HOLD(kernel.clock);
    hold_dying();
    see_dead();
    for (size_t i = 0; i < CONFIG_MAX_THREADS; i++) {
        if (kernel.threads[i] != NULL) {
            see(&kernel.threads[i]->object);
        }
    }
    for (size_t i = 0; i < ARCH_IRQ_COUNT; i++) {
        if (kernel.interrupts[i] != NULL) {
            see(&kernel.interrupts[i]->object);
        }
    }
    for (visited = 0; visited < found_count; visited++) {
        visit(found[visited]);
    }
}

static void check_references(void)
{
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->refs != refs_found(found[i])) {
            wrong(found[i], "it counts %u references, there are %u", found[i]->refs,
                  refs_found(found[i]));
        }
    }
}

void check_kernel(void)
{
    find_all();
    check_references();
    check_costs();
    check_queues();
    check_spaces();
    check_handles();
}

/* SPDX-License-Identifier: MIT */
/* What the checker found: all objects that can be reached, with the pointers to each counted.
 *
 * Rules: private to the checker. Filled by find_all(), read by the checks. */
#ifndef TEST_FOUND_H
#define TEST_FOUND_H

#include "world.h"

/** Most objects that a test has at a time; a power of two. */
#define FOUND_MAX 4096

/** An object, and how many pointers that hold it were found. */
struct found {
    struct kern_object *object; /**< Its head; NULL: free place. */
    uint32_t refs;              /**< Pointers found. */
};

/** Everything that was found, in the order of finding. */
extern struct kern_object *found[FOUND_MAX];
extern size_t found_count;

/** Find all objects from what the kernel holds. */
void find_all(void);

/** Pointers that were found to @p object, which was found. */
uint32_t refs_found(const struct kern_object *object);

/** Fail the test with @p format about @p object. */
_Noreturn void wrong(const struct kern_object *object, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** @p condition must hold of @p object. */
#define check(object, condition)                                                                   \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            wrong((object), "line %d of the checker: %s", __LINE__, #condition);                   \
        }                                                                                          \
    } while (0)

/** Whether the handle table of @p process is there, and was filled before the page tables came. */
static inline bool has_whole_table(const struct kern_process *process)
{
    return process->handles.slots != NULL && process->ptab.table_count != 0;
}

/** The checks, one file each: what objects cost; who waits and who runs; what is mapped; what is
 *  derived from what. */
void check_costs(void);
void check_queues(void);
void check_spaces(void);
void check_handles(void);

/** Help is not forgotten: if who waits in @p queue for @p object could let somebody run, the first that has
 *  budget is in the run queue, or runs; or another does it as well, or it is too far away. */
void check_help(const struct kern_object *object, const struct tn_tree *queue);

/** All that wait for locks of @p owner say so, the most urgent first, and help (CONFIG_HELPING). */
void check_locks(const struct kern_thread *owner);

#endif

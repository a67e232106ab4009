/* SPDX-License-Identifier: MIT */
/* The checker: looks at the whole state of the kernel, from outside, and compares what it finds with
 * what the kernel has written down.
 *
 *      references of each object = the pointers to it that were found
 *      used of each container    = what was found that it pays for
 *      frames in use             = pages, tables, handle tables and slabs that were found
 *      page tables               = what the regions say
 *      derivations               = handles and mappings of one object
 *      queues                    = what the states of threads and contexts say
 *
 * Rules: between traps. Changes nothing. */
#ifndef TEST_CHECK_H
#define TEST_CHECK_H

/** Check everything; fails the test with a sentence. Cost: O(state of the kernel). */
void check_kernel(void);

#endif

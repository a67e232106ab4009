/* SPDX-License-Identifier: MIT */
/* FPU and SIMD registers of programs: who has them, and where they are kept.
 *
 * A process has them or not, by the flag it was made with; so its threads need no first use to be
 * noticed. Each of its threads has an area of its own, in which the port keeps the registers while
 * the thread does not run. Nothing is lazy: what is in the registers belongs to who runs, and when
 * that has none, they are clear and out of reach.
 *
 *      CONFIG_FPU    fpu/     as above
 *      without it    no_fpu/  no process has them, and nothing of this is in the image
 *
 * Rules: interrupts off. */
#ifndef KERN_FPU_H
#define KERN_FPU_H

#include <stdint.h>

#include <libbase/status.h>
#include <libmm/cache.h>

struct kern_process;
struct kern_thread;

/** Make the cache of areas. Context: boot, when there is memory. */
void kern_fpu_init(void);

/** Where areas come from, for who counts memory; NULL: there are none. */
const struct mm_cache *kern_fpu_areas(void);

/** Whether a process may have @p flags, as process_create was given them.
 *  @retval TN_OK @retval TN_ERR_INVALID there is no such flag
 *  @retval TN_ERR_NOT_SUPPORTED not in this kernel. */
TN_MUST_USE tn_status_t kern_fpu_check(uint64_t flags);

/** Let the threads of @p process, which has none yet, have the registers if @p flags say so. */
void kern_fpu_allow(struct kern_process *process, uint64_t flags);

/** Give the new @p thread clean registers if @p process has them; its payer pays for the area.
 *  @retval TN_OK @retval TN_ERR_QUOTA @retval TN_ERR_NO_MEMORY; nothing changed on failure.
 *  Cost: O(size of the area). */
TN_MUST_USE tn_status_t kern_fpu_give(struct kern_thread *thread,
                                      const struct kern_process *process);

/** Return the area of @p thread, if it has one, to its payer. The thread is loaded on no CPU. */
void kern_fpu_take(struct kern_thread *thread);

#endif

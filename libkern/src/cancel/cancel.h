/* SPDX-License-Identifier: MIT */
/* What a server can learn about a call that it serves: it was cancelled, or its deadline has passed.
 *
 * A call in service is ended by nobody but its server. So the kernel only notes what would have ended it
 * before, in one word of the caller: the generation of the call, as in its token, and marks where the token
 * has the slot. The next call has another generation, so nothing is ever cleared.
 *
 * Rules: interrupts off. The folder that is compiled says whether there is any of this
 * (CONFIG_CANCEL_FLAG). */
#ifndef KERN_CANCEL_H
#define KERN_CANCEL_H

#include <libbase/status.h>

struct kern_thread;

/** The call of @p caller, which waits with a deadline in its frame, is in service from now on. Cost: O(1). */
void kern_cancel_limit(struct kern_thread *caller);

/** Cancel the call or fault of @p caller, which is in service.
 *  @retval TN_OK its server can see it @retval TN_ERR_NOT_SUPPORTED without CONFIG_CANCEL_FLAG. */
TN_MUST_USE tn_status_t kern_cancel(struct kern_thread *caller);

#endif

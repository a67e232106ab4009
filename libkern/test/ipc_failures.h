/* SPDX-License-Identifier: MIT */
/* How messages fail because of the handles and grants in them: tests of test_ipc_failures.c, which
 * compares with the pages what all of them got. */
#ifndef TEST_IPC_FAILURES_H
#define TEST_IPC_FAILURES_H

void handles_of_calls_are_refused_in_this_order(void **state);
void grants_of_calls_are_refused_in_this_order(void **state);
void handles_of_replies_are_refused_in_this_order(void **state);
void handles_that_do_not_fit_are_refused(void **state);

#endif

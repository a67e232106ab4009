/* SPDX-License-Identifier: MIT */
/* Constants of the contract supervisor (docs/contracts/supervisor.md). */
#ifndef LIBSYS_SUPERVISOR_H
#define LIBSYS_SUPERVISOR_H

/** What a program of the supervisor's list is doing. Numbers are final. */
enum supervisor_state {
    SUPERVISOR_RUNNING = 0, /**< It was started. */
    SUPERVISOR_ENDED = 1,   /**< It ended and is not started again by its policy. */
    SUPERVISOR_FAILED = 2,  /**< It could not be started, or was restarted too often. */
};

#endif

/* SPDX-License-Identifier: MIT */
/* What the server without FPU registers is asked for: labels of calls. */
#ifndef FLOAT_ECHO_H
#define FLOAT_ECHO_H

#define ECHO_RETURN  1 /**< Return the message. */
#define ECHO_INTRUDE 2 /**< Look into a SIMD register: it must not live to tell. */

#endif

/* SPDX-License-Identifier: MIT */
/* The real-time clock of the machine: one interrupt when it is asked for. Each architecture has its own. */
#include <libbase/compiler.h>
#include <libsys/start.h>

/** Find the registers of @p device. @return the status of the system call that failed, or TN_OK. */
TN_MUST_USE tn_status_t rtc_open(const struct sys_start_device *device);

/** Let the clock interrupt when its next second begins. */
void rtc_ask(void);

/** The interrupt has come: silence the device. */
void rtc_silence(void);

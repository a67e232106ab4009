/* SPDX-License-Identifier: MIT */
/* The tally server: serves until its endpoint is gone. */
#include <libsys/print.h>
#include <libsys/serve.h>
#include <libsys/start.h>

#include "tally.h"

int main(void)
{
    static struct tally tally;
    const struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &tally,
        .request = tally_on_request,
    };
    tn_status_t status = sys_serve(&server);
    sys_log("tally: cannot receive: %s", tn_status_text(status));
    return 1;
}

/* SPDX-License-Identifier: MIT */
/* A server with a mistake: its third answer goes to where nothing is mapped. */
#include <contracts/fragile.h>
#include <libsys/serve.h>
#include <libsys/start.h>

#define NOWHERE ((uintptr_t)8) /* Page 0 is never mapped. */

static tn_status_t do_square(void *self, const struct sys_request *request, uint32_t number,
                             uint64_t *square)
{
    unsigned *answers = self;
    (void)request;
    if (++*answers == 3) {
        square = (uint64_t *)NOWHERE;
    }
    *(volatile uint64_t *)square = (uint64_t)number * number;
    return TN_OK;
}

static tn_status_t on_request(void *self, struct sys_request *request)
{
    static const struct fragile_handlers handlers = {.square = do_square};
    return fragile_dispatch(&handlers, self, request);
}

int main(void)
{
    static unsigned answers; /* Begins anew with each process. */
    const struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .self = &answers,
        .request = on_request,
    };
    (void)sys_serve(&server);
    return 1; /* Its endpoint is gone. */
}

/* SPDX-License-Identifier: MIT */
/* The server: gives every ball back. It runs only while it is called, in the time of who calls. */
#include <contracts/pong.h>
#include <libsys/serve.h>
#include <libsys/start.h>

static tn_status_t do_play(void *self, const struct sys_request *request, uint64_t ball,
                           uint64_t *back)
{
    (void)self, (void)request;
    *back = ball + 1;
    return TN_OK;
}

static tn_status_t on_request(void *self, struct sys_request *request)
{
    static const struct pong_handlers handlers = {.play = do_play};
    return pong_dispatch(&handlers, self, request);
}

int main(void)
{
    const struct sys_server server = {
        .endpoint = sys_start_handle(SYS_START_SERVES, NULL),
        .request = on_request,
    };
    (void)sys_serve(&server);
    return 1; /* Its endpoint is gone. */
}

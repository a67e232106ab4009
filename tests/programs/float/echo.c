/* SPDX-License-Identifier: MIT */
/* A server without FPU registers, for programs that have them: it returns each message. */
#include "echo.h"

#include <libsys/ipc.h>
#include <libsys/start.h>

#define CARRIED (TN_TAG_LOW | TN_TAG_HIGH)

/** Source: intrude.S. */
uint64_t intrude(void);

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    struct sys_message message = {.destination = sys_start_handle(SYS_START_SERVES, NULL)};
    tn_status_t status = sys_ipc_receive(&message, 0);
    while (status == TN_OK) {
        if (tn_tag_label(message.tag) == ECHO_INTRUDE) {
            message.words[0] = intrude();
        }
        message.tag = tn_tag_make(0, message.tag & CARRIED);
        status = sys_ipc_reply_receive(&message, 0);
    }
    return 1;
}

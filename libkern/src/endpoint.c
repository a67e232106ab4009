/* SPDX-License-Identifier: MIT */
/* Endpoints: the end of the right to receive. */

#include "endpoint.h"

#include "reap.h"

void kern_endpoint_release_receive(struct kern_endpoint *endpoint)
{
    if (ipc_endpoint_receive_right_release(&endpoint->ipc)) {
        kern_reap_later(&endpoint->object);
    }
}

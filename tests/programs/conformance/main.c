/* SPDX-License-Identifier: MIT */
/* The conformance program (init=bin/conformance): all promises of docs/syscalls. */
#include <libbase/compiler.h>

#include "run.h"

/* Of a kernel that was built without what the cases are about. */
static const struct check_case none[] = {{NULL, NULL}};

static const struct run_area areas[] = {
    {"handle", handle_cases},
    {"process", process_cases},
    {"thread", thread_cases},
    {"context", context_cases},
    {"ipc", ipc_cases},
    {"receiver", receiver_cases},
    {"twoways", twoways_cases},
    {"faultways", faultways_cases},
    {"inversion", inversion_cases},
    {"attached", attached_cases},
    {"transfer", CONFIG_HANDLE_TRANSFER ? transfer_cases : none},
    {"grant", CONFIG_GRANTS ? grant_cases : none},
    {"revoke", CONFIG_REVOKE_USES &&CONFIG_GRANTS ? revoke_cases : none},
    {"register", register_cases},
    {"notification", notification_cases},
    {"memory", memory_cases},
    {"device", device_cases},
    {"machine", machine_cases},
    {"fault", fault_cases},
    {"program", program_cases},
};

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return run_all(areas, TN_ARRAY_LEN(areas));
}

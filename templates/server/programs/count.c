/* SPDX-License-Identifier: MIT */
/* Counts the words it is given: `run count pear apple pear` in the shell. */
#include <contracts/tally.h>
#include <libsys/print.h>
#include <libsys/start.h>

int main(int argc, char **argv)
{
    const char *rest;
    tn_handle_t server;
    tn_status_t status = sys_name_lookup("/svc/tally", &server, &rest);
    if (status != TN_OK) {
        sys_print("count: there is no /svc/tally: %s\n", tn_status_text(status));
        return 1;
    }
    for (int i = 1; i < argc; i++) {
        uint64_t times = 0;
        status = tally_count(server, argv[i], &times);
        if (status != TN_OK) {
            sys_print("%s: %s\n", argv[i], tn_status_text(status));
            return 1;
        }
        sys_print("%s: %lu\n", argv[i], times);
    }
    return 0;
}

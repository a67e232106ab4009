/* SPDX-License-Identifier: MIT */
/* What the x86_64 port promises beyond the conformance suite (init=bin/pc). */
#include <libbase/compiler.h>

#include "pc.h"
#include "run.h"

static const struct run_area areas[] = {
    {"pc.register", pc_register_cases},
    {"pc.machine", pc_machine_cases},
};

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return run_all(areas, TN_ARRAY_LEN(areas));
}

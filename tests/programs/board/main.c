/* SPDX-License-Identifier: MIT */
/* What the ARM64 port promises beyond the conformance suite (init=bin/board). */
#include <libbase/compiler.h>

#include "board.h"
#include "run.h"

static const struct run_area areas[] = {
    {"board", board_cases},
};

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return run_all(areas, TN_ARRAY_LEN(areas));
}

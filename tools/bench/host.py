# SPDX-License-Identifier: MIT
"""Figures of wing libraries as Linux programs on this computer: instructions counted by cachegrind."""

import functools
import re
import tempfile

import builds

PAIRS = 10000
INSTRUCTIONS = re.compile(r"I\s+refs:\s+([\d,]+)")

SOURCES = ("tools/bench/host/runq_pair.c", "libsched/src/context.c",
           "libsched/src/budgets/budget.c")
INCLUDES = ("libbase/include", "libsched/include", "libsched/src", "libsched/src/runq_prio/include")


@functools.cache
def runq_pair(configuration):
    """The benchmark of run queues, compiled for CONFIGURATION as the kernel's libraries are."""
    target = builds.ROOT / "build" / "plugins" / f"runq_pair-{configuration}"
    target.parent.mkdir(parents=True, exist_ok=True)
    config = builds.built("x86_64", configuration) / "config" / "tenon_config.h"
    builds.run("gcc", "-std=gnu11", "-O2", "-include", config, *(f"-I{folder}" for folder in INCLUDES),
               "-o", target, *SOURCES)
    return target


def pair(contexts, configuration):
    """Instructions of taking the best of CONTEXTS out of a run queue and putting it back."""
    full = counted(configuration, contexts, PAIRS, 0)
    empty = counted(configuration, contexts, 0, PAIRS)
    return -(-(full - empty) // PAIRS)


def counted(configuration, *arguments):
    """Instructions of a whole run of the benchmark of run queues with ARGUMENTS."""
    with tempfile.NamedTemporaryFile() as unwanted:
        output = builds.run("valgrind", "--tool=cachegrind", "--cache-sim=no",
                            f"--cachegrind-out-file={unwanted.name}", runq_pair(configuration),
                            *map(str, arguments))
    return int(INSTRUCTIONS.search(output)[1].replace(",", ""))

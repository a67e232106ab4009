# SPDX-License-Identifier: MIT
"""How each kind of measurement is taken.

What happens in the guest is counted in instructions (one is one virtual nanosecond), so the numbers
do not depend on this computer or its load.
"""

import functools
import math
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it

PROMPT = r"^tenon> "
BENCH_LINE = re.compile(r"BENCH (\S+) (\d+)")
NOOP_REPEATS = 3

# Bounds of the search for the least memory, in KiB. QEMU's own firmware sets the lower one.
RAM_LOW, RAM_HIGH, RAM_STEP = 1024, 32768, 64
# A guest that is short of memory may stop without a word; this many seconds are enough for a prompt.
RAM_PATIENCE = 20


class CannotMeasure(Exception):
    """A measurement could not be taken; says why."""


def take(kind, arch, configuration):
    """The value of measurement KIND for the image of CONFIGURATION on ARCH."""
    if kind in MEASURES:
        return MEASURES[kind](arch, configuration)
    results = in_image(arch, configuration)
    if kind not in results:
        raise CannotMeasure(f"the bench program does not print BENCH {kind}")
    return results[kind]


@functools.cache
def built(arch, configuration):
    """The up-to-date build directory of CONFIGURATION for ARCH."""
    build = ROOT / "build" / f"{arch}-{configuration}"
    if not build.joinpath("build.ninja").exists():
        run("cmake", "--preset", arch, "-B", build, f"-DTENON_DEFCONFIG={configuration}")
    run("cmake", "--build", build)
    return build


def run(*command):
    """Run COMMAND in the tree; its output is shown only if it fails."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")


@functools.cache
def in_image(arch, configuration):
    """What the bench program prints on a machine that counts instructions, by name."""
    machine = guest.qemu.Machine.of_build(
        arch, built(arch, configuration), "test", command_line="init=bin/bench",
        extra=tuple(guest.qemu.COUNTING))
    try:
        with guest.Guest(machine) as running:
            code = running.wait_exit()
            output = running.output
    except (guest.GuestError, guest.qemu.MissingFile) as error:
        raise CannotMeasure(str(error)) from error
    if code != 0:
        raise CannotMeasure(f"the bench program ended with {code}:\n{output[-3000:]}")
    return {name: int(value) for name, value in BENCH_LINE.findall(output)}


def kernel_size(arch, configuration):
    """Bytes of the file that is booted; nothing in it but what is loaded."""
    return (built(arch, configuration) / guest.qemu.PORTS[arch].image).stat().st_size


def least_ram(arch, configuration):
    """Least memory, in steps of RAM_STEP KiB, in which the shell answers."""
    build = built(arch, configuration)
    low, high = RAM_LOW, RAM_HIGH
    if not shell_answers(arch, build, high):
        raise CannotMeasure(f"no prompt with {high} KiB")
    while high - low > RAM_STEP:
        middle = (low + high) // 2 // RAM_STEP * RAM_STEP
        if shell_answers(arch, build, middle):
            high = middle
        else:
            low = middle
    return high


def shell_answers(arch, build, kib):
    """Whether the shell of the image in BUILD echoes a word on a machine with KIB of memory."""
    machine = guest.qemu.Machine.of_build(arch, build, memory=f"{kib}K")
    try:
        with guest.Guest(machine, RAM_PATIENCE) as running:
            running.expect(PROMPT)
            running.type("echo answer\r")
            running.expect(r"^answer$")
    except (guest.GuestError, BrokenPipeError):
        return False
    except guest.qemu.MissingFile as error:
        raise CannotMeasure(str(error)) from error
    return True


def clean_build(arch, configuration):
    """CPU seconds of all processes from an empty directory to the bundle."""
    with tempfile.TemporaryDirectory() as directory:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("cmake", "--preset", arch, "-B", directory, f"-DTENON_DEFCONFIG={configuration}")
        run("cmake", "--build", directory)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return math.ceil(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def noop_build(arch, configuration):
    """Seconds of a build that has nothing to do: the best of a few, the others met other load."""
    build = built(arch, configuration)
    best = math.inf
    for _ in range(NOOP_REPEATS):
        start = time.monotonic()
        run("cmake", "--build", build)
        best = min(best, time.monotonic() - start)
    return math.ceil(best)


MEASURES = {
    "size.kernel": kernel_size,
    "ram.min_kib": least_ram,
    "build.clean_cpu_s": clean_build,
    "build.noop_s": noop_build,
}

# SPDX-License-Identifier: MIT
"""How each kind of measurement is taken.

What happens in the guest is counted in instructions (one is one virtual nanosecond), so the numbers
do not depend on this computer or its load.
"""

import math
import resource
import tempfile
import time

import host
import image
import product
import uefi
from builds import CannotMeasure, built, run
from image import guest

PROMPT = r"^tenon> "
NOOP_REPEATS = 3

# Bounds of the search for the least memory, in KiB. QEMU's own firmware sets the lower one.
RAM_LOW, RAM_HIGH, RAM_STEP = 1024, 32768, 64
# A guest that is short of memory may stop without a word; this many seconds are enough for a prompt.
RAM_PATIENCE = 20


def take(kind, arch, configuration):
    """The value of measurement KIND for the image of CONFIGURATION on ARCH."""
    if kind in MEASURES:
        return MEASURES[kind](arch, configuration)
    figures = image.bench(arch, configuration, image.CPUS.get(kind, 1)).figures()
    if kind not in figures:
        raise CannotMeasure("the bench program has no such case in this configuration")
    return figures[kind]


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


def irqoff_max(arch, configuration):
    """Longest stretch with interrupts off in a run of the conformance program."""
    return sum(count for _, count in image.longest_irqoff(arch, configuration))


def runq_pair(contexts, configuration):
    """A pair of operations on a run queue of CONTEXTS."""
    return host.pair(int(contexts), configuration)


MEASURES = {
    "sched.prio.pair": runq_pair,
    "sched.irqoff_max": irqoff_max,
    "size.kernel": kernel_size,
    "ram.min_kib": least_ram,
    "build.clean_cpu_s": clean_build,
    "build.noop_s": noop_build,
    "product.new_to_prompt_s": product.new_to_prompt,
    "product.noop_build_ms": product.noop_build,
    "menuconfig.open_ms": product.menuconfig,
    "boot.uefi.loader_to_kernel": uefi.loader_to_kernel,
    "boot.uefi.wall_ms": uefi.wall_ms,
}

# SPDX-License-Identifier: MIT
"""How long the UEFI loader takes, under real firmware.

Where the firmware is fast enough for a machine whose instructions are counted (ARM64), the loader's own counter
tells: it hands it to the kernel, whose log has the difference. Elsewhere the clock on the wall has to do.
"""

import math
import pathlib
import sys
import tempfile
import time

import builds
from image import guest

# Instructions in a tick of the counter: 62.5 MHz, and an instruction is a nanosecond.
TICK = 16
REPEATS = 3


def run(arch, configuration, extra, measure):
    """What MEASURE returns of a guest for ARCH whose firmware starts the image of CONFIGURATION from a disk."""
    build = builds.built(arch, configuration)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "disk.img")
            builds.run(sys.executable, "-B", builds.ROOT / "tools" / "disk", "--build", f"{arch}={build}", path)
            machine = guest.qemu.Machine.of_disk(arch, path, extra=tuple(extra))
            with guest.Guest(machine) as running:
                return measure(running)
    except (guest.GuestError, guest.qemu.MissingFile) as error:
        raise builds.CannotMeasure(str(error)) from error


def counted(running):
    """Instructions from the loader's first to the kernel's first, by the kernel's log."""
    running.expect(r"^tenon> ")
    running.type("log\r")
    return int(running.expect(r"^the loader took (\d+) counts\n")[1]) * TICK


def timed(running):
    """Seconds from the loader's first line to its last, with which it leaves the firmware."""
    running.expect("UEFI loader for")
    start = time.monotonic()
    running.expect(r"bytes: checked\n")
    return time.monotonic() - start


def loader_to_kernel(arch, configuration):
    """Instructions of the loader, firmware's work for it included."""
    return run(arch, configuration, guest.qemu.COUNTING, counted)


def wall_ms(arch, configuration):
    """Milliseconds of the loader: the best of a few, the others met other load."""
    return math.ceil(1000 * min(run(arch, configuration, (), timed) for _ in range(REPEATS)))

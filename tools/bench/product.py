# SPDX-License-Identifier: MIT
"""Figures of what a person waits for: a new product from its template, a build with nothing to do, menus.

Wall time, of the least of a few where that can be: the others met other load.
"""

import functools
import math
import os
import pathlib
import select
import subprocess
import sys
import tempfile
import time

import builds
from image import guest

REPEATS = 3
PROMPT = r"^tenon> "
# What the first page of menuconfig shows near its end.
MENU = b"Servers in the boot bundle"
PATIENCE_S = 20

SCRATCH = tempfile.TemporaryDirectory(prefix="tenon-bench.")


@functools.cache
def made(arch):
    """(build folder, seconds) of a product for ARCH: from `./tenon new server` to its shell's prompt."""
    product = pathlib.Path(SCRATCH.name, f"lamp_{arch}")
    build = product / "build"
    start = time.monotonic()
    builds.run(builds.ROOT / "tenon", "new", "server", product)
    builds.run("cmake", "-G", "Ninja", "-S", product, "-B", build, f"-DTENON_ARCH={arch}",
               f"-DTenon_DIR={builds.ROOT / 'cmake'}")
    builds.run("cmake", "--build", build)
    try:
        with guest.Guest(guest.qemu.Machine.of_build(arch, build)) as running:
            running.expect(PROMPT)
    except guest.GuestError as error:
        raise builds.CannotMeasure(str(error)) from error
    return build, time.monotonic() - start


def new_to_prompt(arch, _):
    """Seconds from `./tenon new` to the prompt."""
    return math.ceil(made(arch)[1])


def noop_build(arch, _):
    """Milliseconds of building a product, unit tests included, when nothing has changed."""
    return least_ms(lambda: builds.run("cmake", "--build", made(arch)[0]))


def least_ms(action):
    """Milliseconds that ACTION takes at least."""
    times = []
    for _ in range(REPEATS):
        start = time.monotonic()
        action()
        times.append(time.monotonic() - start)
    return math.ceil(min(times) * 1000)


def menuconfig(arch, configuration):
    """Milliseconds from ./tenon menuconfig to its first page."""
    builds.built(arch, configuration)
    return least_ms(lambda: open_menus(arch, configuration))


def open_menus(arch, configuration):
    """Open menuconfig in a terminal of 80 columns, wait for its page, and end it."""
    ours, theirs = os.openpty()
    command = [builds.ROOT / "tenon", "menuconfig", "--arch", arch, "--config", configuration]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                          env={**os.environ, "TERM": "xterm", "LINES": "40", "COLUMNS": "80",
                               "TENON_PYTHON": sys.executable}) as process:
        os.close(theirs)
        try:
            read_until(ours, MENU)
        finally:
            process.kill()
            os.close(ours)


def read_until(terminal, text):
    """Read from TERMINAL until TEXT has come."""
    seen = b""
    deadline = time.monotonic() + PATIENCE_S
    while text not in seen:
        if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
            raise builds.CannotMeasure(f"menuconfig shows no menus:\n{seen.decode(errors='replace')}")
        seen += os.read(terminal, 65536)

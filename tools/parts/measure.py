# SPDX-License-Identifier: MIT
"""What a configuration costs: bytes of the kernel, memory it takes for itself, instructions of a message."""

import dataclasses
import shutil
import subprocess
import sys

from variants import ROOT

sys.path.insert(0, str(ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it

LOADED = (".boot", ".text", ".rodata", ".note", ".data")
BENCH, OWN_BENCH = "bench-of-default", "bench-of-this"
# The program knows the priorities there are.
OWN_PROGRAM = "CONFIG_PRIORITIES="
ROUND_TRIP = r"BENCH ipc\.roundtrip\.0w (\d+) "

# Without the controller that QEMU's machine has by default, it has the other one.
MACHINES = {"# CONFIG_GICV2 is not set\n": ("-M", "virt,gic-version=3")}


class CannotMeasure(Exception):
    """A configuration could not be measured; says why."""


@dataclasses.dataclass(frozen=True)
class Figures:
    """What was measured: bytes that are loaded, bytes of zeroed memory, instructions of a call and its reply."""

    image: int
    memory: int
    round_trip: int

    def __sub__(self, other):
        return Figures(self.image - other.image, self.memory - other.memory, self.round_trip - other.round_trip)


def figures(arch, line=""):
    """The Figures of `default` with the configuration LINE, on ARCH."""
    build = ROOT / "build" / "parts" / arch
    fragment = ROOT / "build" / "parts" / f"{arch}.config"
    build.mkdir(parents=True, exist_ok=True)
    fragment.write_text(line, encoding="utf-8")
    if not build.joinpath("build.ninja").exists():
        # With ccache, only what a symbol changes is compiled again.
        launcher = ["-DCMAKE_C_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        _run("cmake", "--preset", arch, "-B", build, *launcher)
    _run(sys.executable, "-B", ROOT / "tools" / "kconf", "--arch", arch, "--config", build / ".config",
         "--fragment", fragment, "defconfig", "default")
    if not line or line.startswith(OWN_PROGRAM):  # Otherwise the program that measures is the same for all.
        _run("cmake", "--build", build, "--target", "program.bench")
        shutil.copy2(build / "programs" / "bench", build / (OWN_BENCH if line else BENCH))
    _run("cmake", "--build", build, "--target", "kernel_image")
    sections = _sections(build / "kernel.elf")
    return Figures(sum(sections.get(name, 0) for name in LOADED), sections[".bss"],
                   _round_trip(arch, build, OWN_BENCH if line.startswith(OWN_PROGRAM) else BENCH,
                               MACHINES.get(line, ())))


def _sections(path):
    """{name: size} of the sections of the ELF file PATH."""
    rows = [line.split() for line in _run("size", "-A", path).splitlines()]
    return {row[0]: int(row[1]) for row in rows if len(row) == 3 and row[1].isdigit()}


def _round_trip(arch, build, bench, machine):
    """Instructions of a call without words, and its reply, on MACHINE, as the program BENCH counts them."""
    _run(sys.executable, "-B", ROOT / "tools" / "bundle", "pack", "--arch", arch, "--output", build / "parts.bundle",
         "--program", f"bin/bench={build / bench}")
    parts = guest.qemu.Machine.of_build(arch, build, "parts", command_line="init=bin/bench",
                                        extra=(*guest.qemu.COUNTING, *machine))
    try:
        with guest.Guest(parts) as running:
            return int(running.expect(ROUND_TRIP)[1])
    except guest.GuestError as error:
        raise CannotMeasure(str(error)) from error


def _run(*command):
    """Run COMMAND; returns its output."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)
    if done.returncode:
        raise CannotMeasure(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")
    return done.stdout

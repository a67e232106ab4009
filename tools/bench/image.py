# SPDX-License-Identifier: MIT
"""Figures of a running image: the bench program's own, and what TCG plugins see of it.

The bench program prints "BENCH name value rounds" for each of its cases; beside it, the profile plugin
counts what each case executes (plugins/profile.c).
"""

import dataclasses
import functools
import pathlib
import re
import subprocess
import sys
import tempfile

import builds
import plugins

sys.path.insert(0, str(builds.ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it

BENCH_LINE = re.compile(r"BENCH (\S+) (\d+) (\d+)")

# Kinds of instructions that a real machine takes long for: enum instruction_kind of plugins/instruction.h.
DEAR = {1: "address-space writes", 2: "TLB flushes", 3: "ISBs", 4: "DSBs", 5: "atomics"}
HALT = 6

# Cases that need more than one CPU. Their instructions are those of all CPUs, which take turns.
CPUS = {"ipc.roundtrip.cross_cpu": 2}

# Options of the profile plugin that are addresses of functions of the bench program.
MARKS = {"start": "_start", "begin": "bench_begin", "end": "bench_end", "next": "bench_next"}

# Functions of the kernel at whose begin it looks for interrupts.
WINDOWS = ("arch_interrupt_window", "arch_idle", "arm64_interrupts_take")


@dataclasses.dataclass(frozen=True)
class Case:
    """A case of the bench program: its figure, and what its best sample executed."""

    value: int
    rounds: int
    sites: tuple  # of (address, count, kind)

    def each_round(self, kind):
        """How many instructions of KIND a round has."""
        return sum(count for _, count, found in self.sites if found == kind) // self.rounds


@dataclasses.dataclass(frozen=True)
class Run:
    """What a run of the bench program gave."""

    cases: dict  # name -> Case

    def figures(self):
        """All figures by name."""
        found = {name: case.value for name, case in self.cases.items()}
        if "sched.idle_wakeups" in self.cases:
            # Two stops are no wake-ups of idling: the sleep ends the last, and the first may end with
            # what was left of the time slice.
            idle = self.cases["sched.idle_wakeups"]
            stops = sum(count for _, count, kind in idle.sites if kind == HALT)
            found["sched.idle_wakeups"] = max(0, stops - 2) // idle.rounds
        return found


def case(kind, arch, configuration):
    """The case KIND of the bench program, or None if it has none on this image."""
    return bench(arch, configuration, CPUS.get(kind, 1)).cases.get(kind)


@functools.cache
def bench(arch, configuration, cpus=1):
    """Run the bench program of the image of CONFIGURATION for ARCH on a machine with CPUS."""
    build = builds.built(arch, configuration)
    marks = symbols(build / "programs" / "bench")
    with tempfile.NamedTemporaryFile("r", suffix=".profile") as file:
        plugin = plugins.option("profile", out=file.name, **{
            name: [f"{marks[symbol]:x}"] for name, symbol in MARKS.items()}, **spin(marks))
        output = boot(arch, build, "bench", plugin, cpus)
        cases, interrupt = read_profile(file)
    lines = BENCH_LINE.findall(output)
    found = {name: Case(int(value), int(rounds), sites)
             for (name, value, rounds), sites in zip(lines, cases, strict=True)}
    if interrupt is not None:
        found["sched.irq_to_user"] = interrupt
    return Run(found)


def spin(marks):
    """The plugin's option that says where the user code lies that is interrupted."""
    if "bench_spin" not in marks:
        return {}
    return {"spin": [f"{marks['bench_spin']:x}-{marks['bench_spin_end']:x}"]}


def read_profile(file):
    """The sites of each case in FILE, and the Case of the interrupt, if there was one."""
    found = []  # Of (word, instructions, sites).
    for line in file:
        words = line.split()
        if words[0] in ("case", "interrupt"):
            found.append((words[0], int(words[1]), []))
        else:
            found[-1][2].append((int(words[0], 16), int(words[1]), int(words[2])))
    interrupts = [Case(count, 1, tuple(sites)) for word, count, sites in found if word != "case"]
    return ([tuple(sites) for word, _, sites in found if word == "case"],
            interrupts[0] if interrupts else None)


@functools.cache
def longest_irqoff(arch, configuration):
    """The blocks (address, instructions) of the longest stretch between two moments that let interrupts
    in, in a run of the conformance program."""
    build = builds.built(arch, configuration)
    kernel = symbols(build / "kernel.elf")
    windows = [f"{kernel[name]:x}" for name in WINDOWS if name in kernel]
    start = [f"{symbols(build / 'programs' / 'conformance')['_start']:x}"]
    with tempfile.NamedTemporaryFile("r", suffix=".irqoff") as file:
        boot(arch, build, "conformance",
             plugins.option("irqoff", out=file.name, start=start, window=windows))
        return [(int(address, 16), int(count)) for address, count in map(str.split, file)]


def boot(arch, build, program, plugin, cpus=1):
    """Boot PROGRAM of the image in BUILD under PLUGIN; returns what it printed."""
    machine = guest.qemu.Machine.of_build(
        arch, build, "test", cpus=cpus, command_line=f"init=bin/{program}",
        extra=(*guest.qemu.COUNTING, "-plugin", plugin))
    try:
        with guest.Guest(machine) as running:
            code = running.wait_exit()
            output = running.output
    except (guest.GuestError, guest.qemu.MissingFile) as error:
        raise builds.CannotMeasure(str(error)) from error
    if code != 0:
        raise builds.CannotMeasure(f"{program} ended with {code}:\n{output[-3000:]}")
    return output


@functools.cache
def symbols(path: pathlib.Path):
    """Addresses of the functions of the ELF file PATH, by name."""
    listing = subprocess.run(["nm", "--defined-only", path], capture_output=True, text=True,
                             check=True).stdout
    found = {}
    for line in listing.splitlines():
        words = line.split()
        if len(words) == 3 and words[1] in "tT" and not words[2].startswith("$"):
            found[words[2]] = int(words[0], 16)
    return found


def owner(names, address):
    """The function in NAMES that ADDRESS lies in."""
    before = [(at, name) for name, at in names.items() if at <= address]
    return max(before)[1] if before else "?"

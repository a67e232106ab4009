# SPDX-License-Identifier: MIT
"""Where the instructions of a figure are: a table by function, for --profile."""

import collections
import subprocess

import builds
import image

ADDR2LINE = {"x86_64": "addr2line", "arm64": "aarch64-linux-gnu-addr2line"}


def table(kind, arch, configuration):
    """Lines that say how many instructions each function takes in a round of the case KIND."""
    rounds, sites = executed(kind, arch, configuration)
    build = builds.built(arch, configuration)
    files = {True: build / "kernel.elf", False: build / "programs" / "bench"}
    counts = collections.Counter()
    for is_kernel, path in files.items():
        chosen = [site for site in sites if bool(site[0] >> 63) == is_kernel]
        names = functions(arch, path, [address for address, _ in chosen])
        for (_, count), name in zip(chosen, names, strict=True):
            counts["kernel" if is_kernel else "user", *name] += count
    yield f"  {counts.total() / rounds:9.2f}  in all, of {rounds} round(s) the average"
    for (side, symbol, function), count in counts.most_common():
        inlined = "" if function in (symbol, "??") else f" / {function}"
        yield f"  {count / rounds:9.2f}  {side:6}  {symbol}{inlined}"


def executed(kind, arch, configuration):
    """How many rounds of KIND a sample has, and how often it executed what: (address, count)."""
    if kind == "sched.irqoff_max":
        return 1, image.longest_irqoff(arch, configuration)
    case = image.case(kind, arch, configuration)
    if case is None:
        raise builds.CannotMeasure(f"the bench program has no case {kind}")
    return case.rounds, [(address, count) for address, count, _ in case.sites]


def functions(arch, path, addresses):
    """For each of ADDRESSES in the ELF file PATH of ARCH: the symbol it lies in, and the function of the
    source, which may be an inlined one."""
    names = image.symbols(path)
    listing = subprocess.run(
        [ADDR2LINE[arch], "-f", "-e", path], input="\n".join(f"{address:x}" for address in addresses),
        capture_output=True, text=True, check=True).stdout.splitlines()
    return [(image.owner(names, address), function)
            for address, function in zip(addresses, listing[::2], strict=True)]

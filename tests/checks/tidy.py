# SPDX-License-Identifier: MIT
"""clang-tidy finds nothing, and every exception says why.

An exception is `NOLINT(check-name): reason` or NOLINTNEXTLINE likewise; without a reason it is a defect.

    tidy.py [--jobs N] BUILD…      configured build directories; a file is checked as the first has it
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import common

EXCEPTION = re.compile(r"NOLINT(NEXTLINE|BEGIN|END)?(\([^)]*\))?(.*)")
REASON = re.compile(r"\s*(:|--?)\s*\w\w\w+")
# Flags of gcc that clang does not know.
GCC_ONLY = re.compile(r"-mno-outline-atomics|-m(preferred|incoming)-stack-boundary=\d|"
                      r"-mindirect-branch(-register|=\w+)|-fno-tree-loop-distribute-patterns|"
                      r"--coverage")


def exceptions_without_reason():
    """A defect for each NOLINT that does not name the check and the reason."""
    for path in common.files("*.c", "*.h"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            match = EXCEPTION.search(line)
            if match and match[1] != "END" and not (match[2] and REASON.match(match[3])):
                yield f"{common.place(path, number)}: write NOLINT(check-name): reason"


def translation_units(builds):
    """{source: command for clang}, each source once, without tests."""
    units = {}
    for build in builds:
        for source, command in common.compile_commands(build):
            if source.suffix == ".c" and "test" not in source.parts and "tests" not in source.parts:
                units.setdefault(source, clang_command(command))
    return units


def clang_command(command):
    """The gcc COMMAND as clang understands it."""
    words = common.for_clang(word for word in command[1:] if not GCC_ONLY.fullmatch(word))
    target = ["--target=aarch64-linux-gnu"] if "aarch64" in command[0] else []
    return ["clang", *target, *words]


def check(source, database):
    """clang-tidy's findings for SOURCE."""
    done = subprocess.run(["clang-tidy", "--quiet", "-p", database, source], capture_output=True,
                          text=True, check=False)
    return re.findall(r"^\S+:\d+:\d+: (?:error|warning): .*$", done.stdout, re.MULTILINE)


def main():
    """Check all sources, several at a time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("builds", nargs="+")
    args = parser.parse_args()
    units = translation_units(args.builds)
    with tempfile.TemporaryDirectory() as directory:
        pathlib.Path(directory, "compile_commands.json").write_text(json.dumps(
            [{"directory": str(common.ROOT), "file": str(source), "arguments": command}
             for source, command in units.items()]), encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            findings = pool.map(lambda source: check(source, directory), units)
            found = {finding for result in findings for finding in result}
    defects = sorted(found) + list(exceptions_without_reason())
    return common.verdict("tidy", f"{len(units)} files", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Every header compiles alone, with gcc and with clang. Except parts of others, which say what they need.

    headers.py BUILD…      configured build directories, whose flags are used
"""

import subprocess
import sys
import tempfile

import common


# Parts of <arch/arch.h> and of a port's fpu_unit.h.
PARTS = ("include/arch/port.h", "include/arch/fpu_switch.h")
# Folders whose files are compiled with flags of their own.
SPECIAL = ("test", "abi", "x86_64", "arm64", "host", "support", "programs", "bench",
           "float", "fuzz", "loader")


def part_of(path):
    """What decides the flags of PATH: its library, and the special folder it is in."""
    folders = path.relative_to(common.ROOT).parts[:-1]
    return "/".join([common.library_of(path), *(name for name in SPECIAL if name in folders)])


def sees_itself(flags, source):
    """Whether FLAGS find headers beside SOURCE; a file that another part borrows has flags of that one."""
    return f"-I{source.parent}" in flags


def flags_by_part(builds):
    """Preprocessor flags of each part: those of its compilation that sees most and, among equals, its own
    folder; the first BUILD first."""
    flags, ranks = {}, {}
    for build in builds:
        for source, command in common.compile_commands(build):
            if source.suffix != ".c":
                continue
            part, found = part_of(source), common.preprocessor_flags(command)
            rank = (len(found), sees_itself(found, source))
            if rank > ranks.get(part, (0, False)):
                flags[part], ranks[part] = found, rank
    return flags


def error_of(compiler, flags, header):
    """First error of COMPILER for a file that includes HEADER alone, twice; None if there is none."""
    if compiler == "clang":
        flags = common.for_clang(flags)
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        source.write(f'#include "{header}"\n#include "{header}"\n')
        source.flush()
        done = subprocess.run(
            [compiler, "-fsyntax-only", "-Wall", "-Wextra", "-Wundef", "-Werror",
             "-Wno-unused-function", *flags, f"-I{header.parent}", source.name],
            capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if "error" in line]
    return errors[0] if errors else done.stderr[:200] if done.returncode else None


def main():
    """Compile each public and internal header by itself."""
    flags = flags_by_part(sys.argv[1:])
    headers = [path for path in common.files("*.h")
               if part_of(path) in flags and not any(path.match(part) for part in PARTS)]
    defects = []
    for header in headers:
        for compiler in ("gcc", "clang"):
            error = error_of(compiler, flags[part_of(header)], header)
            if error:
                defects.append(f"{common.place(header)}: does not compile alone with {compiler}: {error}")
    return common.verdict("headers", f"{len(headers)} headers", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""The C examples of the README files compile with the flags of the library they are about.

An example is a ```c block below the line `<!-- example: NAME -->`.

    examples.py BUILD…      configured build directories, whose flags are used
"""

import re
import subprocess
import sys
import tempfile

import common
from headers import flags_by_part

EXAMPLE = re.compile(r"^<!-- example: ([\w.-]+) -->\s*```c\n(.*?)^```", re.MULTILINE | re.DOTALL)
WARNINGS = ["-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wstrict-prototypes", "-Wundef", "-Werror"]


def compile_example(code, flags):
    """First error in CODE, or None."""
    with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
        source.write(code)
        source.flush()
        done = subprocess.run(["gcc", "-fsyntax-only", *WARNINGS, *flags, source.name],
                              capture_output=True, text=True, check=False)
    errors = [line for line in done.stderr.splitlines() if "error" in line]
    return errors[0] if errors else None


def main():
    """Compile every example; a README of a library without one is a defect."""
    flags, count, defects = flags_by_part(sys.argv[1:]), 0, []
    for readme in common.files("lib*/README.md", "docs/*.md", "docs/**/*.md", "servers/*README.md"):
        text = readme.read_text(encoding="utf-8")
        library = common.library_of(readme)
        found = EXAMPLE.findall(text)
        count += len(found)
        if readme.parent == common.ROOT / library and library.startswith("lib") and not found:
            defects.append(f"{common.place(readme)}: no example (a ```c block below <!-- example: NAME -->)")
        for name, code in found:
            error = compile_example(code, flags.get(library) or flags["libsys"])
            if error:
                defects.append(f"{common.place(readme)}: example {name}: {error}")
    return common.verdict("examples", f"{count} examples", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Every source file, and every file of an installed kit, says its licence first, and nothing is left to do in it."""

import fnmatch
import re
import sys

import common

SOURCES = ("*.c", "*.h", "*.S", "*.lds", "*.py", "*.sh", "*.cmake", "*CMakeLists.txt", "*Kconfig")
# What cmake/Install.cmake installs; of the folders, all that is not a test.
INSTALLED = ("libbase", "libmm", "libsched", "libipc", "libdrv", "libkern", "libsys", "servers", "cmake", "configs",
             "contracts", "docs", "examples", "templates", "tools", "tests/support", "tests/harness", "CMakeLists.txt",
             "Kconfig", "tenon")
# Text for people, and what has no comments: LICENSE beside them covers these. Seeds and answers of tests stay as they are.
WITHOUT_COMMENTS = ("*.md", "*.json", "*/welcome", "*/test/*")
LEFT_TO_DO = re.compile("|".join(["TO" "DO", "FIX" "ME"]))


def defects_of(path):
    """What is wrong with the file PATH."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = "\n".join(lines[:2])
    if "SPDX-License-Identifier: MIT" not in head:
        yield f"{common.place(path, 1)}: no SPDX-License-Identifier in the first two lines"
    for number, line in enumerate(lines, start=1):
        if LEFT_TO_DO.search(line):
            yield f"{common.place(path, number)}: work that is left to do belongs into an issue"


def main():
    """Look at every source file."""
    installed = [path for path in common.files(*INSTALLED)
                 if not any(fnmatch.fnmatchcase(common.place(path), pattern) for pattern in WITHOUT_COMMENTS)]
    files = sorted({*common.files(*SOURCES), *installed})
    defects = [defect for path in files for defect in defects_of(path)]
    return common.verdict("layout", f"{len(files)} files", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Each system call of <abi/syscall.h> has a page docs/syscalls/NAME.md, and each page has a call."""

import re
import sys

import common

CALL = re.compile(r"^#define TN_SYS_(\w+)\s+\d+", re.MULTILINE)
NO_CALLS = {"IPC_COUNT", "COUNT"}
PAGES = common.ROOT / "docs" / "syscalls"
SECTIONS = ("Rights", "Errors")


def main():
    """Compare the two lists."""
    text = (common.ROOT / "libkern/abi/include/abi/syscall.h").read_text(encoding="utf-8")
    calls = {name.lower() for name in CALL.findall(text) if name not in NO_CALLS}
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    defects = [f"docs/syscalls/{name}.md is missing" for name in sorted(calls - pages)]
    defects += [f"docs/syscalls/{name}.md describes no system call" for name in sorted(pages - calls)]
    for name in sorted(calls & pages):
        page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        defects += [f"docs/syscalls/{name}.md: no word on {section.lower()}"
                    for section in SECTIONS if section.lower() not in page.lower()]
    return common.verdict("syscall_pages", f"{len(calls)} system calls", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Each system call of <abi/syscall.h> has a page docs/syscalls/NAME.md, and each page has a call.

Each argument on a page that is a handle has a test on the host port that gives what is no handle, one of
another type, and one without the right: REFUSES(position, rights, TN_SYS_NAME, ...).
"""

import re
import sys

import common

CALL = re.compile(r"^#define TN_SYS_(\w+)\s+\d+", re.MULTILINE)
NO_CALLS = {"IPC_COUNT", "COUNT"}
PAGES = common.ROOT / "docs" / "syscalls"
SECTIONS = ("Rights", "Errors")
PROTOTYPE = re.compile(r"^tn_status_t sys_\w+\(([^)]*)\);", re.MULTILINE)
REFUSES = re.compile(r"\bREFUSES\(\s*(\d+),[^,]+,\s*TN_SYS_(\w+)")
# Of any type, and no right is asked for: only what is no handle can be wrong with them.
ANY_HANDLE = {("handle_close", 0), ("handle_duplicate", 0), ("handle_info", 1), ("handle_install", 1),
              ("handle_next", 1), ("handle_revoke", 0)}


def tested_arguments():
    """(system call, position) of each handle that a test gives wrong on purpose."""
    return {(match[2].lower(), int(match[1]))
            for path in (common.ROOT / "libkern/test").glob("*.c")
            for match in REFUSES.finditer(path.read_text(encoding="utf-8"))}


def handle_arguments(name, page):
    """(system call, position) of each argument of NAME that PAGE says is a handle."""
    prototype = PROTOTYPE.search(page)
    arguments = prototype[1].split(",") if prototype else []
    return {(name, i) for i, argument in enumerate(arguments)
            if re.fullmatch(r"\s*tn_handle_t \w+", argument)}


def main():
    """Compare the two lists."""
    text = (common.ROOT / "libkern/abi/include/abi/syscall.h").read_text(encoding="utf-8")
    calls = {name.lower() for name in CALL.findall(text) if name not in NO_CALLS}
    pages = {path.stem for path in PAGES.glob("*.md")} - {"README"}
    defects = [f"docs/syscalls/{name}.md is missing" for name in sorted(calls - pages)]
    defects += [f"docs/syscalls/{name}.md describes no system call" for name in sorted(pages - calls)]
    tested = tested_arguments() | ANY_HANDLE
    for name in sorted(calls & pages):
        page = (PAGES / f"{name}.md").read_text(encoding="utf-8")
        defects += [f"docs/syscalls/{name}.md: no word on {section.lower()}"
                    for section in SECTIONS if section.lower() not in page.lower()]
        defects += [f"docs/syscalls/{name}.md: argument {position} is a handle, and no test gives a wrong one"
                    for _, position in sorted(handle_arguments(name, page) - tested)]
    return common.verdict("syscall_pages", f"{len(calls)} system calls", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""The star: wings include libbase and never each other, and no circle joins the libraries.

CMake's include directories enforce this while compiling; here it is read from the sources, so that a
directory added by mistake is noticed too.
"""

import re
import sys

import common

INCLUDE = re.compile(r'#\s*include\s+[<"](lib\w+|abi|arch)/')

# What each folder may include, besides itself.
ALLOWED = {
    "libbase": set(),
    "libmm": {"libbase"},
    "libsched": {"libbase"},
    "libipc": {"libbase", "abi"},
    "libdrv": {"libbase"},
    "libkern": {"libbase", "libmm", "libsched", "libipc", "libdrv", "abi", "arch"},
    "libsys": {"libbase", "libipc", "abi"},
    "servers": {"libbase", "libipc", "libsys", "abi"},
}


def edges():
    """(path, line number, library of the file, library that it includes)."""
    for path in common.files("*.c", "*.h", "*.S"):
        if "test" in path.parts or common.library_of(path) == "tests":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            match = INCLUDE.match(line.strip())
            if match:
                yield path, number, common.library_of(path), match[1]


def circle(graph):
    """A list of libraries that include each other in a circle, or None."""
    def walk(node, trail):
        if node in trail:
            return trail[trail.index(node):] + [node]
        for following in sorted(graph.get(node, ())):
            found = walk(following, trail + [node])
            if found:
                return found
        return None
    for start in sorted(graph):
        found = walk(start, [])
        if found:
            return found
    return None


def main():
    """Compare every include with ALLOWED, then look for circles."""
    defects, graph, count = [], {}, 0
    for path, number, source, target in edges():
        count += 1
        if source == target or source not in ALLOWED:
            continue
        if target not in ("abi", "arch"):
            graph.setdefault(source, set()).add(target)
        if target not in ALLOWED[source]:
            defects.append(f"{common.place(path, number)}: {source} must not include {target}; "
                           f"it sees {', '.join(sorted(ALLOWED[source])) or 'nothing else'}")
    found = circle(graph)
    if found:
        defects.append("circle: " + " -> ".join(found))
    return common.verdict("star", f"{count} includes", defects)


if __name__ == "__main__":
    sys.exit(main())

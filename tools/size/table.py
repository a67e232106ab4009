# SPDX-License-Identifier: MIT
"""The figures as tables for people."""

import figures
from linker_map import KINDS
from paint import paint

KERNEL = "kernel"
SHOWN_CHANGES = 12


def head(title):
    """The line above a table."""
    return paint(f"{title:<34}" + "".join(f"{kind:>9}" for kind in (*KINDS, "total", "change")), "bold")


def row(name, sizes, change):
    """A line: NAME, its SIZES, and by how much the total has changed; None: nothing to compare with."""
    numbers = "".join(f"{sizes[kind]:>9,}" for kind in (*KINDS, "total"))
    return f"{name:<34}{numbers}{signed(change)}"


def signed(change):
    """CHANGE in a column: empty if there is none."""
    if not change:
        return ""
    return paint(f"{change:>+9,}", "red" if change > 0 else "green")


def by_size(entries):
    """The items of the dictionary ENTRIES, biggest first; what has no name of its own last."""
    def key(item):
        sizes = item[1]["total"]
        return item[0].startswith("("), -(sizes if isinstance(sizes, int) else sizes["total"]), item[0]
    return sorted(entries.items(), key=key)


def overview(now, before):
    """Libraries of the kernel, then the programs, then what has changed."""
    yield head("kernel, by library")
    for name, library in by_size(now[KERNEL]["libraries"]):
        yield row("  " + name, library["total"], figures.change(now, before, KERNEL, name))
    yield row("  all", now[KERNEL]["total"], figures.change(now, before, KERNEL))
    programs = {name: image for name, image in now.items() if name != KERNEL}
    if programs:
        yield ""
        yield head("programs")
        for name, image in by_size(programs):
            yield row("  " + name, image["total"], figures.change(now, before, name))
    yield from changes(now, before)
    if now[KERNEL]["by"] == "symbol":
        yield ""
        yield ("The linker has optimized all as one (CONFIG_OPTIMIZE_SIZE), so objects are gone: bytes are counted by the "
               "source files of functions.")


def changes(now, before):
    """Which objects have changed."""
    yield ""
    if before is None:
        yield "There is no earlier build to compare with; the next one will be compared with this."
        return
    found = figures.changed_objects(now, before)
    if not found:
        yield "No object has changed its size since the previous build."
        return
    yield paint("objects that changed since the previous build", "bold")
    for (image, library, name), size in found[:SHOWN_CHANGES]:
        yield f"{'  ' + image + ': ' + library + '/' + name:<79}{signed(size)}"
    if len(found) > SHOWN_CHANGES:
        yield f"  and {len(found) - SHOWN_CHANGES} more; --json has them all"


def objects(now, before, wanted):
    """The objects of the library WANTED, in each image that has it; for a program, its libraries."""
    if wanted in now and wanted != KERNEL:
        yield head(f"{wanted}, by library")
        for name, library in by_size(now[wanted]["libraries"]):
            yield row("  " + name, library["total"], figures.change(now, before, wanted, name))
        yield row("  all", now[wanted]["total"], figures.change(now, before, wanted))
        return
    image = next(name for name in now if wanted in now[name]["libraries"])
    library = now[image]["libraries"][wanted]
    yield head(f"{wanted} in {image}, by object")
    for name, sizes in by_size(library["objects"]):
        yield row("  " + name, sizes, figures.change(now, before, image, wanted, name))
    yield row("  all", library["total"], figures.change(now, before, image, wanted))

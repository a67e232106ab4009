# SPDX-License-Identifier: MIT
"""Measure the kit against its budgets: `python3 tools/bench [--profile] [NAME…]`.

NAME is the beginning of a measurement's name, such as size or boot.entry_to_user.arm64. Prints a
table, writes build/bench.json, and exits 1 if a budget is exceeded or a measurement is missing. With
--profile it prints instead where the instructions of each measurement are.
"""

import argparse
import difflib
import json
import signal
import sys

import budgets
import builds
import image
import measure
import profile_table


def chosen(names):
    """The measurements whose name begins with one of NAMES; all without one."""
    known = list(budgets.load())
    for name in names:
        if not any(entry.name.startswith(name) for entry in known):
            nearest = difflib.get_close_matches(name, [entry.name for entry in known], 1, 0)
            print(f'bench: there is no measurement "{name}"; did you mean "{nearest[0]}"?',
                  file=sys.stderr)
            sys.exit(2)
    return [entry for entry in known if not names or entry.name.startswith(tuple(names))]


def value_of(entry):
    """The value of ENTRY, or None after saying why there is none."""
    try:
        return measure.take(entry.kind, entry.arch, entry.configuration)
    except builds.CannotMeasure as error:
        print(f"bench: {entry.name}: {error}", file=sys.stderr)
        return None


def row(entry, value):
    """A line of the table."""
    shown = "missing" if value is None else f"{value:,}"
    budget = "" if entry.budget is None else f"{entry.budget:,}"
    mark = "OVER" if exceeded(entry, value) else ""
    return f"{entry.name:40} {shown:>12} {budget:>12} {mark:4}  {entry.unit:13} {entry.rival}".rstrip()


def dear_row(entry):
    """The line below that of a message: what it does that a real machine takes long for."""
    case = image.case(entry.kind, entry.arch, entry.configuration)
    return "  of these: " + ", ".join(
        f"{case.each_round(kind)} {name}" for kind, name in image.DEAR.items())


def exceeded(entry, value):
    """Whether VALUE is above the budget of ENTRY."""
    return None not in (value, entry.budget) and value > entry.budget


def measure_all(entries):
    """Measure, print, store; returns the exit code."""
    results, failed = {}, False
    print(f"{'name':40} {'value':>12} {'budget':>12}       {'unit':13} beside", flush=True)
    for entry in entries:
        value = value_of(entry)
        print(row(entry, value), flush=True)
        failed |= value is None or exceeded(entry, value)
        if value is not None:
            results[entry.name] = value
            if entry.kind.startswith("ipc."):
                print(dear_row(entry))
    path = builds.ROOT / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    return 1 if failed else 0


def profile_all(entries):
    """Print where the instructions of ENTRIES are; returns the exit code."""
    failed = False
    for entry in entries:
        print(entry.name)
        try:
            for line in profile_table.table(entry.kind, entry.arch, entry.configuration):
                print(line)
        except builds.CannotMeasure as error:
            print(f"bench: {entry.name}: {error}", file=sys.stderr)
            failed = True
    return 1 if failed else 0


def main():
    """Read the command line and do what it says."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no defect.
    parser = argparse.ArgumentParser(prog="bench", description=__doc__.splitlines()[0])
    parser.add_argument("--profile", action="store_true", help="show where the instructions are")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    entries = chosen(arguments.names)
    return profile_all(entries) if arguments.profile else measure_all(entries)


if __name__ == "__main__":
    sys.exit(main())

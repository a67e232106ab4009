# SPDX-License-Identifier: MIT
"""Each row of a README's table of bad input names a test that exists.

The table stands below a heading with the words "Bad input"; its last column names tests in backticks:
`libmm.test_frame` (a ctest entry), `libmm.test_frame: double_free_is_refused` (and a case in it), or
`double_free_is_refused` alone (a case in any test).

    bad_input.py BUILD…      configured build directories, whose tests count
"""

import json
import re
import subprocess
import sys

import common

HEADING = re.compile(r"^#+ .*bad input.*$", re.IGNORECASE)
NAME = re.compile(r"`([^`]+)`")
CASE = re.compile(r"cmocka_unit_test(?:_\w+)?\(\s*(\w+)|\bdef (test_\w+)|\b(?:CASE|TEST)\((\w+)")


def known_tests(builds):
    """Names of all ctest entries of BUILDS."""
    names = set()
    for build in builds:
        listing = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"],
                                 capture_output=True, check=True).stdout
        names |= {test["name"] for test in json.loads(listing)["tests"]}
    return names


def known_cases():
    """Names of all cases inside of tests."""
    return {name for path in common.files("*.c", "*.py") if "test" in str(path)
            for match in CASE.finditer(path.read_text(encoding="utf-8")) for name in match.groups()
            if name}


def rows(path):
    """(line number, last cell) of each row of the table of bad input in PATH."""
    inside, dashes = False, False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            inside, dashes = bool(HEADING.match(line)), False
        elif inside and line.startswith("|"):
            cell = line.strip().strip("|").split("|")[-1].strip()
            if dashes:
                yield number, cell
            dashes = dashes or set(cell) <= set("-: ")


def defects_of(cell, tests, cases):
    """What is wrong with the CELL that should name tests."""
    names = NAME.findall(cell)
    if not names:
        yield "names no test"
    for name in names:
        test, _, case = name.partition(":")
        if "." in test and test not in tests:
            yield f"there is no test {test}"
        case = case.strip() or ("" if "." in test else test)
        if case and case not in cases:
            yield f"there is no case {case}"


def main():
    """Look at every README."""
    tests, cases, count, defects = known_tests(sys.argv[1:]), known_cases(), 0, []
    for readme in common.files("*README.md", "docs/*.md"):
        table = list(rows(readme))
        count += len(table)
        defects += [f"{common.place(readme, number)}: {defect}"
                    for number, cell in table for defect in defects_of(cell, tests, cases)]
        if readme.match("lib*/README.md") and len(readme.relative_to(common.ROOT).parts) == 2 and not table:
            defects.append(f'{common.place(readme)}: no table below a heading "Bad input"')
    return common.verdict("bad_input", f"{count} rows", defects)


if __name__ == "__main__":
    sys.exit(main())

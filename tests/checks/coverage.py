# SPDX-License-Identifier: MIT
"""The unit tests execute nearly all of libbase and the wings: 95 % of the lines, 90 % of the branches.

    coverage.py [--build DIR]       builds and runs the unit tests there, by default build/coverage
"""

import argparse
import json
import pathlib
import subprocess
import sys

import common
import copy_tree

LIBRARIES = ("libbase", *common.WINGS)
LINES, BRANCHES = 95, 90


def measure(build):
    """gcovr's summary by file, after the unit tests of LIBRARIES ran in BUILD."""
    copy_tree.run(["cmake", "--preset", "host", "-B", build, "-DTENON_SANITIZE=OFF",
                   "-DTENON_COVERAGE=ON"], common.ROOT)
    copy_tree.run(["cmake", "--build", build], common.ROOT)
    for counts in pathlib.Path(build).rglob("*.gcda"):
        counts.unlink()
    copy_tree.run(["ctest", "--test-dir", build, "-L", "|".join(f"^{name}$" for name in LIBRARIES)],
                  common.ROOT)
    filters = [word for name in LIBRARIES for word in ("--filter", f"{common.ROOT}/{name}/(src|include)/")]
    # The sources are compiled under names that begin at the tree's root; gcovr shall find them there.
    report = subprocess.run(
        ["gcovr", "--root", common.ROOT, "--object-directory", build, *filters, "--json-summary",
         "--exclude-unreachable-branches", "--exclude-lines-by-pattern", r".*\btn_assert\(.*", build],
        cwd=common.ROOT, capture_output=True, text=True, check=False)
    if report.returncode:
        sys.exit(report.stderr)
    return json.loads(report.stdout)["files"]


def percent(part, whole):
    """PART of WHOLE in percent; all of nothing is 100."""
    return 100 if whole == 0 else 100 * part / whole


def main():
    """Print every file, and judge each library."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=str(common.ROOT / "build" / "coverage"))
    files = measure(parser.parse_args().build)
    sums = {}
    for file in files:
        if "/include/" in file["filename"]:
            # gcov numbers the branches of an inline function anew for each file that includes it.
            file["branch_covered"] = file["branch_total"] = 0
        counts = [file[key] for key in ("line_covered", "line_total", "branch_covered", "branch_total")]
        print(f"{percent(*counts[:2]):6.1f} % lines {percent(*counts[2:]):6.1f} % branches  "
              f"{file['filename']}")
        library = pathlib.Path(file["filename"]).parts[0]
        sums[library] = [a + b for a, b in zip(sums.get(library, [0] * 4), counts)]
    defects = []
    for library, counts in sorted(sums.items()):
        lines, branches = percent(*counts[:2]), percent(*counts[2:])
        if lines < LINES or branches < BRANCHES:
            defects.append(f"{library}: {lines:.1f} % of lines and {branches:.1f} % of branches are "
                           f"tested; {LINES} and {BRANCHES} are needed")
    return common.verdict("coverage", f"{len(files)} files of {len(sums)} libraries", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""A wing has no variables of its own: `nm` of its archive shows no b, B, d, D or C.

    purity.py BUILD…      cross build directories
"""

import pathlib
import subprocess
import sys

import common

VARIABLE = set("bBdDC")


def variables(archive):
    """(member, symbol) of each variable in ARCHIVE."""
    listing = subprocess.run(["nm", "--print-file-name", archive], capture_output=True, text=True,
                             check=True).stdout
    for line in listing.splitlines():
        where, _, rest = line.rpartition(":")
        words = rest.split()
        if words[-2] in VARIABLE:
            yield where.rpartition(":")[2], words[-1]


def main():
    """Look into the archives of all wings in the build directories given."""
    archives = [archive for build in sys.argv[1:] for wing in common.WINGS
                for archive in sorted(pathlib.Path(build, wing).glob("*.a"))]
    if not archives:
        sys.exit("purity: no archive of a wing found; give build directories that are built.")
    defects = [f"{archive}: {member}: the variable {symbol}: pass it as an argument instead"
               for archive in archives for member, symbol in variables(archive)]
    return common.verdict("purity", f"{len(archives)} archives", defects)


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: MIT
"""Every C file is formatted as .clang-format says."""

import subprocess
import sys

import common


def main():
    """Let clang-format compare; it prints the differences itself."""
    files = common.files("*.c", "*.h")
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], capture_output=True,
                          text=True, check=False)
    defects = [line for line in done.stderr.splitlines() if "error:" in line]
    return common.verdict("format", f"{len(files)} files", defects)


if __name__ == "__main__":
    sys.exit(main())

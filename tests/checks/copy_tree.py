# SPDX-License-Identifier: MIT
"""Working copies of the tree for checks that build it changed, or somewhere else."""

import shutil
import subprocess
import sys

import common


def copy_to(target):
    """Copy the tree's own files, as they are now, to the new folder TARGET."""
    for path in common.files():
        copy = target / path.relative_to(common.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)


def build(source, preset, *words, target=None, options=None):
    """Configure and build PRESET of the tree in SOURCE; exits with the output if that fails."""
    run(["cmake", "--preset", preset, *words], source, options)
    run(["cmake", "--build", "--preset", preset, *(["--target", target] if target else [])], source, options)


def run(command, source, options=None):
    """Run COMMAND in SOURCE with OPTIONS of subprocess.run(), showing its output only if it fails."""
    done = subprocess.run(command, cwd=source, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **(options or {}))
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, command))} failed")

# SPDX-License-Identifier: MIT
"""Build directories of the configurations that are measured."""

import functools
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class CannotMeasure(Exception):
    """A measurement could not be taken; says why."""


@functools.cache
def built(arch, configuration):
    """The up-to-date build directory of CONFIGURATION for ARCH."""
    build = ROOT / "build" / f"{arch}-{configuration}"
    if not build.joinpath("build.ninja").exists():
        run("cmake", "--preset", arch, "-B", build, f"-DTENON_DEFCONFIG={configuration}")
    run("cmake", "--build", build)
    return build


def run(*command):
    """Run COMMAND in the tree; returns its output, and shows it if it fails."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"{' '.join(map(str, command))} failed:\n{done.stdout[-3000:]}")
    return done.stdout

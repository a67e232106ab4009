# SPDX-License-Identifier: MIT
"""TCG plugins: compiled when they are needed, with the compiler of this computer."""

import functools
import pathlib

import builds

FOLDER = pathlib.Path(__file__).with_name("plugins")
SOURCES = {"profile": ("profile.c", "instruction.c"), "irqoff": ("irqoff.c",)}


@functools.cache
def compiled(name):
    """The shared object of plugin NAME, up to date."""
    target = builds.ROOT / "build" / "plugins" / f"{name}.so"
    sources = [FOLDER / source for source in SOURCES[name]]
    newest = max(path.stat().st_mtime for path in FOLDER.iterdir())
    if not target.exists() or target.stat().st_mtime < newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        builds.run("gcc", "-std=gnu11", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-O2", "-fPIC",
                   "-shared", "-fvisibility=hidden", "-o", target, *sources)
    return target


def option(name, out, **options):
    """The value of QEMU's -plugin for plugin NAME, with lists of values for each of OPTIONS."""
    words = [f"{key}={value}" for key, values in options.items() for value in values]
    return ",".join([str(compiled(name)), f"out={out}", *words])

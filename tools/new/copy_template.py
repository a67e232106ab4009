# SPDX-License-Identifier: MIT
"""Copying a template: what is written in it as `myproduct` becomes the product's name.

The copy is made in a folder of its own beside the target, and renamed when it is complete: a full disk
or a missing permission leaves nothing behind.
"""

import difflib
import os
import pathlib
import re
import shutil
import tempfile

from problem import Problem

PLACEHOLDER = "myproduct"
NAME = re.compile(r"[a-z][a-z0-9_]*")
NAME_MAX = 31  # as in a manifest
# Targets that each build directory has, or the kit itself.
TAKEN = ("all", "clean", "help", "install", "package", "tenon", "test")
# What a build in the template's own folder leaves there.
LEFT_OUT = shutil.ignore_patterns("build*", "__pycache__")


def names(kit):
    """The names of the KIT's templates."""
    return sorted(path.parent.name for path in (kit / "templates").glob("*/CMakeLists.txt"))


def copy(kit, template, directory):
    """Make the folder DIRECTORY from the KIT's TEMPLATE; returns the product's name. Raises Problem."""
    source = _template(kit, template)
    target = pathlib.Path(os.path.abspath(directory))
    _check_name(target.name)
    _check_place(kit, target)
    try:
        _copy_whole(source, target)
    except OSError as error:
        raise Problem(f"{target} cannot be made: {error.strerror}",
                      "Make room or get the permission there, or choose another place; nothing was written"
                      ) from error
    return target.name


def needs_compiled_libraries(directory):
    """Whether the product in the folder DIRECTORY links what a prefix has compiled, and compiles no kit itself."""
    return "COMPONENTS product" not in pathlib.Path(directory, "CMakeLists.txt").read_text(encoding="utf-8")


def _template(kit, name):
    """The folder of the template NAME."""
    known = names(kit)
    if name in known:
        return kit / "templates" / name
    near = difflib.get_close_matches(name, known, 1, 0)
    raise Problem(f'there is no template "{name}" (there are {", ".join(known)})',
                  f'Did you mean "{near[0]}"?' if near else "Get a complete kit")


def _check_name(name):
    """A product's name is one for a project, a file and a person."""
    if not NAME.fullmatch(name) or len(name) > NAME_MAX:
        raise Problem(f'"{name}" is no name for a product',
                      f"Use a letter, then letters, digits and _, all lower-case, at most {NAME_MAX}, as the folder's name")
    if name in TAKEN:
        raise Problem(f'"{name}" is no name for a product: each build has a target that is called so',
                      "Choose another one")


def _check_place(kit, target):
    """The folder TARGET is outside of the KIT, and is not there or is empty."""
    if target.is_relative_to(kit):
        raise Problem(f"{target} lies inside of the kit, which a product does not change",
                      f"Choose a place outside, for example {kit.parent / target.name}")
    if not target.parent.is_dir():
        raise Problem(f"{target.parent} is no folder", "Make it first, or choose another place")
    if target.is_symlink() or target.is_file():
        raise Problem(f"{target} is there already, and is no folder", "Choose another name")
    try:
        is_used = target.is_dir() and any(target.iterdir())
    except OSError as error:
        raise Problem(f"{target} cannot be read: {error.strerror}", "Choose another place") from error
    if is_used:
        raise Problem(f"the folder {target} is not empty", "Choose another one, or empty it")


def _copy_whole(source, target):
    """Copy SOURCE to TARGET, completely or not at all."""
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
        copied = pathlib.Path(scratch, target.name)
        try:
            shutil.copytree(source, copied, ignore=LEFT_OUT, copy_function=_copy_file(target.name))
        except shutil.Error as errors:
            _, _, text = errors.args[0][0]  # of the first file: "[Errno 28] No space left on device"
            raise OSError(0, text.rpartition("] ")[2]) from errors
        _make_writable(copied)
        os.rename(copied, target)


def _copy_file(name):
    """A function that copies a file, with NAME in place of the placeholder."""
    def copy_file(source, target, **_):
        with open(source, encoding="utf-8") as file:
            text = file.read()
        with open(target, "w", encoding="utf-8") as file:
            file.write(text.replace(PLACEHOLDER, name))
        if target.endswith(".sh"): # An installed kit has no permissions to go by.
            os.chmod(target, os.stat(target).st_mode | 0o111)
        return target
    return copy_file


def _make_writable(folder):
    """Let the owner write what comes from a kit that nobody may write."""
    for path, _, _ in os.walk(folder):
        os.chmod(path, os.stat(path).st_mode | 0o700)

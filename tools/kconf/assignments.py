# SPDX-License-Identifier: MIT
"""Reading configuration files line by line: which symbol is given which value, and where."""

import dataclasses
import pathlib
import re

import kconfiglib

from problem import ConfigurationError, Problem

ASSIGNMENT = re.compile(r"CONFIG_(\w+)=(.*)")
NOT_SET = re.compile(r"# CONFIG_(\w+) is not set\s*")
QUOTED = re.compile(r'"((?:[^\\"]|\\.)*)"')


@dataclasses.dataclass(frozen=True)
class Assignment:
    """`CONFIG_<name>=<value>` at a place; text is unquoted, a switch that is not set is "n"."""

    file: str
    line: int
    name: str
    value: str
    quoted: bool = False

    def problem(self, text, remedy):
        """A problem at this line."""
        return Problem(self.file, self.line, text, remedy)


def read(path):
    """All assignments of the file PATH, in order; raises ConfigurationError on anything else in it."""
    found, problems = [], []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        try:
            assignment = _parse(str(path), number, line)
        except ConfigurationError as error:
            problems += error.problems
            continue
        if assignment:
            found.append(assignment)
    if problems:
        raise ConfigurationError(problems)
    return found


def _text(path):
    """The contents of PATH."""
    try:
        return pathlib.Path(path).read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError([Problem(
            str(path), None, f"byte {error.start} is not UTF-8",
            "Save the file as UTF-8 text")]) from error
    except OSError as error:
        raise ConfigurationError([Problem(
            str(path), None, f"cannot be read: {error.strerror}",
            "Make one with ./tenon defconfig NAME")]) from error


def _parse(file, number, line):
    """The assignment on LINE; None for a blank line or a comment."""
    unset = NOT_SET.fullmatch(line)
    if unset:
        return Assignment(file, number, unset[1], "n")
    if not line.strip() or line.startswith("#"):
        return None
    assignment = ASSIGNMENT.fullmatch(line.rstrip())
    if not assignment:
        raise ConfigurationError([Problem(
            file, number, f'"{line}" is not an assignment',
            'Write CONFIG_NAME=value, "# CONFIG_NAME is not set" or a comment')])
    name, value = assignment.groups()
    quoted = QUOTED.fullmatch(value)
    if quoted:
        return Assignment(file, number, name, kconfiglib.unescape(quoted[1]), quoted=True)
    return Assignment(file, number, name, value)

# SPDX-License-Identifier: MIT
"""What is wrong with a configuration, said so that a person can repair it."""

import dataclasses
import difflib


@dataclasses.dataclass(frozen=True)
class Problem:
    """One defect: the place, what is wrong there, and what to do about it."""

    file: str
    line: int | None
    text: str
    remedy: str

    def __str__(self):
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.text}. {self.remedy}"


class ConfigurationError(Exception):
    """The configuration cannot be used; carries every problem that was found."""

    def __init__(self, problems):
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def nearest(word, candidates):
    """The member of CANDIDATES that WORD was probably meant to be, or None."""
    matches = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.5)
    return matches[0] if matches else None

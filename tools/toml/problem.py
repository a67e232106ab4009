# SPDX-License-Identifier: MIT
"""What is wrong with a TOML file (a contract, a manifest), for a person: file, key, what, remedy."""


class Problem(Exception):
    """One or more defects of an input file; nothing was written."""

    def __init__(self, defects):
        super().__init__("\n".join(str(defect) for defect in defects))
        self.defects = defects


class Defect:
    """A defect at KEY of FILE: WHAT is wrong, and what to do (REMEDY)."""

    def __init__(self, file, key, what, remedy):
        self.file, self.key, self.what, self.remedy = file, key, what, remedy

    def __str__(self):
        return f"{self.file}: {self.key}: {self.what}. {self.remedy}."

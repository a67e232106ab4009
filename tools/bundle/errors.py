# SPDX-License-Identifier: MIT
"""What is wrong with an input of the bundle, said so that a person can repair it."""

import difflib


class InputError(Exception):
    """One or more defects; each problem is a line of text: place, what is wrong, remedy."""

    def __init__(self, *problems):
        super().__init__("\n".join(problems))
        self.problems = problems


def nearest(word, candidates):
    """A remedy that names the member of CANDIDATES nearest to WORD, or all of them."""
    candidates = list(candidates)
    matches = difflib.get_close_matches(word, candidates, n=1, cutoff=0.5)
    if matches:
        return f'Did you mean "{matches[0]}"?'
    return "There are: " + (", ".join(sorted(candidates)) or "none") + "."

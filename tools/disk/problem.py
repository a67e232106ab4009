# SPDX-License-Identifier: MIT
"""What keeps a disk from being written, said so that a person can repair it."""


class Problem(Exception):
    """One line of text: place, what is wrong, remedy."""

# SPDX-License-Identifier: MIT
"""Why a tool cannot do what it was asked for."""


class Problem(Exception):
    """One sentence on what is wrong and where, and one on what to do."""

    def __init__(self, what, remedy):
        super().__init__(f"{what}. {remedy}.")

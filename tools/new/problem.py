# SPDX-License-Identifier: MIT
"""Why a product cannot be made."""


class Problem(Exception):
    """One sentence on what is wrong, and one on what to do."""

    def __init__(self, what, remedy):
        super().__init__(f"{what}. {remedy}" + ("" if remedy.endswith("?") else "."))

# SPDX-License-Identifier: MIT
"""The parts of a page of documentation that can be tried: its fenced blocks, and sessions at a prompt.

What a page shows is compared with what comes, line by line. What varies is marked on the page:

    ...the word `about` in front of a number      any number stands there
    ...the sign … in a line                       any text stands there
    ...the sentence "The numbers are those of one run."   all numbers and the width of columns vary on that page

Lines that the supervisor logs may come between others, so they are compared apart from them; what it logs besides,
behind those, may have come before the next prompt or after it.
"""

import dataclasses
import re

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROMPT = "tenon> "
FREE = "The numbers are those of one run."
LOGGED = "supervisor: "


@dataclasses.dataclass
class Block:
    """A fenced block of a page: its language, its text, and the line of the page that it begins on."""

    language: str
    text: str
    line: int

    @property
    def is_session(self):
        """Whether somebody types at Tenon's prompt in it."""
        return self.language == "text" and PROMPT in self.text

    @property
    def steps(self):
        """[command, the text below it] of a session; what stands before its first prompt has the command None."""
        steps = [[None, ""]]
        for line in self.text.splitlines():
            if line.startswith(PROMPT):
                steps.append([line.removeprefix(PROMPT), ""])
            else:
                steps[-1][1] += line + "\n"
        return steps


class Page:
    """The page in the file PATH."""

    def __init__(self, path):
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.numbers_vary = FREE in " ".join(text.split())
        self.blocks = [Block(match[1], match[2], text.count("\n", 0, match.start()) + 1)
                       for match in FENCE.finditer(text)]

    def difference(self, shown, came):
        """Why the text that CAME is not what the page has SHOWN; None if it is."""
        for logged in (False, True):
            want = [line for line in shown.rstrip("\n").splitlines() if line.startswith(LOGGED) == logged]
            have = [line for line in came.rstrip("\n").splitlines() if line.startswith(LOGGED) == logged]
            if logged:
                have = have[:len(want)]
            if len(want) != len(have) or not all(map(self.is_line, want, have)):
                return "\n".join(["the page shows:", *want, "what came:", *have])
        return None

    def is_line(self, shown, came):
        """Whether the line that CAME is the line SHOWN, as far as it must be."""
        pattern = re.escape(shown.strip()).replace("…", ".*")
        pattern = re.sub(r"(?<=about\\ )\d+", r"\\d+", pattern)
        if self.numbers_vary:
            pattern = re.sub(r"(\\ )*\d+", r" *\\d+", pattern).replace(r"\ ", " +")
        return re.fullmatch(pattern, came.strip()) is not None

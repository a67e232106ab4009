# SPDX-License-Identifier: MIT
"""The product's shell at the other end of the serial line."""

import re

from guest import Guest, GuestError

PROMPT = r"^tenon> "


class Shell(Guest):
    """A booted product whose prompt has come."""

    def __enter__(self):
        super().__enter__()
        try:
            self.expect(PROMPT)
        except BaseException:
            self.__exit__()
            raise
        return self

    def run(self, command):
        """Type COMMAND and Enter, wait for the next prompt; returns what was printed before it."""
        self.type(command + "\r")
        return self.answer()

    def answer(self):
        """Wait for the next prompt; returns the lines since the one that was typed."""
        begin = self.position
        prompt = self.expect(PROMPT)
        typed, _, answer = self.output[begin:prompt.start()].partition("\n")
        if "\n" not in self.output[begin:prompt.start()]:
            raise GuestError(f"the shell did not take the line: {typed!r}")
        return answer

    def programs(self):
        """{name: row} of the command ps, each row a dictionary by column."""
        lines = self.run("ps").splitlines()
        columns = re.split(r"\s{1,}", lines[0].replace("CPU ms", "MS").replace("MEM KiB", "MEM").strip())
        rows = [dict(zip(columns, line.split())) for line in lines[1:]]
        return {row["NAME"]: row for row in rows}

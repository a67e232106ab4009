# SPDX-License-Identifier: MIT
"""Where a time stands in the picture. Most of a trace is waiting, in which nothing is to be seen: a stretch without
an event that is much longer than most is shortened, and the picture says how long it was.
"""

import bisect

SHORTENED = 60  # pixels of a shortened stretch
LONG = 24  # times as long as the median


class Axis:
    """A scale from nanoseconds to pixels, between the first and the last of TIMES, about WIDTH wide."""

    def __init__(self, times, left, width):
        self.times = sorted(set(times))
        gaps = [after - before for before, after in zip(self.times, self.times[1:])]
        limit = LONG * sorted(gaps)[len(gaps) // 2] if gaps else 1
        shown = sum(gap for gap in gaps if gap <= limit) or 1
        self.scale = max(width - left - SHORTENED * sum(gap > limit for gap in gaps), width / 3) / shown
        self.cuts = []  # (pixel, nanoseconds) of each shortened stretch
        self.pixels = [float(left)]
        for gap in gaps:
            if gap > limit:
                self.cuts.append((self.pixels[-1], gap))
            self.pixels.append(self.pixels[-1] + (SHORTENED if gap > limit else gap * self.scale))

    @property
    def right(self):
        """The pixel of the last time."""
        return self.pixels[-1]

    def x(self, time):
        """The pixel of TIME, which is between the first and the last."""
        place = min(max(bisect.bisect_right(self.times, time) - 1, 0), len(self.times) - 1)
        if place == len(self.times) - 1:
            return self.pixels[place]
        gap = self.times[place + 1] - self.times[place]
        return self.pixels[place] + (time - self.times[place]) / gap * (self.pixels[place + 1] - self.pixels[place])


def duration(ns):
    """NS for people."""
    for unit, size in (("s", 10**9), ("ms", 10**6), ("µs", 10**3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns} ns"

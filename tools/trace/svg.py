# SPDX-License-Identifier: MIT
"""A timeline as a picture: a lane for each CPU with who runs on it, a lane for each thread with when it runs,
arrows for messages, and marks for interrupts, system calls, faults and timeouts. Whatever is pointed at says
more in its title.
"""

from html import escape

from axis import Axis, duration
from timeline import IDLE

LEFT, TOP, RIGHT = 150, 92, 130
LANE, BAR = 44, 18
CHARACTER = 6.1  # pixels of one at 11 pixels
COLOURS = ("#8ab4dd", "#f2b880", "#9bcf9b", "#e6a0a8", "#c2a8dc", "#d8c27a", "#8fd0cf", "#dba8c8", "#b5b5b5")
MARKS = {"interrupt": "#c0392b", "fault": "#8e0000", "timeout": "#a05a00", "system call": "#5f6b7a"}

STYLE = """\
text { font: 11px system-ui, sans-serif; fill: #24292f }
.title { font-size: 16px; font-weight: 600 }
.note, .cut text { fill: #6a737d }
.lane { font-size: 12px; font-weight: 500 }
.line { stroke: #d8dee4 }
.cut rect { fill: #f6f8fa }
.cut line { stroke: #c4ccd4; stroke-dasharray: 3 3 }
.run { stroke: #57606a; stroke-opacity: .35; stroke-width: .5 }
.message { stroke: #1f6feb; fill: none; stroke-width: 1.1 }
.reply { stroke: #57606a; fill: none; stroke-width: 1; stroke-dasharray: 4 2 }
.label { font-size: 10px; fill: #1f4f9a }
.label, .note { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round }"""

ARROWS = """\
<marker id="m" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
<path d="M0 1 8 4 0 7z" fill="#1f6feb"/></marker>
<marker id="r" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
<path d="M0 1 8 4 0 7z" fill="#57606a"/></marker>"""


class Picture:
    """The picture of a timeline: TITLE above it, NOTES below."""

    def __init__(self, timeline, name_of, title, notes):
        self.timeline, self.name_of, self.title, self.notes = timeline, name_of, title, notes
        times = [time for piece in timeline.slices for time in (piece.begin, piece.end)]
        times += [mark.time for mark in timeline.marks] + [mark.end for mark in timeline.marks]
        times += [message.time for message in timeline.messages]
        self.axis = Axis(times, LEFT, min(max(1200, 14 * len(set(times))), 16000))
        self.cpus = sorted({piece.cpu for piece in timeline.slices})
        first = {}
        for piece in timeline.slices:
            first.setdefault(piece.thread, piece.begin)
        self.threads = sorted(set(first) - {IDLE})
        self.colour = {thread: COLOURS[number % len(COLOURS)] for number, thread in enumerate(self.threads)}
        lanes = [("cpu", cpu) for cpu in self.cpus] + [("thread", thread) for thread in self.threads]
        self.y = {lane: TOP + LANE * number + (26 if lane[0] == "thread" else 0) for number, lane in enumerate(lanes)}
        self.bottom = max(self.y.values()) + LANE

    def lines(self):
        """The SVG file, line by line."""
        width, height = self.axis.right + RIGHT, self.bottom + 34 + 16 * len(self.notes)
        yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
               f'viewBox="0 0 {width:.0f} {height:.0f}">')
        yield f"<style>{STYLE}</style><defs>{ARROWS}</defs>"
        yield f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
        yield f'<text class="title" x="16" y="28">{escape(self.title)}</text>'
        yield from self._legend()
        yield from self._cuts()
        yield from self._lanes()
        for piece in self.timeline.slices:
            yield from self._slice(piece)
        yield from self._messages()
        yield from self._marks()
        for number, note in enumerate(self.notes):
            yield f'<text class="note" x="16" y="{self.bottom + 26 + 16 * number}">{escape(note)}</text>'
        yield "</svg>"

    def _legend(self):
        """What lines and marks mean, and the scale."""
        x = 16
        yield f'<line class="message" x1="{x}" y1="48" x2="{x + 26}" y2="48" marker-end="url(#m)"/>'
        yield f'<text x="{x + 32}" y="52">call or message</text>'
        yield f'<line class="reply" x1="{x + 130}" y1="48" x2="{x + 156}" y2="48" marker-end="url(#r)"/>'
        yield f'<text x="{x + 162}" y="52">reply</text>'
        x += 214
        for kind, colour in MARKS.items():
            yield f'<path d="M{x} 44l4 8h-8z" fill="{colour}"/><text x="{x + 9}" y="52">{kind}</text>'
            x += 22 + len(kind) * CHARACTER
        unit = 10 ** len(str(int(100 / self.axis.scale))) // 10 or 1
        wide = unit * self.axis.scale
        yield (f'<path d="M{x + 10} 44v8M{x + 10} 48h{wide:.1f}M{x + 10 + wide:.1f} 44v8" stroke="#24292f" fill="none"/>'
               f'<text x="{x + 18 + wide:.1f}" y="52">{duration(unit)}</text>')

    def _cuts(self):
        """Stretches in which nothing happened, and how long they were."""
        for x, ns in self.axis.cuts:
            yield (f'<g class="cut"><rect x="{x:.1f}" y="{TOP - 12}" width="60" height="{self.bottom - TOP + 12}"/>'
                   f'<line x1="{x:.1f}" y1="{TOP - 12}" x2="{x:.1f}" y2="{self.bottom}"/>'
                   f'<line x1="{x + 60:.1f}" y1="{TOP - 12}" x2="{x + 60:.1f}" y2="{self.bottom}"/>'
                   f'<text x="{x + 30:.1f}" y="{TOP - 17}" text-anchor="middle">{duration(ns)}</text></g>')

    def _lanes(self):
        """Names and lines of the lanes."""
        for (kind, number), y in self.y.items():
            name = f"CPU {number}" if kind == "cpu" else self.name_of(number)
            yield f'<line class="line" x1="{LEFT}" y1="{y + BAR}" x2="{self.axis.right:.1f}" y2="{y + BAR}"/>'
            yield f'<text class="lane" x="16" y="{y + 14}">{escape(name)}</text>'

    def _slice(self, piece):
        """A thread on a CPU: in both lanes."""
        if piece.thread == IDLE:
            return
        x, right = self.axis.x(piece.begin), self.axis.x(piece.end)
        width = max(right - x, 0.6)
        name = self.name_of(piece.thread)
        title = f"<title>{escape(name)} on CPU {piece.cpu}: {duration(piece.end - piece.begin)}</title>"
        for lane, text in ((("cpu", piece.cpu), name), (("thread", piece.thread), f"CPU {piece.cpu}")):
            y = self.y[lane]
            yield (f'<rect class="run" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" '
                   f'fill="{self.colour[piece.thread]}">{title}</rect>')
            if len(text) * CHARACTER + 6 < width and (lane[0] == "cpu" or len(self.cpus) > 1):
                yield f'<text x="{x + 4:.1f}" y="{y + 13}" pointer-events="none">{escape(text)}</text>'

    def _messages(self):
        """An arrow from lane to lane for each message; its label where there is room beside it."""
        free = -1.0
        for message in self.timeline.messages:
            ends = [self.y.get(("thread", thread)) for thread in (message.sender, message.receiver)]
            if None in ends:
                continue
            x = self.axis.x(message.time)
            begin, end = (ends[0] + BAR, ends[1]) if ends[0] < ends[1] else (ends[0], ends[1] + BAR)
            kind, marker = ("reply", "r") if message.is_reply else ("message", "m")
            title = f"{self.name_of(message.sender)} to {self.name_of(message.receiver)}: {message.label}"
            yield (f'<line class="{kind}" x1="{x:.1f}" y1="{begin}" x2="{x:.1f}" y2="{end}" marker-end="url(#{marker})">'
                   f"<title>{escape(title)}</title></line>")
            if not message.is_reply and x > free:
                y = min(begin, end) + (9 if end > begin else abs(begin - end) - 3)
                yield f'<text class="label" x="{x + 4:.1f}" y="{y}">{escape(message.label)}</text>'
                free = x + 4 + len(message.label) * CHARACTER

    def _marks(self):
        """A triangle for each below the lane of its CPU, a line as long as it was repeated, and its name where there is
        room."""
        free = {}
        for mark in self.timeline.marks:
            x, right, y = self.axis.x(mark.time), self.axis.x(mark.end), self.y[("cpu", mark.cpu)] + BAR
            text = mark.label if mark.count == 1 else f"{mark.label} ×{mark.count}"
            title = f"<title>{escape(text)}, {escape(self.name_of(mark.thread))}</title>"
            colour = MARKS[mark.kind]
            yield f'<path d="M{x:.1f} {y + 1}l3.5 7h-7z" fill="{colour}">{title}</path>'
            if right - x > 8:
                yield f'<path d="M{x + 4:.1f} {y + 5}H{right:.1f}" stroke="{colour}">{title}</path>'
            if x >= free.get(mark.cpu, 0):
                yield f'<text class="note" x="{x - 3:.1f}" y="{y + 18}" pointer-events="none">{escape(text)}</text>'
                free[mark.cpu] = x + 4 + len(text) * CHARACTER

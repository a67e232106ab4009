# SPDX-License-Identifier: MIT
"""A timeline in the Trace Event Format, which chrome://tracing and https://ui.perfetto.dev load.

Source: "Trace Event Format", Google, 2016. Times are microseconds; B and E are the ends of a slice, i an instant,
s and f those of an arrow, M names. Track group 1 is the CPUs, with the thread that each runs; group 2 the
threads, with the CPU that each is on.
"""

import bisect

from timeline import IDLE

CPUS, THREADS = 1, 2


def events(timeline, name_of):
    """The object to be written as JSON; NAME_OF(thread) is its name for people."""
    found = []
    for piece in timeline.slices:
        if piece.thread != IDLE:
            found += _slice(CPUS, piece.cpu, name_of(piece.thread), piece)
            found += _slice(THREADS, piece.thread, f"CPU {piece.cpu}", piece)
    for mark in timeline.marks:
        label = mark.label if mark.count == 1 else f"{mark.label} ({mark.count} times)"
        found.append({"ph": "i", "pid": CPUS, "tid": mark.cpu, "ts": mark.time / 1000, "s": "t", "name": label,
                      "cat": mark.kind, "args": {"thread": name_of(mark.thread), "count": mark.count}})
    found += _arrows(timeline)
    found.sort(key=lambda event: (event["ts"], event["ph"] != "E"))
    return {"displayTimeUnit": "ns", "traceEvents": _track_names(timeline, name_of) + found}


def _slice(group, track, name, piece):
    """Begin and end of PIECE."""
    common = {"pid": group, "tid": track, "name": name, "cat": "run"}
    return [{"ph": "B", "ts": piece.begin / 1000, **common}, {"ph": "E", "ts": piece.end / 1000, **common}]


def _arrows(timeline):
    """The messages whose receiver is seen to run afterwards."""
    begins = {}
    for piece in timeline.slices:
        begins.setdefault(piece.thread, []).append(piece.begin)
    for times in begins.values():
        times.sort()
    for number, message in enumerate(timeline.messages):
        times = begins.get(message.receiver, [])
        place = bisect.bisect_left(times, message.time)
        if place < len(times):
            common = {"pid": THREADS, "id": number, "name": message.label, "cat": "message"}
            yield {"ph": "s", "tid": message.sender, "ts": message.time / 1000, **common}
            yield {"ph": "f", "bp": "e", "tid": message.receiver, "ts": times[place] / 1000, **common}


def _track_names(timeline, name_of):
    """What the tracks are called."""
    names = [("process_name", CPUS, 0, "CPUs"), ("process_name", THREADS, 0, "threads")]
    names += [("thread_name", CPUS, cpu, f"CPU {cpu}") for cpu in sorted({piece.cpu for piece in timeline.slices})]
    names += [("thread_name", THREADS, thread, name_of(thread))
              for thread in sorted({piece.thread for piece in timeline.slices} - {IDLE})]
    return [{"ph": "M", "name": kind, "pid": group, "tid": track, "ts": 0, "args": {"name": name}}
            for kind, group, track, name in names]

# SPDX-License-Identifier: MIT
"""From records to what a person looks at: who ran from when to when on which CPU, who sent whom a message, and
what else happened.

A record names the thread that ran; a switch says who runs next. A message that is received at once changes the
thread without such a record: the sender ran up to its IPC record, the receiver from there on. Where the thread
has changed and there is no record at all (CONFIG_FASTPATH), the change is set to the first record of
the new one. Idle time is known from a switch to thread 0 (CONFIG_TRACE_DETAILS).
"""

import dataclasses

from log import FAULT, INTERRUPT, IPC, SWITCH, SYSCALL, TIMEOUT, WAKE

IDLE = 0
CALL, REPLY_RECV, SEND, RECV, REPLY = range(5)


@dataclasses.dataclass
class Slice:
    """THREAD ran on CPU from BEGIN to END, in nanoseconds since boot."""

    cpu: int
    thread: int
    begin: int
    end: int


@dataclasses.dataclass(frozen=True)
class Message:
    """SENDER's message, or reply, made RECEIVER ready."""

    time: int
    cpu: int
    sender: int
    receiver: int
    label: str
    is_reply: bool


@dataclasses.dataclass
class Mark:
    """Something that happened at a TIME while THREAD ran, COUNT times in a row up to END."""

    time: int
    end: int
    cpu: int
    thread: int
    kind: str
    label: str
    count: int = 1


@dataclasses.dataclass
class Timeline:
    """All of it; slices and marks of each CPU in order."""

    slices: list
    messages: list
    marks: list


def build(trace, names):
    """The timeline of TRACE."""
    timeline = Timeline([], [], [])
    end = max(ring[-1].time_ns for ring in trace.records.values() if ring)
    for ring in trace.records.values():
        if ring:
            _run(timeline, ring, end)
            _mark(timeline, ring, names)
            _send(timeline, ring, names)
    timeline.messages.sort(key=lambda message: message.time)
    timeline.marks.sort(key=lambda mark: mark.time)
    return timeline


def _run(timeline, ring, end):
    """Add the slices of a CPU's RING; the last one ends at END."""
    first = ring[0]
    current = Slice(first.cpu, first.thread, first.time_ns, end)
    previous = first
    slices = [current]

    def change(thread, time):
        nonlocal current
        if thread != current.thread:
            current.end = time
            current = Slice(first.cpu, thread, time, end)
            slices.append(current)

    for record in ring:
        if record.event == SWITCH:
            change(record.arguments[0], record.time_ns)
        elif current.thread != IDLE and record.thread != current.thread:
            change(record.thread, previous.time_ns if previous.event in (IPC, WAKE) else record.time_ns)
        previous = record
    timeline.slices += [found for found in slices if found.end > found.begin]


def _mark(timeline, ring, names):
    """Add what happened on a CPU besides messages and switches; equal things in a row are one."""
    last = None
    for record in ring:
        found = _describe(record, names)
        if found is None:
            last = None
        elif last and (last.thread, last.kind, last.label) == (record.thread, *found):
            last.count, last.end = last.count + 1, record.time_ns
        else:
            last = Mark(record.time_ns, record.time_ns, record.cpu, record.thread, *found)
            timeline.marks.append(last)


def _describe(record, names):
    """(kind, label) of what RECORD is a mark of, or None."""
    number = record.arguments[0]
    if record.event == SYSCALL:
        return "system call", names.syscall(number)
    if record.event == INTERRUPT:
        return "interrupt", f"interrupt {number}"
    if record.event == FAULT:
        return "fault", f"fault: {names.fault(number)} at {record.arguments[1]:#x}"
    if record.event == TIMEOUT:
        return "timeout", "timeout"
    if record.event == IPC and number == RECV:
        return "system call", "ipc_recv"
    return None


def _send(timeline, ring, names):
    """Add the messages of a CPU: an IPC record, and the thread that it made ready, or that runs next."""
    for index, record in enumerate(ring[:-1]):
        if record.event != IPC or record.arguments[0] == RECV:
            continue
        follower = ring[index + 1]
        receiver = None
        if follower.event == WAKE and follower.thread == record.thread:
            receiver = follower.arguments[0]
        elif follower.event != SWITCH and follower.thread != record.thread:
            receiver = follower.thread
        elif follower.event == SWITCH and _answers(ring, index + 1, record.thread):
            receiver = follower.arguments[0]
        if receiver not in (None, IDLE, record.thread):
            is_reply = record.arguments[0] in (REPLY_RECV, REPLY)
            label = "reply" if is_reply else names.message(record.arguments[1])
            timeline.messages.append(Message(record.time_ns, record.cpu, record.thread, receiver, label, is_reply))


def _answers(ring, index, sender):
    """Whether the thread that the switch ring[INDEX] chooses replies before SENDER runs again, which has just sent: then
    it was the one that received, in time of its own."""
    server = ring[index].arguments[0]
    for record, follower in zip(ring[index + 1:], ring[index + 2:]):
        if record.thread == sender:
            return False
        if record.event == IPC and record.thread == server:
            return (record.arguments[0] in (REPLY_RECV, REPLY) and
                    sender in (follower.thread, follower.arguments[0] if follower.event in (WAKE, SWITCH) else None))
    return False
